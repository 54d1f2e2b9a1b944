#include "plot/trace.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ecg {
namespace {

constexpr double kSamplesPerPixel = 4;  // from here on decimation drops samples

/// Writes samples as points, beginning a new line after every gap.
class TraceWriter {
 public:
  TraceWriter(std::vector<SceneLine>& lines, const SignalView& signal, const Strip& strip,
              std::size_t strip_index)
      : lines_(lines),
        values_(signal.lead(*strip.lead)),
        rate_hz_(signal.sampling_rate_hz),
        strip_(strip),
        strip_index_(strip_index) {}

  bool is_missing(SampleIndex i) const { return !std::isfinite(value(i)); }
  float value(SampleIndex i) const { return values_[static_cast<std::size_t>(i)]; }

  void reserve(SampleIndex points) { reserve_ = static_cast<std::size_t>(points); }
  void end_line() { open_ = false; }

  void add(SampleIndex i) {
    if (!open_) {
      lines_.push_back({LineKind::kTrace, *strip_.lead, strip_index_, {}});
      lines_.back().points.reserve(reserve_);
      open_ = true;
    }
    const double time_s = static_cast<double>(i) / rate_hz_;
    lines_.back().points.push_back({static_cast<float>(strip_.x_mm_from_s(time_s)),
                                    static_cast<float>(strip_.y_mm_from_mv(value(i)))});
  }

 private:
  std::vector<SceneLine>& lines_;
  std::span<const float> values_;
  double rate_hz_;
  const Strip& strip_;
  std::size_t strip_index_;
  std::size_t reserve_ = 0;
  bool open_ = false;
};

/// First, lowest, highest and last sample of a run of finite samples within one pixel column.
struct Extremes {
  SampleIndex first = -1, low = -1, high = -1, last = -1;

  bool empty() const { return first < 0; }

  void take(const TraceWriter& trace, SampleIndex i) {
    if (empty()) {
      first = low = high = last = i;
      return;
    }
    last = i;
    if (trace.value(i) < trace.value(low)) low = i;
    if (trace.value(i) > trace.value(high)) high = i;
  }

  /// Adds the four in order of time, each once, and starts over.
  void flush(TraceWriter& trace) {
    if (empty()) return;
    SampleIndex previous = -1;
    for (const SampleIndex i : std::array{first, std::min(low, high), std::max(low, high), last}) {
      if (i > previous) trace.add(i);
      previous = std::max(previous, i);
    }
    *this = {};
  }
};

void add_every_sample(TraceWriter& trace, SampleIndex begin, SampleIndex end) {
  trace.reserve(end - begin);
  for (SampleIndex i = begin; i < end; ++i) {
    if (trace.is_missing(i)) {
      trace.end_line();
    } else {
      trace.add(i);
    }
  }
}

/// Pixel columns are counted from the recording's first sample.
void add_decimated(TraceWriter& trace, SampleIndex begin, SampleIndex end, double samples_per_px) {
  trace.reserve(static_cast<SampleIndex>(4 * static_cast<double>(end - begin) / samples_per_px) +
                8);
  Extremes column;
  for (SampleIndex i = begin; i < end;) {
    const double next = (std::floor(static_cast<double>(i) / samples_per_px) + 1) * samples_per_px;
    const SampleIndex stop = next < static_cast<double>(end)
                                 ? std::max(i + 1, static_cast<SampleIndex>(std::ceil(next)))
                                 : end;
    for (; i < stop; ++i) {
      if (trace.is_missing(i)) {
        column.flush(trace);
        trace.end_line();
      } else {
        column.take(trace, i);
      }
    }
    column.flush(trace);
  }
}

}  // namespace

SampleIndex first_sample_at(const SignalView& signal, double time_s) {
  const double position = std::ceil(time_s * signal.sampling_rate_hz - 1e-6);
  if (!(position > 0)) return 0;
  if (position >= static_cast<double>(signal.sample_count)) return signal.sample_count;
  return static_cast<SampleIndex>(position);
}

void append_trace(std::vector<SceneLine>& lines, const SignalView& signal, const Strip& strip,
                  std::size_t strip_index, double px_per_mm) {
  if (!strip.lead || !(signal.sampling_rate_hz > 0)) return;
  const SampleIndex begin = first_sample_at(signal, strip.begin_s);
  const SampleIndex end = first_sample_at(signal, strip.end_s);
  TraceWriter trace(lines, signal, strip, strip_index);
  const double px_per_s = px_per_mm * strip.speed_mm_per_s;
  if (px_per_s > 0 && signal.sampling_rate_hz >= kSamplesPerPixel * px_per_s) {
    add_decimated(trace, begin, end, signal.sampling_rate_hz / px_per_s);
  } else {
    add_every_sample(trace, begin, end);
  }
}

}  // namespace ecg
