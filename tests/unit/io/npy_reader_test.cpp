// NumPy arrays byte by byte; what our writer wrote; what they leave unsaid.

#include "io/npy_reader.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/npy_writer.h"
#include "io/read_recording.h"
#include "io/stored_numbers.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;

namespace {

const ReadOptions kStated{.sampling_rate_hz = 500, .unit = "uV", .leads = {"I", "II"}};

FileSet npy(const std::string& header, const std::string& data, char version = 1) {
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  if (version > 1) bytes += std::string(2, '\0');
  return {{{"x.npy", bytes_of(bytes + header + data)}}};
}

std::string shape(const std::string& type, const std::string& sizes, bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': (" + sizes + "), }\n";
}

/// Reads counts as uV; rows of the signal joined.
std::string counts(const FileSet& files) {
  const auto recording = read_recording(files, kStated);
  if (!recording) return to_string(recording.error());
  std::string text;
  for (std::size_t lead = 0; lead < recording->signal.lead_count(); ++lead) {
    for (const float mv : recording->signal.lead(lead))
      text += std::to_string(std::lround(mv * 1000)) + " ";
    text += "| ";
  }
  return text;
}

ErrorCode code_of(const FileSet& files) {
  const auto recording = read_recording(files, kStated);
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error().code;
}

}  // namespace

TEST_CASE("stored numbers of every kind", "[io][npy]") {
  using Kind = StoredNumber::Kind;
  const auto number = [](const std::string& bytes, Kind kind, bool big = false) {
    return stored_number(bytes_of(bytes), {kind, bytes.size(), big});
  };
  CHECK(number("\xFE", Kind::kSigned) == -2);
  CHECK(number("\xFE", Kind::kUnsigned) == 254);
  CHECK(number(std::string("\x00\x80", 2), Kind::kSigned) == -32768);
  CHECK(number(std::string("\x01\x00", 2), Kind::kSigned, true) == 256);
  CHECK(number("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", Kind::kSigned) == -1);
  CHECK(number(std::string("\x00\x00\x80\x3F", 4), Kind::kFloat) == 1);
  CHECK(number(std::string("\xC0\x09\x21\xFB\x54\x44\x2D\x18", 8), Kind::kFloat, true) ==
        -3.141592653589793);
  CHECK(number(std::string("\x00\x3C", 2), Kind::kFloat) == 1);
  CHECK(number(std::string("\x01\x00", 2), Kind::kFloat) == std::ldexp(1.0, -24));
  CHECK(number(std::string("\xFF\xFB", 2), Kind::kFloat) == -65504);
  CHECK(std::isnan(number(std::string("\x00\x7E", 2), Kind::kFloat)));
}

TEST_CASE("an array of leads x samples reads in every order", "[io][npy]") {
  const std::string c_order("\x01\x00\x02\x00\x03\x00\xFF\xFF\xFE\xFF\xFD\xFF", 12);
  const std::string wanted = "1 2 3 | -1 -2 -3 | ";
  CHECK(counts(npy(shape("<i2", "2, 3"), c_order)) == wanted);
  CHECK(counts(npy(shape("<i2", "1, 2, 3"), c_order, 2)) == wanted);
  CHECK(counts(npy(shape("<i2", "3, 2", true), c_order)) == wanted);
  CHECK(counts(npy(shape("|i1", "3, 2"), "\x01\xFF\x02\xFE\x03\xFD")) == wanted);
  CHECK(counts(npy(shape(">i2", "3,"), std::string("\x00\x01\x00\x02\x00\x03", 6))) == "1 2 3 | ");
}

TEST_CASE("what our own writer wrote reads back bit for bit", "[io][npy]") {
  Signal signal({label_of(Lead::kI), label_of(Lead::kII)}, 50, 500);
  for (std::size_t i = 0; i < 100; ++i)
    signal.values()[i] = static_cast<float>(std::sin(static_cast<double>(i)));
  signal.values()[3] = std::nanf("");
  const FileSet files{{{"x.npy", bytes_of(npy_from_signal(signal))}}};
  const auto back = read_recording(files, {.sampling_rate_hz = 500, .unit = "mV"});
  REQUIRE(back.has_value());
  REQUIRE(back->signal.lead_count() == 2);
  for (std::size_t i = 0; i < 100; ++i) {
    if (i == 3) continue;
    CHECK(back->signal.values()[i] == signal.values()[i]);
  }
  CHECK(std::isnan(back->signal.values()[3]));
  const auto bare = read_recording(files);
  REQUIRE_FALSE(bare.has_value());
  CHECK_THAT(bare.error().message, ContainsSubstring("neither"));
}

TEST_CASE("arrays that are no table of numbers are refused by name", "[io][npy]") {
  CHECK(code_of(npy(shape("<U4", "3,"), std::string(48, 'x'))) == ErrorCode::kUnsupported);
  CHECK(code_of(npy(shape("|O", "3,"), std::string(48, 'x'))) == ErrorCode::kUnsupported);
  CHECK(code_of(npy(shape("<i2", "2, 2, 2"), std::string(16, 'x'))) == ErrorCode::kUnsupported);
  CHECK(code_of(npy(shape("<i2", "0, 5"), "")) == ErrorCode::kInsufficientData);
  CHECK(code_of(npy(shape("<i2", "40, 5"), std::string(100, 'x'))) == ErrorCode::kTruncated);
  CHECK(code_of(npy(shape("<i2", "9000000000000000000, 5"), "xx")) == ErrorCode::kUnsupported);
}

TEST_CASE("cut and damaged arrays do no harm", "[io][npy][hostile]") {
  const auto stated = [](const FileSet& files, const NamedBytes& file) {
    return read_npy(files, file, kStated);
  };
  const FileSet whole = npy(shape("<i2", "2, 40"), std::string(160, '\x05'));
  require_truncations_refused(whole, {.read = stated});
  require_damage_survived({whole}, 10000, 31, {.read = stated});
}
