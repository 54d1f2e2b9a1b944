#include "test_ecg.h"

#include <algorithm>
#include <cmath>

#include "core/philox.h"

namespace ecg::test {
namespace {

constexpr double kRPeak_s = 0.3;

double bump(double t, double at, double width, double height) {
  const double u = (t - at) / width;
  return height * std::exp(-0.5 * u * u);
}

double beat_mv(double t, double st_level_mv) {
  const double st =
      st_level_mv / (1 + std::exp(-(t - 0.34) / 0.004)) / (1 + std::exp((t - 0.46) / 0.012));
  return bump(t, 0.14, 0.02, 0.12) + bump(t, kRPeak_s, 0.01, 1.2) -
         bump(t, kRPeak_s + 0.025, 0.008, 0.3) + st + bump(t, 0.52, 0.035, 0.3);
}

}  // namespace

Signal ecg_signal(double duration_s, double sampling_rate_hz, std::size_t leads,
                  const EcgShape& shape) {
  const auto count = static_cast<SampleIndex>(std::lround(duration_s * sampling_rate_hz));
  Signal signal(std::vector<LeadLabel>(leads, label_of(Lead::kII)), count, sampling_rate_hz);
  const double period_s = 60 / shape.beats_per_minute;
  for (std::size_t row = 0; row < leads; ++row) {
    RandomStream random({.seed = 9, .record = row});
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const double t = static_cast<double>(i) / sampling_rate_hz;
      const double in_beat = t - period_s * std::floor(t / period_s);
      const double scale = 1 - 0.2 * static_cast<double>(row);
      signal.lead(row)[i] = static_cast<float>(scale * beat_mv(in_beat, shape.st_level_mv) +
                                               shape.noise_mv * random.normal());
    }
  }
  return signal;
}

std::size_t st_sample(int beat, double sampling_rate_hz, const EcgShape& shape) {
  const double t = beat * 60 / shape.beats_per_minute + kRPeak_s + 0.08;
  return static_cast<std::size_t>(std::lround(t * sampling_rate_hz));
}

std::size_t quiet_sample(int beat, double sampling_rate_hz, const EcgShape& shape) {
  const double t = beat * 60 / shape.beats_per_minute + 0.03;
  return static_cast<std::size_t>(std::lround(t * sampling_rate_hz));
}

void add_sine(Signal& signal, double height_mv, double frequency_hz, double phase) {
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    for (std::size_t i = 0; i < signal.lead(row).size(); ++i) {
      const double t = static_cast<double>(i) / signal.sampling_rate_hz();
      signal.lead(row)[i] +=
          static_cast<float>(height_mv * std::sin(2 * std::acos(-1.0) * frequency_hz * t + phase));
    }
  }
}

double st_error_mv(const Signal& signal, const EcgShape& shape) {
  const double rate_hz = signal.sampling_rate_hz();
  const auto lead = signal.lead(0);
  double largest = 0;
  for (int beat = 2; beat < 9; ++beat) {
    const float level =
        lead[st_sample(beat, rate_hz, shape)] - lead[quiet_sample(beat, rate_hz, shape)];
    largest = std::max(largest, std::fabs(double{level} - shape.st_level_mv));
  }
  return largest;
}

}  // namespace ecg::test
