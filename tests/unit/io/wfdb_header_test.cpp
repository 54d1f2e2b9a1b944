#include "io/wfdb_header.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "io/wfdb_time.h"

using namespace ecg;

namespace {

WfdbHeader parse(std::string_view text) {
  const auto header = parse_wfdb_header(text, "r.hea");
  INFO((header ? std::string() : to_string(header.error())));
  REQUIRE(header);
  return *header;
}

Error refuse(std::string_view text) {
  const auto header = parse_wfdb_header(text, "r.hea");
  REQUIRE_FALSE(header.has_value());
  CHECK(header.error().file == "r.hea");
  CHECK_FALSE(header.error().hint.empty());
  return header.error();
}

}  // namespace

TEST_CASE("every field of the record and signal lines is read", "[wfdb][header]") {
  const WfdbHeader header = parse(
      "# before\r\nr1 2 360.5/720(12.5) 650000 8:26:04.5 26/10/1994\r\n"
      "a.dat 212x4:3+24 200.5(-10)/uV 11 1024 995 -22131 0 lead with blanks\r\n"
      "b.dat 16\r\n#after\r\n");
  CHECK(header.record_name == "r1");
  CHECK(header.frame_rate_hz == 360.5);
  CHECK(header.counter_rate_hz == 720);
  CHECK(header.frame_count == 650000);
  CHECK(header.start_time == "1994-10-26T08:26:04.5");
  CHECK(header.comments == std::vector<std::string>{"before", "after"});
  REQUIRE(header.signals.size() == 2);
  const WfdbSignalSpec& a = header.signals[0];
  CHECK(a.file_name == "a.dat");
  CHECK(a.format == 212);
  CHECK(a.samples_per_frame == 4);
  CHECK(a.skew_frames == 3);
  CHECK(a.byte_offset == 24);
  CHECK(a.gain == 200.5);
  CHECK(a.baseline == -10);
  CHECK(a.unit == "uV");
  CHECK(a.resolution_bits == 11);
  CHECK(a.adc_zero == 1024);
  CHECK(a.initial_value == 995);
  CHECK(a.checksum == -22131);
  CHECK(a.description == "lead with blanks");
}

TEST_CASE("absent fields take the defaults of the standard", "[wfdb][header]") {
  const WfdbHeader header = parse("r 1\nr.dat 16 0 12 512\n");
  CHECK(header.frame_rate_hz == 250);
  CHECK_FALSE(header.frame_count.has_value());
  CHECK_FALSE(header.start_time.has_value());
  CHECK(header.signals[0].gain == 200);  // 0 means "not calibrated"
  CHECK_FALSE(header.signals[0].gain_stated);
  CHECK(header.signals[0].baseline == 512);  // the converter's zero
  CHECK(header.signals[0].initial_value == 512);
  CHECK(header.signals[0].unit == "mV");
  CHECK_FALSE(header.signals[0].checksum.has_value());
  CHECK(header.warnings.size() == 1);
}

TEST_CASE("segments are listed", "[wfdb][header]") {
  const WfdbHeader header = parse("m/3 2 125 2500\nlayout 0\n~ 500\nm_1 2000\n");
  CHECK(header.is_multi_segment());
  REQUIRE(header.segments.size() == 3);
  CHECK(header.segments[1].record_name == "~");
  CHECK(header.segments[2].frame_count == 2000);
}

TEST_CASE("impossible headers are refused with the line and its first byte", "[wfdb][header]") {
  CHECK(refuse("").code == ErrorCode::kEmptyFile);
  CHECK(refuse(" \n\n").code == ErrorCode::kEmptyFile);
  CHECK(refuse("# only a comment\n").code == ErrorCode::kBadHeader);
  CHECK(refuse("r\n").code == ErrorCode::kBadHeader);
  CHECK(refuse("r two 250 10\n").code == ErrorCode::kBadHeader);
  CHECK(refuse("r -1 250 10\n").code == ErrorCode::kBadValue);
  CHECK(refuse("r 0 250 10\n").code == ErrorCode::kInsufficientData);
  for (const char* rate : {"0", "-250", "1e300"}) {
    CHECK(refuse(std::string("r 1 ") + rate + " 10\nr.dat 16\n").code == ErrorCode::kBadValue);
  }
  for (const char* rate : {"nan", "inf", "0x10", "fast", "2 5", ""}) {
    INFO(rate);
    CHECK((refuse(std::string("r 1 ") + rate + "! 10\nr.dat 16\n").code == ErrorCode::kBadHeader));
  }
  const Error error = refuse("r 1 250 10\nr.dat 16 nan\n");
  CHECK(error.code == ErrorCode::kBadHeader);
  CHECK(error.byte_offset == 11);
  CHECK(error.message.starts_with("line 2: "));
}

TEST_CASE("lying counts are refused before anything is allocated", "[wfdb][header]") {
  CHECK(refuse("r 4000000000 250 10\nr.dat 16\n").code == ErrorCode::kBadHeader);
  CHECK(refuse("r 2 250 10\nr.dat 16\n").code == ErrorCode::kBadHeader);
  CHECK(refuse("r/9000000000000 2 250 10\ns 5\n").code == ErrorCode::kBadHeader);
  CHECK(refuse("r/0 2 250 10\ns 5\n").code == ErrorCode::kBadValue);
  CHECK(refuse("r/-1 2 250 10\ns 5\n").code == ErrorCode::kBadValue);
  CHECK(refuse("r/1 2 250 10\ns -5\n").code == ErrorCode::kBadValue);
  CHECK(refuse("r 1 250 99999999999999999999\nr.dat 16\n").code == ErrorCode::kBadHeader);
  CHECK(refuse("r 1 250 -5\nr.dat 16\n").code == ErrorCode::kBadValue);
}

TEST_CASE("impossible signal fields are refused", "[wfdb][header]") {
  const auto with_signal = [](std::string_view line) {
    return "r 1 250 10\n" + std::string(line) + "\n";
  };
  for (const char* line :
       {"r.dat", "r.dat x4", "r.dat sixteen", "r.dat 16x", "r.dat 16xx2", "r.dat 16 1e",
        "r.dat 16 200(5", "r.dat 16 200(x)/mV", "r.dat 16 200 1.5", "r.dat 16 200 12 zero"}) {
    INFO(line);
    CHECK(refuse(with_signal(line)).code == ErrorCode::kBadHeader);
  }
  for (const char* line :
       {"r.dat -16", "r.dat 99999", "r.dat 16x0", "r.dat 16x-1", "r.dat 16x9999999999",
        "r.dat 16:-1", "r.dat 16+-5", "r.dat 16 1e200", "r.dat 16 1e-200", "r.dat 16 200(1e99)",
        "r.dat 16 200 -3", "r.dat 16 200 99", "r.dat 16 200 12 9999999999999999"}) {
    INFO(line);
    CHECK(refuse(with_signal(line)).code == ErrorCode::kBadValue);
  }
}

TEST_CASE("oddities that can be read are warned of", "[wfdb][header]") {
  CHECK(parse("r 1 250 10\nr.dat 16 -200\n").warnings.size() == 1);  // upside down
  CHECK(parse("r 1 250 10\nr.dat 16 200\nr.dat 16 200\n").warnings.size() ==
        1);  // more lines than signals
  CHECK(parse("r 1 250 10 noon\nr.dat 16 200\n").warnings.size() == 1);
  CHECK(parse("r 1 250 10\nr.dat 16 200(0)/\xB5V 12 0 0 0 0 I\n").signals[0].unit ==
        "\xC2\xB5V");  // Latin-1
}

TEST_CASE("start times are ISO 8601 as far as the header tells", "[wfdb][header]") {
  CHECK(iso_time_from_wfdb("8:26:04", "26/10/1994") == "1994-10-26T08:26:04");
  CHECK(iso_time_from_wfdb("12-May-2020", "12:33:59") == "2020-05-12T12:33:59");
  CHECK(iso_time_from_wfdb("31:25.894", "") == "00:31:25.894");
  CHECK(iso_time_from_wfdb("", "") == std::nullopt);
  CHECK(iso_time_from_wfdb("25:00:00", "") == std::nullopt);
  CHECK(iso_time_from_wfdb("8:26:04", "32/10/1994") == std::nullopt);
  CHECK(iso_time_from_wfdb("8:26:04:01", "") == std::nullopt);
}

TEST_CASE("a header is recognised by its record line", "[wfdb][header]") {
  CHECK(looks_like_wfdb_header("# comment\n100 2 360 650000\n"));
  CHECK(looks_like_wfdb_header("100 2"));
  CHECK_FALSE(looks_like_wfdb_header("time,I,II\n0,1,2\n"));
  CHECK_FALSE(looks_like_wfdb_header("0.1 2 3\n"));
  CHECK_FALSE(looks_like_wfdb_header(std::string_view("100 2 360\0", 10)));
  CHECK_FALSE(looks_like_wfdb_header(""));
}
