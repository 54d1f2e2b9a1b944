#include "dsp/mains_fit.h"

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"
#include "dsp/lanes.h"

namespace ecg {
namespace {

constexpr double kBlock_s = 0.25;
constexpr double kStretch_s = 10;       // noise is judged over stretches of this length
constexpr double kQuietDeviations = 4;  // beyond this a sample belongs to a wave, not to noise
constexpr double kWidening_s = 0.01;    // and so do its neighbours
constexpr int kRounds = 3;
// Weights of a block and its neighbours in the fit: about one second in all.
constexpr SampleIndex kReach = 2;
constexpr double weight_of(SampleIndex distance) { return static_cast<double>(3 - distance); }

/// Median of |x| over at most 1024 samples, drawn so that no period of the signal is met.
double typical_size(std::span<const float> samples, std::vector<float>& work) {
  constexpr std::size_t kDrawn = 1024;
  work.clear();
  const std::size_t count = std::min(kDrawn, samples.size());
  for (std::size_t k = 0; k < count; ++k) {
    const double turns = static_cast<double>(k) * 0.61803398874989485;
    const double place = (turns - std::floor(turns)) * static_cast<double>(samples.size());
    const float x = samples[std::min(static_cast<std::size_t>(place), samples.size() - 1)];
    if (std::isfinite(x)) work.push_back(std::fabs(x));
  }
  if (work.empty()) return 0;
  const auto middle = work.begin() + static_cast<std::ptrdiff_t>(work.size() / 2);
  std::nth_element(work.begin(), middle, work.end());
  return *middle;
}

/// The quiet samples of a lead; all others are 0 and do not count.
struct Quiet {
  std::vector<float> samples;
  std::vector<float> counted;  ///< 1 or 0
  std::vector<float> work;

  void clear(SampleIndex begin, SampleIndex end) {
    std::fill(samples.data() + begin, samples.data() + end, 0.0f);
    std::fill(counted.data() + begin, counted.data() + end, 0.0f);
  }

  void select(std::span<const float> lead, double sampling_rate_hz) {
    const auto count = static_cast<SampleIndex>(lead.size());
    samples.assign(lead.begin(), lead.end());
    counted.assign(lead.size(), 1.0f);
    const auto widening = static_cast<SampleIndex>(kWidening_s * sampling_rate_hz);
    const SampleIndex stretch =
        std::max<SampleIndex>(1, static_cast<SampleIndex>(kStretch_s * sampling_rate_hz));
    for (SampleIndex begin = 0; begin < count; begin += stretch) {
      const SampleIndex end = std::min(count, begin + stretch);
      const auto part =
          lead.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
      const double limit = kQuietDeviations * 1.4826 * typical_size(part, work);
      for (SampleIndex i = begin; i < end; ++i) {
        if (std::fabs(lead[static_cast<std::size_t>(i)]) <= limit) continue;  // false for NaN
        clear(std::max<SampleIndex>(0, i - widening), std::min(count, i + widening + 1));
      }
    }
  }
};

BlockSum sum_block(const Quiet& quiet, const MainsCarriers& carriers, std::size_t harmonic,
                   SampleIndex begin, SampleIndex count) {
  const float* x = quiet.samples.data() + begin;
  const float* kept = quiet.counted.data() + begin;
  return {{dot(x, carriers.cos(harmonic) + begin, count),
           -dot(x, carriers.sin(harmonic) + begin, count)},
          dot(kept, kept, count)};
}

std::vector<BlockSum> block_sums(const Quiet& quiet, const MainsCarriers& carriers,
                                 std::size_t harmonic) {
  const auto count = static_cast<SampleIndex>(quiet.samples.size());
  const SampleIndex block = mains_block(carriers.sampling_rate_hz());
  std::vector<BlockSum> sums;
  for (SampleIndex begin = 0; begin < count; begin += block) {
    sums.push_back(sum_block(quiet, carriers, harmonic, begin, std::min(block, count - begin)));
  }
  return sums;
}

/// Phasor at each block from it and its neighbours; 0 where too little is quiet.
std::vector<std::complex<double>> smooth(const std::vector<BlockSum>& sums, SampleIndex block) {
  const auto count = static_cast<SampleIndex>(sums.size());
  std::vector<std::complex<double>> phasors(sums.size());
  for (SampleIndex at = 0; at < count; ++at) {
    std::complex<double> sum = 0;
    double weight = 0;
    for (SampleIndex i = std::max<SampleIndex>(0, at - kReach);
         i <= std::min(count - 1, at + kReach); ++i) {
      const double w = weight_of(std::abs(i - at));
      sum += w * sums[static_cast<std::size_t>(i)].sum;
      weight += w * sums[static_cast<std::size_t>(i)].count;
    }
    const bool enough = weight > static_cast<double>(block);
    phasors[static_cast<std::size_t>(at)] = enough ? 2.0 * sum / weight : 0.0;
  }
  return phasors;
}

/// Mean power of the phasors over that which white noise of the residual's power would give.
double prominence_of(const std::vector<std::complex<double>>& phasors, const Quiet& residual,
                     SampleIndex block) {
  double power = 0;
  for (const std::complex<double>& p : phasors) power += std::norm(p);
  power /= static_cast<double>(phasors.size());
  const auto count = static_cast<SampleIndex>(residual.samples.size());
  const double kept = dot(residual.counted.data(), residual.counted.data(), count);
  if (kept == 0) return 0;
  const double noise = dot(residual.samples.data(), residual.samples.data(), count) / kept;
  double sum = 0, squares = 0;
  for (SampleIndex distance = -kReach; distance <= kReach; ++distance) {
    const double w = weight_of(std::abs(distance));
    sum += w;
    squares += w * w;
  }
  const double samples = sum * sum / squares * static_cast<double>(block);
  constexpr double kFloor_mv2 = 1e-10;  // rounding: 0.01 uV
  return power / (4 * (noise + kFloor_mv2) / samples);
}

}  // namespace

MainsCarriers::MainsCarriers(double frequency_hz, int harmonics, SampleIndex samples,
                             double sampling_rate_hz)
    : frequency_hz_(frequency_hz), sampling_rate_hz_(sampling_rate_hz) {
  constexpr SampleIndex kRestart = 1024;  // the rotation below starts afresh, before errors add up
  for (int h = 1; h <= harmonics && h * frequency_hz < 0.45 * sampling_rate_hz; ++h) {
    const double turns = h * frequency_hz / sampling_rate_hz;
    const std::complex<double> step(exact_cos_turns(turns), exact_sin_turns(turns));
    std::vector<float> cosine(static_cast<std::size_t>(samples));
    std::vector<float> sine(static_cast<std::size_t>(samples));
    double re = 1, im = 0;
    for (SampleIndex i = 0; i < samples; ++i) {
      if (i % kRestart == 0) {
        re = exact_cos_turns(turns * static_cast<double>(i));
        im = exact_sin_turns(turns * static_cast<double>(i));
      }
      cosine[static_cast<std::size_t>(i)] = static_cast<float>(re);
      sine[static_cast<std::size_t>(i)] = static_cast<float>(im);
      const double next = re * step.real() - im * step.imag();
      im = re * step.imag() + im * step.real();
      re = next;
    }
    cos_.push_back(std::move(cosine));
    sin_.push_back(std::move(sine));
  }
}

SampleIndex mains_block(double sampling_rate_hz) {
  return std::max<SampleIndex>(1, static_cast<SampleIndex>(kBlock_s * sampling_rate_hz + 0.5));
}

std::vector<BlockSum> quiet_block_sums(std::span<const float> high_passed,
                                       const MainsCarriers& carriers) {
  Quiet quiet;
  quiet.select(high_passed, carriers.sampling_rate_hz());
  return block_sums(quiet, carriers, 0);
}

MainsFit fit_mains(std::span<const float> high_passed, const MainsCarriers& carriers) {
  const SampleIndex block = mains_block(carriers.sampling_rate_hz());
  MainsFit fit;
  fit.phasors.resize(carriers.harmonics());
  std::vector<float> residual(high_passed.begin(), high_passed.end());
  Quiet quiet;
  for (int round = 0; round < kRounds; ++round) {
    quiet.select(residual, carriers.sampling_rate_hz());
    for (std::size_t h = 0; h < carriers.harmonics(); ++h) {
      const auto more = smooth(block_sums(quiet, carriers, h), block);
      auto& phasors = fit.phasors[h];
      phasors.resize(more.size());
      for (std::size_t i = 0; i < more.size(); ++i) phasors[i] += more[i];
      subtract_sine(residual, more, carriers, h, 1.0);
    }
  }
  quiet.select(residual, carriers.sampling_rate_hz());
  for (const auto& phasors : fit.phasors) {
    fit.prominence.push_back(prominence_of(phasors, quiet, block));
  }
  return fit;
}

void subtract_sine(std::span<float> samples, std::span<const std::complex<double>> phasors,
                   const MainsCarriers& carriers, std::size_t harmonic, double gain) {
  const SampleIndex block = mains_block(carriers.sampling_rate_hz());
  const auto count = static_cast<SampleIndex>(samples.size());
  const float* cosine = carriers.cos(harmonic);
  const float* sine = carriers.sin(harmonic);
  const auto last = static_cast<SampleIndex>(phasors.size()) - 1;
  // From the middle of one block to the middle of the next; level before the first and after the
  // last.
  for (SampleIndex left = -1; left <= last; ++left) {
    const SampleIndex begin = std::max<SampleIndex>(0, left * block + block / 2);
    const SampleIndex end = left == last ? count : std::min(count, (left + 1) * block + block / 2);
    const std::complex<double> from =
        phasors[static_cast<std::size_t>(std::max<SampleIndex>(left, 0))];
    const std::complex<double> to = phasors[static_cast<std::size_t>(std::min(left + 1, last))];
    const std::complex<double> slope = (to - from) / static_cast<double>(block);
    for (SampleIndex i = begin; i < end; ++i) {
      const double steps = static_cast<double>(i - (left * block + block / 2));
      const double re = gain * (from.real() + slope.real() * steps);
      const double im = gain * (from.imag() + slope.imag() * steps);
      samples[static_cast<std::size_t>(i)] -= static_cast<float>(re * cosine[i] - im * sine[i]);
    }
  }
}

}  // namespace ecg
