// EDF, EDF+ and BDF files built byte by byte, whole and damaged.
#include "io/edf_reader.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/edf_annotations.h"
#include "io/read_recording.h"
#include "made_edf.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_edf;
using Catch::Approx;

namespace {

/// Gaps of an EDF+D file may be longer than the file.
constexpr HostileOptions kHostile{.allowance_bytes = 16u << 20};

}  // namespace

TEST_CASE("EDF+ gives scaled samples, groups, annotations and the person's fields", "[edf]") {
  const auto recording = read_recording(edf_plus("EDF+C", "1"));
  REQUIRE(recording.has_value());
  CHECK(recording->info.source_format == "EDF+C");
  CHECK(recording->info.record_name == "x");
  CHECK(recording->info.start_time == "1998-03-02T08:26:04");
  CHECK(recording->info.sex == "female");
  CHECK(recording->info.patient_id == "MCH-7");
  CHECK(recording->info.identity.patient_name == "Doe_Jane");
  CHECK(recording->signal.sampling_rate_hz() == 2);
  REQUIRE(recording->signal.lead_count() == 1);
  CHECK(recording->signal.leads()[0].lead == Lead::kI);
  CHECK(recording->signal.leads()[0].name == "ECG I");
  const auto lead = recording->signal.lead(0);
  REQUIRE(lead.size() == 4);
  CHECK(lead[0] == 0.1f);
  CHECK(lead[1] == -0.2f);
  CHECK(lead[2] == 0.3f);
  CHECK(lead[3] == 32.767f);
  CHECK(recording->calibrations[0].counts_per_mv == Approx(1000));
  REQUIRE(recording->groups.size() == 1);
  CHECK(recording->groups[0].signal.lead(0)[1] == 100.0f);
  REQUIRE(recording->annotations.size() == 1);
  CHECK(recording->annotations[0].sample == 1);
  CHECK(recording->annotations[0].text == "N");
}

TEST_CASE("the gaps of EDF+D are missing samples", "[edf]") {
  const auto recording = read_recording(edf_plus("EDF+D", "3"));
  REQUIRE(recording.has_value());
  const auto lead = recording->signal.lead(0);
  REQUIRE(lead.size() == 8);
  CHECK(lead[1] == -0.2f);
  for (const std::size_t i : {2u, 3u, 4u, 5u}) CHECK(std::isnan(lead[i]));
  CHECK(lead[6] == 0.3f);
}

TEST_CASE("a gap far longer than the recording is refused, as is time that runs back", "[edf]") {
  const auto longer = read_recording(edf_plus("EDF+D", "9000000000"));
  REQUIRE_FALSE(longer.has_value());
  CHECK(longer.error().code == ErrorCode::kTooLarge);
  auto back = edf_plus("EDF+D", "1");
  auto& bytes = back.files[0].bytes;
  const std::size_t stamp = bytes.size() - 20;
  bytes[stamp] = '-';
  const auto refused = read_recording(back);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kInconsistent);
}

TEST_CASE("a scale whose zero is no count keeps its baseline", "[edf]") {
  // 0 ... 2 mV on counts 0 ... 1000 shifted by 100: count 100 is 0 mV, 600 is 1 mV.
  const Column shifted{"II", "mV", "0", "2", "100", "1100", "2"};
  auto bytes = bytes_of(header_of({shifted}, "", "1", "1"));
  append(bytes, bytes_16({100, 600}));
  const auto recording = read_recording({{{"y", bytes}}});
  REQUIRE(recording.has_value());
  CHECK(recording->info.source_format == "EDF");
  CHECK(recording->signal.lead(0)[0] == 0.0f);
  CHECK(recording->signal.lead(0)[1] == 1.0f);
  CHECK(recording->calibrations[0].baseline == 100);
  CHECK_FALSE(recording->info.identity.patient_name.has_value());
}

TEST_CASE("BDF samples have 24 bits", "[edf]") {
  const Column lead{"V1", "uV", "-8388608", "8388607", "-8388608", "8388607", "2"};
  auto bytes = bytes_of(header_of({lead}, "24BIT", "-1", "1",
                                  "\xFF"
                                  "BIOSEMI"));
  append(bytes, {0x01, 0x00, 0x80, 0x40, 0x42, 0x0F});
  const auto recording = read_recording({{{"z.bdf", bytes}}});
  REQUIRE(recording.has_value());
  CHECK(recording->signal.lead(0)[0] == -8388.607f);
  CHECK(recording->signal.lead(0)[1] == 1000.0f);
  CHECK(recording->warnings.size() == 1);  // the number of records was not stated
}

TEST_CASE("annotation lists: durations, several texts, malformed stamps", "[edf]") {
  constexpr char kBytes[] =
      "+10\x14\x14\0+11.5\x15"
      "2\x14"
      "A\x14"
      "B\x14\0abc\x14no\x14\0";
  const auto record = parse_edf_annotations({kBytes, sizeof kBytes - 1});
  CHECK(record.onset_s == 10);
  REQUIRE(record.annotations.size() == 2);
  CHECK(record.annotations[0].duration_s == 2);
  CHECK(record.annotations[1].text == "B");
  CHECK(record.annotations[1].onset_s == 11.5);
}

TEST_CASE("every truncation of an EDF file is an error", "[edf][hostile]") {
  const FileSet whole = edf_plus("EDF+D", "3");
  for (std::size_t size = 8; size < whole.files[0].bytes.size(); ++size) {
    FileSet cut = whole;
    cut.files[0].bytes.resize(size);
    const auto recording = read_recording(cut);
    INFO(size);
    REQUIRE_FALSE(recording.has_value());
    CHECK(recording.error().code == ErrorCode::kTruncated);
    CHECK(recording.error().byte_offset == static_cast<std::int64_t>(size));
  }
}

TEST_CASE("counts beyond any integer, or with a fraction, are refused", "[edf][hostile]") {
  for (const char* records : {"3e33", "-9e99", "1.5", "1e8"}) {
    const auto refused =
        read_recording({{{"x.edf", bytes_of(header_of({kLeadI}, "", records, "1"))}}});
    INFO(records);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::kBadValue);
    CHECK(refused.error().byte_offset == 236);
  }
}

TEST_CASE("damaged EDF files do no harm", "[edf][hostile]") {
  require_damage_survived({edf_plus("EDF+C", "3"), edf_plus("EDF+D", "3")}, 20000, 11, kHostile);
}

TEST_CASE("the EDF files at hand open; a recording in WFDB and EDF is the same", "[edf]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  for (const char* name : {"0000050.ECG.edf", "sample.edf"}) {
    const auto recording = read_recording(read_files({*data / "formats" / "edf" / name}));
    INFO(name << ": " << (recording ? "" : to_string(recording.error())));
    CHECK(recording.has_value());
  }
  const auto folder = *data / "formats" / "wfdb";
  const auto edf = read_recording(read_files({folder / "test_generator_2.edf"}));
  const auto wfdb = read_recording(
      read_files({folder / "test_generator_2.hea", folder / "test_generator_2.dat"}));
  REQUIRE(edf.has_value());
  REQUIRE(wfdb.has_value());
  REQUIRE(edf->signal.values().size() == wfdb->signal.values().size());
  // Counts -32768 ... 32767 for a symmetric range put 0 at -0.5 counts, and WFDB headers hold whole
  // baselines: half a count apart, no more.
  double largest_counts = 0;
  for (std::size_t row = 0; row < edf->signal.lead_count(); ++row) {
    const double counts_per_mv = edf->calibrations[row].counts_per_mv;
    for (std::size_t i = 0; i < edf->signal.lead(row).size(); ++i) {
      const double difference = static_cast<double>(edf->signal.lead(row)[i]) -
                                static_cast<double>(wfdb->signal.lead(row)[i]);
      largest_counts = std::fmax(largest_counts, std::fabs(difference * counts_per_mv));
    }
  }
  CHECK(largest_counts < 0.501);
}

TEST_CASE("a file of annotations alone is refused with its reason", "[edf]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto refused = read_recording(read_files({*data / "formats" / "edf" / "test_edfann.edf"}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kInsufficientData);
}
