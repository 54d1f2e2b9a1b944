#include "io/text.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <string>

#include "core/philox.h"
#include "io/units.h"

using namespace ecg;
using namespace std::string_view_literals;

TEST_CASE("lines end in any of the three ways", "[text]") {
  const auto lines = split_lines("a\nb\r\n\rc");
  REQUIRE(lines.size() == 4);
  CHECK(lines[1].text == "b");
  CHECK(lines[1].byte_offset == 2);
  CHECK(lines[2].text.empty());
  CHECK(lines[3].text == "c");
  CHECK(lines[3].number == 4);
  CHECK(split_lines("").empty());
}

TEST_CASE("fields are split at blanks and the last takes the rest", "[text]") {
  CHECK(split_fields(" a \t b  c ", 9) == std::vector{"a"sv, "b"sv, "c"sv});
  CHECK(split_fields("a b c d", 2) == std::vector{"a"sv, "b c d"sv});
  CHECK(split_fields("  ", 3).empty());
}

TEST_CASE("numbers are whole, finite and decimal", "[text]") {
  CHECK(parse_integer("-22131") == -22131);
  CHECK(parse_integer("+7") == 7);
  for (const char* bad : {"", "+", "-", "+-7", "1.0", "7 ", "0x7", "99999999999999999999"})
    CHECK_FALSE(parse_integer(bad));
  CHECK(parse_number("-1.5e3") == -1500);
  CHECK(parse_number("360.") == 360);
  for (const char* bad : {"", "nan", "inf", "0x1", "1e999", "1 ", "1,5", "--1", "e", "."})
    CHECK_FALSE(parse_number(bad));
}

TEST_CASE("bytes that are no UTF-8 are taken as Latin-1", "[text]") {
  CHECK(utf8_from_bytes("\xB5V") == "\xC2\xB5V");
  CHECK(utf8_from_bytes("\xC2\xB5V") == "\xC2\xB5V");
  CHECK(is_utf8("\xE2\x82\xAC \xF0\x9F\x98\x80"));
  for (const char* bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5", "\xC2"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("units of voltage are known in every spelling", "[text]") {
  CHECK(units_per_mv("mV") == 1);
  CHECK(units_per_mv("mv") == 1);
  CHECK(units_per_mv("UV") == 1000);
  CHECK(units_per_mv("\xC2\xB5V") == 1000);
  CHECK(units_per_mv("\xCE\xBCV") == 1000);
  CHECK(units_per_mv("V") == 0.001);
  CHECK(units_per_mv("mmHg") == 0);
  CHECK(units_per_mv("") == 0);
}

TEST_CASE("numbers are those of strtod, bit for bit", "[text]") {
  RandomStream random({7, 0, 0, 0, RandomPurpose::kTest});
  for (int i = 0; i < 20000; ++i) {
    const int digits = 1 + static_cast<int>(random.below(20));
    std::string text = random.bernoulli(0.3) ? "-" : random.bernoulli(0.1) ? "+" : "";
    const int point = static_cast<int>(random.below(22));
    for (int d = 0; d < digits; ++d) {
      if (d == point) text += '.';
      text += static_cast<char>('0' + random.below(10));
    }
    if (random.bernoulli(0.2))
      text += "e" + std::to_string(static_cast<int>(random.below(40)) - 20);
    INFO(text);
    const auto value = parse_number(text);
    REQUIRE(value.has_value());
    REQUIRE(*value == std::strtod(text.c_str(), nullptr));
    REQUIRE(std::signbit(*value) == std::signbit(std::strtod(text.c_str(), nullptr)));
  }
  for (const char* wrong :
       {"", ".", "-", "+", "1.2.3", "--1", "+-1", "1e", "e5", "0x10", "nan", "1 2"}) {
    INFO(wrong);
    CHECK_FALSE(parse_number(wrong).has_value());
  }
}

TEST_CASE("a short decimal is taken off the begin of a text", "[text]") {
  std::string_view text = "-12.5,+.5;7.x";
  CHECK(take_short_decimal(text) == -12.5);
  CHECK(text == ",+.5;7.x");
  CHECK_FALSE(take_short_decimal(text));
  CHECK(text == ",+.5;7.x");
  text.remove_prefix(1);
  CHECK(take_short_decimal(text) == 0.5);
  text.remove_prefix(1);
  CHECK(take_short_decimal(text) == 7);
  CHECK(text == "x");
  for (std::string_view none :
       {"", ".", "-", "-.", "e5", "12345678901234567890", "9007199254740993"})
    CHECK_FALSE(take_short_decimal(none));
}
