#include "dsp/resample_filter.h"

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"
#include "dsp/lanes.h"

namespace ecg {
namespace {

constexpr double kPi = 3.14159265358979323846;

/// sin(pi x) / (pi x)
double sinc(double x) { return x == 0 ? 1.0 : exact_sin_turns(x / 2) / (kPi * x); }

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/// The continuous filter at m steps of the fine grid (up times the input rate), unscaled.
class Prototype {
 public:
  Prototype(const ResampleRatio& ratio, const ResampleFilter& filter)
      : lower_step_(static_cast<double>(std::max(ratio.up, ratio.down))),
        filter_(filter),
        window_scale_(1 / bessel_i0(filter.kaiser_beta)) {}

  /// Steps to the last non-zero value.
  std::int64_t reach() const {
    return static_cast<std::int64_t>(std::floor(filter_.half_width * lower_step_));
  }

  double operator()(std::int64_t m) const {
    const double x = static_cast<double>(m) / lower_step_;  // in samples of the lower rate
    const double u = x / filter_.half_width;
    const double window = bessel_i0(filter_.kaiser_beta * std::sqrt(std::max(0.0, 1 - u * u)));
    return sinc(filter_.cutoff * x) * window * window_scale_;
  }

 private:
  double lower_step_;
  ResampleFilter filter_;
  double window_scale_;
};

}  // namespace

double bessel_i0(double x) {
  const double quarter_square = x * x / 4;
  double term = 1;
  double sum = 1;
  for (int k = 1; k < 500 && term > sum * 1e-18; ++k) {
    term *= quarter_square / (static_cast<double>(k) * k);
    sum += term;
  }
  return sum;
}

PolyphaseBank design_polyphase(const ResampleRatio& ratio, const ResampleFilter& filter) {
  const Prototype prototype(ratio, filter);
  const std::int64_t reach = prototype.reach();
  PolyphaseBank bank;
  bank.first = -floor_divide(reach, ratio.up);
  const std::int64_t last = floor_divide(ratio.up - 1 + reach, ratio.up);
  const std::int64_t used = last - bank.first + 1;
  bank.taps = (used + kLaneCount - 1) / kLaneCount * kLaneCount;
  bank.coefficients.resize(static_cast<std::size_t>(ratio.up * bank.taps));
  std::vector<double> phase_taps(static_cast<std::size_t>(used));
  for (std::int64_t phase = 0; phase < ratio.up; ++phase) {
    double sum = 0;
    for (std::int64_t j = 0; j < used; ++j) {
      const std::int64_t m = phase - (bank.first + j) * ratio.up;
      const double tap = std::abs(m) <= reach ? prototype(m) : 0.0;
      phase_taps[static_cast<std::size_t>(j)] = tap;
      sum += tap;
    }
    float* row = bank.coefficients.data() + phase * bank.taps;
    for (std::int64_t j = 0; j < used; ++j) {
      row[j] = static_cast<float>(phase_taps[static_cast<std::size_t>(j)] / sum);
    }
  }
  return bank;
}

}  // namespace ecg
