#include "io/wfdb_header.h"

#include <cmath>
#include <limits>
#include <utility>

#include "io/text.h"
#include "io/wfdb_time.h"

namespace ecg {
namespace {

constexpr std::size_t kLargestHeaderBytes = 4u << 20;
constexpr std::int64_t kMostSamplesPerFrame = 1 << 20;
constexpr double kFastestRateHz = 1e7;
constexpr const char* kHint = "check that this is an unchanged WFDB header (.hea)";

/// Parses one header; methods return an Error by way of `failure_` at the first thing that is
/// wrong.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string_view file_name) : text_(text), file_(file_name) {}

  Result<WfdbHeader> parse();

 private:
  bool parse_record_line(const TextLine& line);
  bool parse_record_name(std::string_view field);
  bool parse_rate(std::string_view field);
  bool parse_segment_line(const TextLine& line);
  bool parse_signal_line(const TextLine& line);
  bool parse_format(std::string_view field, WfdbSignalSpec& spec);
  bool parse_gain(std::string_view field, WfdbSignalSpec& spec, std::optional<double>& baseline);
  bool parse_sampling(std::string_view field, WfdbSignalSpec& spec);
  bool check_counts();

  bool fail(ErrorCode code, std::string what) {
    failure_ = Error{code, "line " + std::to_string(line_.number) + ": " + std::move(what), kHint,
                     std::string(file_), line_.byte_offset};
    return false;
  }
  bool bad_number(std::string_view what, std::string_view field) {
    return fail(ErrorCode::kBadHeader,
                std::string(what) + " is not a number: \"" + utf8_from_bytes(field) + '"');
  }
  std::string signal_name() const { return "signal " + std::to_string(header_.signals.size() + 1); }

  std::string_view text_;
  std::string_view file_;
  TextLine line_;
  WfdbHeader header_;
  std::int64_t declared_segments_ = 0;  ///< 0 = an ordinary record
  std::size_t extra_lines_ = 0;
  Error failure_;
};

Result<WfdbHeader> HeaderParser::parse() {
  if (trimmed(text_).empty()) {
    return Error{ErrorCode::kEmptyFile, "the header is empty", "copy the file again",
                 std::string(file_), 0};
  }
  if (text_.size() > kLargestHeaderBytes) {
    return Error{ErrorCode::kTooLarge,
                 "a header of " + std::to_string(text_.size()) + " bytes is no WFDB header", kHint,
                 std::string(file_), std::nullopt};
  }
  bool seen_record_line = false;
  for (const TextLine& line : split_lines(text_)) {
    line_ = {trimmed(line.text), line.byte_offset, line.number};
    if (line_.text.empty()) continue;
    bool good = true;
    if (line_.text.starts_with('#')) {
      header_.comments.push_back(utf8_from_bytes(trimmed(line_.text.substr(1))));
    } else if (!std::exchange(seen_record_line, true)) {
      good = parse_record_line(line_);
    } else if (declared_segments_ > 0) {
      good = parse_segment_line(line_);
    } else {
      good = parse_signal_line(line_);
    }
    if (!good) return failure_;
  }
  if (!seen_record_line) {
    fail(ErrorCode::kBadHeader, "there is no record line, only comments");
    return failure_;
  }
  if (!check_counts()) return failure_;
  return std::move(header_);
}

bool HeaderParser::parse_record_line(const TextLine& line) {
  const auto fields = split_fields(line.text, 6);
  if (fields.size() < 2) {
    return fail(ErrorCode::kBadHeader,
                "the record line needs at least a name and a number of signals");
  }
  if (!parse_record_name(fields[0])) return false;
  const auto signals = parse_integer(fields[1]);
  if (!signals) return bad_number("the number of signals", fields[1]);
  if (*signals < 0) return fail(ErrorCode::kBadValue, "a negative number of signals");
  header_.declared_signals = *signals;
  if (fields.size() > 2 && !parse_rate(fields[2])) return false;
  if (fields.size() > 3) {
    const auto frames = parse_integer(fields[3]);
    if (!frames) return bad_number("the number of samples", fields[3]);
    if (*frames < 0) return fail(ErrorCode::kBadValue, "a negative number of samples");
    if (*frames > 0) header_.frame_count = *frames;  // 0: not stated
  }
  const std::string_view time = fields.size() > 4 ? fields[4] : std::string_view{};
  const std::string_view date = fields.size() > 5 ? fields[5] : std::string_view{};
  header_.start_time = iso_time_from_wfdb(time, date);
  if (!time.empty() && !header_.start_time) {
    header_.warnings.push_back("The start time \"" +
                               utf8_from_bytes(line.text.substr(
                                   static_cast<std::size_t>(time.data() - line.text.data()))) +
                               "\" is not understood and is left out.");
  }
  return true;
}

bool HeaderParser::parse_record_name(std::string_view field) {
  const std::size_t slash = field.find('/');
  header_.record_name = utf8_from_bytes(field.substr(0, slash));
  if (slash == std::string_view::npos) return true;
  const auto segments = parse_integer(field.substr(slash + 1));
  if (!segments) return bad_number("the number of segments", field.substr(slash + 1));
  if (*segments < 1)
    return fail(ErrorCode::kBadValue, "a record of " + std::to_string(*segments) + " segments");
  declared_segments_ = *segments;
  return true;
}

/// rate[/counter rate[(base counter)]]
bool HeaderParser::parse_rate(std::string_view field) {
  const std::size_t slash = field.find('/');
  const auto rate = parse_number(field.substr(0, slash));
  if (!rate) return bad_number("the sampling rate", field.substr(0, slash));
  if (!(*rate > 0) || *rate > kFastestRateHz) {
    return fail(ErrorCode::kBadValue,
                "an impossible sampling rate: " + utf8_from_bytes(field) + " Hz");
  }
  header_.frame_rate_hz = *rate;
  if (slash == std::string_view::npos) return true;
  const std::string_view counter = field.substr(slash + 1);
  const auto counter_rate = parse_number(counter.substr(0, counter.find('(')));
  if (!counter_rate) return bad_number("the counter frequency", counter);
  header_.counter_rate_hz = *counter_rate;
  return true;
}

bool HeaderParser::parse_segment_line(const TextLine& line) {
  if (std::cmp_greater_equal(header_.segments.size(), declared_segments_)) {
    ++extra_lines_;
    return true;
  }
  const auto fields = split_fields(line.text, 3);
  const auto frames = fields.size() < 2 ? std::nullopt : parse_integer(fields[1]);
  if (!frames)
    return fail(ErrorCode::kBadHeader,
                "a segment line needs a record name and a number of samples");
  if (*frames < 0) return fail(ErrorCode::kBadValue, "a segment with a negative number of samples");
  header_.segments.push_back({utf8_from_bytes(fields[0]), *frames});
  return true;
}

bool HeaderParser::parse_signal_line(const TextLine& line) {
  if (std::cmp_greater_equal(header_.signals.size(), header_.declared_signals)) {
    ++extra_lines_;
    return true;
  }
  const auto fields = split_fields(line.text, 9);
  WfdbSignalSpec spec;
  spec.file_name = utf8_from_bytes(fields[0]);
  if (fields.size() < 2)
    return fail(ErrorCode::kBadHeader, signal_name() + " states no storage format");
  if (!parse_format(fields[1], spec)) return false;
  std::optional<double> baseline;
  if (fields.size() > 2 && !parse_gain(fields[2], spec, baseline)) return false;

  std::int64_t numbers[5] = {0, 0, 0, 0,
                             0};  // resolution, zero, initial value, checksum, block size
  constexpr const char* kWhat[5] = {"the resolution", "the converter's zero", "the initial value",
                                    "the checksum", "the block size"};
  for (std::size_t i = 0; i < 5 && i + 3 < fields.size(); ++i) {
    const auto value = parse_integer(fields[i + 3]);
    if (!value) return bad_number(kWhat[i], fields[i + 3]);
    if (std::abs(static_cast<double>(*value)) > 0x1p40)
      return fail(ErrorCode::kBadValue, std::string(kWhat[i]) + " is impossibly large");
    numbers[i] = *value;
  }
  if (numbers[0] < 0 || numbers[0] > 64)
    return fail(ErrorCode::kBadValue, "a converter of " + std::to_string(numbers[0]) + " bits");
  spec.resolution_bits = static_cast<int>(numbers[0]);
  spec.adc_zero = numbers[1];
  spec.baseline = baseline.value_or(static_cast<double>(spec.adc_zero));
  spec.initial_value = fields.size() > 5 ? numbers[2] : spec.adc_zero;
  if (fields.size() > 6) spec.checksum = numbers[3];
  if (fields.size() > 8) spec.description = utf8_from_bytes(fields[8]);
  header_.signals.push_back(std::move(spec));
  return true;
}

/// format[xsamples_per_frame][:skew][+byte_offset]
bool HeaderParser::parse_format(std::string_view field, WfdbSignalSpec& spec) {
  const std::size_t end = field.find_first_of("x:+");
  const auto format = parse_integer(field.substr(0, end));
  if (!format) return bad_number("the storage format of " + signal_name(), field);
  if (*format < 0 || *format > 65535)
    return fail(ErrorCode::kBadValue, "no such storage format: " + std::to_string(*format));
  spec.format = static_cast<int>(*format);
  return end == std::string_view::npos || parse_sampling(field.substr(end), spec);
}

bool HeaderParser::parse_sampling(std::string_view field, WfdbSignalSpec& spec) {
  while (!field.empty()) {
    const char kind = field.front();
    field.remove_prefix(1);
    const std::size_t end = std::min(field.find_first_of("x:+"), field.size());
    const auto value = parse_integer(field.substr(0, end));
    if (!value)
      return bad_number("samples per frame, skew or byte offset of " + signal_name(), field);
    if (*value < 0 || (kind == 'x' && (*value == 0 || *value > kMostSamplesPerFrame))) {
      return fail(ErrorCode::kBadValue,
                  "impossible samples per frame, skew or byte offset: " + std::to_string(*value));
    }
    (kind == 'x'   ? spec.samples_per_frame
     : kind == ':' ? spec.skew_frames
                   : spec.byte_offset) = *value;
    field.remove_prefix(end);
  }
  return true;
}

/// gain[(baseline)][/unit]
bool HeaderParser::parse_gain(std::string_view field, WfdbSignalSpec& spec,
                              std::optional<double>& baseline) {
  const std::size_t end = std::min(field.find_first_of("(/"), field.size());
  const auto gain = parse_number(field.substr(0, end));
  if (!gain) return bad_number("the gain of " + signal_name(), field.substr(0, end));
  if (std::abs(*gain) > 1e15 || (*gain != 0 && std::abs(*gain) < 1e-15)) {
    return fail(ErrorCode::kBadValue, "an impossible gain: " + utf8_from_bytes(field));
  }
  spec.gain_stated = *gain != 0;
  if (spec.gain_stated) spec.gain = *gain;
  field.remove_prefix(end);
  if (field.starts_with('(')) {
    const std::size_t close = field.find(')');
    if (close == std::string_view::npos)
      return fail(ErrorCode::kBadHeader, "the baseline of " + signal_name() + " lacks its \")\"");
    baseline = parse_number(field.substr(1, close - 1));
    if (!baseline)
      return bad_number("the baseline of " + signal_name(), field.substr(1, close - 1));
    if (std::abs(*baseline) > 1e15)
      return fail(ErrorCode::kBadValue, "an impossible baseline: " + utf8_from_bytes(field));
    field.remove_prefix(close + 1);
  }
  if (field.starts_with('/') && field.size() > 1) spec.unit = utf8_from_bytes(field.substr(1));
  return true;
}

bool HeaderParser::check_counts() {
  const bool segmented = declared_segments_ > 0;
  const std::int64_t declared = segmented ? declared_segments_ : header_.declared_signals;
  const auto found =
      static_cast<std::int64_t>(segmented ? header_.segments.size() : header_.signals.size());
  const std::string what = segmented ? " segments" : " signals";
  if (found < declared) {
    return fail(ErrorCode::kBadHeader, "the header declares " + std::to_string(declared) + what +
                                           " but describes only " + std::to_string(found));
  }
  if (declared == 0) return fail(ErrorCode::kInsufficientData, "the record has no signals");
  if (extra_lines_ > 0) {
    header_.warnings.push_back("The header has " + std::to_string(extra_lines_) +
                               " more lines than the " + std::to_string(declared) + what +
                               " it declares; they are ignored.");
  }
  for (std::size_t i = 0; i < header_.signals.size(); ++i) {
    const WfdbSignalSpec& spec = header_.signals[i];
    const std::string name = "Signal " + std::to_string(i + 1) + " (" + spec.description + ")";
    if (!spec.gain_stated && spec.format != 0)
      header_.warnings.push_back(
          name + " states no gain: 200 counts per mV are assumed, as the standard says.");
    if (spec.gain < 0)
      header_.warnings.push_back(name + " has a negative gain: it is stored upside down.");
  }
  return true;
}

}  // namespace

Result<WfdbHeader> parse_wfdb_header(std::string_view text, std::string_view file_name) {
  return HeaderParser(text, file_name).parse();
}

bool looks_like_wfdb_header(std::string_view text) {
  const std::string_view start = text.substr(0, 4096);
  if (start.find('\0') != std::string_view::npos) return false;
  for (const TextLine& line : split_lines(start)) {
    const std::string_view content = trimmed(line.text);
    if (content.empty() || content.starts_with('#')) continue;
    const auto fields = split_fields(content, 4);
    if (fields.size() < 2 || !parse_integer(fields[1])) return false;
    for (const char c : fields[0]) {
      const bool allowed = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '/';
      if (!allowed) return false;
    }
    return fields.size() < 3 || parse_number(fields[2].substr(0, fields[2].find('/'))).has_value();
  }
  return false;
}

}  // namespace ecg
