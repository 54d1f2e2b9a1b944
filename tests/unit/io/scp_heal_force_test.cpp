// SCP-ECG as Heal Force writes it: packed numbers by hand, damaged files, a real one.

#include "io/scp_heal_force.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/read_recording.h"
#include "made_scp.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_scp;

namespace {

/// Two leads of four samples each, 10 uV per count, 150 Hz.
FileSet made() {
  // Numbers 512 + 1, -2, 3 (beat) and, in the spare bits 10 to 13, 512 - 512 = 0b0000000000;
  // then 512 + 511 = 0b1111111111 there.
  const std::uint32_t words[] = {513, 510, 515 | 0x8000, 512 | 0x3C00, 512 | 0x3C00, 512 | 0x0C00};
  std::string stream;
  for (const std::uint32_t word : words) stream += number(word, 2);
  const std::string rhythm = number(10000, 2) + number(150, 2) + number(0, 2) + number(12, 2);
  const std::string start("\x19\x04\x00\x07\xE3\x08\x09\xFF", 8);  // 2019, high byte first
  return scp({{1, start}, {3, number(2, 1) + std::string(11, '\x04')}, {6, rhythm + stream}});
}

std::vector<int> counts(const Recording& recording, std::size_t lead) {
  std::vector<int> out;
  for (const float mv : recording.signal.lead(lead))
    out.push_back(static_cast<int>(std::lround(mv * 100)));
  return out;
}

}  // namespace

TEST_CASE("Heal Force: packed numbers, interleaved leads, beats", "[scp]") {
  const auto recording = read_recording(made());
  REQUIRE(recording.has_value());
  CHECK(recording->signal.sampling_rate_hz() == 150);
  CHECK(counts(*recording, 0) == std::vector<int>{1, 3, 0, 0});
  CHECK(counts(*recording, 1) == std::vector<int>{-2, -512, 0, 499});
  REQUIRE(recording->annotations.size() == 1);
  CHECK(recording->annotations[0].sample == 1);
  CHECK(recording->annotations[0].symbol == "Q");
  CHECK(recording->info.start_time == "2019-08-09");
  CHECK(recording->warnings.size() == 2);
}

TEST_CASE("Heal Force files cut or damaged do no harm", "[scp][hostile]") {
  require_truncations_refused(made());
  require_damage_survived({made()}, 10000, 61);
}

TEST_CASE("a real Heal Force file: the third channel is the second less the first", "[scp][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto recording = read_recording(read_files({*data / "formats/scp/62.SCP"}));
  REQUIRE(recording.has_value());
  CHECK(recording->signal.lead_count() == 3);
  CHECK(recording->signal.sample_count() == 4500);
  CHECK(recording->signal.sampling_rate_hz() == 150);
  CHECK(recording->annotations.size() == 30);  // every 142 to 169 samples: about 60 beats a minute
  CHECK(recording->info.start_time == "2019-08-08T00:04:10");
  double off = 0;
  for (std::size_t i = 0; i < 4500; ++i)
    off += std::abs(recording->signal.lead(2)[i] - recording->signal.lead(1)[i] +
                    recording->signal.lead(0)[i]);
  CHECK(off / 4500 < 0.025);  // 2.2 counts of 9.5 uV on average
}
