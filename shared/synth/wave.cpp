#include "synth/wave.h"

#include <algorithm>
#include <cmath>

#include "core/assert.h"

namespace ecg {
namespace {

constexpr double kStep_s = 0.0005;

double bump(double u) {
  const double base = 1 - u * u;
  return base > 0 ? base * base * base : 0;
}

double squared_magnitude(std::span<const Wave> waves, double time_s) {
  Vector3 sum;
  for (const Wave& wave : waves) sum += wave.mv * wave_height(wave, time_s);
  return dot(sum, sum);
}

}  // namespace

double wave_height(const Wave& wave, double time_s) {
  const double distance_s = time_s - wave.centre_s;
  return bump(distance_s / (distance_s < 0 ? wave.before_s : wave.after_s));
}

Vector3 wave_area(const Wave& wave) {
  return wave.mv * ((wave.before_s + wave.after_s) * (16.0 / 35.0));
}

void add_wave(const Wave& wave, DipoleTrack& track) {
  const double rate = track.sampling_rate_hz;
  const double last = static_cast<double>(track.x.size()) - 1;
  const double begin = std::max(0.0, std::ceil(wave.begin_s() * rate));
  const double end = std::min(last, std::floor(wave.end_s() * rate));
  for (double sample = begin; sample <= end; sample += 1) {
    const double height = wave_height(wave, sample / rate);
    const auto i = static_cast<std::size_t>(sample);
    track.x[i] += wave.mv.x * height;
    track.y[i] += wave.mv.y * height;
    track.z[i] += wave.mv.z * height;
  }
}

WaveTruth measure_waves(std::span<const Wave> waves) {
  ECG_ASSERT(!waves.empty());
  double begin_s = waves[0].begin_s();
  double end_s = waves[0].end_s();
  for (const Wave& wave : waves) {
    begin_s = std::min(begin_s, wave.begin_s());
    end_s = std::max(end_s, wave.end_s());
  }
  const auto steps = static_cast<std::size_t>((end_s - begin_s) / kStep_s) + 1;
  std::vector<double> squared(steps);
  for (std::size_t i = 0; i < steps; ++i) {
    squared[i] = squared_magnitude(waves, begin_s + static_cast<double>(i) * kStep_s);
  }
  const auto peak = std::max_element(squared.begin(), squared.end());
  const double threshold = std::min(kVisible_mv * kVisible_mv, *peak / 4);
  const auto visible = [threshold](double value) { return value > threshold; };
  const auto first = std::find_if(squared.begin(), squared.end(), visible);
  const auto last = std::find_if(squared.rbegin(), squared.rend(), visible);
  const auto time_of = [&](std::ptrdiff_t step) {
    return begin_s + static_cast<double>(step) * kStep_s;
  };
  return {time_of(first - squared.begin()), time_of(peak - squared.begin()),
          time_of(squared.rend() - last - 1)};
}

}  // namespace ecg
