#include "objective/beat_tables.h"

#include <ATen/Functions.h>

#include <algorithm>

#include "beat/r_peaks.h"
#include "corpus/failure.h"
#include "objective/views.h"

namespace ecg {
namespace {

std::vector<std::int32_t> peaks_of(SignalView signal, const std::vector<std::int32_t>* known) {
  if (known && !known->empty()) return *known;
  std::vector<std::int32_t> peaks;
  for (const SampleIndex peak : value_or_throw(find_r_peaks(signal))) {
    peaks.push_back(static_cast<std::int32_t>(peak));
  }
  return peaks;
}

BeatInput beats_of_record(SignalView signal, std::span<const float> lead_mask,
                          const std::vector<std::int32_t>& r_peaks, const ObjectiveConfig& config) {
  const BeatInputOptions options{config.clear_hug.beat_samples,
                                 static_cast<std::size_t>(config.clear_hug.most_beats),
                                 config.clear_hug.padding_tokens != 0};
  const std::vector<SampleIndex> peaks(r_peaks.begin(), r_peaks.end());
  return value_or_throw(beat_input(signal, lead_mask, peaks, options));
}

}  // namespace

BeatTables beat_tables(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                       const std::vector<std::vector<std::int32_t>>& r_peaks,
                       const ObjectiveConfig& config) {
  const auto records = signal.size(0), leads = signal.size(1);
  const auto tokens = leads * config.clear_hug.most_beats, width = config.clear_hug.beat_samples;
  const torch::Tensor values = signal.contiguous(), mask_values = lead_mask.contiguous();
  BeatTables tables;
  tables.batch = {torch::empty({records, tokens, width}), torch::empty({records, tokens}),
                  torch::empty({records, tokens})};
  const auto labels = labels_of(config);
  const float* present = mask_values.const_data_ptr<float>();
  for (std::int64_t b = 0; b < records; ++b) {
    const auto place = static_cast<std::size_t>(b);
    const std::span<const float> mask(present + b * leads, static_cast<std::size_t>(leads));
    const auto* known = place < r_peaks.size() ? &r_peaks[place] : nullptr;
    const SignalView record = record_of(values, place, config.input.sampling_rate_hz, labels);
    tables.r_peaks.push_back(peaks_of(record, known));
    BeatInput input = beats_of_record(record, mask, tables.r_peaks.back(), config);
    const auto fill = [&](const torch::Tensor& table, const std::vector<float>& from) {
      std::copy(from.begin(), from.end(),
                table.data_ptr<float>() + b * static_cast<std::int64_t>(from.size()));
    };
    fill(tables.batch.beats, input.beats);
    fill(tables.batch.time_bin, input.time_bin);
    fill(tables.batch.present, input.present);
    tables.records.push_back(std::move(input));
  }
  return tables;
}

BeatTables beat_tables(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                       const ObjectiveConfig& config) {
  const auto mask = lead_mask.to(torch::kCPU, torch::kFloat32).contiguous();
  const auto values = signal.to(torch::kCPU, torch::kFloat32);
  const auto there = mask.unsqueeze(-1) > 0.5;
  return beat_tables(torch::where(there, values, torch::zeros({})).contiguous(), mask, {}, config);
}

}  // namespace ecg
