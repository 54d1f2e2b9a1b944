// MFER files made tag by tag, whole and damaged.
#include "io/mfer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "hostile.h"
#include "io/read_recording.h"
#include "made_mfer.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_mfer;

namespace {

std::vector<float> lead(const Signal& signal, std::size_t row) {
  return {signal.lead(row).begin(), signal.lead(row).end()};
}

Recording read(const std::string& tags) {
  auto recording = read_recording({{file(tags)}});
  if (!recording) FAIL(to_string(recording.error()));
  return std::move(*recording);
}

ErrorCode code_of(const std::string& tags) {
  const auto recording = read_recording({{file(tags)}});
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error().code;
}

/// One channel at 250 Hz, 1 uV.
std::string plain(const Writer& w) {
  return tag(0x0B, w.quantity(0, 0, 250)) + tag(0x0C, w.quantity(0, -6, 1));
}

}  // namespace

TEST_CASE("an MFER file by hand, in both byte orders", "[mfer]") {
  for (const bool big_endian : {true, false}) {
    const Recording recording = read(two_channels({big_endian}));
    CHECK(recording.info.source_format == "MFER");
    CHECK(recording.info.start_time == "2002-03-05T08:26:04");
    CHECK(recording.info.patient_id == "P-7");
    CHECK(recording.info.sex == "female");
    CHECK(recording.info.age_years == 51);
    CHECK(recording.info.device == "Maker Model");
    CHECK(recording.info.identity.device_serial == "SN5");
    CHECK(recording.info.identity.patient_name == "Doe^^Jane");
    CHECK(recording.info.identity.birth_date == "1951-05-02");
    CHECK(recording.info.technical == std::vector<NamedText>{{"filter", "HPF=0.05"}});
    CHECK(recording.info.comments == std::vector<std::string>{"a note"});
    CHECK(recording.signal.sampling_rate_hz() == 500);
    REQUIRE(recording.signal.lead_count() == 2);
    CHECK(recording.signal.leads()[0].lead == Lead::kI);
    CHECK(recording.signal.leads()[1].lead == Lead::kIII);
    CHECK(lead(recording.signal, 0) == std::vector<float>{0.5f, 1.0f, 0.005f, 0.01f});
    CHECK(lead(recording.signal, 1) == std::vector<float>{-0.25f, 81.9175f, 0.0075f, 0.01f});
    CHECK(recording.calibrations[1].counts_per_mv == 400);
    REQUIRE(recording.annotations.size() == 1);
    CHECK(recording.annotations[0].sample == 3);
    CHECK(recording.annotations[0].text == "mark");
    CHECK(recording.warnings.empty());
  }
}

TEST_CASE("MFER types, offsets and null values", "[mfer]") {
  const Writer w;
  const Recording bytes = read(plain(w) + tag(0x0A, "\3") + tag(0x0D, "\x0A") + tag(0x12, "\xFF") +
                               tag(0x1E, std::string("\0\x64\xFF", 3)));
  CHECK(lead(bytes.signal, 0)[0] == 0.01f);  // (0 + 10) uV
  CHECK(lead(bytes.signal, 0)[1] == 0.11f);
  CHECK(std::isnan(lead(bytes.signal, 0)[2]));
  CHECK(bytes.calibrations[0].baseline == -10);
  const Recording wide = read(plain(w) + tag(0x0A, "\2") + tag(0x1E, w.samples({-70000}, 4)));
  CHECK(lead(wide.signal, 0) == std::vector<float>{-70.0f});
  const Recording floats =
      read(plain(w) + tag(0x0A, "\7") + tag(0x1E, std::string("\x43\xFA\0\0", 4)));
  CHECK(lead(floats.signal, 0) == std::vector<float>{0.5f});  // 500.0 uV
}

TEST_CASE("MFER frames and kinds of channels are kept apart and named", "[mfer]") {
  const Writer w;
  const Recording recording =
      read(two_channels(w) + tag(0x08, w.number(9, 2)) + tag(0x06, w.number(1, 2)) +
           of_channel(1, tag(0x0C, w.quantity(1, 0, 1))) + tag(0x1E, w.samples({1, 2, 3, 4})));
  CHECK(recording.signal.sample_count() == 4);
  REQUIRE(recording.groups.size() == 2);
  CHECK(recording.groups[0].name == "dominant beat");
  CHECK(lead(recording.groups[0].signal, 0) == std::vector<float>{0.005f, 0.01f});
  CHECK(recording.groups[1].calibrations[0].unit == "mmHg");
  CHECK(lead(recording.groups[1].signal, 0) == std::vector<float>{3, 4});
}

TEST_CASE("MFER frames that only go on become one signal", "[mfer]") {
  const Writer w;
  const std::string rest = tag(0x06, "") + tag(0x1E, w.samples({5, 6, 7, 8}));
  const Recording two = read(two_channels(w) + rest + rest);
  CHECK(two.groups.empty());
  CHECK(two.signal.sample_count() == 8);
  CHECK(lead(two.signal, 0) ==
        std::vector<float>{0.5f, 1.0f, 0.005f, 0.01f, 0.025f, 0.03f, 0.025f, 0.03f});
  CHECK(lead(two.signal, 1)[7] == 0.02f);
  CHECK(two.calibrations.size() == 2);
  CHECK(read(two_channels(w) + tag(0x07, w.number(4, 4)) + rest).signal.sample_count() == 6);
  std::string many = plain(w);
  for (int i = 0; i < 300; ++i) many += tag(0x1E, w.samples({i}));
  CHECK(read(many).signal.sample_count() == 300);
}

TEST_CASE("MFER frames that begin elsewhere, differ or hold beats stay apart", "[mfer]") {
  const Writer w;
  const std::string rest = tag(0x06, "") + tag(0x1E, w.samples({5, 6, 7, 8}));
  const auto apart = [&](const std::string& between) {
    const Recording recording = read(two_channels(w) + between + rest);
    return recording.signal.sample_count() == 4 && recording.groups.size() == 1 &&
           recording.groups[0].signal.sample_count() == 2;
  };
  CHECK(apart(tag(0x07, w.number(1000, 4))));  // a gap
  CHECK(apart(tag(0x0B, w.quantity(1, -3, 4))));
  CHECK(apart(tag(0x0C, w.quantity(0, -6, 1))));
  CHECK(apart(of_channel(0, tag(0x09, w.number(2, 2)))));
  CHECK(apart(tag(0x0D, w.number(3, 2))));
  CHECK(apart(tag(0x08, w.number(9, 2))));
  const Recording beats = read(plain(w) + tag(0x08, w.number(9, 2)) + tag(0x1E, w.samples({1, 2})) +
                               tag(0x1E, w.samples({3, 4})));
  CHECK(beats.groups.size() == 1);
}

TEST_CASE("what an MFER file must state, and what is not read", "[mfer]") {
  const Writer w;
  const std::string data = tag(0x1E, w.samples({1, 2}));
  CHECK(code_of(tag(0x0C, w.quantity(0, -6, 1)) + data) == ErrorCode::kBadHeader);
  CHECK(code_of(plain(w)) == ErrorCode::kNotFound);
  CHECK(code_of(plain(w) + tag(0x06, w.number(3, 2)) + data) == ErrorCode::kTruncated);
  CHECK(code_of(plain(w) + tag(0x04, w.number(0, 2)) + data) == ErrorCode::kBadValue);
  CHECK(code_of(plain(w) + tag(0x05, w.number(257, 2)) + data) == ErrorCode::kTooLarge);
  CHECK(code_of(plain(w) + tag(0x0E, w.number(1, 2) + "zip") + data) == ErrorCode::kUnsupported);
  CHECK(code_of(plain(w) + tag(0x0A, "\x09") + data) == ErrorCode::kUnsupported);
  CHECK(code_of(plain(w) + tag(0x05, "\2") + of_channel(1, tag(0x06, "\1")) + data) ==
        ErrorCode::kUnsupported);
  const Recording counts = read(tag(0x0B, w.quantity(0, 0, 250)) + data);
  CHECK(counts.warnings.size() == 1);  // no resolution: counts
  std::string deep = "x";
  for (int i = 0; i < 20; ++i) deep = tag(0x67, deep);
  CHECK(code_of(deep) == ErrorCode::kBadHeader);
}

TEST_CASE("definitions of indefinite length end with two zeros", "[mfer]") {
  const Writer w;
  const std::string lead_two =
      std::string("\x3F\0\x80", 3) + tag(0x09, w.number(2, 2)) + std::string(2, '\0');
  const Recording recording = read(plain(w) + lead_two + tag(0x1E, w.samples({7})));
  CHECK(recording.signal.leads()[0].lead == Lead::kII);
  CHECK(code_of(plain(w) + std::string("\x3F\0\x80", 3) + tag(0x09, w.number(2, 2))) ==
        ErrorCode::kTruncated);
}

TEST_CASE("cut and damaged MFER files do no harm", "[mfer][hostile]") {
  require_truncations_refused({{file(two_channels({true}))}}, {.first_size = 6});
  require_damage_survived({{{file(two_channels({true}))}}, {{file(two_channels({false}))}}}, 20000,
                          31);
}
