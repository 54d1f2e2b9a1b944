#include "dsp/mains.h"

#include <cmath>
#include <string>

#include "dsp/butterworth.h"
#include "dsp/mains_fit.h"

namespace ecg {
namespace {

constexpr double kShortest_s = 1;
constexpr double kFarthest_hz = 1;     // from the nominal frequency
constexpr double kHighPassPart = 0.7;  // edge of the high-pass, as a part of the nominal frequency
constexpr int kHighPassOrder = 4;
constexpr double kProminent = 10;  // times the power that noise would give

Result<void> check(const MainsOptions& options) {
  const double nominal_hz = options.nominal_hz.value_or(50);
  if (options.harmonics >= 1 && options.harmonics <= 8 && nominal_hz >= 10 && nominal_hz <= 1000) {
    return {};
  }
  return Error{ErrorCode::kInvalidArgument,
               "mains of " + std::to_string(nominal_hz) + " Hz with " +
                   std::to_string(options.harmonics) + " harmonics",
               "choose a frequency from 10 to 1000 Hz and 1 to 8 harmonics",
               {},
               {}};
}

/// A signal without its waves, and what that did to the hum.
struct HighPassed {
  std::vector<Biquad> sections;
  Signal signal;

  /// Gain of the two passes at a frequency.
  double gain(double frequency_hz) const {
    const double once = filter_gain(sections, frequency_hz, signal.sampling_rate_hz());
    return once * once;
  }
};

/// Frequency near the nominal one, from the phase by which the sine moves on between blocks.
/// nullopt if it is farther away than kFarthest_hz.
std::optional<double> frequency_near(double nominal_hz, const Signal& high) {
  const MainsCarriers carriers(nominal_hz, 1, high.sample_count(), high.sampling_rate_hz());
  std::complex<double> turn = 0;
  for (std::size_t row = 0; row < high.lead_count(); ++row) {
    const std::vector<BlockSum> sums = quiet_block_sums(high.lead(row), carriers);
    for (std::size_t i = 1; i + 1 < sums.size(); ++i) {  // the last block may be incomplete
      turn += sums[i].sum * std::conj(sums[i - 1].sum);
    }
  }
  const double block_s =
      static_cast<double>(mains_block(high.sampling_rate_hz())) / high.sampling_rate_hz();
  const double away_hz = std::arg(turn) / (2 * 3.14159265358979323846 * block_s);
  if (!(std::fabs(away_hz) <= kFarthest_hz)) return std::nullopt;
  return nominal_hz + away_hz;
}

/// The hum near one nominal frequency, fitted in every lead.
struct Candidate {
  MainsCarriers carriers;
  HighPassed high;
  std::vector<MainsFit> fits;  ///< one per lead

  double best_prominence() const {
    double best = 0;
    for (const MainsFit& fit : fits) best = std::fmax(best, fit.prominence[0]);
    return best;
  }
};

std::optional<Candidate> find_near(double nominal_hz, int harmonics, const Signal& signal) {
  if (nominal_hz + kFarthest_hz >= 0.45 * signal.sampling_rate_hz()) return std::nullopt;
  const auto sections =
      design_butterworth(FilterKind::kHighPass, kHighPassOrder, kHighPassPart * nominal_hz, 0,
                         signal.sampling_rate_hz());
  if (!sections) return std::nullopt;
  HighPassed high{*sections, signal};
  filter_zero_phase(high.sections, high.signal);
  const auto frequency_hz = frequency_near(nominal_hz, high.signal);
  if (!frequency_hz) return std::nullopt;
  MainsCarriers carriers(*frequency_hz, harmonics, signal.sample_count(),
                         signal.sampling_rate_hz());
  std::vector<MainsFit> fits;
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    fits.push_back(fit_mains(high.signal.lead(row), carriers));
  }
  return Candidate{std::move(carriers), std::move(high), std::move(fits)};
}

/// Root mean square height of the fundamental.
double height(const MainsFit& fit, double gain) {
  double power = 0;
  for (const std::complex<double>& p : fit.phasors[0]) power += std::norm(p);
  return std::sqrt(power / static_cast<double>(fit.phasors[0].size())) / gain;
}

Mains subtract(const Candidate& found, Signal& signal) {
  Mains mains;
  mains.frequency_hz = found.carriers.frequency_hz();
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const MainsFit& fit = found.fits[row];
    const bool present = fit.prominence[0] > kProminent;
    mains.amplitude_mv.push_back(present ? height(fit, found.high.gain(mains.frequency_hz)) : 0);
    for (std::size_t h = 0; h < fit.phasors.size(); ++h) {
      if (!(fit.prominence[h] > kProminent)) continue;
      const double gain = found.high.gain(static_cast<double>(h + 1) * mains.frequency_hz);
      subtract_sine(signal.lead(row), fit.phasors[h], found.carriers, h, 1 / gain);
    }
  }
  return mains;
}

}  // namespace

Result<std::optional<Mains>> remove_mains(Signal& signal, const MainsOptions& options) {
  if (auto ok = check(options); !ok) return ok.error();
  if (signal.lead_count() == 0 || signal.duration_s() < kShortest_s) return std::optional<Mains>();
  std::optional<Candidate> best;
  const auto consider = [&](double nominal_hz) {
    auto candidate = find_near(nominal_hz, options.harmonics, signal);
    if (!candidate) return;
    if (!best || candidate->best_prominence() > best->best_prominence())
      best = std::move(candidate);
  };
  if (options.nominal_hz) {
    consider(*options.nominal_hz);
  } else {
    consider(50);
    consider(60);
  }
  if (!best || best->best_prominence() <= kProminent) return std::optional<Mains>();
  return std::optional<Mains>(subtract(*best, signal));
}

}  // namespace ecg
