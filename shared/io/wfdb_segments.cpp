#include "io/wfdb_segments.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "io/size_limits.h"
#include "io/text.h"

namespace ecg {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// Header of a segment and the name of its file.
struct SegmentHeader {
  WfdbHeader header;
  std::string file_name;
};

class SegmentJoiner {
 public:
  SegmentJoiner(const FileSet& files, const WfdbHeader& header, std::string_view header_name)
      : files_(files), header_(header), header_name_(header_name) {}

  Result<WfdbSignals> join();

 private:
  Result<void> read_headers();
  Result<void> prepare_signals();
  Result<void> add_segment(const WfdbSegmentSpec& segment, std::int64_t first_frame);
  Result<void> place(WfdbSignals& from, std::size_t index, const SegmentHeader& source,
                     std::int64_t first_frame);
  std::optional<std::size_t> row_of(const WfdbSignalSpec& spec, std::size_t index) const;
  void take_calibration(const WfdbSignalSpec& spec, std::size_t row);
  void report();

  bool has_layout() const { return header_.segments.front().frame_count == 0; }
  Error inconsistent(const std::string& file, std::string what) const {
    return {ErrorCode::kInconsistent, std::move(what),
            "check that all segments belong to this record", file, std::nullopt};
  }

  Error too_large() const {
    return {ErrorCode::kTooLarge, "the segments describe far more samples than the files can hold",
            "check the lengths of the segments in the header", std::string(header_name_),
            std::nullopt};
  }

  const FileSet& files_;
  const WfdbHeader& header_;
  std::string_view header_name_;
  std::map<std::string, SegmentHeader> headers_;
  WfdbSignals out_;
  std::vector<bool> calibrated_;        ///< a segment has given this signal its calibration
  std::set<std::string> recalibrated_;  ///< signals whose gain or baseline changes between segments
  std::set<std::string> unplaced_;      ///< signals of segments that the layout lacks
};

/// Each header once, however often it is named.
Result<void> SegmentJoiner::read_headers() {
  for (const WfdbSegmentSpec& segment : header_.segments) {
    if (segment.record_name == "~" || headers_.contains(segment.record_name)) continue;
    const std::string name = segment.record_name + ".hea";
    const NamedBytes* file = find_beside(files_, header_name_, name);
    if (file == nullptr) {
      return Error{ErrorCode::kMissingFile,
                   "the record consists of segments, and the header \"" + name +
                       "\" of one is not among the files given",
                   "open the headers and signal files of all segments together",
                   std::string(header_name_), std::nullopt};
    }
    auto parsed = parse_wfdb_header(text_of(file->bytes), file->name);
    if (!parsed) return parsed.error();
    if (parsed->is_multi_segment())
      return inconsistent(file->name, "a segment cannot itself consist of segments");
    if (std::abs(parsed->frame_rate_hz / header_.frame_rate_hz - 1) > 1e-6) {
      return inconsistent(file->name, "the segment's sampling rate is not that of the record");
    }
    headers_.emplace(segment.record_name, SegmentHeader{std::move(parsed).value(), file->name});
  }
  return {};
}

/// Room for the whole record, all missing until a segment fills it.
Result<void> SegmentJoiner::prepare_signals() {
  const SegmentHeader* model = nullptr;
  for (const WfdbSegmentSpec& segment : header_.segments) {
    if (segment.record_name != "~" && model == nullptr) model = &headers_.at(segment.record_name);
    if (segment.frame_count > std::numeric_limits<std::int64_t>::max() / 2 - out_.frame_count) {
      return too_large();
    }
    out_.frame_count += segment.frame_count;
  }
  if (model == nullptr || out_.frame_count == 0) {
    return Error{ErrorCode::kInsufficientData, "the record consists of gaps only",
                 "open another record", std::string(header_name_), std::nullopt};
  }
  std::int64_t per_frame = 0;
  for (const WfdbSignalSpec& spec : model->header.signals) per_frame += spec.samples_per_frame;
  if (out_.frame_count > allowed_values(files_) / per_frame) return too_large();
  out_ = wfdb_signals_of(model->header.signals, out_.frame_count, header_.frame_rate_hz);
  for (Signal& matrix : out_.matrices)
    std::fill(matrix.values().begin(), matrix.values().end(), kMissing);
  calibrated_.assign(out_.signals.size(), false);
  if (header_.frame_count && *header_.frame_count != out_.frame_count) {
    out_.warnings.push_back("The header declares " + std::to_string(*header_.frame_count) +
                            " samples, its segments " + std::to_string(out_.frame_count) +
                            "; the segments are believed.");
  }
  return {};
}

std::optional<std::size_t> SegmentJoiner::row_of(const WfdbSignalSpec& spec,
                                                 std::size_t index) const {
  if (!has_layout()) return index;
  for (std::size_t row = 0; row < out_.signals.size(); ++row) {
    if (out_.signals[row].spec.description == spec.description) return row;
  }
  return std::nullopt;
}

/// The first segment that holds a signal tells how it is stored; later ones may differ.
void SegmentJoiner::take_calibration(const WfdbSignalSpec& spec, std::size_t row) {
  WfdbSignalSpec& known = out_.signals[row].spec;
  if (!calibrated_[row]) {
    calibrated_[row] = true;
    known = spec;
  } else if (known.gain != spec.gain || known.baseline != spec.baseline) {
    recalibrated_.insert(spec.description);
  }
}

Result<void> SegmentJoiner::place(WfdbSignals& from, std::size_t index, const SegmentHeader& source,
                                  std::int64_t first_frame) {
  const WfdbSignal& signal = from.signals[index];
  const auto row = row_of(signal.spec, index);
  if (!row) {
    unplaced_.insert(signal.spec.description);
    return {};
  }
  const WfdbSignal& target = out_.signals[*row];
  const bool same_unit =
      signal.is_voltage ? target.is_voltage : signal.spec.unit == target.spec.unit;
  if (signal.spec.samples_per_frame != target.spec.samples_per_frame || !same_unit) {
    return inconsistent(source.file_name,
                        "signal " + signal.spec.description +
                            " has another rate or unit than in the rest of the record");
  }
  take_calibration(signal.spec, *row);
  const auto begin = static_cast<std::ptrdiff_t>(first_frame * signal.spec.samples_per_frame);
  const auto values = from.values(index);
  std::copy(values.begin(), values.end(), out_.values(*row).begin() + begin);
  return {};
}

Result<void> SegmentJoiner::add_segment(const WfdbSegmentSpec& segment, std::int64_t first_frame) {
  SegmentHeader& source = headers_.at(segment.record_name);
  if (source.header.frame_count.value_or(segment.frame_count) != segment.frame_count) {
    return inconsistent(source.file_name,
                        "the segment has " + std::to_string(*source.header.frame_count) +
                            " samples, the record says " + std::to_string(segment.frame_count));
  }
  if (!has_layout() && source.header.signals.size() != out_.signals.size()) {
    return inconsistent(source.file_name,
                        "the segment has " + std::to_string(source.header.signals.size()) +
                            " signals, the record " + std::to_string(out_.signals.size()));
  }
  source.header.frame_count = segment.frame_count;
  auto signals = read_wfdb_signals(files_, source.header, source.file_name);
  if (!signals) return signals.error();
  for (std::size_t i = 0; i < signals->signals.size(); ++i) {
    if (auto placed = place(*signals, i, source, first_frame); !placed) return placed;
  }
  for (std::string& warning : signals->warnings) out_.warnings.push_back(std::move(warning));
  return {};
}

void SegmentJoiner::report() {
  for (const std::string& name : recalibrated_) {
    out_.warnings.push_back("The gain or baseline of " + name +
                            " changes between segments; the one shown is that of its first.");
  }
  for (const std::string& name : unplaced_) {
    out_.warnings.push_back("Signal " + name +
                            " of a segment is not in the layout of the record; it is left out.");
  }
}

Result<WfdbSignals> SegmentJoiner::join() {
  if (const auto read = read_headers(); !read) return read.error();
  if (const auto prepared = prepare_signals(); !prepared) return prepared.error();
  std::int64_t first_frame = 0;
  for (const WfdbSegmentSpec& segment : header_.segments) {
    if (segment.record_name != "~" && segment.frame_count > 0) {
      if (const auto added = add_segment(segment, first_frame); !added) return added.error();
    }
    first_frame += segment.frame_count;
  }
  report();
  return std::move(out_);
}

}  // namespace

Result<WfdbSignals> read_wfdb_segments(const FileSet& files, const WfdbHeader& header,
                                       std::string_view header_name) {
  return SegmentJoiner(files, header, header_name).join();
}

}  // namespace ecg
