#include "beat/stream_detector.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "beat/r_peaks.h"

namespace ecg {
namespace {

constexpr double kApart_s = 0.170;  ///< no beat is reported this shortly after another

Error invalid(std::string message, std::string hint) {
  return Error{ErrorCode::kInvalidArgument, std::move(message), std::move(hint), {}, {}};
}

bool within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace

Result<StreamDetector> StreamDetector::create(std::size_t lead_count, double sampling_rate_hz,
                                              const StreamOptions& options) {
  if (!within(sampling_rate_hz, 50, 20000)) {
    return invalid(
        "R peaks cannot be found at a sampling rate of " + std::to_string(sampling_rate_hz) + " Hz",
        "resample the signal to between 50 and 20000 Hz");
  }
  if (lead_count == 0) return invalid("a stream of no leads", "give at least one lead");
  if (!within(options.latency_s, 0.3, 10) || !within(options.memory_s, 5, 300) ||
      !within(options.step_s, 0.05, 5) || options.latency_s >= options.memory_s) {
    return invalid("a latency, memory or step of the stream is out of range",
                   "latency 0.3 to 10 s and less than the memory, memory 5 to 300 s, step 0.05 to "
                   "5 s");
  }
  StreamDetector detector;
  detector.rate_hz_ = sampling_rate_hz;
  detector.leads_.resize(lead_count);
  const auto samples = [&](double s) {
    return std::max<SampleIndex>(1, static_cast<SampleIndex>(std::ceil(s * sampling_rate_hz)));
  };
  detector.latency_ = samples(options.latency_s);
  detector.memory_ = samples(options.memory_s);
  detector.step_ = std::min(samples(options.step_s), detector.memory_);
  detector.buffer_.resize(lead_count * 2 * static_cast<std::size_t>(detector.memory_));
  return detector;
}

void StreamDetector::append(SignalView next, SampleIndex from, SampleIndex count) {
  const SampleIndex room = 2 * memory_;
  if (kept_ + count > room) {
    const SampleIndex dropped = kept_ - memory_;
    for (std::size_t l = 0; l < leads_.size(); ++l) {
      float* lead = buffer_.data() + static_cast<std::ptrdiff_t>(l) * room;
      std::copy(lead + dropped, lead + kept_, lead);
    }
    begin_ += dropped;
    kept_ = memory_;
  }
  for (std::size_t l = 0; l < leads_.size(); ++l) {
    const float* lead = next.lead(l).data() + from;
    std::copy(lead, lead + count, buffer_.data() + static_cast<std::ptrdiff_t>(l) * room + kept_);
  }
  kept_ += count;
}

void StreamDetector::report_until(SampleIndex end, std::vector<SampleIndex>& found) {
  const SampleIndex skipped = std::max<SampleIndex>(0, kept_ - memory_);
  const SignalView recent{
      buffer_.data() + skipped, leads_.size(), kept_ - skipped, 2 * memory_, rate_hz_, leads_};
  const auto peaks = find_r_peaks(recent);
  ECG_ASSERT(peaks.has_value());
  const auto apart = static_cast<SampleIndex>(kApart_s * rate_hz_);
  for (const SampleIndex peak : *peaks) {
    const SampleIndex at = begin_ + skipped + peak;
    if (at > end || (last_ && at - *last_ < apart)) continue;
    found.push_back(at);
    last_ = at;
  }
  looked_at_ = position();
}

Result<std::vector<SampleIndex>> StreamDetector::push(SignalView next) {
  if (next.lead_count != leads_.size() || next.sampling_rate_hz != rate_hz_) {
    return invalid("samples of " + std::to_string(next.lead_count) + " leads at " +
                       std::to_string(next.sampling_rate_hz) + " Hz in a stream of " +
                       std::to_string(leads_.size()) + " leads at " + std::to_string(rate_hz_),
                   "start a new stream where leads or sampling rate change");
  }
  std::vector<SampleIndex> found;
  for (SampleIndex from = 0; from < next.sample_count;) {
    const SampleIndex count = std::min(next.sample_count - from, looked_at_ + step_ - position());
    append(next, from, count);
    from += count;
    if (position() - looked_at_ >= step_) report_until(position() - latency_, found);
  }
  return found;
}

std::vector<SampleIndex> StreamDetector::finish() {
  std::vector<SampleIndex> found;
  if (kept_ > 0) report_until(position(), found);
  return found;
}

}  // namespace ecg
