#include "beat/quality_tiles.h"

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"
#include "dsp/lanes.h"

namespace ecg {
namespace {

constexpr double kTile_s = 0.100;
constexpr double kReach_s = 0.008;  // the fast part's gain is 1 at 31 Hz, 2 at 62 Hz, 0.12 at 10 Hz
constexpr double kMains_hz[] = {50, 60};

SampleIndex samples_of(double time_s, double rate_hz) {
  return std::max<SampleIndex>(1, static_cast<SampleIndex>(time_s * rate_hz + 0.5));
}

/// Sums over one tile, as four lanes or as one scalar.
template <typename T>
struct TileSums {
  T low, high, sum, square;
  T waves[4];
};

/// Takes samples [n, n + lanes) of a tile into the sums.
template <typename T>
void take(TileSums<T>& sums, const float* samples, SampleIndex n, SampleIndex reach,
          const float* const (&waves)[4]) {
  T before, here, after, wave;
  load_lanes(before, samples + n - reach);
  load_lanes(here, samples + n);
  load_lanes(after, samples + n + reach);
  sums.low = here < sums.low ? here : sums.low;
  sums.high = here > sums.high ? here : sums.high;
  sums.sum += here;
  const T fast = here - 0.5f * (before + after);
  sums.square += fast * fast;
  for (int i = 0; i < 4; ++i) {
    load_lanes(wave, waves[i] + n);
    sums.waves[i] += fast * wave;
  }
}

float sum_of(FloatLanes lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

}  // namespace

QualityTiling::QualityTiling(double sampling_rate_hz)
    : length_(samples_of(kTile_s, sampling_rate_hz)),
      reach_(samples_of(kReach_s, sampling_rate_hz)),
      sees_mains_(sampling_rate_hz >= 2.2 * kMains_hz[1]) {
  for (std::size_t mains = 0; mains < 2; ++mains) {
    const double turns = kMains_hz[mains] / sampling_rate_hz;  // per sample
    gain_[mains] = 1 - exact_cos_turns(turns * static_cast<double>(reach_));
    for (SampleIndex n = 0; n < length_; ++n) {
      const double at = turns * static_cast<double>(n);
      waves_[mains * 2].push_back(static_cast<float>(exact_cos_turns(at)));
      waves_[mains * 2 + 1].push_back(static_cast<float>(exact_sin_turns(at)));
    }
  }
}

void QualityTiles::fill(const QualityTiling& tiling, std::span<const float> lead) {
  const auto count = static_cast<std::size_t>(tiling.count(static_cast<SampleIndex>(lead.size())));
  valid_.assign(count, 0);
  for (auto* values : {&low_mv_, &high_mv_, &level_mv_, &fast_mv2_}) values->assign(count, 0.0f);
  for (auto& values : mains_) values.assign(count, 0.0f);
  for (std::size_t k = 0; k < count; ++k) {
    fill_tile(tiling, lead.data() + tiling.begin(static_cast<SampleIndex>(k)), k);
  }
}

void QualityTiles::fill_tile(const QualityTiling& tiling, const float* samples, std::size_t k) {
  const SampleIndex length = tiling.length_, reach = tiling.reach_;
  const float* const waves[4] = {tiling.waves_[0].data(), tiling.waves_[1].data(),
                                 tiling.waves_[2].data(), tiling.waves_[3].data()};
  const float first = samples[0];
  TileSums<float> all = {first, first, 0, 0, {0, 0, 0, 0}};
  TileSums<FloatLanes> lanes = {};
  lanes.low = lanes.high = FloatLanes{first, first, first, first};
  SampleIndex n = 0;
  for (; n + kLaneCount <= length; n += kLaneCount) take(lanes, samples, n, reach, waves);
  for (; n < length; ++n) take(all, samples, n, reach, waves);
  all.square += sum_of(lanes.square);
  if (!std::isfinite(all.square)) return;  // a sample is missing here
  for (int lane = 0; lane < kLaneCount; ++lane) {
    all.low = std::min(all.low, lanes.low[lane]);
    all.high = std::max(all.high, lanes.high[lane]);
  }
  const auto share = 1 / static_cast<float>(length);
  valid_[k] = 1;
  low_mv_[k] = all.low;
  high_mv_[k] = all.high;
  level_mv_[k] = (all.sum + sum_of(lanes.sum)) * share;
  fast_mv2_[k] = all.square * share;
  for (std::size_t wave = 0; wave < mains_.size(); ++wave) {
    mains_[wave][k] = 2 * share * (all.waves[wave] + sum_of(lanes.waves[wave]));
  }
}

}  // namespace ecg
