#include "objective/importance_map.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <torch/types.h>

#include <algorithm>

#include "core/assert.h"
#include "nn/mae_config.h"
#include "objective/tensor_views.h"
#include "pretext/augmentation.h"

namespace ecg {
namespace {

constexpr double kSizeNoise = 0.2, kPhaseNoise = 0.1, kDropChance = 0.1;  // as in shared/pretext
constexpr double kFaintShare = 1e-6;   ///< of the mean power, added to every band's
constexpr double kFaintPower = 1e-20;  ///< the same for a record without any power
constexpr double kFarLogit = 12;       ///< sigmoid of it is nearly 1
constexpr int kHalvings = 48;

torch::Tensor index_of(const std::vector<std::int64_t>& values) {
  return torch::tensor(values, torch::kInt64);
}

/// The shift [batch, 1] at which sum(share * sigmoid(shift - logits)) is kDisturbedShare: halving,
/// then one Newton step, which carries the gradient with respect to the logits exactly.
torch::Tensor budget_shift(const torch::Tensor& share, const torch::Tensor& logits) {
  const auto spent = [&](const torch::Tensor& shift, const torch::Tensor& map) {
    return (share * torch::sigmoid(shift - map)).sum(1, true);
  };
  torch::Tensor shift, slope;
  {
    const torch::NoGradGuard no_grad;
    auto low = (logits.min() - kFarLogit).expand({share.size(0), 1});
    auto high = (logits.max() + kFarLogit).expand({share.size(0), 1});
    for (int i = 0; i < kHalvings; ++i) {
      const auto middle = (low + high) / 2;
      const auto more = spent(middle, logits) < kDisturbedShare;
      low = torch::where(more, middle, low);
      high = torch::where(more, high, middle);
    }
    shift = (low + high) / 2;
    const auto disturbed = torch::sigmoid(shift - logits);
    slope = (share * disturbed * (1 - disturbed)).sum(1, true);
  }
  return shift - (spent(shift, logits) - kDisturbedShare) / slope;
}

}  // namespace

FdaRows fda_rows(std::span<const Lead> leads) {
  const auto place = [&](Lead lead) -> std::int64_t {
    for (std::size_t i = 0; i < leads.size(); ++i) {
      if (leads[i] == lead) return static_cast<std::int64_t>(i);
    }
    return -1;
  };
  FdaRows rows;
  const bool both = place(Lead::kI) >= 0 && place(Lead::kII) >= 0;
  if (both) {
    rows.first = place(Lead::kI);
    rows.second = place(Lead::kII);
  }
  std::int64_t limb_row = -1;
  for (std::size_t i = 0; i < leads.size(); ++i) {
    const bool limb = limb_lead_weights(leads[i]).has_value();
    const bool own = both ? !limb || leads[i] <= Lead::kII : !limb || limb_row < 0;
    if (own) rows.lead.push_back(static_cast<std::int64_t>(i));
    const auto newest = static_cast<std::int64_t>(rows.lead.size()) - 1;
    if (limb && own && limb_row < 0) limb_row = newest;
    rows.of_lead.push_back(own ? newest : -1);
    rows.shared.push_back(limb ? -1 : newest);
  }
  std::replace(rows.of_lead.begin(), rows.of_lead.end(), std::int64_t{-1}, limb_row);
  std::replace(rows.shared.begin(), rows.shared.end(), std::int64_t{-1}, limb_row);
  return rows;
}

FdaNoise draw_fda_noise(std::span<const RandomKey> keys, std::span<const Lead> leads,
                        std::int64_t samples) {
  const std::int64_t bins = samples / 2 + 1;
  const auto rows = static_cast<std::int64_t>(fda_rows(leads).lead.size());
  const auto size = static_cast<std::size_t>(bins);
  const auto empty = [&] {
    return torch::empty({static_cast<std::int64_t>(keys.size()), rows, bins}, torch::kFloat);
  };
  FdaNoise noise = {empty(), empty(), empty()};
  std::vector<std::uint32_t> words(size);
  std::int64_t offset = 0;
  for (const RandomKey& key : keys) {
    RandomStream random(key);
    for (std::int64_t row = 0; row < rows; ++row, offset += bins) {
      fill_normal(random, {noise.size.data_ptr<float>() + offset, size});
      fill_normal(random, {noise.phase.data_ptr<float>() + offset, size});
      random.fill_u32(words);
      float* chance = noise.chance.data_ptr<float>() + offset;
      for (const std::uint32_t word : words) *chance++ = static_cast<float>(word >> 8) * 0x1p-24f;
    }
  }
  return noise;
}

FdaNoise draw_fda_noise_on(const torch::Tensor& like, std::span<const RandomKey> keys,
                           std::span<const Lead> leads, std::int64_t samples) {
  const std::int64_t bins = samples / 2 + 1;
  const auto rows = static_cast<std::int64_t>(fda_rows(leads).lead.size());
  const auto words = philox_words(keys, rows * 5 * bins, like).view({-1, rows, 5 * bins});
  const auto normals = normal_from_words(words.narrow(2, 0, 4 * bins));
  const auto chance = at::bitwise_right_shift(words.narrow(2, 4 * bins, bins), 8);
  return {normals.narrow(2, 0, bins), normals.narrow(2, bins, bins),
          chance.to(at::kFloat) * 0x1p-24f};
}

ImportanceMapImpl::ImportanceMapImpl(std::vector<Lead> leads, std::int64_t samples,
                                     std::int64_t bands)
    : leads_(std::move(leads)), rows_(fda_rows(leads_)), bands_(bands) {
  ECG_ASSERT(samples % 2 == 0);
  logits = register_parameter("logits", torch::zeros({kLeadRows, bands}));
  tables_ = make_tables(samples / 2 + 1);
}

ImportanceMapImpl::Tables ImportanceMapImpl::make_tables(std::int64_t bins) const {
  std::vector<std::int64_t> table_rows;
  for (const std::int64_t at : rows_.lead) {
    table_rows.push_back(static_cast<std::int64_t>(leads_[static_cast<std::size_t>(at)]));
  }
  Tables tables;
  tables.row_lead = index_of(rows_.lead);
  tables.row_logits = index_of(table_rows);
  tables.of_lead = index_of(rows_.of_lead);
  tables.shared = index_of(rows_.shared);
  tables.band_of_bin = torch::floor_divide(torch::arange(bins, torch::kInt64) * bands_, bins);
  const auto count = static_cast<std::int64_t>(leads_.size());
  tables.mix = torch::zeros({count, 2}, torch::kFloat64);
  tables.derived = torch::zeros({1, count, 1}, torch::kBool);
  for (std::int64_t at = 0; at < count; ++at) {
    const Lead lead = leads_[static_cast<std::size_t>(at)];
    const auto weights = limb_lead_weights(lead);
    if (!weights || lead <= Lead::kII) continue;
    tables.derived[0][at][0] = true;
    for (std::int64_t k = 0; k < 2; ++k) {
      tables.mix[at][k] = (*weights)[static_cast<std::size_t>(k)];
    }
  }
  return tables;
}

// Copied when the device changes, that is once: a copy in every step would wait for the device.
const ImportanceMapImpl::Tables& ImportanceMapImpl::tables_on(torch::Device device) {
  if (tables_.row_lead.device() == device) return tables_;
  for (torch::Tensor* table :
       {&tables_.row_lead, &tables_.row_logits, &tables_.of_lead, &tables_.shared,
        &tables_.band_of_bin, &tables_.mix, &tables_.derived}) {
    *table = table->to(device);
  }
  return tables_;
}

torch::Tensor ImportanceMapImpl::disturbed(const torch::Tensor& signal) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const Tables& tables = tables_on(signal.device());
  torch::Tensor share;
  {
    const torch::NoGradGuard no_grad;
    const auto rows = signal.index_select(1, tables.row_lead);
    const auto power = torch::fft_rfft(rows).abs().square();
    share = torch::zeros({power.size(0), power.size(1), bands_}, power.options());
    share.index_add_(2, tables.band_of_bin, power);
    share = share.flatten(1);
    share = share + share.mean(1, true) * kFaintShare + kFaintPower;
    share = share / share.sum(1, true);
  }
  const auto map = logits.index_select(0, tables.row_logits).to(share.scalar_type()).view({1, -1});
  const auto weight = torch::sigmoid(budget_shift(share, map) - map);
  return weight.view({share.size(0), -1, bands_}).index_select(2, tables.band_of_bin);
}

/// `view` with III, aVR, aVL and aVF made of its I and II where has_both [batch, 1, 1].
torch::Tensor ImportanceMapImpl::rebuilt(const torch::Tensor& view, const torch::Tensor& has_both) {
  const Tables& tables = tables_on(view.device());
  const auto limb = torch::stack({view.select(1, rows_.first), view.select(1, rows_.second)}, 1);
  const auto sums = torch::matmul(tables.mix.to(view.options()), limb);
  return torch::where(tables.derived.logical_and(has_both), sums, view);
}

torch::Tensor ImportanceMapImpl::view(const torch::Tensor& signal, const torch::Tensor& present,
                                      const FdaNoise& noise, double strength, bool complete) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  const auto weight = strength * disturbed(signal);
  const auto kept = noise.chance.ge(kDropChance * weight.detach()).to(weight.scalar_type());
  const auto size = (1 + kSizeNoise * weight * noise.size) * kept;
  auto turns = torch::ones({weight.size(2)}, weight.options());
  turns[0] = 0;
  turns[-1] = 0;
  const auto angle = kPhaseNoise * weight * noise.phase * turns;
  const auto factors = torch::complex(size * angle.cos(), size * angle.sin());
  const auto spectrum = torch::fft_rfft(signal);
  const Tables& tables = tables_on(signal.device());
  const auto disturbed_by = [&](const torch::Tensor& row_of_lead) {
    const auto of_lead = factors.index_select(1, row_of_lead);
    return torch::fft_irfft(spectrum * of_lead, signal.size(2));
  };
  if (rows_.first < 0) return disturbed_by(tables.shared);
  const auto has_both =
      (present.select(1, rows_.first) * present.select(1, rows_.second)).gt(0.5).view({-1, 1, 1});
  const auto own = rebuilt(disturbed_by(tables.of_lead), has_both);
  if (complete) return own;
  return torch::where(has_both, own, disturbed_by(tables.shared));
}

}  // namespace ecg
