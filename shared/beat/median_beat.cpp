#include "beat/median_beat.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "dsp/lanes.h"

namespace ecg {
namespace {

constexpr double kLevelFrom_s = 0.100, kLevelTo_s = 0.080;  // before the R peak
constexpr double kQrs_s = 0.080;  // to either side: where slopes are compared
constexpr std::size_t kAlignLeads = 3;

SampleIndex samples_of(double time_s, double rate_hz) {
  return static_cast<SampleIndex>(time_s * rate_hz + 0.5);
}

Error refused(ErrorCode code, std::string message, std::string hint) {
  return {code, std::move(message), std::move(hint), {}, {}};
}

/// The window around an R peak, in samples.
struct Frame {
  SampleIndex before = 0, length = 0;
  SampleIndex level_from = 0, level_to = 0;  ///< in the window
};

Frame frame_of(const MedianBeatOptions& options, double rate_hz) {
  const SampleIndex before = samples_of(options.before_s, rate_hz);
  return {before, before + samples_of(options.after_s, rate_hz) + 1,
          std::max<SampleIndex>(0, before - samples_of(kLevelFrom_s, rate_hz)),
          std::max<SampleIndex>(1, before - samples_of(kLevelTo_s, rate_hz))};
}

Result<void> check(SignalView signal, std::span<const SampleIndex> r_peaks,
                   const MedianBeatOptions& options) {
  const bool options_fit = options.before_s >= 0.02 && options.before_s <= 5 &&
                           options.after_s >= 0.02 && options.after_s <= 5 &&
                           options.align_s >= 0 && options.align_s <= 0.1 &&
                           options.most_beats >= 1;
  if (!options_fit || !(signal.sampling_rate_hz > 0)) {
    return refused(ErrorCode::kInvalidArgument, "a median beat with options out of range",
                   "windows of 0.02 to 5 s, alignment within 0.1 s, at least one beat");
  }
  for (std::size_t i = 0; i < r_peaks.size(); ++i) {
    const bool inside = r_peaks[i] >= 0 && r_peaks[i] < signal.sample_count;
    if (inside && (i == 0 || r_peaks[i] > r_peaks[i - 1])) continue;
    return refused(ErrorCode::kInvalidArgument,
                   "R peak " + std::to_string(r_peaks[i]) + " in a signal of " +
                       std::to_string(signal.sample_count) + " samples",
                   "give ascending samples inside the signal");
  }
  return {};
}

/// First samples of the windows that lie inside the signal with `margin` to spare; at most `most`.
std::vector<SampleIndex> windows_of(SignalView signal, std::span<const SampleIndex> r_peaks,
                                    const Frame& frame, SampleIndex margin, std::size_t most) {
  std::vector<SampleIndex> all, some;
  for (const SampleIndex peak : r_peaks) {
    const SampleIndex begin = peak - frame.before;
    if (begin < margin || begin + frame.length + margin > signal.sample_count) continue;
    all.push_back(begin);
  }
  if (all.size() <= most) return all;
  for (std::size_t i = 0; i < most; ++i) some.push_back(all[i * all.size() / most]);
  return some;
}

/// Moves windows so that the slopes of their QRS complexes fit each other.
class Alignment {
 public:
  Alignment(SignalView signal, const Frame& frame, SampleIndex reach)
      : signal_(signal),
        begin_(
            std::max<SampleIndex>(0, frame.before - samples_of(kQrs_s, signal.sampling_rate_hz))),
        length_(
            std::min(frame.length - 1 - begin_, 2 * samples_of(kQrs_s, signal.sampling_rate_hz))),
        reach_(reach) {}

  void align(std::vector<SampleIndex>& windows) {
    choose_leads(windows);
    if (rows_.empty()) return;
    sum_slopes(windows);
    for (SampleIndex& window : windows) window += best_shift(window);
  }

 private:
  /// The leads whose QRS moves most, in the first windows.
  void choose_leads(const std::vector<SampleIndex>& windows) {
    std::vector<std::pair<float, std::size_t>> sizes;
    for (std::size_t row = 0; row < signal_.lead_count; ++row) {
      float size = 0;
      for (std::size_t i = 0; i < std::min<std::size_t>(3, windows.size()); ++i) {
        const auto part = signal_.lead(row).subspan(static_cast<std::size_t>(windows[i] + begin_),
                                                    static_cast<std::size_t>(length_));
        const auto [low, high] = std::minmax_element(part.begin(), part.end());
        size += *high - *low;
      }
      if (std::isfinite(size) && size > 0) sizes.emplace_back(-size, row);
    }
    std::sort(sizes.begin(), sizes.end());
    sizes.resize(std::min(sizes.size(), kAlignLeads));
    for (const auto& [size, row] : sizes) rows_.push_back(row);
  }

  void slopes(std::size_t row, SampleIndex from, SampleIndex count, std::vector<float>& out) const {
    const float* const x = signal_.lead(row).data() + from;
    out.resize(static_cast<std::size_t>(count));
    for (SampleIndex i = 0; i < count; ++i) {
      const float slope = x[i + 1] - x[i];
      out[static_cast<std::size_t>(i)] = std::isfinite(slope) ? slope : 0.0f;
    }
  }

  void sum_slopes(const std::vector<SampleIndex>& windows) {
    std::vector<float> one;
    for (const std::size_t row : rows_) {
      auto& sum = sums_.emplace_back(static_cast<std::size_t>(length_), 0.0f);
      for (const SampleIndex window : windows) {
        slopes(row, window + begin_, length_, one);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
      }
    }
  }

  SampleIndex best_shift(SampleIndex window) const {
    std::vector<float> fit(2 * static_cast<std::size_t>(reach_) + 1, 0.0f), wide;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      slopes(rows_[i], window + begin_ - reach_, length_ + 2 * reach_, wide);
      for (std::size_t k = 0; k < fit.size(); ++k) {
        fit[k] += dot(wide.data() + k, sums_[i].data(), length_);
      }
    }
    const auto best = std::max_element(fit.begin(), fit.end());
    // Nothing stands out: stay.
    if (!(*best > fit[static_cast<std::size_t>(reach_)])) return 0;
    return static_cast<SampleIndex>(best - fit.begin()) - reach_;
  }

  SignalView signal_;
  SampleIndex begin_, length_, reach_;
  std::vector<std::size_t> rows_;
  std::vector<std::vector<float>> sums_;
};

/// Median of the values at one moment, four moments at a time: each pass carries the largest value
/// to the end, until the middle is reached.
template <typename T>
T middle_of(std::vector<T>& all) {
  T* const values = all.data();
  const std::size_t count = all.size(), half = count / 2;
  for (std::size_t end = count; end > half; --end) {
    T largest = values[0];
    for (std::size_t i = 1; i < end; ++i) {
      const T value = values[i];
      values[i - 1] = value < largest ? value : largest;
      largest = value < largest ? largest : value;
    }
    values[end - 1] = largest;
  }
  if (count % 2 == 1) return values[half];
  T lower = values[0];
  for (std::size_t i = 1; i < half; ++i) lower = values[i] > lower ? values[i] : lower;
  return 0.5f * (lower + values[half]);
}

/// Medians over the windows of one lead.
class Stack {
 public:
  void fill(std::span<const float> lead, const std::vector<SampleIndex>& windows,
            const Frame& frame, std::span<float> out) {
    starts_.clear();
    levels_.clear();
    for (const SampleIndex window : windows) add(lead.data() + window, frame);
    if (starts_.empty()) {
      std::fill(out.begin(), out.end(), std::numeric_limits<float>::quiet_NaN());
      return;
    }
    SampleIndex n = 0;
    for (; n + kLaneCount <= frame.length; n += kLaneCount) {
      at<FloatLanes>(n, lanes_, out.data() + n);
    }
    for (; n < frame.length; ++n) at<float>(n, scalars_, out.data() + n);
  }

 private:
  void add(const float* window, const Frame& frame) {
    if (!std::isfinite(dot(window, window, frame.length))) return;
    float sum = 0;
    for (SampleIndex n = frame.level_from; n < frame.level_to; ++n) sum += window[n];
    starts_.push_back(window);
    levels_.push_back(sum / static_cast<float>(frame.level_to - frame.level_from));
  }

  template <typename T>
  void at(SampleIndex n, std::vector<T>& values, float* out) const {
    values.resize(starts_.size());
    for (std::size_t i = 0; i < starts_.size(); ++i) {
      load_lanes(values[i], starts_[i] + n);
      values[i] -= levels_[i];
    }
    store_lanes(out, middle_of(values));
  }

  std::vector<const float*> starts_;
  std::vector<float> levels_;
  std::vector<FloatLanes> lanes_;
  std::vector<float> scalars_;
};

}  // namespace

Result<MedianBeat> median_beat(SignalView signal, std::span<const SampleIndex> r_peaks,
                               const MedianBeatOptions& options) {
  const auto checked = check(signal, r_peaks, options);
  if (!checked) return checked.error();
  const Frame frame = frame_of(options, signal.sampling_rate_hz);
  const SampleIndex reach = samples_of(options.align_s, signal.sampling_rate_hz);
  auto windows = windows_of(signal, r_peaks, frame, reach, options.most_beats);
  if (windows.empty()) {
    return refused(ErrorCode::kInsufficientData, "no beat lies whole inside the recording",
                   "record for longer, or choose a shorter window");
  }
  if (reach > 0 && windows.size() > 1) Alignment(signal, frame, reach).align(windows);
  MedianBeat beat{
      Signal({signal.leads.begin(), signal.leads.end()}, frame.length, signal.sampling_rate_hz),
      frame.before, windows.size()};
  Stack stack;
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    stack.fill(signal.lead(row), windows, frame, beat.signal.lead(row));
  }
  return beat;
}

}  // namespace ecg
