#include "io/wfdb_annotations.h"

#include <algorithm>
#include <map>
#include <utility>

#include "io/text.h"
#include "io/wfdb_annotation_codes.h"

namespace ecg {
namespace {

std::string mnemonic(int code, const std::map<int, std::string>& defined) {
  if (const auto own = defined.find(code); own != defined.end()) return own->second;
  const auto index = static_cast<std::size_t>(code);
  if (index < kAnnotationMnemonics.size() && !kAnnotationMnemonics[index].empty())
    return std::string(kAnnotationMnemonics[index]);
  return "[" + std::to_string(code) + "]";
}

/// Reads the 16-bit words of an annotation file one after the other.
class AnnotationParser {
 public:
  AnnotationParser(std::span<const std::uint8_t> bytes, std::string_view file_name)
      : bytes_(bytes), file_(file_name) {}

  Result<WfdbAnnotations> parse();

 private:
  bool take_word();
  bool take_skip();
  bool take_text(std::size_t length);
  bool take_annotation(int code, int interval);
  void modify(int code, int value);
  WfdbAnnotations finish();

  bool fail(ErrorCode code, std::string what) {
    failure_ =
        Error{code, std::move(what), "this may be no annotation file, or the copy is incomplete",
              std::string(file_), static_cast<std::int64_t>(at_)};
    return false;
  }
  int word_at(std::size_t at) const { return bytes_[at] | bytes_[at + 1] << 8; }

  std::span<const std::uint8_t> bytes_;
  std::string_view file_;
  std::size_t at_ = 0;
  bool ended_ = false;
  std::int64_t sample_ = 0;
  int number_ = 0;
  std::optional<std::size_t> channel_;
  struct Coded {
    int code;
    Annotation annotation;
  };
  std::vector<Coded> found_;
  Error failure_;
};

Result<WfdbAnnotations> AnnotationParser::parse() {
  if (bytes_.empty()) {
    fail(ErrorCode::kEmptyFile, "the annotation file is empty");
    return failure_;
  }
  while (!ended_ && at_ < bytes_.size()) {
    if (bytes_.size() - at_ < 2) {
      fail(ErrorCode::kTruncated, "the annotation file ends in the middle of an annotation");
      return failure_;
    }
    if (!take_word()) return failure_;
  }
  if (found_.empty() && !ended_) {
    fail(ErrorCode::kTruncated, "the annotation file holds no annotation");
    return failure_;
  }
  return finish();
}

bool AnnotationParser::take_word() {
  const int word = word_at(at_);
  const int code = word >> 10;
  const int value = word & 0x3FF;
  at_ += 2;
  if (word == 0) {
    ended_ = true;
    return true;
  }
  if (code == kSkipCode) return take_skip();
  if (code == kTextCode) return take_text(static_cast<std::size_t>(value));
  if (code >= kNumberCode) {
    modify(code, value);
    return true;
  }
  return take_annotation(code, value);
}

/// A long interval: 32 bits, the high 16 first.
bool AnnotationParser::take_skip() {
  if (bytes_.size() - at_ < 4)
    return fail(ErrorCode::kTruncated, "the file ends within a long interval");
  const auto interval =
      static_cast<std::uint32_t>(word_at(at_)) << 16 | static_cast<std::uint32_t>(word_at(at_ + 2));
  sample_ += static_cast<std::int32_t>(interval);
  at_ += 4;
  return true;
}

/// Text of the annotation before, padded to an even length.
bool AnnotationParser::take_text(std::size_t length) {
  if (length > bytes_.size() - at_)
    return fail(ErrorCode::kTruncated, "the file ends within the text of an annotation");
  const auto* begin = reinterpret_cast<const char*>(bytes_.data() + at_);
  if (!found_.empty()) found_.back().annotation.text = utf8_from_bytes(trimmed({begin, length}));
  at_ = std::min(bytes_.size(), at_ + length + length % 2);
  return true;
}

bool AnnotationParser::take_annotation(int code, int interval) {
  sample_ += interval;
  if (sample_ < 0 || sample_ > kLatestAnnotatedSample)
    return fail(ErrorCode::kBadValue, "an annotation lies outside every record");
  Annotation annotation;
  annotation.sample = sample_;
  annotation.lead = channel_;
  annotation.number = number_;
  found_.push_back({code, std::move(annotation)});
  return true;
}

/// Number and channel hold until changed; the subtype is of one annotation.
void AnnotationParser::modify(int code, int value) {
  const auto small = static_cast<std::int8_t>(value & 0xFF);
  if (code == kNumberCode) number_ = small;
  if (code == kChannelCode) channel_ = static_cast<std::size_t>(value & 0xFF);
  if (found_.empty()) return;
  Annotation& annotation = found_.back().annotation;
  if (code == kNumberCode) annotation.number = small;
  if (code == kChannelCode) annotation.lead = channel_;
  if (code == kSubtypeCode) annotation.subtype = small;
}

/// Turns codes into mnemonics and takes out the notes at the start that describe the file itself.
WfdbAnnotations AnnotationParser::finish() {
  WfdbAnnotations result;
  std::map<int, std::string> defined;
  bool defining = false;
  for (Coded& coded : found_) {
    const std::string& text = coded.annotation.text;
    const bool note = coded.code == kNoteCode && coded.annotation.sample == 0;
    if (note && text.starts_with(kTimeResolutionNote)) {
      const auto rate =
          parse_number(trimmed(std::string_view(text).substr(kTimeResolutionNote.size())));
      if (rate && *rate > 0) result.time_resolution_hz = rate;
      continue;
    }
    if (note && text.starts_with(kDefinitionsEndNote)) {
      defining = false;
      continue;
    }
    if (note && (defining || text.starts_with(kDefinitionsNote))) {
      const auto fields = split_fields(text, 3);
      const std::int64_t code = fields.size() < 2 ? -1 : parse_integer(fields[0]).value_or(-1);
      if (defining && code >= 0 && code <= kLargestAnnotationCode)
        defined[static_cast<int>(code)] = std::string(fields[1]);
      defining = true;
      continue;
    }
    coded.annotation.symbol = mnemonic(coded.code, defined);
    result.annotations.push_back(std::move(coded.annotation));
  }
  if (!ended_)
    result.warnings.push_back(std::string(file_) +
                              " lacks its end mark; annotations may be missing.");
  const auto earlier = [](const Annotation& a, const Annotation& b) { return a.sample < b.sample; };
  if (!std::is_sorted(result.annotations.begin(), result.annotations.end(), earlier)) {
    sort_by_sample(result.annotations);
    result.warnings.push_back(std::string(file_) +
                              " is not in time order; its annotations were sorted.");
  }
  return result;
}

}  // namespace

Result<WfdbAnnotations> parse_wfdb_annotations(std::span<const std::uint8_t> bytes,
                                               std::string_view file_name) {
  return AnnotationParser(bytes, file_name).parse();
}

bool is_annotation_extension(std::string_view extension) {
  constexpr std::string_view kKnown[] = {
      "atr", "ari", "ecg",   "qrs", "qrsc", "wqrs", "sqrs",  "gqrs",   "xqrs", "man", "pu",
      "pu0", "pu1", "q1c",   "q2c", "qt1",  "qt2",  "st-",   "sta",    "stb",  "stc", "st",
      "apn", "aux", "pwave", "ann", "xws",  "nsr",  "event", "marker", "ahe"};
  if (std::find(std::begin(kKnown), std::end(kKnown), extension) != std::end(kKnown)) return true;
  return lead_from_name(extension) != Lead::kOther;  // LUDB: one file per lead
}

}  // namespace ecg
