#include "model_input/make_input.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "dsp/butterworth.h"
#include "dsp/gaps.h"
#include "dsp/normalise.h"
#include "dsp/resample.h"
#include "model_input/limb_leads.h"

namespace ecg {
namespace {

/// What is cut from the recording: the window and a margin to each side.
struct Cut {
  SampleIndex begin = 0;  ///< in samples of the recording
  SampleIndex end = 0;
  SampleIndex window_begin = 0;
  SampleIndex window_end = 0;
  SampleIndex skip = 0;  ///< resampled samples between `begin` and the window

  std::span<float> window_of(std::vector<float>& samples) const {
    return std::span<float>(samples).subspan(static_cast<std::size_t>(window_begin - begin),
                                             static_cast<std::size_t>(window_end - window_begin));
  }
};

Error too_short(SignalView recording, const ModelSpec& spec, double start_s) {
  return {ErrorCode::kInsufficientData,
          "the recording ends " + std::to_string(recording.duration_s() - start_s) +
              " s after the start of the window; the model needs " +
              std::to_string(spec.duration_s()) + " s",
          "choose an earlier start or a longer recording",
          {},
          {}};
}

/// The margin is a whole number of steps of the resampled grid, so that a sample falls on the
/// beginning of the window.
Result<Cut> plan_cut(SignalView recording, const ModelSpec& spec, const ResampleRatio& ratio,
                     double start_s) {
  const double rate_hz = recording.sampling_rate_hz;
  const double start = start_s * rate_hz;
  if (!(start >= 0 && start < static_cast<double>(recording.sample_count))) {
    return Error{ErrorCode::kInvalidArgument,
                 "the window begins at " + std::to_string(start_s) + " s, outside the recording",
                 "choose a start from 0 to " + std::to_string(recording.duration_s()) + " s",
                 {},
                 {}};
  }
  Cut cut;
  cut.window_begin = static_cast<SampleIndex>(std::floor(start + 0.5));
  const SampleIndex left = recording.sample_count - cut.window_begin;
  if ((left * ratio.up + ratio.down - 1) / ratio.down < spec.samples) {
    return too_short(recording, spec, start_s);
  }
  const SampleIndex length = ((spec.samples - 1) * ratio.down + ratio.up - 1) / ratio.up + 1;
  cut.window_end = std::min(cut.window_begin + length, recording.sample_count);
  const auto margin = static_cast<SampleIndex>(std::ceil(kFilterMargin_s * rate_hz));
  const SampleIndex wanted = (margin + ratio.down - 1) / ratio.down;
  const SampleIndex steps = std::min(wanted, cut.window_begin / ratio.down);
  cut.begin = cut.window_begin - steps * ratio.down;
  cut.skip = steps * ratio.up;
  cut.end = std::min(recording.sample_count, cut.window_end + margin);
  return cut;
}

/// The filter of `spec` at the rate of the recording; empty if there is none.
Result<std::vector<Biquad>> design_filter(const ModelSpec& spec, double rate_hz,
                                          std::vector<std::string>& notes) {
  const bool high = spec.highpass_hz > 0;
  bool low = spec.lowpass_hz > 0;
  if (low && spec.lowpass_hz >= rate_hz / 2) {
    notes.push_back("The recording holds nothing above " + std::to_string(rate_hz / 2) +
                    " Hz; the low-pass was left out.");
    low = false;
  }
  if (!high && !low) return std::vector<Biquad>();
  const FilterKind kind = !low    ? FilterKind::kHighPass
                          : !high ? FilterKind::kLowPass
                                  : FilterKind::kBandPass;
  return design_butterworth(kind, spec.filter_order, spec.highpass_hz, spec.lowpass_hz, rate_hz);
}

/// Leads that are usable inside the window, as cut from the recording.
struct Collected {
  std::vector<Lead> leads;
  std::vector<std::vector<float>> samples;  ///< one per lead

  bool has(Lead lead) const { return std::find(leads.begin(), leads.end(), lead) != leads.end(); }
};

/// Adds one lead with its short gaps bridged; what made it unusable goes to the notes.
void collect(SignalView recording, Lead lead, const Cut& cut, Collected& collected,
             std::vector<std::string>& notes) {
  const std::string name(lead_name(lead));
  const std::optional<std::size_t> row = recording.find(lead);
  if (!row) {
    notes.push_back("The recording has no lead " + name + ".");
    return;
  }
  const auto all = recording.lead(*row);
  std::vector<float> samples(all.begin() + cut.begin, all.begin() + cut.end);
  const bool complete = all_finite(cut.window_of(samples));
  interpolate_gaps(samples, static_cast<SampleIndex>(kBridgedGap_s * recording.sampling_rate_hz));
  if (!all_finite(cut.window_of(samples))) {
    notes.push_back("Lead " + name + " has a gap in the window and was left out.");
    return;
  }
  if (is_flat(cut.window_of(samples))) {
    notes.push_back("Lead " + name + " is flat in the window and was left out.");
    return;
  }
  if (!complete) notes.push_back("Short gaps in lead " + name + " were bridged.");
  collected.leads.push_back(lead);
  collected.samples.push_back(std::move(samples));
}

/// The leads of the model and, if one of its limb leads has to be derived, the other limb leads.
Collected collect_leads(SignalView recording, const ModelSpec& spec, const Cut& cut,
                        std::vector<std::string>& notes) {
  Collected collected;
  bool derive = false;
  for (const Lead lead : spec.leads) {
    collect(recording, lead, cut, collected, notes);
    const bool limb = std::find(kLimbLeads.begin(), kLimbLeads.end(), lead) != kLimbLeads.end();
    derive = derive || (limb && !collected.has(lead));
  }
  if (!derive) return collected;
  std::vector<std::string> unneeded;  // notes about leads that the model does not ask for
  for (const Lead lead : kLimbLeads) {
    if (std::find(spec.leads.begin(), spec.leads.end(), lead) != spec.leads.end()) continue;
    collect(recording, lead, cut, collected, unneeded);
  }
  return collected;
}

Signal signal_from(const Collected& collected, double sampling_rate_hz) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : collected.leads) labels.push_back(label_of(lead));
  const auto count = static_cast<SampleIndex>(collected.samples.front().size());
  Signal signal(std::move(labels), count, sampling_rate_hz);
  for (std::size_t row = 0; row < collected.samples.size(); ++row) {
    std::copy(collected.samples[row].begin(), collected.samples[row].end(),
              signal.lead(row).begin());
  }
  return signal;
}

/// Fills one lead of the input from the prepared leads. False if that is not possible.
bool fill_lead(SignalView prepared, Lead lead, std::span<const Lead> available,
               std::span<float> result, std::vector<std::string>& notes) {
  if (const auto row = prepared.find(lead)) {
    const auto from = prepared.lead(*row);
    std::copy(from.begin(), from.end(), result.begin());
    return true;
  }
  const auto combination = limb_combination(lead, available);
  if (!combination) return false;
  const auto first = prepared.lead(*prepared.find(combination->first));
  const auto second = prepared.lead(*prepared.find(combination->second));
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<float>(combination->first_weight * first[i] +
                                   combination->second_weight * second[i]);
  }
  notes.push_back("Lead " + std::string(lead_name(lead)) + " was derived from " +
                  std::string(lead_name(combination->first)) + " and " +
                  std::string(lead_name(combination->second)) + ".");
  return true;
}

void normalise(const ModelSpec& spec, ModelInput& input) {
  const std::size_t count = spec.leads.size();
  std::vector<std::size_t> present;
  for (std::size_t row = 0; row < count; ++row) {
    if (input.lead_mask[row] != 0) present.push_back(row);
  }
  std::vector<OffsetScale> by(count);
  if (spec.normalisation == Normalisation::kZscoreRecord) {
    std::fill(by.begin(), by.end(), offset_scale(input.signal, present));
  } else if (spec.normalisation == Normalisation::kZscoreLead) {
    for (const std::size_t row : present) by[row] = offset_scale(input.signal.lead(row));
  }
  for (const std::size_t row : present) apply_offset_scale(input.signal.lead(row), by[row]);
  for (const OffsetScale& pair : by) {
    input.offset_mv.push_back(pair.offset);
    input.scale_mv.push_back(pair.scale);
  }
}

/// The window of the prepared leads in the order of the model, normalised.
ModelInput assemble(SignalView prepared, const ModelSpec& spec, std::span<const Lead> available,
                    std::vector<std::string> notes) {
  ModelInput input;
  std::vector<LeadLabel> labels;
  for (const Lead lead : spec.leads) labels.push_back(label_of(lead));
  input.signal = Signal(std::move(labels), spec.samples, spec.sampling_rate_hz);
  for (std::size_t row = 0; row < spec.leads.size(); ++row) {
    const bool present =
        fill_lead(prepared, spec.leads[row], available, input.signal.lead(row), notes);
    input.lead_mask.push_back(present ? 1.0f : 0.0f);
  }
  input.notes = std::move(notes);
  normalise(spec, input);
  return input;
}

}  // namespace

Result<ModelInput> make_input(SignalView recording, const ModelSpec& spec, double start_s) {
  if (auto ok = check_model_spec(spec); !ok) return ok.error();
  const auto ratio = resample_ratio(recording.sampling_rate_hz, spec.sampling_rate_hz);
  if (!ratio) return ratio.error();
  const Result<Cut> cut = plan_cut(recording, spec, *ratio, start_s);
  if (!cut) return cut.error();
  std::vector<std::string> notes;
  const auto filter = design_filter(spec, recording.sampling_rate_hz, notes);
  if (!filter) return filter.error();
  const Collected collected = collect_leads(recording, spec, *cut, notes);
  if (collected.leads.empty()) {
    return Error{ErrorCode::kInsufficientData,
                 "no lead of the model carries a signal here",
                 "choose a recording with at least one of the model's leads, or another window",
                 {},
                 {}};
  }
  Signal signal = signal_from(collected, recording.sampling_rate_hz);
  filter_zero_phase(*filter, signal);
  const Result<Signal> resampled = resample(signal, spec.sampling_rate_hz);
  if (!resampled) return resampled.error();
  const SignalView window = resampled->view().samples(cut->skip, cut->skip + spec.samples);
  ModelInput input = assemble(window, spec, collected.leads, std::move(notes));
  input.start_s = static_cast<double>(cut->window_begin) / recording.sampling_rate_hz;
  return input;
}

}  // namespace ecg
