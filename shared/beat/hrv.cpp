#include "beat/hrv.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/exact_math.h"

namespace ecg {
namespace {

constexpr double kShortest_ms = 240, kLongest_ms = 3000;
constexpr double kMostChange = 0.30;
constexpr std::size_t kAround = 5;
constexpr double kLeast_s = 120, kStretch_s = 300, kMostExcluded = 0.2;
constexpr double kLow_hz = 0.04, kMiddle_hz = 0.15, kHigh_hz = 0.40;

Error refused(ErrorCode code, std::string message, std::string hint) {
  return {code, std::move(message), std::move(hint), {}, {}};
}

/// Takes away what differs too much from the normal intervals around it.
void drop_outliers(std::vector<RrInterval>& intervals) {
  const std::vector<RrInterval> before = intervals;
  std::vector<double> around;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!before[i].normal) continue;
    around.clear();
    const std::size_t begin = i > kAround ? i - kAround : 0;
    for (std::size_t k = begin; k < std::min(before.size(), i + kAround + 1); ++k) {
      if (before[k].normal) around.push_back(before[k].rr_ms);
    }
    const auto middle = around.begin() + static_cast<std::ptrdiff_t>(around.size() / 2);
    std::nth_element(around.begin(), middle, around.end());
    intervals[i].normal = std::abs(before[i].rr_ms - *middle) <= kMostChange * *middle;
  }
}

/// NN intervals of one stretch at their own times, without their mean.
struct Stretch {
  std::vector<double> at_s, rr_ms;
};

Stretch stretch_of(std::span<const RrInterval> intervals, double begin_s, double end_s) {
  Stretch stretch;
  double sum = 0;
  for (const RrInterval& one : intervals) {
    if (!one.normal || one.at_s < begin_s || one.at_s > end_s) continue;
    stretch.at_s.push_back(one.at_s - begin_s);
    stretch.rr_ms.push_back(one.rr_ms);
    sum += one.rr_ms;
  }
  for (double& rr : stretch.rr_ms) rr -= sum / static_cast<double>(stretch.rr_ms.size());
  return stretch;
}

/// Mean square of the sine at `frequency_hz` that fits best (least squares: Lomb's periodogram).
double lomb_ms2(const Stretch& stretch, double frequency_hz) {
  double cc = 0, ss = 0, cs = 0, xc = 0, xs = 0;
  for (std::size_t i = 0; i < stretch.at_s.size(); ++i) {
    const double turns = frequency_hz * stretch.at_s[i];
    const double c = exact_cos_turns(turns), s = exact_sin_turns(turns);
    cc += c * c;
    ss += s * s;
    cs += c * s;
    xc += stretch.rr_ms[i] * c;
    xs += stretch.rr_ms[i] * s;
  }
  const double determinant = cc * ss - cs * cs;
  if (!(determinant > 1e-9 * cc * ss)) return 0;
  // What the fit explains of the sum of squares, per interval.
  const double explained = (xc * xc * ss - 2 * xc * xs * cs + xs * xs * cc) / determinant;
  return explained / static_cast<double>(stretch.at_s.size());
}

struct Powers {
  double lf_ms2 = 0, hf_ms2 = 0;
};

/// Sums the periodogram at the multiples of 1 / length.
Powers powers_of(const Stretch& stretch, double length_s) {
  Powers powers;
  for (int k = 1;; ++k) {
    const double frequency_hz = k / length_s;
    if (frequency_hz >= kHigh_hz) return powers;
    if (frequency_hz < kLow_hz) continue;
    const double ms2 = lomb_ms2(stretch, frequency_hz);
    (frequency_hz < kMiddle_hz ? powers.lf_ms2 : powers.hf_ms2) += ms2;
  }
}

void add_powers(std::span<const RrInterval> intervals, Hrv& hrv) {
  const double begin_s = intervals.front().at_s, all_s = intervals.back().at_s - begin_s;
  if (all_s < kLeast_s || hrv.excluded_share > kMostExcluded) return;
  const double length_s = std::min(all_s, kStretch_s);
  Powers sum;
  double count = 0;
  for (double at_s = 0; at_s + length_s <= all_s + 1e-6; at_s += length_s / 2) {
    const Stretch stretch = stretch_of(intervals, begin_s + at_s, begin_s + at_s + length_s);
    if (stretch.at_s.size() < 30) continue;
    const Powers one = powers_of(stretch, length_s);
    sum.lf_ms2 += one.lf_ms2;
    sum.hf_ms2 += one.hf_ms2;
    ++count;
  }
  if (count == 0) return;
  hrv.lf_ms2 = sum.lf_ms2 / count;
  hrv.hf_ms2 = sum.hf_ms2 / count;
  if (*hrv.hf_ms2 > 0) hrv.lf_hf = *hrv.lf_ms2 / *hrv.hf_ms2;
}

}  // namespace

Result<std::vector<RrInterval>> rr_intervals(std::span<const SampleIndex> r_peaks,
                                             std::span<const BeatClass> classes,
                                             double sampling_rate_hz) {
  if (r_peaks.size() != classes.size() || !(sampling_rate_hz > 0)) {
    return refused(ErrorCode::kInvalidArgument,
                   std::to_string(r_peaks.size()) + " R peaks, " + std::to_string(classes.size()) +
                       " classes, " + std::to_string(sampling_rate_hz) + " Hz",
                   "give one class per R peak and the sampling rate");
  }
  std::vector<RrInterval> intervals;
  for (std::size_t i = 1; i < r_peaks.size(); ++i) {
    if (r_peaks[i] <= r_peaks[i - 1]) {
      return refused(ErrorCode::kInvalidArgument, "R peaks are not ascending", "sort them");
    }
    const double rr_ms = 1000 * static_cast<double>(r_peaks[i] - r_peaks[i - 1]) / sampling_rate_hz;
    const bool normal = classes[i] == BeatClass::kNormal && classes[i - 1] == BeatClass::kNormal &&
                        rr_ms >= kShortest_ms && rr_ms <= kLongest_ms;
    intervals.push_back({static_cast<double>(r_peaks[i]) / sampling_rate_hz, rr_ms, normal});
  }
  drop_outliers(intervals);
  return intervals;
}

Result<Hrv> heart_rate_variability(std::span<const RrInterval> intervals) {
  Hrv hrv;
  double sum = 0, squares = 0, differences = 0, pairs = 0, large = 0;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (!intervals[i].normal) continue;
    ++hrv.nn_count;
    sum += intervals[i].rr_ms;
    if (i == 0 || !intervals[i - 1].normal) continue;
    const double step = intervals[i].rr_ms - intervals[i - 1].rr_ms;
    differences += step * step;
    ++pairs;
    if (std::abs(step) > 50) ++large;
  }
  if (hrv.nn_count < 3 || pairs == 0) {
    return refused(ErrorCode::kInsufficientData,
                   std::to_string(hrv.nn_count) + " intervals between normal beats",
                   "variability needs three of them and two in a row; record for longer");
  }
  const auto count = static_cast<double>(hrv.nn_count);
  hrv.excluded_share = 1 - count / static_cast<double>(intervals.size());
  hrv.mean_nn_ms = sum / count;
  for (const RrInterval& one : intervals) {
    const double away = one.rr_ms - hrv.mean_nn_ms;
    if (one.normal) squares += away * away;
  }
  hrv.sdnn_ms = std::sqrt(squares / (count - 1));
  hrv.rmssd_ms = std::sqrt(differences / pairs);
  hrv.pnn50_percent = 100 * large / pairs;
  add_powers(intervals, hrv);
  return hrv;
}

}  // namespace ecg
