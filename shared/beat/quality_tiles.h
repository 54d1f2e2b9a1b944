#pragma once
// One lead in tiles of 100 ms, which hold whole periods of 50 Hz and of 60 Hz: level, range and
// fast content of each, from which quality is judged.

#include <array>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// What is looked for at one sampling rate.
class QualityTiling {
 public:
  explicit QualityTiling(double sampling_rate_hz);

  SampleIndex length() const { return length_; }  ///< samples per tile
  /// Whether 50 and 60 Hz can be told at this sampling rate.
  bool sees_mains() const { return sees_mains_; }
  /// Gain of the fast part at 50 Hz (0) and at 60 Hz (1).
  double gain(std::size_t mains) const { return gain_[mains]; }

  /// First sample of tile k, and how many whole tiles a lead has: the fast part needs a few samples
  /// to either side.
  SampleIndex begin(SampleIndex k) const { return reach_ + k * length_; }
  SampleIndex count(SampleIndex samples) const {
    return samples < 2 * reach_ ? 0 : (samples - 2 * reach_) / length_;
  }

 private:
  friend class QualityTiles;
  SampleIndex length_;
  SampleIndex reach_;  ///< distance of the neighbours that the fast part is compared with
  bool sees_mains_;
  std::array<double, 2> gain_;
  std::array<std::vector<float>, 4> waves_;  ///< cos 50, sin 50, cos 60, sin 60 over one tile
};

/// Statistics of the tiles of one lead; made once and filled lead after lead.
class QualityTiles {
 public:
  /// Tiles with a missing sample are invalid and hold 0.
  void fill(const QualityTiling& tiling, std::span<const float> lead);

  std::size_t size() const { return valid_.size(); }
  bool valid(std::size_t k) const { return valid_[k] != 0; }
  float low_mv(std::size_t k) const { return low_mv_[k]; }
  float high_mv(std::size_t k) const { return high_mv_[k]; }
  float level_mv(std::size_t k) const { return level_mv_[k]; }
  /// Mean square of the fast part: x[n] - (x[n-8 ms] + x[n+8 ms]) / 2.
  float fast_mv2(std::size_t k) const { return fast_mv2_[k]; }
  /// Amplitude of 50 Hz (0) and 60 Hz (1) in the fast part; phase 0 at the tile's first sample.
  std::complex<float> mains_mv(std::size_t k, std::size_t mains) const {
    return {mains_[mains * 2][k], mains_[mains * 2 + 1][k]};
  }

 private:
  void fill_tile(const QualityTiling& tiling, const float* samples, std::size_t k);

  std::vector<unsigned char> valid_;
  std::vector<float> low_mv_, high_mv_, level_mv_, fast_mv2_;
  std::array<std::vector<float>, 4> mains_;
};

}  // namespace ecg
