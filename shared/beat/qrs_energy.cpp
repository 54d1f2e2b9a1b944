#include "beat/qrs_energy.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/exact_math.h"
#include "dsp/gaps.h"
#include "dsp/lanes.h"

namespace ecg {
namespace {

constexpr double kGapGuard_s = 0.040;
constexpr double kWindowReach = 2.8;  ///< standard deviations

/// Outputs of one band's two filters at four points.
struct Quadrature {
  FloatLanes even, odd;

  FloatLanes energy() const { return even * even + odd * odd; }
};

FloatLanes square_root(FloatLanes x) {
  for (int lane = 0; lane < kLaneCount; ++lane) x[lane] = std::sqrt(x[lane]);
  return x;
}

/// Four energies from `at` on; `at` may be read as far as the lower band's filters reach.
FloatLanes energy_of_four(const QrsFilterPair& filters, const float* at) {
  const QrsFilters &low = filters.lower, &up = filters.upper;
  FloatLanes middle, left, right;
  load_lanes(middle, at);
  Quadrature lower{middle * low.even[0], {0, 0, 0, 0}}, upper{middle * up.even[0], {0, 0, 0, 0}};
  for (std::size_t k = 1; k < low.even.size(); ++k) {
    load_lanes(left, at - k);
    load_lanes(right, at + k);
    const FloatLanes sum = left + right, difference = right - left;
    lower.even += sum * low.even[k];
    lower.odd += difference * low.odd[k];
    if (k >= up.even.size()) continue;
    upper.even += sum * up.even[k];
    upper.odd += difference * up.odd[k];
  }
  const FloatLanes energy = lower.energy();
  return square_root(energy * square_root(energy * upper.energy()));
}

/// The signal with `reach` samples of its end values at each side, and room for whole lanes.
std::vector<float> extended(const std::vector<float>& samples, SampleIndex reach) {
  std::vector<float> padded;
  padded.reserve(samples.size() + 2 * static_cast<std::size_t>(reach) + kLaneCount);
  padded.assign(static_cast<std::size_t>(reach), samples.front());
  padded.insert(padded.end(), samples.begin(), samples.end());
  padded.insert(padded.end(), static_cast<std::size_t>(reach) + kLaneCount, samples.back());
  return padded;
}

/// Makes both filters blind to constants and scales them to unit gain at `centre_hz`.
void normalise(QrsFilters& filters, double centre_turns) {
  double sum = filters.even[0], window = 1;
  for (std::size_t k = 1; k < filters.even.size(); ++k) sum += 2.0 * double{filters.even[k]};
  const double reach = static_cast<double>(filters.reach());
  for (std::size_t k = 1; k < filters.even.size(); ++k) {
    window += 2 * (1 - static_cast<double>(k) / (reach + 1));
  }
  for (std::size_t k = 0; k < filters.even.size(); ++k) {
    const double share = 1 - static_cast<double>(k) / (reach + 1);
    filters.even[k] -= static_cast<float>(sum / window * share);
  }
  double even_gain = filters.even[0], odd_gain = 0;
  for (std::size_t k = 1; k < filters.even.size(); ++k) {
    const double turns = centre_turns * static_cast<double>(k);
    even_gain += 2.0 * double{filters.even[k]} * exact_cos_turns(turns);
    odd_gain += 2.0 * double{filters.odd[k]} * exact_sin_turns(turns);
  }
  for (float& tap : filters.even) tap = static_cast<float>(double{tap} / even_gain);
  for (float& tap : filters.odd) tap = static_cast<float>(double{tap} / odd_gain);
}

}  // namespace

QrsFilterPair design_qrs_filters(double rate_hz) {
  return {design_qrs_filters(kQrsBand, rate_hz), design_qrs_filters(kUpperQrsBand, rate_hz)};
}

EnergyGrid energy_grid(double sampling_rate_hz) {
  const auto factor = std::max<SampleIndex>(1, static_cast<SampleIndex>(sampling_rate_hz / 120));
  return {factor, sampling_rate_hz / static_cast<double>(factor)};
}

QrsFilters design_qrs_filters(const QrsBand& band, double rate_hz) {
  QrsFilters filters;
  const auto reach = static_cast<int>(kWindowReach * band.width_s * rate_hz + 0.5);
  for (int k = 0; k <= reach; ++k) {
    const double t = k / rate_hz;
    const double window = exact_exp(-0.5 * (t / band.width_s) * (t / band.width_s));
    filters.even.push_back(static_cast<float>(window * exact_cos_turns(band.centre_hz * t)));
    filters.odd.push_back(static_cast<float>(window * exact_sin_turns(band.centre_hz * t)));
  }
  normalise(filters, band.centre_hz / rate_hz);
  return filters;
}

void average_blocks(std::span<const float> samples, SampleIndex factor, std::vector<float>& out) {
  const auto step = static_cast<std::size_t>(factor);
  out.resize(samples.size() / step);
  const float scale = 1.0f / static_cast<float>(factor);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const float* block = samples.data() + k * step;
    float sum = 0;
    for (std::size_t i = 0; i < step; ++i) sum += block[i];
    out[k] = sum * scale;
    if (std::isfinite(sum)) continue;
    float finite_sum = 0;
    int finite = 0;
    for (std::size_t i = 0; i < step; ++i) {
      if (!std::isfinite(block[i])) continue;
      finite_sum += block[i];
      ++finite;
    }
    out[k] = finite ? finite_sum / static_cast<float>(finite) : std::nanf("");
  }
}

void qrs_energy(const QrsFilterPair& filters, double rate_hz, std::vector<float>& averages,
                std::vector<float>& energy) {
  const auto count = static_cast<SampleIndex>(averages.size());
  energy.assign(averages.size(), 0.0f);
  const std::vector<SampleRange> missing =
      all_finite(averages) ? std::vector<SampleRange>{} : gaps(averages);
  if (count == 0 || interpolate_gaps(averages, count) > 0) return;
  const std::vector<float> padded = extended(averages, filters.lower.reach());
  const float* first = padded.data() + filters.lower.reach();
  SampleIndex i = 0;
  for (; i + kLaneCount <= count; i += kLaneCount) {
    store_lanes(energy.data() + i, energy_of_four(filters, first + i));
  }
  const FloatLanes rest = energy_of_four(filters, first + i);
  for (int lane = 0; i < count; ++i, ++lane) energy[static_cast<std::size_t>(i)] = rest[lane];

  const auto guard = static_cast<SampleIndex>(kGapGuard_s * rate_hz + 0.5);
  for (const SampleRange& gap : missing) {
    if (gap.size() <= guard) continue;
    const auto begin = static_cast<std::ptrdiff_t>(std::max<SampleIndex>(0, gap.begin - guard));
    const auto end = static_cast<std::ptrdiff_t>(std::min(count, gap.end + guard));
    std::fill(energy.begin() + begin, energy.begin() + end, 0.0f);
  }
}

}  // namespace ecg
