// Files that lie, are cut or are damaged: an Error with place and remedy, never a crash, a hang or
// an allocation that the bytes do not justify. Meant above all for the build with sanitizers.

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "allocation_meter.h"
#include "core/philox.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

/// Reads and checks; errors must say what is wrong, memory must stay in proportion.
bool survives(const FileSet& files) {
  std::uint64_t bytes = 0;
  for (const NamedBytes& file : files.files) bytes += file.bytes.size();
  const std::uint64_t before = allocated_bytes();
  const auto recording = read_recording(files);
  const bool modest = allocated_bytes() - before < (64u << 20) + 256 * bytes;
  if (!recording)
    return modest && !recording.error().message.empty() && !recording.error().hint.empty();
  const RecordingChecks checks = check_recording(*recording);
  return modest && recording->signal.sample_count() >= 0 &&
         checks.flat_leads.size() <= recording->signal.lead_count();
}

ErrorCode code_of(const FileSet& files) {
  const auto recording = read_recording(files);
  REQUIRE_FALSE(recording.has_value());
  return recording.error().code;
}

/// A record that uses every feature of the header, in the storage format of `format`.
FileSet rich_record(int format) {
  const std::string f = std::to_string(format);
  FileSet files = record(
      "r 3 250/500(3) 20 08:26:04 26/10/1994\n"
      "r.dat " +
          f +
          "x2:1+4 1000(0)/mV 16 0 100 600 0 I\n"
          "r.dat " +
          f +
          ":2+4 200(1024)/uV 12 1024 1024 3272 0 II\n"
          "r.dat " +
          f + "+4 20/mmHg 12 0 0 0 0 ABP\n# <age>: 51 <sex>: F\n# <diagnoses>:\n# none\n",
      std::vector<std::uint8_t>(4 + 20 * 4 * 4, 0x5A));
  files.files.push_back(small_record().files[2]);
  files.files.push_back(
      {"r.ii", {0x01, 0x04, 0x00, 0xEC, 0, 0, 5, 0, 0x01, 0x70, 0x02, 0xFC, '(', 'N', 0, 0}});
  return files;
}

}  // namespace

TEST_CASE("every truncation of the signal file is an error that says how much is there",
          "[hostile]") {
  const FileSet whole = small_record();
  REQUIRE(read_recording(whole).has_value());
  for (std::size_t size = 0; size < whole.files[1].bytes.size(); ++size) {
    FileSet cut = whole;
    cut.files[1].bytes.resize(size);
    const auto recording = read_recording(cut);
    INFO(size);
    REQUIRE_FALSE(recording.has_value());
    CHECK(recording.error().code == (size == 0 ? ErrorCode::kEmptyFile : ErrorCode::kTruncated));
    CHECK(recording.error().file == "r.dat");
    if (size > 0) CHECK(recording.error().byte_offset == static_cast<std::int64_t>(size));
  }
}

TEST_CASE("no truncation of a header, annotation or signal file does harm", "[hostile]") {
  for (const int format : {8, 16, 24, 32, 61, 80, 160, 212, 310, 311}) {
    const FileSet whole = rich_record(format);
    REQUIRE(survives(whole));
    REQUIRE(read_recording(whole).has_value());
    for (std::size_t file = 0; file < whole.files.size(); ++file) {
      for (std::size_t size = 0; size < whole.files[file].bytes.size(); ++size) {
        FileSet cut = whole;
        cut.files[file].bytes.resize(size);
        if (!survives(cut))
          FAIL("format " << format << ", " << cut.files[file].name << " cut to " << size);
      }
    }
  }
  SUCCEED();
}

TEST_CASE("random damage does no harm", "[hostile]") {
  RandomStream random({.seed = 2024, .purpose = RandomPurpose::kTest});
  const int formats[] = {8, 16, 24, 32, 61, 80, 160, 212, 310, 311};
  for (int round = 0; round < 20000; ++round) {
    FileSet files = rich_record(formats[round % 10]);
    for (std::uint32_t flips = 1 + random.below(4); flips-- > 0;) {
      // Headers first of all: they are where the counts are.
      auto& bytes = files.files[random.bernoulli(0.7) ? 0 : random.below(4)].bytes;
      auto& byte = bytes[random.below(static_cast<std::uint32_t>(bytes.size()))];
      byte = static_cast<std::uint8_t>(random.bernoulli(0.5) ? byte ^ (1u << random.below(8))
                                                             : '0' + random.below(10));
    }
    if (!survives(files))
      FAIL("round " << round << ": "
                    << std::string(files.files[0].bytes.begin(), files.files[0].bytes.end()));
  }
  SUCCEED();
}

TEST_CASE("random bytes under every name do no harm", "[hostile]") {
  RandomStream random({.seed = 7, .purpose = RandomPurpose::kTest});
  const char* names[] = {"r.hea", "r.dat", "r.atr", "r.mat", "r.xml", "r"};
  for (int round = 0; round < 3000; ++round) {
    FileSet files;
    for (const char* name : names) {
      if (random.bernoulli(0.5)) continue;
      std::vector<std::uint8_t> bytes(random.below(200));
      for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random.below(random.bernoulli(0.5) ? 256 : 128));
      files.files.push_back({name, std::move(bytes)});
    }
    if (!survives(files)) FAIL("round " << round);
  }
  SUCCEED();
}

TEST_CASE("counts beyond the bytes are refused", "[hostile]") {
  const std::vector<std::uint8_t> bytes(64, 1);
  CHECK(code_of(record("r 1 250 9000000000000000000\nr.dat 16 200\n", bytes)) ==
        ErrorCode::kTruncated);
  CHECK(code_of(record("r 1 250 1000000\nr.dat 16x1000000 200\n", bytes)) == ErrorCode::kTruncated);
  CHECK(code_of(record("r 1 250 10\nr.dat 16+9000000000000000000 200\n", bytes)) ==
        ErrorCode::kTruncated);
  CHECK(code_of(record("r 1 250\nr.dat 16x1000 200\n", bytes)) == ErrorCode::kTruncated);
  CHECK(code_of(record("r 2 250\nr.dat 16 200\nr.dat 80 200\n", bytes)) ==
        ErrorCode::kInconsistent);
  CHECK(code_of(record("r 1 250\nr.dat 17 200\n", bytes)) == ErrorCode::kUnsupported);
  CHECK(code_of(record("r 1 250\nr.dat 516 200\n", bytes)) == ErrorCode::kBadHeader);
  CHECK(code_of(record("r 1 250 10\n~ 0 200\n", bytes)) == ErrorCode::kInsufficientData);
}

TEST_CASE("leads without a file cannot multiply the samples without bound", "[hostile]") {
  // One stored signal of 4 million samples and 2,000 that only claim to exist: 32 GB if believed.
  std::string header = "r 2001 250 4000000\nr.dat 80 200\n";
  for (int i = 0; i < 2000; ++i) header += "~ 0x99 200\n";
  CHECK(code_of(record(header, std::vector<std::uint8_t>(4000000, 128))) == ErrorCode::kTooLarge);
}

TEST_CASE("a signal file of the wrong byte order is caught by its checksums", "[hostile]") {
  FileSet files = small_record();
  for (std::size_t i = 0; i < files.files[1].bytes.size(); i += 2)
    std::swap(files.files[1].bytes[i], files.files[1].bytes[i + 1]);
  const auto recording = read_recording(files);
  REQUIRE(recording.has_value());
  CHECK(recording->warnings.size() == 2);
}

TEST_CASE("a skew longer than the record leaves nothing, and says so", "[hostile]") {
  const auto recording =
      read_recording(record("r 1 250 2\nr.dat 16:9000000000000000000 200\n", {1, 0, 2, 0}));
  REQUIRE(recording.has_value());
  CHECK(check_recording(*recording).missing_samples == 2);
}
