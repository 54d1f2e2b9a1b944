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
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

std::string number(std::uint32_t value, int size) {
  std::string text;
  for (int i = 0; i < size; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

/// "1100 0" -> bytes, the first bit highest.
std::string bits(const std::string& text) {
  std::string out;
  int used = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    if (used % 8 == 0) out += '\0';
    if (c == '1') out.back() = static_cast<char>(out.back() | 0x80 >> (used % 8));
    ++used;
  }
  if (out.size() % 2 != 0) out += '\0';
  return out;
}

std::string section(std::uint32_t id, const std::string& data) {
  const std::string rest = number(id, 2) + number(static_cast<std::uint32_t>(data.size()) + 16, 4) +
                           "\x14\x14" + (id == 0 ? "SCPECG" : std::string(6, '\0')) + data;
  return number(scp_checksum(bytes_of(rest)), 2) + rest;
}

FileSet scp(const std::vector<std::pair<std::uint32_t, std::string>>& sections) {
  const std::size_t table = 16 + 10 * (sections.size() + 1);
  std::string pointers = number(0, 2) + number(static_cast<std::uint32_t>(table), 4) + number(7, 4);
  std::string body;
  for (const auto& [id, data] : sections) {
    pointers += number(id, 2) + number(static_cast<std::uint32_t>(data.size()) + 16, 4) +
                number(static_cast<std::uint32_t>(7 + table + body.size()), 4);
    body += section(id, data);
  }
  const std::string all = section(0, pointers) + body;
  const std::string rest = number(static_cast<std::uint32_t>(all.size()) + 6, 4) + all;
  return {{{"x.scp", bytes_of(number(scp_checksum(bytes_of(rest)), 2) + rest)}}};
}

std::string lead_list(std::uint32_t flags, std::uint32_t samples) {
  return number(1, 1) + number(flags, 1) + number(1, 4) + number(samples, 4) + number(61, 1);
}

std::string data(std::uint32_t interval_us, std::uint32_t order, bool bimodal,
                 const std::string& bytes) {
  return number(5000, 2) + number(interval_us, 2) + number(order, 1) + number(bimodal, 1) +
         number(static_cast<std::uint32_t>(bytes.size()), 2) + bytes;
}

const std::string kPerson =
    std::string("\x00\x04\x00", 3) + "Doe" + '\0' + std::string("\x08\x01\x00\x02", 4) +
    std::string("\x19\x04\x00\xD2\x07\x03\x02\x1A\x03\x00\x08\x1A\x04", 13) + "\xFF";

/// Default table, second differences: 100, 101, then +2, -1, and both escapes.
FileSet second_differences() {
  const std::string code = bits(
      "1111111111 0000000001100100"  // 100, by 16 bits
      "1111111110 01100101"          // 101, by 8 bits
      "1100 101"                     // +2, -1
      "1111111110 10000000 0");      // -128, 0
  return scp(
      {{1, kPerson}, {2, number(19999, 2)}, {3, lead_list(0, 6)}, {6, data(2000, 2, false, code)}});
}

/// Residual 1 ... 6 and a reference beat of 10, 20, 30 whose second sample lies on sample 3.
FileSet subtracted() {
  const std::string qrs = number(6, 2) + number(2, 2) + number(1, 2) + number(0, 2) + number(2, 4) +
                          number(3, 4) + number(4, 4) + number(1, 4) + number(6, 4);
  std::string beat, rest;
  for (const std::uint32_t value : {10u, 20u, 30u}) beat += number(value, 2);
  for (std::uint32_t value = 1; value <= 6; ++value) rest += number(value, 2);
  return scp({{3, lead_list(1, 6)},
              {4, qrs},
              {5, data(2000, 0, false, beat)},
              {6, data(2000, 0, false, rest)}});
}

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
  CHECK(scp_checksum(bytes_of("123456789")) == 0x29B1);  // the check value of this CRC
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
