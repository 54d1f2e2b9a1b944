#include "io/calibration_pulse.h"

namespace ecg {
namespace {

constexpr double kShortest_s = 0.1;

bool are_equal_at(SignalView signal, std::size_t sample) {
  const float value = signal.lead(0)[sample];
  for (std::size_t row = 1; row < signal.lead_count; ++row) {
    if (signal.lead(row)[sample] != value) return false;  // NaN equals nothing
  }
  return true;
}

}  // namespace

std::optional<SampleIndex> calibration_pulse_begin(SignalView signal) {
  if (signal.lead_count < 2) return std::nullopt;
  const auto count = static_cast<std::size_t>(signal.sample_count);
  const auto first = signal.lead(0);
  std::size_t begin = count;
  while (begin > 0 && are_equal_at(signal, begin - 1)) --begin;
  const double length_s = static_cast<double>(count - begin) / signal.sampling_rate_hz;
  if (begin == 0 || begin == count || length_s < kShortest_s) return std::nullopt;
  int edges = 0;
  for (std::size_t i = begin + 1; i < count; ++i) edges += first[i] != first[i - 1];
  const bool is_pulse = edges == 2 && first[begin] == 0 && first[count - 1] == 0;
  return is_pulse ? std::optional(static_cast<SampleIndex>(begin)) : std::nullopt;
}

}  // namespace ecg
