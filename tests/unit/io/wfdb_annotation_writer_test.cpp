#include "io/wfdb_annotation_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "io/wfdb_annotations.h"

using namespace ecg;

namespace {

std::vector<std::uint8_t> written(const std::vector<Annotation>& marks) {
  const auto bytes = wfdb_from_annotations(marks);
  INFO((bytes ? std::string() : to_string(bytes.error())));
  REQUIRE(bytes);
  return *bytes;
}

void check_round_trip(const std::vector<Annotation>& marks) {
  const auto read = parse_wfdb_annotations(written(marks), "r.atr");
  REQUIRE(read);
  CHECK(read->warnings.empty());
  REQUIRE(read->annotations.size() == marks.size());
  for (std::size_t i = 0; i < marks.size(); ++i) {
    INFO("mark " << i);
    CHECK(read->annotations[i].sample == marks[i].sample);
    CHECK(read->annotations[i].symbol == marks[i].symbol);
    CHECK(read->annotations[i].text == marks[i].text);
    CHECK(read->annotations[i].subtype == marks[i].subtype);
    CHECK(read->annotations[i].number == marks[i].number);
    CHECK(read->annotations[i].lead == marks[i].lead);
  }
}

ErrorCode refused(const std::vector<Annotation>& marks) {
  const auto bytes = wfdb_from_annotations(marks);
  REQUIRE_FALSE(bytes);
  CHECK_FALSE(bytes.error().hint.empty());
  return bytes.error().code;
}

}  // namespace

TEST_CASE("annotations have the bytes that annot(5) prescribes", "[wfdb][annotations]") {
  // N = 1 at 18; V = 5 twelve later; end.
  CHECK(written({{18, std::nullopt, "N", "", 0, 0}, {30, std::nullopt, "V", "", 0, 0}}) ==
        std::vector<std::uint8_t>{18, 1 << 2, 12, 5 << 2, 0, 0});
  // 100000 = 0x000186A0 as a long interval: high half first, then a beat at no distance.
  CHECK(written({{100000, std::nullopt, "N", "", 0, 0}}) ==
        std::vector<std::uint8_t>{0, 59 << 2, 0x01, 0x00, 0xA0, 0x86, 0, 1 << 2, 0, 0});
  CHECK(written({}) == std::vector<std::uint8_t>{0, 0});
}

TEST_CASE("every field of an annotation reads back", "[wfdb][annotations]") {
  check_round_trip({{0, std::nullopt, "+", "(AFIB", 0, 0},
                    {3, std::nullopt, "(", "", 0, 1},
                    {1026, std::nullopt, "N", "odd", -3, -128},
                    {1027, std::nullopt, "/", "even", 127, 127},
                    {2051, 7, ")", "", 0, 2},
                    {2051, 255, "t", "", 0, 0},
                    {std::int64_t{6000000000}, 0, "V", std::string(255, 'x'), 0, 0}});
}

TEST_CASE("symbols of one's own are defined in the file", "[wfdb][annotations]") {
  check_round_trip({{5, std::nullopt, "Pon", "", 0, 0},
                    {9, std::nullopt, "N", "", 0, 0},
                    {12, std::nullopt, "Poff", "", 0, 0}});
}

TEST_CASE("a time resolution is stated and marks are put in order", "[wfdb][annotations]") {
  const std::vector<Annotation> marks = {{40, std::nullopt, "N", "", 0, 0},
                                         {4, std::nullopt, "V", "", 0, 0}};
  const auto read = parse_wfdb_annotations(*wfdb_from_annotations(marks, 128.5), "r.atr");
  REQUIRE(read);
  CHECK(read->time_resolution_hz == 128.5);
  CHECK(read->annotations[0].symbol == "V");
  CHECK(read->annotations[1].sample == 40);
}

TEST_CASE("what the format cannot hold is refused with a remedy", "[wfdb][annotations]") {
  using enum ErrorCode;
  CHECK(refused({{-1, std::nullopt, "N", "", 0, 0}}) == kInvalidArgument);
  CHECK(refused({{1, std::nullopt, " ", "", 0, 0}}) == kInvalidArgument);
  CHECK(refused({{1, std::nullopt, "N", "", 0, 128}}) == kInvalidArgument);
  CHECK(refused({{1, std::nullopt, "N", "", -129, 0}}) == kInvalidArgument);
  CHECK(refused({{1, 256, "N", "", 0, 0}}) == kInvalidArgument);
  CHECK(refused({{1, std::nullopt, "N", std::string(256, 'x'), 0, 0}}) == kInvalidArgument);
  CHECK(refused({{1, 0, "N", "", 0, 0}, {2, std::nullopt, "N", "", 0, 0}}) == kUnsupported);
  std::vector<Annotation> many;
  for (int i = 0; i < 9; ++i) many.push_back({i, std::nullopt, "x" + std::to_string(i), "", 0, 0});
  CHECK(refused(many) == kUnsupported);
}
