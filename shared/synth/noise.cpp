#include "synth/noise.h"

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"
#include "synth/anatomy.h"
#include "synth/streams.h"

namespace ecg {
namespace {

constexpr double kTwoPi = 6.283185307179586477;

/// A sine wave by repeated rotation: one sine and cosine for the whole recording.
class Oscillator {
 public:
  Oscillator(double frequency_hz, double phase_turns, double sampling_rate_hz)
      : sine_(exact_sin_turns(phase_turns)),
        cosine_(exact_cos_turns(phase_turns)),
        step_sine_(exact_sin_turns(frequency_hz / sampling_rate_hz)),
        step_cosine_(exact_cos_turns(frequency_hz / sampling_rate_hz)) {}

  double next() {
    const double value = sine_;
    sine_ = value * step_cosine_ + cosine_ * step_sine_;
    cosine_ = cosine_ * step_cosine_ - value * step_sine_;
    return value;
  }

 private:
  double sine_, cosine_, step_sine_, step_cosine_;
};

/// Nearly normal, standard deviation 1: the sum of four 16-bit uniforms. Far cheaper than
/// Box-Muller and as good where it is filtered afterwards.
double quick_normal(RandomStream& random) {
  const std::uint32_t a = random.next_u32();
  const std::uint32_t b = random.next_u32();
  const double sum = (a & 0xffffu) + (a >> 16) + (b & 0xffffu) + (b >> 16);
  return (sum - 131070.0) * (1.7320508075688772 / 65536);
}

void add_sine(double amplitude_mv, Oscillator oscillator, std::span<double> potential_mv) {
  for (double& sample : potential_mv) sample += amplitude_mv * oscillator.next();
}

/// Drift: sine waves from 0.03 to 0.5 Hz, the slower the stronger.
void add_wander(double rms_mv, double rate_hz, RandomStream& random, std::span<double> out) {
  constexpr int kCount = 6;
  for (int i = 0; i < kCount; ++i) {
    const double frequency_hz = 0.03 * exact_exp(0.5 * i + random.uniform(-0.2, 0.2));
    const double amplitude = rms_mv * 1.15 * exact_exp(-0.35 * i) * std::abs(random.normal());
    add_sine(amplitude, Oscillator(frequency_hz, random.uniform(), rate_hz), out);
  }
}

void add_breathing(double amplitude_mv, const Respiration& respiration, double rate_hz,
                   std::span<double> out) {
  // Respiration is slow: computed ten times a second and joined by straight lines.
  const double step = std::floor(rate_hz / 10);
  double left = respiration.at(0);
  for (std::size_t begin = 0; begin < out.size(); begin += static_cast<std::size_t>(step)) {
    const double right = respiration.at((static_cast<double>(begin) + step) / rate_hz);
    const std::size_t end = std::min(out.size(), begin + static_cast<std::size_t>(step));
    for (std::size_t i = begin; i < end; ++i) {
      out[i] += amplitude_mv * (left + (right - left) * static_cast<double>(i - begin) / step);
    }
    left = right;
  }
}

/// Muscle: white noise between two first-order filters (20 Hz and up to 120 Hz), whose strength
/// swells and fades.
void add_muscle(double rms_mv, double rate_hz, RandomStream& random, std::span<double> out) {
  const double keep_low = exact_exp(-kTwoPi * std::min(120.0, 0.4 * rate_hz) / rate_hz);
  const double keep_high = exact_exp(-kTwoPi * 20 / rate_hz);
  // Variance of white noise after both filters, so that rms_mv is what comes out (the swelling adds
  // a factor 1.08).
  const double variance = (1 - keep_low) * (1 - keep_low) * keep_high * keep_high * 2 /
                          ((1 - keep_low * keep_high) * (1 + keep_low) * (1 + keep_high));
  const double gain = rms_mv / std::sqrt(1.08 * variance);
  const double swell_hz = random.uniform(0.1, 0.4);  // own line: arguments have no fixed order
  Oscillator swell(swell_hz, random.uniform(), rate_hz);
  double smooth = 0;
  double slow = 0;
  for (double& sample : out) {
    smooth += (1 - keep_low) * (quick_normal(random) - smooth);
    slow += (1 - keep_high) * (smooth - slow);
    sample += gain * (1 + 0.4 * swell.next()) * (smooth - slow);
  }
}

}  // namespace

NoiseLevels draw_noise_levels(std::uint64_t seed, std::uint64_t index, double scale) {
  RandomStream random = simulation_stream(seed, index, SimulationPart::kNoiseLevel);
  NoiseLevels levels;
  levels.wander_mv = scale * 0.038 * spread_factor(random, 0.5);
  levels.breathing_mv = scale * 0.015 * spread_factor(random, 0.5);
  levels.muscle_mv = scale * 0.0028 * spread_factor(random, 0.6);
  levels.mains_mv = scale * 0.001 * spread_factor(random, 0.6);
  levels.mains_hz = random.bernoulli(0.8) ? 50 : 60;
  levels.mains_hz += random.uniform(-0.03, 0.03);
  levels.mains_turns = random.uniform();
  return levels;
}

void add_electrode_noise(const NoiseLevels& levels, Electrode electrode,
                         const Respiration& respiration, double sampling_rate_hz,
                         RandomStream& random, std::span<double> potential_mv) {
  const bool limb = electrode <= Electrode::kLeftLeg;  // arms and legs hold more muscle at work
  add_wander(levels.wander_mv, sampling_rate_hz, random, potential_mv);
  add_breathing(levels.breathing_mv * random.normal(), respiration, sampling_rate_hz, potential_mv);
  add_muscle(levels.muscle_mv * (limb ? 1.8 : 1) * spread_factor(random, 0.3), sampling_rate_hz,
             random, potential_mv);
  const double mains_mv = levels.mains_mv * random.normal();
  const double turns = levels.mains_turns + 0.03 * random.normal();
  for (const int harmonic : {1, 3}) {
    const double frequency_hz = levels.mains_hz * harmonic;
    if (frequency_hz >= sampling_rate_hz / 2) break;
    add_sine(mains_mv / (harmonic * harmonic),
             Oscillator(frequency_hz, harmonic * turns, sampling_rate_hz), potential_mv);
  }
}

}  // namespace ecg
