#include "synth/simulate.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "synth/anatomy.h"
#include "synth/atrial_activity.h"
#include "synth/defects.h"
#include "synth/heart.h"
#include "synth/labels.h"
#include "synth/lead_truth.h"
#include "synth/measure_truth.h"
#include "synth/morphology.h"
#include "synth/noise.h"
#include "synth/report.h"
#include "synth/respiration.h"
#include "synth/rhythm.h"
#include "synth/streams.h"

namespace ecg {
namespace {

constexpr double kMaxSamples = 4e6;  // per lead; bounds the memory of one call
constexpr std::uint64_t kMaxIndex = 1ull << 48;

Error invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), "", {}};
}

Result<void> check_range(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  const auto shown = [](double number) { return std::to_string(number); };
  return invalid(std::string(name) + " is " + shown(value),
                 "choose it between " + shown(low) + " and " + shown(high));
}

Result<void> check(const SimulationOptions& options) {
  for (const auto& checked :
       {check_range("duration_s", options.duration_s, 1, 3600),
        check_range("sampling_rate_hz", options.sampling_rate_hz, 50, 2000),
        check_range("heart_rate_bpm", options.heart_rate_bpm.value_or(60), 20, 250),
        check_range("noise_scale", options.noise_scale, 0, 100),
        check_range("samples per lead", options.duration_s * options.sampling_rate_hz, 1,
                    kMaxSamples)}) {
    if (!checked) return checked.error();
  }
  if (options.index >= kMaxIndex || options.patient.value_or(0) >= kMaxIndex) {
    return invalid("index and patient number must be below 2^48", "choose a smaller number");
  }
  if (options.leads.empty()) return invalid("no lead is asked for", "name at least one lead");
  for (const Lead lead : options.leads) {
    if (can_form(lead)) continue;
    return invalid("lead " + std::string(lead_name(lead)) + " cannot be simulated",
                   "choose among I to aVF, V1 to V9 and V3R to V6R");
  }
  return {};
}

/// Everything drawn for one recording before a sample is computed.
struct Scenario {
  Anatomy person;
  Moment moment;
  Respiration respiration;
  RhythmPlan plan;
  HeartWaves heart;
  DefectPlan defects;
};

double rate_of_moment(const SimulationOptions& options, const Anatomy& person) {
  if (options.heart_rate_bpm) return *options.heart_rate_bpm;
  RandomStream random = simulation_stream(options.seed, options.index, SimulationPart::kRate);
  return usual_rate_bpm(options.rhythm, person, random);
}

Scenario draw_scenario(const SimulationOptions& options) {
  Scenario scenario;
  scenario.person = draw_anatomy(options.seed, options.patient.value_or(options.index));
  for (const Morphology morphology : options.morphologies) {
    apply_morphology(morphology, scenario.person);
  }
  scenario.moment = draw_moment(options.seed, options.index, scenario.person);
  scenario.respiration = draw_respiration(options.seed, options.index);
  const RhythmRequest request{options.seed, options.index, options.duration_s,
                              rate_of_moment(options, scenario.person), options.rhythm};
  scenario.plan = plan_rhythm(request, scenario.person, scenario.respiration);
  scenario.heart =
      heart_waves(request, scenario.plan, scenario.person, scenario.moment, scenario.respiration);
  scenario.defects =
      draw_defects(options.defects, options.seed, options.index, options.duration_s,
                   draw_noise_levels(options.seed, options.index, options.noise_scale));
  return scenario;
}

/// Potentials of electrodes, computed one at a time.
class ElectrodeSource {
 public:
  ElectrodeSource(const SimulationOptions& options, const Scenario& scenario, std::size_t samples)
      : options_(options),
        scenario_(scenario),
        dipole_(dipole_of(scenario.heart, samples, options.sampling_rate_hz)) {
    add_atrial_activity(options.seed, options.index, scenario.plan, dipole_);
  }

  /// What the cable marked for an electrode picks up: another's potential if cables are swapped.
  std::vector<double> on_cable(Electrode cable) const {
    return potential(scenario_.defects.cable_of[static_cast<std::size_t>(cable)]);
  }

 private:
  std::vector<double> potential(Electrode electrode) const {
    const auto number = static_cast<std::size_t>(electrode);
    const Vector3& field = scenario_.moment.field[number];
    std::vector<double> potential_mv(dipole_.x.size());
    for (std::size_t i = 0; i < potential_mv.size(); ++i) {
      potential_mv[i] = field.x * dipole_.x[i] + field.y * dipole_.y[i] + field.z * dipole_.z[i];
    }
    const bool noisy = options_.noise_scale > 0 || !options_.defects.empty();
    if (noisy) {
      RandomStream random =
          simulation_stream(options_.seed, options_.index, SimulationPart::kNoise, number);
      add_electrode_noise(scenario_.defects.levels, electrode, scenario_.respiration,
                          options_.sampling_rate_hz, random, potential_mv);
    }
    apply_electrode_defects(scenario_.defects, electrode, options_.sampling_rate_hz, potential_mv);
    return potential_mv;
  }

  const SimulationOptions& options_;
  const Scenario& scenario_;
  DipoleTrack dipole_;
};

/// Weights of the three limb electrodes in a limb lead.
struct LimbWeights {
  double right, left, foot;
};

LimbWeights limb_weights(Lead lead) {
  switch (lead) {
    case Lead::kI:
      return {-1, 1, 0};
    case Lead::kII:
      return {-1, 0, 1};
    case Lead::kIII:
      return {0, -1, 1};
    case Lead::kAvr:
      return {1, -0.5, -0.5};
    case Lead::kAvl:
      return {-0.5, 1, -0.5};
    default:
      return {-0.5, -0.5, 1};
  }
}

Signal form_leads(const ElectrodeSource& source, const SimulationOptions& options,
                  SampleIndex samples) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : options.leads) labels.push_back(label_of(lead));
  Signal signal(std::move(labels), samples, options.sampling_rate_hz);
  const auto right = source.on_cable(Electrode::kRightArm);
  const auto left = source.on_cable(Electrode::kLeftArm);
  const auto foot = source.on_cable(Electrode::kLeftLeg);
  for (std::size_t row = 0; row < options.leads.size(); ++row) {
    const std::span<float> out = signal.lead(row);
    if (const auto chest = chest_electrode(options.leads[row])) {
      const auto potential = source.on_cable(*chest);
      for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<float>(potential[i] - (right[i] + left[i] + foot[i]) / 3);
      }
      continue;
    }
    const LimbWeights weights = limb_weights(options.leads[row]);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<float>(weights.right * right[i] + weights.left * left[i] +
                                  weights.foot * foot[i]);
    }
  }
  return signal;
}

int count_foci(const std::vector<BeatWaves>& beats, double duration_s) {
  std::vector<int> foci;
  for (const BeatWaves& beat : beats) {
    const double time_s = beat.qrs.front().centre_s;
    if (beat.symbol != 'V' || time_s < 0 || time_s >= duration_s) continue;
    if (std::find(foci.begin(), foci.end(), beat.focus) == foci.end()) foci.push_back(beat.focus);
  }
  return static_cast<int>(foci.size());
}

/// Fills in the leads of the first beat of this symbol that starts within the recording, if any.
void measure_typical_leads(const Scenario& scenario, char symbol, SimulationTruth& truth) {
  constexpr Lead kPosterior[] = {Lead::kV7, Lead::kV8, Lead::kV9};
  for (const BeatWaves& beat : scenario.heart.beats) {
    if (beat.symbol != symbol || beat.qrs.front().centre_s < 0) continue;
    truth.leads = measure_leads(beat, scenario.moment.field, kTwelveLeads);
    truth.posterior_leads = measure_leads(beat, scenario.moment.field, kPosterior);
    return;
  }
}

SimulationTruth measure(const SimulationOptions& options, const Scenario& scenario) {
  SimulationTruth truth;
  truth.patient = scenario.person.who;
  truth.rhythm = options.rhythm;
  truth.duration_s = options.duration_s;
  truth.beats = measure_beats(scenario.heart.beats, options.duration_s);
  truth.blocked_p = measure_blocked_p(scenario.heart, options.duration_s);
  truth.atrial = scenario.plan.atrial;
  truth.ventricular_foci = count_foci(scenario.heart.beats, options.duration_s);
  truth.intervals = measure_intervals(truth.beats);
  truth.axis =
      measure_axis(scenario.heart.beats, measured_symbol(truth.beats), scenario.moment.field);
  measure_typical_leads(scenario, measured_symbol(truth.beats), truth);
  truth.defects = scenario.defects.truth;
  truth.labels = find_labels(truth);
  RandomStream wording = simulation_stream(options.seed, options.index, SimulationPart::kWording);
  truth.report = write_report(truth, wording);
  return truth;
}

RecordingInfo describe(const SimulationOptions& options, const SimulationTruth& truth) {
  RecordingInfo info;
  info.record_name = "synth_" + std::to_string(options.seed) + "_" + std::to_string(options.index);
  info.source_format = "simulated";
  info.age_years = truth.patient.age_years;
  info.sex = truth.patient.female ? "female" : "male";
  info.patient_id =
      std::to_string(truth.patient.seed) + "-" + std::to_string(truth.patient.patient);
  info.device = "Einthoven simulator";
  info.statements = {truth.report};
  return info;
}

}  // namespace

Result<Simulation> simulate(const SimulationOptions& options) {
  if (auto checked = check(options); !checked) return checked.error();
  const auto samples =
      static_cast<SampleIndex>(std::floor(options.duration_s * options.sampling_rate_hz + 0.5));
  const Scenario scenario = draw_scenario(options);
  const ElectrodeSource source(options, scenario, static_cast<std::size_t>(samples));
  Simulation simulation;
  simulation.truth = measure(options, scenario);
  simulation.recording.signal = form_leads(source, options, samples);
  apply_recorder_defects(scenario.defects, simulation.recording.signal);
  simulation.recording.annotations =
      annotations_of(simulation.truth, samples, options.sampling_rate_hz);
  simulation.recording.info = describe(options, simulation.truth);
  simulation.recording.calibrations.assign(options.leads.size(), {1000, 0, 16, "mV", ""});
  return simulation;
}

}  // namespace ecg
