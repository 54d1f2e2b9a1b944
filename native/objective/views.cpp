#include "objective/views.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>

#include "beat/r_peaks.h"
#include "corpus/failure.h"
#include "nn/masked_autoencoder.h"
#include "objective/alignment.h"
#include "objective/tensor_augmentation.h"
#include "objective/tensor_views.h"
#include "objective/view_config.h"

namespace ecg {
namespace {

/// Known beats as a shifted view has them.
std::vector<std::int32_t> moved_beats(const Batch& batch, std::size_t record, SampleIndex shift) {
  std::vector<std::int32_t> moved;
  if (record >= batch.r_peaks.size()) return moved;
  for (const std::int32_t peak : batch.r_peaks[record]) {
    const SampleIndex at = peak + shift;
    if (at >= 0 && at < batch.signal.size(2)) moved.push_back(static_cast<std::int32_t>(at));
  }
  return moved;
}

/// [batch, leads * columns] of 1 where a shifted record covers the column.
torch::Tensor covered_tokens(std::span<const SampleIndex> shifts, const TokenGrid& grid) {
  const auto batch = static_cast<std::int64_t>(shifts.size());
  const auto columns = torch::zeros({batch, 1, static_cast<std::int64_t>(grid.columns)});
  for (std::int64_t b = 0; b < batch; ++b) {
    const ColumnRange range = covered_columns(grid, shifts[static_cast<std::size_t>(b)]);
    const auto begin = static_cast<std::int64_t>(range.begin);
    columns[b][0].narrow(0, begin, static_cast<std::int64_t>(range.end) - begin).fill_(1);
  }
  return columns.expand({-1, static_cast<std::int64_t>(grid.leads), -1}).reshape({batch, -1});
}

std::vector<SampleIndex> beats_of(SignalView signal) {
  std::vector<SampleIndex> peaks = value_or_throw(find_r_peaks(signal));
  if (!peaks.empty()) return peaks;
  const auto step =
      std::max(SampleIndex{1}, static_cast<SampleIndex>(0.8 * signal.sampling_rate_hz));
  for (SampleIndex at = step / 2; at < signal.sample_count; at += step) peaks.push_back(at);
  return peaks;
}

// `record`: [leads, samples] on any device. Its samples are looked at, on the CPU, only where masks
// follow beats that are not known.
Result<TokenMask> draw_mask(const MaskMethod& method, const torch::Tensor& record,
                            const std::vector<std::int32_t>& known_beats,
                            const ObjectiveConfig& config, RandomStream& random) {
  const TokenGrid grid = grid_of(config.model);
  if (method.name == "stdm" && config.mask_ratio == 0) {
    return stdm_mask(grid, config.mask, random);
  }
  std::optional<double> ratio;
  if (config.mask_ratio > 0) ratio = config.mask_ratio;
  MaskRequest request{grid, config.input.sampling_rate_hz, config.input.leads, ratio};
  std::vector<SampleIndex> beats;
  if (method.needs_beats) beats.assign(known_beats.begin(), known_beats.end());
  if (method.needs_beats && beats.empty()) {
    const auto labels = labels_of(config);
    const torch::Tensor signal = record.cpu().contiguous().unsqueeze(0);
    beats = beats_of(record_of(signal, 0, config.input.sampling_rate_hz, labels));
  }
  request.r_peaks = beats;
  return method.draw(request, random);
}

using Methods = std::vector<const AugmentationMethod*>;

/// Where what is random about record b's augmentations comes from.
RandomStream augment_stream(const Batch& batch, std::size_t b, std::uint16_t view) {
  RandomKey key = batch.keys[b];
  key.view = view;
  key.purpose = RandomPurpose::kAugment;
  return RandomStream(key);
}

AugmentationDraw draw_of(const AugmentationMethod& method, SignalView record,
                         const ObjectiveConfig& config, RandomStream& random) {
  return value_or_throw(
      method.draw({.signal = record, .strength = config.augment_strength}, random));
}

/// Memory that augmenting one record after the other uses again.
struct Scratch {
  AugmentationScratch shared;
  std::vector<float> view;
};

/// The record with its augmentation, in place.
void apply_in_place(SignalView record, const AugmentationDraw& draw, Scratch& scratch) {
  std::vector<float>& view = scratch.view;
  view.resize(record.lead_count * static_cast<std::size_t>(record.sample_count));
  if (const auto done = apply_augmentation(record, draw, view, &scratch.shared); !done) {
    throw Failure(done.error());
  }
  std::copy(view.begin(), view.end(), const_cast<float*>(record.samples_mv));
}

/// Record by record.
torch::Tensor augmented_plainly(const torch::Tensor& signal, const Batch& batch, std::uint16_t view,
                                const Methods& methods, const ObjectiveConfig& config) {
  const torch::Tensor out = signal.contiguous().clone();
  const auto labels = labels_of(config);
  Scratch scratch;
  for (std::size_t b = 0; b < batch.keys.size(); ++b) {
    RandomStream random = augment_stream(batch, b, view);
    const SignalView record = record_of(out, b, config.input.sampling_rate_hz, labels);
    for (const AugmentationMethod* method : methods) {
      apply_in_place(record, draw_of(*method, record, config, random), scratch);
    }
  }
  return out;
}

/// One draw per record, applied on the CPU.
torch::Tensor applied_plainly(const torch::Tensor& signal, std::span<const AugmentationDraw> draws,
                              const ObjectiveConfig& config) {
  const torch::Tensor out = at::empty_like(signal, at::kCPU).copy_(signal).contiguous();
  const auto labels = labels_of(config);
  Scratch scratch;
  for (std::size_t b = 0; b < draws.size(); ++b) {
    apply_in_place(record_of(out, b, config.input.sampling_rate_hz, labels), draws[b], scratch);
  }
  return sent_to(out, signal.device());
}

/// Method by method: draws on the CPU, which look at no samples; the rest where the signal is.
torch::Tensor augmented_by_tensors(torch::Tensor signal, const Batch& batch, std::uint16_t view,
                                   const Methods& methods, const ObjectiveConfig& config) {
  const auto labels = labels_of(config);
  const SignalView shape{
      nullptr, labels.size(), signal.size(2), signal.size(2), config.input.sampling_rate_hz,
      labels};
  std::vector<RandomStream> streams;
  for (std::size_t b = 0; b < batch.keys.size(); ++b) {
    streams.push_back(augment_stream(batch, b, view));
  }
  for (const AugmentationMethod* method : methods) {
    std::vector<AugmentationDraw> draws;
    for (RandomStream& random : streams) draws.push_back(draw_of(*method, shape, config, random));
    signal = !draws.empty() && has_tensor_twin(draws[0])
                 ? apply_augmentations(signal, {config.input.leads, config.input.sampling_rate_hz},
                                       draws)
                 : applied_plainly(signal, draws, config);
  }
  return signal;
}

}  // namespace

std::vector<LeadLabel> labels_of(const ObjectiveConfig& config) {
  std::vector<LeadLabel> labels;
  for (const Lead lead : config.input.leads) labels.push_back(label_of(lead));
  return labels;
}

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

TokenGrid grid_of(const MaeConfig& config) {
  return {config.leads.size(), static_cast<std::size_t>(config.columns), config.patch_samples};
}

bool masks_need_beats(const ObjectiveConfig& config) {
  const auto masks = value_or_throw(masks_of(config.mask_method));
  return std::any_of(masks.begin(), masks.end(),
                     [](const MaskMethod* m) { return m->needs_beats; });
}

torch::Tensor augmented(const torch::Tensor& signal, const Batch& batch, std::uint16_t view,
                        const ObjectiveConfig& config) {
  const Methods methods = value_or_throw(augmentations_of(config.augment_methods));
  if (methods.empty()) return signal;
  return batch.by_tensors ? augmented_by_tensors(signal, batch, view, methods, config)
                          : augmented_plainly(signal, batch, view, methods, config);
}

std::vector<SampleIndex> view_shifts(const Batch& batch, std::uint16_t view,
                                     const ObjectiveConfig& config) {
  std::vector<SampleIndex> shifts(batch.keys.size(), 0);
  if (config.alignment != "r_peak" || batch.held_out) return shifts;
  for (std::size_t b = 0; b < shifts.size() && b < batch.r_peaks.size(); ++b) {
    RandomKey key = batch.keys[b];
    key.view = view;
    key.purpose = RandomPurpose::kCrop;
    RandomStream random(key);
    shifts[b] = alignment_shift(batch.r_peaks[b], batch.signal.size(2),
                                config.input.sampling_rate_hz, random);
  }
  return shifts;
}

torch::Tensor shifted(const torch::Tensor& signal, std::span<const SampleIndex> shifts) {
  if (std::all_of(shifts.begin(), shifts.end(), [](SampleIndex s) { return s == 0; })) {
    return signal;
  }
  if (!signal.is_cpu()) return shifted_view(signal, shifts);
  const auto out = torch::zeros_like(signal);
  for (std::size_t b = 0; b < shifts.size(); ++b) {
    const auto record = static_cast<std::int64_t>(b);
    const SampleIndex later = std::max(shifts[b], SampleIndex{0});
    const SampleIndex earlier = std::max(-shifts[b], SampleIndex{0});
    const SampleIndex length = std::max(signal.size(2) - later - earlier, SampleIndex{0});
    out[record].narrow(1, later, length).copy_(signal[record].narrow(1, earlier, length));
  }
  return out;
}

TokenBatch draw_masks(const torch::Tensor& signal, const Batch& batch, std::uint16_t view,
                      std::span<const SampleIndex> shifts, const ObjectiveConfig& config) {
  std::vector<RandomKey> keys = batch.keys;
  for (RandomKey& key : keys) key.view = view;
  const TokenGrid grid = grid_of(config.model);
  const auto masks = value_or_throw(masks_of(config.mask_method));
  const MaskMethod& method = *masks[view % masks.size()];
  return value_or_throw(draw_token_batch(grid, keys, [&](std::size_t b, RandomStream& random) {
    const auto beats = moved_beats(batch, b, shifts[b]);
    auto mask = draw_mask(method, signal[static_cast<std::int64_t>(b)], beats, config, random);
    if (mask && shifts[b] != 0) move_into(*mask, grid, covered_columns(grid, shifts[b]), random);
    return mask;
  }));
}

View masked_view(const Batch& batch, std::uint16_t number, const ObjectiveConfig& config) {
  View view;
  const auto shifts = view_shifts(batch, number, config);
  view.target = shifted(batch.signal, shifts);
  view.signal = batch.held_out ? view.target : augmented(view.target, batch, number, config);
  view.present = batch.lead_mask;
  view.complete = batch.complete;
  const TokenBatch masks = draw_masks(view.signal, batch, number, shifts, config);
  const auto present = visible_tokens(batch.lead_mask, {}, config.model.columns) *
                       covered_tokens(shifts, grid_of(config.model));
  view.visible = present * (1 - masks.hidden);
  view.counted = present * masks.hidden;
  if (batch.complete) view.visible_index = masks.visible_index;
  return view;
}

}  // namespace ecg
