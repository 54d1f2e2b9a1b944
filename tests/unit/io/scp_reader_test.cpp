// SCP-ECG files built section by section, whole and damaged; the same ECGs in other formats.
#include "io/scp_reader.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/read_recording.h"
#include "io/scp_beats.h"
#include "io/scp_huffman.h"
#include "io/scp_sections.h"
#include "made_scp.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_scp;

namespace {

std::vector<int> counts(SignalView signal, std::size_t lead = 0) {
  std::vector<int> out;
  for (const float mv : signal.lead(lead)) out.push_back(static_cast<int>(std::lround(mv * 200)));
  return out;
}

/// A few bytes may stand for long leads: Huffman codes, bimodal data, reference beats.
constexpr HostileOptions kHostile{.allowance_bytes = 4u << 20};

double largest_difference_uv(SignalView a, SignalView b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.lead_count; ++i) {
    const auto row = b.find(a.leads[i].lead);
    REQUIRE(row.has_value());
    const auto left = a.lead(i), right = b.lead(*row);
    for (std::size_t k = 0; k < std::min(left.size(), right.size()); ++k)
      if (!std::isnan(left[k]) && !std::isnan(right[k]))
        largest = std::max(largest, 1000.0 * std::fabs(left[k] - right[k]));
  }
  return largest;
}

}  // namespace

TEST_CASE("SCP-ECG: both escapes and second differences", "[scp]") {
  const auto recording = read_recording(second_differences());
  REQUIRE(recording.has_value());
  CHECK(counts(recording->signal) == std::vector<int>{100, 101, 104, 106, -20, -146});
  CHECK(recording->signal.leads()[0].lead == Lead::kIII);
  CHECK(recording->signal.sampling_rate_hz() == 500);
  CHECK(recording->info.identity.patient_name == "Doe");
  CHECK(recording->info.sex == "female");
  CHECK(recording->info.start_time == "2002-03-02T08:26:04");
  CHECK(recording->warnings.empty());
  CHECK(crc16_ccitt(bytes_of("123456789")) == 0x29B1);  // the check value of this CRC
}

TEST_CASE("SCP-ECG: own Huffman tables that switch", "[scp]") {
  const auto code = [](int prefix, int all, int mode, std::uint32_t base, std::uint32_t bit) {
    return number(static_cast<std::uint32_t>(prefix), 1) +
           number(static_cast<std::uint32_t>(all), 1) +
           number(static_cast<std::uint32_t>(mode), 1) + number(base, 2) + number(bit, 4);
  };
  const std::string tables = number(2, 2) + number(2, 2) + code(1, 1, 1, 7, 0) +
                             code(1, 1, 0, 2, 1) + number(1, 2) + code(1, 4, 1, 0, 1);
  const auto files =
      scp({{2, tables}, {3, lead_list(0, 4)}, {6, data(2000, 1, false, bits("0 0 1 1101 1011"))}});
  const auto recording = read_recording(files);  // 7, +7, switch, -3, +3
  REQUIRE(recording.has_value());
  CHECK(counts(recording->signal) == std::vector<int>{7, 14, 11, 14});
}

TEST_CASE("SCP-ECG: a subtracted reference beat is added again", "[scp]") {
  const auto recording = read_recording(subtracted());
  REQUIRE(recording.has_value());
  CHECK(counts(recording->signal) == std::vector<int>{1, 12, 23, 34, 5, 6});
  REQUIRE(recording->groups.size() == 1);
  CHECK(counts(recording->groups[0].signal) == std::vector<int>{10, 20, 30});
}

TEST_CASE("SCP-ECG: bimodal leads come back at the full rate", "[scp]") {
  const std::vector<ScpStretch> zones{{9, 10}};
  const auto runs = bimodal_runs(zones, {1, 14}, 4);
  REQUIRE(stored_values(runs, 4) == 5);
  const auto full = expand_bimodal(runs, 4, std::vector<std::int32_t>{0, 8, 50, 60, 9});
  CHECK(full == std::vector<double>{0, 0, 0, 2, 4, 6, 8, 8, 50, 60, 9, 9, 9, 9});
}

TEST_CASE("SCP-ECG: a checksum that does not fit is a warning", "[scp]") {
  FileSet files = subtracted();
  files.files[0].bytes[0] ^= 1;
  const auto recording = read_recording(files);
  REQUIRE(recording.has_value());
  CHECK(recording->warnings.size() == 1);
}

TEST_CASE("every truncation of an SCP-ECG file is an error", "[scp][hostile]") {
  for (const FileSet& whole : {second_differences(), subtracted()})
    require_truncations_refused(whole, kHostile);
}

TEST_CASE("damaged SCP-ECG files do no harm", "[scp][hostile]") {
  require_damage_survived({second_differences(), subtracted()}, 20000, 13, kHostile);
}

TEST_CASE("the same ECG as SCP-ECG and in other formats has the same microvolts", "[scp][real]") {
  const auto folder = data_folder();
  if (!folder) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto read = [&](const char* name) {
    const auto recording = read_recording(read_files({*folder / "formats" / name}));
    INFO(name << ": " << (recording ? "" : to_string(recording.error())));
    REQUIRE(recording.has_value());
    return *recording;
  };
  const Recording example = read("ecgtoolkit_examples/Example.scp");
  CHECK(example.warnings.empty());
  CHECK(example.signal.sample_count() == 5000);
  CHECK(largest_difference_uv(example.signal, read("ecgtoolkit_examples/Example.dcm").signal) <
        0.001);
  const Recording contec = read("scp/0000050.ECG.scp");
  // The EDF file of this device states limits of 1000 mV, 6.1 times the step of its SCP-ECG file:
  // what was stored is the same, number for number, in the limb leads (the others are off).
  CHECK(contec.warnings.size() == 1);
  const Recording edf = read("edf/0000050.ECG.edf");
  for (std::size_t i = 0; i < 6; ++i) {
    const auto stored = [&](const Recording& from, std::size_t k) {
      const Calibration& scale = from.calibrations[i];
      return std::lround(from.signal.lead(i)[k] * scale.counts_per_mv + scale.baseline);
    };
    REQUIRE(contec.signal.leads()[i].lead == edf.signal.leads()[i].lead);
    std::size_t different = 0;
    for (std::size_t k = 0; k < 32767; ++k) different += stored(contec, k) != stored(edf, k);
    CHECK(different == 0);
  }
  CHECK(read("scp/demo.scp").signal.sample_count() == 10000);
}
