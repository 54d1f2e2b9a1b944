#include "dsp/power_spectrum.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <string>
#include <utility>

#include "core/exact_math.h"
#include "dsp/fft.h"
#include "dsp/gaps.h"

namespace ecg {
namespace {

constexpr SampleIndex kMinSegment = 8;

/// Collects windowed segments until four can be transformed together.
class SegmentSummer {
 public:
  SegmentSummer(FftPlan plan, PowerSpectrum& spectrum, std::vector<double>& sums)
      : plan_(std::move(plan)), spectrum_(spectrum), sums_(sums) {
    const auto length = static_cast<std::size_t>(plan_.length());
    window_.resize(length);
    for (std::size_t i = 0; i < length; ++i) {
      const double turns = static_cast<double>(i) / static_cast<double>(length);
      window_[i] = 0.5 - 0.5 * exact_cos_turns(turns);
    }
    for (auto& samples : samples_) samples.resize(length);
    for (auto& bins : bins_) bins.resize(static_cast<std::size_t>(plan_.bin_count()));
  }

  double window_power() const {
    double sum = 0;
    for (const double w : window_) sum += w * w;
    return sum;
  }

  void add(std::size_t lead, std::span<const float> segment) {
    double mean = 0;
    for (const float x : segment) mean += x;
    mean /= static_cast<double>(segment.size());
    std::vector<float>& samples = samples_[waiting_];
    for (std::size_t i = 0; i < segment.size(); ++i) {
      samples[i] = static_cast<float>((segment[i] - mean) * window_[i]);
    }
    leads_[waiting_++] = lead;
    ++spectrum_.segments[lead];
    if (waiting_ == FftPlan::kLanes) flush();
  }

  void flush() {
    if (waiting_ == 0) return;
    std::array<const float*, FftPlan::kLanes> from{};
    std::array<std::complex<float>*, FftPlan::kLanes> to{};
    for (std::size_t lane = 0; lane < waiting_; ++lane) {
      from[lane] = samples_[lane].data();
      to[lane] = bins_[lane].data();
    }
    plan_.forward({from.data(), waiting_}, {to.data(), waiting_});
    for (std::size_t lane = 0; lane < waiting_; ++lane) {
      double* sum = sums_.data() + leads_[lane] * spectrum_.bin_count;
      for (std::size_t k = 0; k < spectrum_.bin_count; ++k) {
        sum[k] += std::norm(std::complex<double>(bins_[lane][k]));
      }
    }
    waiting_ = 0;
  }

 private:
  FftPlan plan_;
  PowerSpectrum& spectrum_;
  std::vector<double>& sums_;
  std::vector<double> window_;
  std::array<std::vector<float>, FftPlan::kLanes> samples_;
  std::array<std::vector<std::complex<float>>, FftPlan::kLanes> bins_;
  std::array<std::size_t, FftPlan::kLanes> leads_{};
  std::size_t waiting_ = 0;
};

/// Even length of a segment, at most that of the signal.
Result<SampleIndex> segment_length(SignalView signal, const WelchOptions& options) {
  if (!(options.overlap >= 0 && options.overlap <= 0.95) || !(options.segment_s > 0)) {
    return Error{ErrorCode::kInvalidArgument,
                 "a spectrum from segments of " + std::to_string(options.segment_s) +
                     " s that overlap by " + std::to_string(options.overlap),
                 "choose a positive length and an overlap from 0 to 0.95",
                 {},
                 {}};
  }
  const double wanted = options.segment_s * signal.sampling_rate_hz;
  const double length = std::min(wanted, static_cast<double>(signal.sample_count));
  const SampleIndex even = static_cast<SampleIndex>(length / 2 + 0.25) * 2;
  const SampleIndex fitting = std::min(even, signal.sample_count / 2 * 2);
  if (!(fitting >= kMinSegment)) {
    return Error{ErrorCode::kInsufficientData,
                 "a spectrum of " + std::to_string(signal.sample_count) +
                     " samples in segments of " + std::to_string(fitting),
                 "a segment needs at least 8 samples",
                 {},
                 {}};
  }
  return fitting;
}

/// Mean over the segments, scaled to a one-sided density.
void scale(const std::vector<double>& sums, double full_scale, PowerSpectrum& spectrum) {
  const std::size_t last = spectrum.bin_count - 1;
  for (std::size_t row = 0; row < spectrum.segments.size(); ++row) {
    const double count = static_cast<double>(spectrum.segments[row]);
    for (std::size_t k = 0; k <= last; ++k) {
      const double sides = k == 0 || k == last ? 1 : 2;
      const std::size_t at = row * spectrum.bin_count + k;
      spectrum.density[at] = count > 0 ? static_cast<float>(sums[at] * sides / (full_scale * count))
                                       : std::numeric_limits<float>::quiet_NaN();
    }
  }
}

}  // namespace

Result<PowerSpectrum> power_spectrum(SignalView signal, const WelchOptions& options) {
  const Result<SampleIndex> length = segment_length(signal, options);
  if (!length) return length.error();
  Result<FftPlan> plan = FftPlan::create(*length);
  if (!plan) return plan.error();
  PowerSpectrum spectrum;
  spectrum.bin_hz = signal.sampling_rate_hz / static_cast<double>(*length);
  spectrum.bin_count = static_cast<std::size_t>(*length / 2 + 1);
  spectrum.density.resize(signal.lead_count * spectrum.bin_count);
  spectrum.segments.resize(signal.lead_count);
  std::vector<double> sums(spectrum.density.size());
  SegmentSummer summer(std::move(plan).value(), spectrum, sums);
  const auto shared = static_cast<SampleIndex>(options.overlap * static_cast<double>(*length));
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const auto lead = signal.lead(row);
    for (SampleIndex at = 0; at + *length <= signal.sample_count; at += *length - shared) {
      const auto segment =
          lead.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(*length));
      if (all_finite(segment)) summer.add(row, segment);
    }
  }
  summer.flush();
  scale(sums, signal.sampling_rate_hz * summer.window_power(), spectrum);
  return spectrum;
}

double band_power(std::span<const float> density, double bin_hz, double low_hz, double high_hz) {
  double sum = 0;
  for (std::size_t k = 0; k < density.size(); ++k) {
    const double frequency_hz = static_cast<double>(k) * bin_hz;
    if (frequency_hz >= low_hz && frequency_hz < high_hz) sum += density[k];
  }
  return sum * bin_hz;
}

}  // namespace ecg
