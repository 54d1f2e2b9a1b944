#include "io/wfdb_annotation_writer.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include "io/text.h"
#include "io/wfdb_annotation_codes.h"

namespace ecg {
namespace {

constexpr std::int64_t kLongestInterval = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kLongestText = 255;  // the C library keeps the length in one byte
constexpr int kFirstOwnCode = 42;

Error refuse(ErrorCode code, std::string message, std::string hint) {
  return {code, std::move(message), std::move(hint), "", std::nullopt};
}

Result<void> check(const Annotation& mark) {
  const auto byte_sized = [](int value) { return value >= -128 && value <= 127; };
  const std::string at = "annotation at sample " + std::to_string(mark.sample);
  if (mark.sample < 0 || mark.sample > kLatestAnnotatedSample) {
    return refuse(ErrorCode::kInvalidArgument, at + " lies outside every record", "leave it out");
  }
  if (trimmed(mark.symbol).empty()) {
    return refuse(ErrorCode::kInvalidArgument, at + " has no symbol", "give it one, e.g. \"N\"");
  }
  if (!byte_sized(mark.number) || !byte_sized(mark.subtype)) {
    return refuse(ErrorCode::kInvalidArgument, at + " has a number or subtype beyond one byte",
                  "choose it between -128 and 127");
  }
  if (mark.lead.value_or(0) > 255) {
    return refuse(ErrorCode::kInvalidArgument, at + " is of a lead above 255", "leave it out");
  }
  if (mark.text.size() > kLongestText) {
    return refuse(ErrorCode::kInvalidArgument,
                  at + " has a text of " + std::to_string(mark.text.size()) + " bytes",
                  "the format holds 255 at most; shorten it");
  }
  return {};
}

/// Writes the words of an annotation file one after the other.
class AnnotationWriter {
 public:
  Result<void> define_symbols(std::span<const Annotation> marks);
  void note(const std::string& text) { words_of({0, std::nullopt, "", text, 0, 0}, kNoteCode); }
  Result<void> add(const Annotation& mark);
  std::vector<std::uint8_t> finish() {
    put(0);
    return std::move(bytes_);
  }

 private:
  void put(int word) {
    bytes_.push_back(static_cast<std::uint8_t>(word & 0xFF));
    bytes_.push_back(static_cast<std::uint8_t>(word >> 8 & 0xFF));
  }
  void modifier(int code, int value) { put(code << 10 | (value & 0xFF)); }
  void advance(std::int64_t interval);
  void words_of(const Annotation& mark, int code);
  std::optional<int> code_of(const std::string& symbol) const;

  std::vector<std::uint8_t> bytes_;
  std::vector<std::string> own_symbols_;
  std::int64_t sample_ = 0;
  int number_ = 0;
  std::optional<std::size_t> channel_;
};

std::optional<int> AnnotationWriter::code_of(const std::string& symbol) const {
  if (const auto code = annotation_code(symbol)) return code;
  const auto own = std::find(own_symbols_.begin(), own_symbols_.end(), symbol);
  if (own == own_symbols_.end()) return std::nullopt;
  return kFirstOwnCode + static_cast<int>(own - own_symbols_.begin());
}

/// Notes at sample 0 give each symbol that the standard lacks a code.
Result<void> AnnotationWriter::define_symbols(std::span<const Annotation> marks) {
  for (const Annotation& mark : marks) {
    if (code_of(mark.symbol)) continue;
    if (kFirstOwnCode + static_cast<int>(own_symbols_.size()) > kLargestAnnotationCode) {
      return refuse(ErrorCode::kUnsupported,
                    "\"" + mark.symbol + "\" is the ninth symbol that WFDB does not define",
                    "use the symbols of annot(5), or a file for each kind of mark");
    }
    own_symbols_.push_back(mark.symbol);
  }
  if (own_symbols_.empty()) return {};
  note(std::string(kDefinitionsNote));
  for (const std::string& symbol : own_symbols_) {
    note(std::to_string(*code_of(symbol)) + ' ' + symbol + ' ' + symbol);
  }
  note(std::string(kDefinitionsEndNote));
  return {};
}

/// Intervals above ten bits go before the annotation as 32 bits, the high 16 first.
void AnnotationWriter::advance(std::int64_t interval) {
  while (interval > 0) {
    const std::int64_t step = std::min(interval, kLongestInterval);
    put(kSkipCode << 10);
    put(static_cast<int>(step >> 16));
    put(static_cast<int>(step & 0xFFFF));
    interval -= step;
  }
}

void AnnotationWriter::words_of(const Annotation& mark, int code) {
  std::int64_t interval = mark.sample - sample_;
  if (interval > kLargestValue) {
    advance(interval);
    interval = 0;
  }
  sample_ = mark.sample;
  put(code << 10 | static_cast<int>(interval));
  if (mark.subtype != 0) modifier(kSubtypeCode, mark.subtype);
  if (mark.lead != channel_) modifier(kChannelCode, static_cast<int>(mark.lead.value_or(0)));
  if (mark.number != number_) modifier(kNumberCode, mark.number);
  channel_ = mark.lead;
  number_ = mark.number;
  if (mark.text.empty()) return;
  put(kTextCode << 10 | static_cast<int>(mark.text.size()));
  bytes_.insert(bytes_.end(), mark.text.begin(), mark.text.end());
  if (mark.text.size() % 2 == 1) bytes_.push_back(0);
}

Result<void> AnnotationWriter::add(const Annotation& mark) {
  if (channel_ && !mark.lead) {
    return refuse(ErrorCode::kUnsupported,
                  "a mark of all leads follows one of lead " + std::to_string(*channel_),
                  "write marks of single leads to a file of their own");
  }
  words_of(mark, *code_of(mark.symbol));
  return {};
}

}  // namespace

Result<std::vector<std::uint8_t>> wfdb_from_annotations(std::span<const Annotation> annotations,
                                                        std::optional<double> time_resolution_hz) {
  std::vector<Annotation> marks(annotations.begin(), annotations.end());
  for (const Annotation& mark : marks) {
    if (const auto checked = check(mark); !checked) return checked.error();
  }
  sort_by_sample(marks);
  AnnotationWriter writer;
  if (time_resolution_hz) {
    writer.note(std::string(kTimeResolutionNote) + ' ' + shortest_decimal(*time_resolution_hz));
  }
  if (const auto defined = writer.define_symbols(marks); !defined) return defined.error();
  for (const Annotation& mark : marks) {
    if (const auto added = writer.add(mark); !added) return added.error();
  }
  return writer.finish();
}

}  // namespace ecg
