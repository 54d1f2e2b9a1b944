#include "dsp/resample.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dsp/gaps.h"
#include "dsp/lanes.h"
#include "dsp/resample_filter.h"

namespace ecg {
namespace {

constexpr std::int64_t kMaxTerm = 4096;
constexpr std::int64_t kMaxValues = std::int64_t{1} << 30;

bool is_rate(double rate_hz) { return std::isfinite(rate_hz) && rate_hz > 0; }

std::string hz(double rate_hz) { return std::to_string(rate_hz) + " Hz"; }

struct Fraction {
  std::int64_t above, below;
};

double distance(const Fraction& f, double value) {
  return std::fabs(static_cast<double>(f.above) / static_cast<double>(f.below) - value);
}

/// Best fraction for `value` in [1/4096, 4096] with both terms at most kMaxTerm (continued
/// fraction).
Fraction nearest_fraction(double value) {
  Fraction before = {0, 1};
  Fraction now = {1, 0};
  double rest = value;
  for (;;) {
    const double whole = std::floor(rest);
    const auto room = [whole](std::int64_t held, std::int64_t step) {
      return step == 0 ? whole : static_cast<double>((kMaxTerm - held) / step);
    };
    const double fits = std::min(room(before.above, now.above), room(before.below, now.below));
    const auto count = static_cast<std::int64_t>(std::min(whole, fits));
    const Fraction next = {before.above + count * now.above, before.below + count * now.below};
    if (fits < whole) {  // cut short: the shortened fraction, or the last full one
      const bool better =
          next.above > 0 && next.below > 0 && distance(next, value) < distance(now, value);
      return better ? next : now;
    }
    before = now;
    now = next;
    if (now.above > 0 && distance(now, value) <= 1e-12 * value) return now;
    rest = 1 / (rest - whole);
  }
}

/// One lead with its odd extension, as long as the filter reaches at both ends.
class ExtendedLead {
 public:
  ExtendedLead(SampleIndex count, const PolyphaseBank& bank)
      : before_(-bank.first),
        count_(count),
        values_(static_cast<std::size_t>(before_ + count + bank.first + bank.taps)) {}

  /// Copies the lead with its gaps bridged. False if it has no finite sample.
  bool fill(std::span<const float> lead) {
    float* own = values_.data() + before_;
    std::copy(lead.begin(), lead.end(), own);
    if (interpolate_gaps({own, lead.size()}, count_) > 0) return false;
    const SampleIndex last = count_ - 1;
    const SampleIndex after = static_cast<SampleIndex>(values_.size()) - before_ - count_;
    // Beyond a whole signal's length the extension stays at its last value.
    for (SampleIndex i = 1; i <= before_; ++i) own[-i] = 2 * own[0] - own[std::min(i, last)];
    for (SampleIndex i = 1; i <= after; ++i) {
      own[last + i] = 2 * own[last] - own[last - std::min(i, last)];
    }
    return true;
  }

  /// Address of the sample at `index`, which may lie in the extension.
  const float* at(SampleIndex index) const { return values_.data() + before_ + index; }

 private:
  SampleIndex before_;
  SampleIndex count_;
  std::vector<float> values_;
};

void resample_lead(std::span<const float> lead, const ResampleRatio& ratio,
                   const PolyphaseBank& bank, ExtendedLead& extended, std::span<float> result) {
  constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
  if (!extended.fill(lead)) {
    std::fill(result.begin(), result.end(), kMissing);
    return;
  }
  const std::size_t last = lead.size() - 1;
  SampleIndex base = 0;
  std::int64_t phase = 0;
  for (float& value : result) {
    const auto left = static_cast<std::size_t>(base);
    const std::size_t right = phase == 0 ? left : std::min(left + 1, last);
    const bool known = std::isfinite(lead[left]) && std::isfinite(lead[right]);
    const float* taps = bank.coefficients.data() + phase * bank.taps;
    value = known ? dot(extended.at(base + bank.first), taps, bank.taps) : kMissing;
    phase += ratio.down;
    base += phase / ratio.up;
    phase %= ratio.up;
  }
}

std::vector<LeadLabel> labels_of(SignalView signal) {
  return {signal.leads.begin(), signal.leads.end()};
}

Signal copy_of(SignalView signal) {
  Signal copy(labels_of(signal), signal.sample_count, signal.sampling_rate_hz);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const auto from = signal.lead(row);
    std::copy(from.begin(), from.end(), copy.lead(row).begin());
  }
  return copy;
}

/// ceil(count * up / down) if all leads together stay within kMaxValues.
Result<SampleIndex> resampled_count(SignalView signal, const ResampleRatio& ratio) {
  const double values = static_cast<double>(signal.sample_count) * static_cast<double>(ratio.up) /
                        static_cast<double>(ratio.down) * static_cast<double>(signal.lead_count);
  if (values > static_cast<double>(kMaxValues)) {
    return Error{ErrorCode::kTooLarge,
                 "the resampled signal would hold more than 2^30 values",
                 "choose a lower sampling rate or a shorter stretch",
                 {},
                 {}};
  }
  return (signal.sample_count * ratio.up + ratio.down - 1) / ratio.down;
}

}  // namespace

Result<ResampleRatio> resample_ratio(double from_hz, double to_hz) {
  if (!is_rate(from_hz) || !is_rate(to_hz)) {
    return Error{ErrorCode::kInvalidArgument,
                 "cannot resample from " + hz(from_hz) + " to " + hz(to_hz),
                 "give two positive sampling rates",
                 {},
                 {}};
  }
  const double ratio = to_hz / from_hz;
  if (!(ratio >= 1.0 / kMaxTerm && ratio <= kMaxTerm)) {
    return Error{ErrorCode::kInvalidArgument,
                 "resampling from " + hz(from_hz) + " to " + hz(to_hz) +
                     " changes the rate more than 4096 times",
                 "choose a rate nearer to that of the recording",
                 {},
                 {}};
  }
  const Fraction best = nearest_fraction(ratio);
  const double reached = static_cast<double>(best.above) / static_cast<double>(best.below);
  const double error = reached / ratio - 1;
  return ResampleRatio{best.above, best.below, std::fabs(error) < 1e-12 ? 0.0 : error};
}

Result<Signal> resample(SignalView signal, double target_rate_hz) {
  return resample(signal, target_rate_hz, ResampleFilter{});
}

Result<Signal> resample(SignalView signal, double target_rate_hz, const ResampleFilter& filter) {
  const Result<ResampleRatio> ratio = resample_ratio(signal.sampling_rate_hz, target_rate_hz);
  if (!ratio) return ratio.error();
  if (ratio->up == ratio->down) return copy_of(signal);
  const Result<SampleIndex> count = resampled_count(signal, *ratio);
  if (!count) return count.error();
  const double rate_hz = ratio->relative_error == 0
                             ? target_rate_hz
                             : signal.sampling_rate_hz * static_cast<double>(ratio->up) /
                                   static_cast<double>(ratio->down);
  Signal result(labels_of(signal), *count, rate_hz);
  if (*count == 0) return result;
  const PolyphaseBank bank = design_polyphase(*ratio, filter);
  ExtendedLead extended(signal.sample_count, bank);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    resample_lead(signal.lead(row), *ratio, bank, extended, result.lead(row));
  }
  return result;
}

}  // namespace ecg
