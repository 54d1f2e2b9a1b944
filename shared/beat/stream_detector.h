#pragma once
// R peaks while the signal still arrives: a monitor, a live plot.

#include <cstddef>
#include <optional>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// How a stream is watched.
struct StreamOptions {
  double latency_s = 1.0;  ///< signal seen after a beat before it is reported, 0.3 to 10
  double memory_s = 24;    ///< signal kept and looked at again, 5 to 300
  double step_s = 0.25;    ///< how often it is looked at, 0.05 to 5
};

/// Finds R peaks in a signal that is handed over piece by piece. The last `memory_s` are looked at
/// again every `step_s` with find_r_peaks, so that thresholds know the beats before, and what a
/// later beat says of an earlier one (a P or T wave, an overdue beat) counts as far as `latency_s`
/// allows. A beat is reported when between latency_s and latency_s + step_s of signal after it have
/// arrived; never twice, in ascending order.
/// On MIT-BIH, from the tenth second on, 99.8 % of the beats are those of find_r_peaks over the
/// whole record, 98.8 % within 50 ms (the lead that R peaks are marked in may change over the
/// hours), and detection scores the same (./tools/bench beats). Memory: 8 * memory_s * rate * leads
/// bytes, and what find_r_peaks needs for memory_s.
class StreamDetector {
 public:
  /// Errors: kInvalidArgument (sampling rate not 50 to 20000 Hz, no lead, an option out of range).
  static Result<StreamDetector> create(std::size_t lead_count, double sampling_rate_hz,
                                       const StreamOptions& options = {});

  /// Takes the next samples of every lead, any number of them; returns the R peaks that are certain
  /// now, as samples from the start of the stream. Errors: kInvalidArgument (another number of
  /// leads or sampling rate than at creation).
  Result<std::vector<SampleIndex>> push(SignalView next);

  /// The R peaks of the last seconds, once nothing more will come.
  std::vector<SampleIndex> finish();

  /// Samples taken so far.
  SampleIndex position() const { return begin_ + kept_; }

 private:
  StreamDetector() = default;

  void append(SignalView next, SampleIndex from, SampleIndex count);
  void report_until(SampleIndex end, std::vector<SampleIndex>& found);

  double rate_hz_ = 0;
  std::vector<LeadLabel> leads_;
  SampleIndex latency_ = 0, memory_ = 0, step_ = 0;
  std::vector<float> buffer_;  ///< lead-major, 2 * memory_ samples per lead
  SampleIndex begin_ = 0;      ///< position of the buffer's first sample in the stream
  SampleIndex kept_ = 0;       ///< samples per lead in the buffer
  SampleIndex looked_at_ = 0;  ///< position up to which it was looked at
  std::optional<SampleIndex> last_;
};

}  // namespace ecg
