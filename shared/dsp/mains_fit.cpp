#include "dsp/mains_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/exact_math.h"

namespace ecg {
namespace {

constexpr double kTile_s = 0.02;
constexpr double kBlock_s = 0.25;
constexpr double kStretch_s = 10;      // noise is judged over stretches of this length
constexpr double kSpacing_s = 0.004;   // of the high-pass
constexpr float kQuietDeviations = 4;  // beyond this a tile holds a wave, not noise
constexpr std::size_t kDrawn = 128;    // tiles that the typical size is taken from
// Weights of a block and its neighbours in the fit: about one second in all.
constexpr SampleIndex kReach = 2;
constexpr double weight_of(SampleIndex distance) { return static_cast<double>(3 - distance); }
constexpr float kFloor_mv2 = 1e-12f;  // rounding

SampleIndex spacing_of(double sampling_rate_hz) {
  return std::max<SampleIndex>(1, static_cast<SampleIndex>(kSpacing_s * sampling_rate_hz + 0.5));
}

FloatLanes splat(float x) { return FloatLanes{x, x, x, x}; }

FloatLanes at(const std::vector<float>& values, SampleIndex index) {
  FloatLanes lanes;
  load_lanes(lanes, values.data() + index * kLaneCount);
  return lanes;
}

void put(std::vector<float>& values, SampleIndex index, const FloatLanes& lanes) {
  store_lanes(values.data() + index * kLaneCount, lanes);
}

/// A complex number per lane.
struct ComplexLanes {
  FloatLanes re, im;

  ComplexLanes turned(std::complex<double> by) const {
    const auto c = static_cast<float>(by.real());
    const auto s = static_cast<float>(by.imag());
    return {re * c - im * s, re * s + im * c};
  }
};

ComplexLanes at(const MainsTrack& track, SampleIndex block) {
  return {at(track.re, block), at(track.im, block)};
}

/// The samples of up to four rows side by side; lanes without a row are missing.
std::vector<float> side_by_side(SignalView signal, std::size_t first_row) {
  const auto count = static_cast<std::size_t>(signal.sample_count);
  std::array<const float*, kLaneCount> rows{};
  const std::size_t lanes = std::min<std::size_t>(kLaneCount, signal.lead_count - first_row);
  for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
    rows[lane] = signal.lead(first_row + std::min(lane, lanes - 1)).data();
  }
  std::vector<float> values(count * kLaneCount);
  for (std::size_t i = 0; i < count; ++i) {
    const FloatLanes x = {rows[0][i], rows[1][i], rows[2][i], rows[3][i]};
    store_lanes(values.data() + i * kLaneCount, x);
  }
  return values;
}

}  // namespace

MainsGrid::MainsGrid(SampleIndex count, double rate_hz)
    : sampling_rate_hz(rate_hz),
      samples(count),
      tile(std::max<SampleIndex>(2, static_cast<SampleIndex>(kTile_s * rate_hz + 0.5))),
      tiles_per_block(std::max<SampleIndex>(
          1, static_cast<SampleIndex>(kBlock_s * rate_hz / static_cast<double>(tile) + 0.5))) {}

MainsWave::MainsWave(double frequency_hz, const MainsGrid& grid)
    : frequency_hz_(frequency_hz),
      turns_per_block_(frequency_hz / grid.sampling_rate_hz * static_cast<double>(grid.block())) {
  const double middle = static_cast<double>(grid.block() - 1) / 2;
  for (SampleIndex i = 0; i < grid.block(); ++i) {
    const double turns = frequency_hz / grid.sampling_rate_hz * (static_cast<double>(i) - middle);
    cos_.push_back(static_cast<float>(exact_cos_turns(turns)));
    sin_.push_back(static_cast<float>(exact_sin_turns(turns)));
  }
}

std::complex<double> MainsWave::turn(int blocks) const {
  const double turns = turns_per_block_ * blocks;
  return {exact_cos_turns(turns), exact_sin_turns(turns)};
}

double MainsLeads::gain(double frequency_hz, double sampling_rate_hz) {
  const double turns =
      frequency_hz / sampling_rate_hz * static_cast<double>(spacing_of(sampling_rate_hz));
  const double once = 1 - exact_cos_turns(turns);
  return once * once;
}

MainsLeads::MainsLeads(SignalView signal, std::size_t first_row, const MainsGrid& grid)
    : grid_(grid) {
  const std::vector<float> raw = side_by_side(signal, first_row);
  const SampleIndex k = spacing_of(grid.sampling_rate_hz);
  const SampleIndex end = std::min(2 * k, grid.samples);
  samples_.assign(raw.size(), std::numeric_limits<float>::quiet_NaN());
  for (SampleIndex i = end; i + 2 * k < grid.samples; ++i) {
    const FloatLanes near = at(raw, i - k) + at(raw, i + k);
    const FloatLanes far = at(raw, i - 2 * k) + at(raw, i + 2 * k);
    put(samples_, i, at(raw, i) * 1.5f - near + far * 0.25f);
  }
  const auto tile_values = static_cast<std::size_t>(grid.tiles() * kLaneCount);
  largest_.resize(tile_values);
  mean_.resize(tile_values);
  quiet_.resize(tile_values);
  counts_.resize(static_cast<std::size_t>(grid.blocks() * kLaneCount));
}

namespace {

/// Calls visit(begin, end, start, step) for the two halves of each block: the phasor of the sine
/// at `begin`, in the phase of the block's own middle, and how much it changes per sample.
template <typename Visit>
void for_half_blocks(const MainsTrack& track, const MainsWave& wave, const MainsGrid& grid,
                     const Visit& visit) {
  const SampleIndex last = grid.blocks() - 1;
  const std::complex<double> forth = wave.turn(1);
  const double middle = static_cast<double>(grid.block() - 1) / 2;
  const SampleIndex half = (grid.block() + 1) / 2;
  const auto per_sample = static_cast<float>(1 / static_cast<double>(grid.block()));
  for (SampleIndex block = 0; block <= last; ++block) {
    const ComplexLanes here = at(track, block);
    const ComplexLanes before = block > 0 ? at(track, block - 1).turned(forth) : here;
    const ComplexLanes after = block < last ? at(track, block + 1).turned(std::conj(forth)) : here;
    const SampleIndex begin = block * grid.block();
    const SampleIndex end = std::min(begin + grid.block(), grid.samples);
    const auto ahead = static_cast<float>(middle);
    const ComplexLanes rise = {(here.re - before.re) * per_sample,
                               (here.im - before.im) * per_sample};
    visit(begin, std::min(end, begin + half), SampleIndex{0},
          ComplexLanes{here.re - rise.re * ahead, here.im - rise.im * ahead}, rise);
    if (begin + half >= end) continue;
    const auto past = static_cast<float>(static_cast<double>(half) - middle);
    const ComplexLanes fall = {(after.re - here.re) * per_sample,
                               (after.im - here.im) * per_sample};
    visit(begin + half, end, half, ComplexLanes{here.re + fall.re * past, here.im + fall.im * past},
          fall);
  }
}

}  // namespace

void MainsLeads::subtract(const MainsTrack& track, const MainsWave& wave) {
  for_half_blocks(track, wave, grid_,
                  [&](SampleIndex begin, SampleIndex end, SampleIndex within, ComplexLanes phasor,
                      const ComplexLanes& step) {
                    const float* cosine = wave.cos() + within;
                    const float* sine = wave.sin() + within;
                    for (SampleIndex i = begin; i < end; ++i) {
                      const SampleIndex k = i - begin;
                      put(samples_, i,
                          at(samples_, i) - (phasor.re * cosine[k] - phasor.im * sine[k]));
                      phasor.re += step.re;
                      phasor.im += step.im;
                    }
                  });
}

/// Largest size that noise explains, per lane, in the tiles [begin, end).
void MainsLeads::limit_of(std::size_t begin, std::size_t end, FloatLanes& limit) {
  const std::size_t stride = std::max<std::size_t>(1, (end - begin) / kDrawn);
  for (int lane = 0; lane < kLaneCount; ++lane) {
    work_.clear();
    for (std::size_t tile = begin; tile < end; tile += stride) {
      const float size = mean_[tile * kLaneCount + static_cast<std::size_t>(lane)];
      if (std::isfinite(size)) work_.push_back(size);
    }
    limit[lane] = -1;
    if (work_.empty()) continue;
    const auto middle = work_.begin() + static_cast<std::ptrdiff_t>(work_.size() / 2);
    std::nth_element(work_.begin(), middle, work_.end());
    limit[lane] = kQuietDeviations * 1.2533f * *middle;  // of normal noise with that mean size
  }
}

void MainsLeads::find_quiet_tiles() {
  for (SampleIndex tile = 0; tile < grid_.tiles(); ++tile) {
    const SampleIndex end = std::min((tile + 1) * grid_.tile, grid_.samples);
    FloatLanes largest = splat(0), sum = splat(0);
    for (SampleIndex i = tile * grid_.tile; i < end; ++i) {
      const FloatLanes x = at(samples_, i);
      const FloatLanes size = x < 0 ? -x : x;
      largest = size > largest ? size : largest;
      sum += size;
    }
    put(largest_, tile, largest);
    put(mean_, tile, sum * (1 / static_cast<float>(end - tile * grid_.tile)));
  }
  const auto stretch = static_cast<SampleIndex>(kStretch_s / kTile_s);
  for (SampleIndex begin = 0; begin < grid_.tiles(); begin += stretch) {
    const SampleIndex end = std::min(begin + stretch, grid_.tiles());
    FloatLanes limit;
    limit_of(static_cast<std::size_t>(begin), static_cast<std::size_t>(end), limit);
    for (SampleIndex tile = begin; tile < end; ++tile) {
      const FloatLanes mean = at(mean_, tile);  // NaN if a sample is missing
      const FloatLanes small = at(largest_, tile) <= limit ? splat(1) : splat(0);
      put(quiet_, tile, mean == mean ? small : splat(0));
    }
  }
}

std::vector<MainsTrack> MainsLeads::block_sums(std::span<const MainsWave> waves) {
  find_quiet_tiles();
  std::vector<MainsTrack> tracks(waves.size());
  for (MainsTrack& track : tracks) track.resize(grid_.blocks());
  std::fill(counts_.begin(), counts_.end(), 0.0f);
  for (SampleIndex tile = 0; tile < grid_.tiles(); ++tile) {
    // A wave reaches into the tiles beside it.
    FloatLanes quiet = at(quiet_, tile);
    if (tile > 0) quiet *= at(quiet_, tile - 1);
    if (tile + 1 < grid_.tiles()) quiet *= at(quiet_, tile + 1);
    const SampleIndex block = tile / grid_.tiles_per_block;
    const SampleIndex begin = tile * grid_.tile;
    const SampleIndex end = std::min(begin + grid_.tile, grid_.samples);
    put(counts_, block, at(counts_, block) + quiet * static_cast<float>(end - begin));
    for (std::size_t w = 0; w < waves.size(); ++w) {
      const float* cosine = waves[w].cos() + (begin - block * grid_.block());
      const float* sine = waves[w].sin() + (begin - block * grid_.block());
      FloatLanes re = splat(0), im = splat(0);
      for (SampleIndex i = begin; i < end; ++i) {
        const FloatLanes x = at(samples_, i);
        re += x * cosine[i - begin];
        im -= x * sine[i - begin];
      }
      MainsTrack& track = tracks[w];
      put(track.re, block, at(track.re, block) + (quiet > 0 ? re : splat(0)));
      put(track.im, block, at(track.im, block) + (quiet > 0 ? im : splat(0)));
    }
  }
  return tracks;
}

MainsTrack MainsLeads::smooth(const MainsTrack& sums, const MainsWave& wave) const {
  const SampleIndex last = grid_.blocks() - 1;
  const auto enough = static_cast<float>(grid_.block());
  std::array<std::complex<double>, 2 * kReach + 1> turns;
  for (int d = -kReach; d <= kReach; ++d)
    turns[static_cast<std::size_t>(d + kReach)] = wave.turn(d);
  MainsTrack track;
  track.resize(grid_.blocks());
  for (SampleIndex block = 0; block <= last; ++block) {
    FloatLanes re = splat(0), im = splat(0), count = splat(0);
    const SampleIndex first = std::max<SampleIndex>(0, block - kReach);
    for (SampleIndex i = first; i <= std::min(last, block + kReach); ++i) {
      const auto weight = static_cast<float>(weight_of(std::abs(i - block)));
      const ComplexLanes sum =
          at(sums, i).turned(turns[static_cast<std::size_t>(block - i + kReach)]);
      re += sum.re * weight;
      im += sum.im * weight;
      count += at(counts_, i) * weight;
    }
    const FloatLanes scale = count > enough ? 2 / count : splat(0);
    put(track.re, block, re * scale);
    put(track.im, block, im * scale);
  }
  return track;
}

FloatLanes MainsLeads::prominence(const MainsTrack& track, const MainsTrack& rest,
                                  const MainsWave& wave) const {
  const MainsTrack course = smooth(rest, wave);
  FloatLanes power = splat(0), scatter = splat(0), blocks = splat(0);
  const auto enough = static_cast<float>(grid_.block()) / 4;
  for (SampleIndex block = 0; block < grid_.blocks(); ++block) {
    const ComplexLanes p = at(track, block);
    power += p.re * p.re + p.im * p.im;
    const FloatLanes count = at(counts_, block);
    const ComplexLanes sum = at(rest, block), c = at(course, block);
    const FloatLanes scale = count > enough ? 2 / count : splat(0);
    const FloatLanes re = sum.re * scale - c.re, im = sum.im * scale - c.im;
    scatter += count > enough ? re * re + im * im : splat(0);
    blocks += count > enough ? splat(1) : splat(0);
  }
  // Of independent blocks with equal scatter: what the weighted mean keeps of it, over what is left
  // between a block and that mean.
  double sum = 0, squares = 0;
  for (SampleIndex d = -kReach; d <= kReach; ++d) {
    sum += weight_of(std::abs(d));
    squares += weight_of(std::abs(d)) * weight_of(std::abs(d));
  }
  const double kept = squares / (sum * sum);
  const double left = 1 - 2 * weight_of(0) / sum + kept;
  const auto ratio = static_cast<float>(kept / left);
  const FloatLanes noise = scatter / (blocks > 0 ? blocks : splat(1)) * ratio + kFloor_mv2;
  return blocks > 0 ? power / static_cast<float>(grid_.blocks()) / noise : splat(0);
}

void subtract_mains(std::span<float> samples, const MainsTrack& track, std::size_t lane,
                    const MainsWave& wave, const MainsGrid& grid, double gain) {
  const auto g = static_cast<float>(gain);
  for_half_blocks(track, wave, grid,
                  [&](SampleIndex begin, SampleIndex end, SampleIndex within,
                      const ComplexLanes& phasor, const ComplexLanes& step) {
                    const float re = phasor.re[lane] * g, im = phasor.im[lane] * g;
                    const float re_step = step.re[lane] * g, im_step = step.im[lane] * g;
                    const float* cosine = wave.cos() + within;
                    const float* sine = wave.sin() + within;
                    float* x = samples.data() + begin;
                    for (SampleIndex i = 0; i < end - begin; ++i) {
                      const auto steps = static_cast<float>(i);
                      x[i] -= (re + re_step * steps) * cosine[i] - (im + im_step * steps) * sine[i];
                    }
                  });
}

}  // namespace ecg
