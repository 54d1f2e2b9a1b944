#pragma once
// The parts of remove_mains: waves to look for, and their fit to four leads at a time.
//
// A lead without its slow waves is cut into tiles of some 20 ms; a tile that holds part of a QRS
// complex (or a missing sample) does not count. The tiles of a quarter of a second make a block,
// and each block gives the height and phase of the hum at its middle.

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "core/signal.h"
#include "dsp/lanes.h"

namespace ecg {

/// How the samples are cut: block = tiles_per_block * tile samples. The last ones may be shorter.
struct MainsGrid {
  MainsGrid(SampleIndex samples, double sampling_rate_hz);

  double sampling_rate_hz;
  SampleIndex samples;
  SampleIndex tile;
  SampleIndex tiles_per_block;

  SampleIndex block() const { return tile * tiles_per_block; }
  SampleIndex blocks() const { return (samples + block() - 1) / block(); }
  SampleIndex tiles() const { return (samples + tile - 1) / tile; }
};

/// cos and sin of one frequency over one block, phase 0 at its middle.
class MainsWave {
 public:
  MainsWave(double frequency_hz, const MainsGrid& grid);

  double frequency_hz() const { return frequency_hz_; }
  const float* cos() const { return cos_.data(); }
  const float* sin() const { return sin_.data(); }
  /// exp(j w n) after that many blocks.
  std::complex<double> turn(int blocks) const;

 private:
  double frequency_hz_;
  double turns_per_block_;
  std::vector<float> cos_;
  std::vector<float> sin_;
};

/// One complex number per block and lead (four lanes), in the phase of the block's own middle.
struct MainsTrack {
  std::vector<float> re, im;  ///< [block * 4 + lane]

  void resize(SampleIndex blocks) {
    re.resize(static_cast<std::size_t>(blocks * kLaneCount));
    im.resize(re.size());
  }
};

/// Up to four leads without their slow waves, side by side, from which the hum is taken away bit by
/// bit. The high-pass is a five-point difference with a spacing of about 4 ms.
class MainsLeads {
 public:
  MainsLeads(SignalView signal, std::size_t first_row, const MainsGrid& grid);

  /// Gain of the high-pass.
  static double gain(double frequency_hz, double sampling_rate_hz);

  /// Subtracts the sine that `track` holds.
  void subtract(const MainsTrack& track, const MainsWave& wave);

  /// Finds the quiet tiles of what is left, and for each wave the sums of x exp(-j w n) over them.
  std::vector<MainsTrack> block_sums(std::span<const MainsWave> waves);

  /// Height and phase at each block from the latest sums of it and its neighbours (about one
  /// second); 0 where too little is quiet.
  MainsTrack smooth(const MainsTrack& sums, const MainsWave& wave) const;

  /// Per lane: mean power of `track` over that which the scatter of `rest` around its own smooth
  /// course would leave in it - about 1 where there is nothing but noise. `rest`: the latest sums.
  FloatLanes prominence(const MainsTrack& track, const MainsTrack& rest,
                        const MainsWave& wave) const;

 private:
  void find_quiet_tiles();
  void limit_of(std::size_t begin, std::size_t end, FloatLanes& limit);

  MainsGrid grid_;
  std::vector<float> samples_;                 ///< [sample * 4 + lane]; NaN near the ends and gaps
  std::vector<float> largest_, mean_, quiet_;  ///< [tile * 4 + lane]; quiet: 1 or 0
  std::vector<float> counts_;                  ///< [block * 4 + lane]: quiet samples
  std::vector<float> work_;
};

/// samples -= gain * the sine that lane `lane` of `track` holds.
void subtract_mains(std::span<float> samples, const MainsTrack& track, std::size_t lane,
                    const MainsWave& wave, const MainsGrid& grid, double gain);

}  // namespace ecg
