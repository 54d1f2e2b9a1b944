#include "train/batch_views.h"

#include <algorithm>

#include "beat/r_peaks.h"
#include "corpus/failure.h"
#include "pretext/mask_catalogue.h"
#include "train/forward.h"

namespace ecg {
namespace {

/// Labels of the model's leads.
std::vector<LeadLabel> labels_of(const TrainConfig& config) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : config.input.leads) labels.push_back(label_of(lead));
  return labels;
}

/// One record of a contiguous batch on the CPU.
SignalView record_of(const torch::Tensor& signal, std::size_t number, double rate_hz,
                     std::span<const LeadLabel> labels) {
  const SampleIndex samples = signal.size(2);
  return {signal.data_ptr<float>() + static_cast<SampleIndex>(number) * signal.size(1) * samples,
          static_cast<std::size_t>(signal.size(1)),
          samples,
          samples,
          rate_hz,
          labels};
}

std::vector<SampleIndex> beats_of(SignalView signal) {
  std::vector<SampleIndex> peaks = value_or_throw(find_r_peaks(signal));
  if (!peaks.empty()) return peaks;
  const auto step =
      std::max(SampleIndex{1}, static_cast<SampleIndex>(0.8 * signal.sampling_rate_hz));
  for (SampleIndex at = step / 2; at < signal.sample_count; at += step) peaks.push_back(at);
  return peaks;
}

Result<TokenMask> draw_mask(SignalView signal, const TrainConfig& config, RandomStream& random) {
  const TokenGrid grid = grid_of(config.model);
  if (config.mask_method == "stdm" && config.mask_ratio == 0) {
    return stdm_mask(grid, config.mask, random);
  }
  const MaskMethod& method = *find_mask_method(config.mask_method);
  std::optional<double> ratio;
  if (config.mask_ratio > 0) ratio = config.mask_ratio;
  MaskRequest request{grid, config.input.sampling_rate_hz, config.input.leads, ratio};
  const auto beats = method.needs_beats ? beats_of(signal) : std::vector<SampleIndex>();
  request.r_peaks = beats;
  return method.draw(request, random);
}

}  // namespace

void augment_batch(torch::Tensor& signal, std::span<const Turn> turns, const TrainConfig& config) {
  const auto methods = value_or_throw(augmentations_of(config.augment_methods));
  if (methods.empty()) return;
  signal = signal.contiguous();
  const auto labels = labels_of(config);
  AugmentationScratch scratch;
  std::vector<float> view(static_cast<std::size_t>(signal.size(1) * signal.size(2)));
  for (std::size_t b = 0; b < turns.size(); ++b) {
    const SignalView record = record_of(signal, b, config.input.sampling_rate_hz, labels);
    RandomStream random({static_cast<std::uint64_t>(config.seed), turns[b].epoch, turns[b].record,
                         0, RandomPurpose::kAugment});
    for (const AugmentationMethod* method : methods) {
      const auto draw = value_or_throw(
          method->draw({.signal = record, .strength = config.augment_strength}, random));
      if (const auto done = apply_augmentation(record, draw, view, &scratch); !done) {
        throw Failure(done.error());
      }
      std::copy(view.begin(), view.end(), const_cast<float*>(record.samples_mv));
    }
  }
}

TokenBatch draw_masks(const torch::Tensor& signal, std::span<const Turn> turns,
                      const TrainConfig& config) {
  const auto labels = labels_of(config);
  const torch::Tensor values = signal.contiguous();
  std::vector<torch::Tensor> hidden, index;
  for (std::size_t begin = 0; begin < turns.size();) {
    std::vector<std::uint32_t> records;
    std::size_t end = begin;
    for (; end < turns.size() && turns[end].epoch == turns[begin].epoch; ++end) {
      records.push_back(turns[end].record);
    }
    auto part = value_or_throw(draw_token_batch(
        grid_of(config.model), static_cast<std::uint64_t>(config.seed), turns[begin].epoch, records,
        [&](std::size_t i, RandomStream& random) {
          return draw_mask(record_of(values, begin + i, config.input.sampling_rate_hz, labels),
                           config, random);
        }));
    hidden.push_back(std::move(part.hidden));
    index.push_back(std::move(part.visible_index));
    begin = end;
  }
  const bool dense = std::all_of(index.begin(), index.end(), [&](const torch::Tensor& part) {
    return part.defined() && part.size(1) == index[0].size(1);
  });
  return {torch::cat(hidden), dense ? torch::cat(index) : torch::Tensor()};
}

}  // namespace ecg
