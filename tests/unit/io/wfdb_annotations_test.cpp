#include "io/wfdb_annotations.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

using namespace ecg;

namespace {

/// Writes annotation files word by word, as annot(5) describes them.
struct Writer {
  std::vector<std::uint8_t> bytes;

  Writer& word(int code, int value) {
    const int bits = code << 10 | value;
    bytes.push_back(static_cast<std::uint8_t>(bits & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(bits >> 8));
    return *this;
  }
  Writer& skip(std::int32_t interval) {
    const auto bits = static_cast<std::uint32_t>(interval);
    word(59, 0);
    for (const int shift : {16, 24, 0, 8})
      bytes.push_back(static_cast<std::uint8_t>(bits >> shift & 0xFF));
    return *this;
  }
  Writer& text(std::string_view text) {
    word(63, static_cast<int>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
    if (text.size() % 2 == 1) bytes.push_back(0);
    return *this;
  }
  Writer& end() { return word(0, 0); }
};

WfdbAnnotations parse(const Writer& writer) {
  const auto found = parse_wfdb_annotations(writer.bytes, "r.atr");
  INFO((found ? std::string() : to_string(found.error())));
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("beats, rhythm text and long intervals are read", "[wfdb][annotations]") {
  const auto found =
      parse(Writer().word(28, 18).text("(AFIB").word(1, 59).skip(100000).word(5, 7).end());
  REQUIRE(found.annotations.size() == 3);
  CHECK(found.annotations[0].symbol == "+");
  CHECK(found.annotations[0].sample == 18);
  CHECK(found.annotations[0].text == "(AFIB");
  CHECK(found.annotations[1].symbol == "N");
  CHECK(found.annotations[1].sample == 77);
  CHECK(found.annotations[2].symbol == "V");
  CHECK(found.annotations[2].sample == 100084);
  CHECK_FALSE(found.annotations[0].lead.has_value());
  CHECK(found.warnings.empty());
}

TEST_CASE("the subtype is of one annotation; number and channel hold until changed",
          "[wfdb][annotations]") {
  const auto found = parse(Writer()
                               .word(24, 5)
                               .word(61, 255)
                               .word(62, 1)
                               .word(60, 2)
                               .word(24, 5)
                               .word(60, 0)
                               .word(24, 5)
                               .end());
  REQUIRE(found.annotations.size() == 3);
  CHECK(found.annotations[0].subtype == -1);
  CHECK(found.annotations[0].lead == 1);
  CHECK(found.annotations[0].number == 2);
  CHECK(found.annotations[1].subtype == 0);
  CHECK(found.annotations[1].lead == 1);
  CHECK(found.annotations[1].number == 0);
  CHECK(found.annotations[2].sample == 15);
}

TEST_CASE("the standard mnemonics are used", "[wfdb][annotations]") {
  const auto found = parse(Writer()
                               .word(8, 1)
                               .word(12, 1)
                               .word(24, 1)
                               .word(27, 1)
                               .word(39, 1)
                               .word(40, 1)
                               .word(14, 1)
                               .word(45, 1)
                               .end());
  std::string symbols;
  for (const Annotation& annotation : found.annotations) symbols += annotation.symbol;
  CHECK(symbols == "A/pt()~[45]");
}

TEST_CASE("a stated time resolution and own definitions are taken out of the list",
          "[wfdb][annotations]") {
  const auto found = parse(Writer()
                               .word(22, 0)
                               .text("## time resolution: 1000")
                               .word(22, 0)
                               .text("## annotation type definitions")
                               .word(22, 0)
                               .text("42 Z a beat of our own")
                               .word(22, 0)
                               .text("## end of definitions")
                               .word(42, 10)
                               .end());
  CHECK(found.time_resolution_hz == 1000);
  REQUIRE(found.annotations.size() == 1);
  CHECK(found.annotations[0].symbol == "Z");
}

TEST_CASE("annotations out of order are sorted with a warning", "[wfdb][annotations]") {
  const auto found = parse(Writer().word(1, 100).skip(-60).word(5, 0).end());
  REQUIRE(found.annotations.size() == 2);
  CHECK(found.annotations[0].sample == 40);
  CHECK(found.warnings.size() == 1);
}

TEST_CASE("every cut of an annotation file is an error or a warning", "[wfdb][annotations]") {
  const auto whole =
      Writer().word(28, 18).text("(AFIB").word(1, 59).skip(100000).word(5, 7).end().bytes;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::uint8_t> cut(whole.begin(),
                                        whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto found = parse_wfdb_annotations(cut, "r.atr");
    INFO(size);
    if (found) {
      CHECK(found->warnings.size() == 1);
    } else {
      CHECK(found.error().byte_offset.has_value());
    }
  }
}

TEST_CASE("times outside every record are refused", "[wfdb][annotations]") {
  const auto found = parse_wfdb_annotations(Writer().skip(-5).word(1, 1).end().bytes, "r.atr");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::kBadValue);
}

TEST_CASE("endings of annotation files are known, also those of single leads",
          "[wfdb][annotations]") {
  CHECK(is_annotation_extension("atr"));
  CHECK(is_annotation_extension("avr"));
  CHECK(is_annotation_extension("v6"));
  CHECK_FALSE(is_annotation_extension("dat"));
  CHECK_FALSE(is_annotation_extension("hea"));
  CHECK_FALSE(is_annotation_extension(""));
}
