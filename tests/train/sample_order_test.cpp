// The order of an epoch in bounded memory.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include "train/batch_reader.h"

using namespace ecg;

namespace {

// Most memory that this process held, MB; -1 where the system does not say.
double peak_resident_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) / 1024;
  }
  return -1;
}

// The same, forgetting what was before.
double peak_resident_mb_from_now() {
  std::ofstream forget("/proc/self/clear_refs");
  forget << 5 << std::flush;
  return forget ? peak_resident_mb() : -1;
}

}  // namespace

TEST_CASE("Ten million records are shuffled, epoch after epoch, in eight bytes each") {
  constexpr std::uint32_t kRecords = 10'000'000;
  const double before = peak_resident_mb_from_now();
  if (before < 0) SKIP("this system does not let a process look at its memory");
  for (const std::size_t block : {std::size_t{0}, std::size_t{4096}}) {
    CAPTURE(block);
    std::vector<std::uint32_t> records(kRecords);
    std::iota(records.begin(), records.end(), 0u);
    SampleOrder order(std::move(records), 5, block);
    const std::uint32_t first = order.at(7).record;
    for (std::uint64_t epoch = 1; epoch < 4; ++epoch) {
      const Turn turn = order.at(epoch * kRecords + 7);
      CHECK(turn.epoch == epoch);
      CHECK(turn.record != first);
    }
    CHECK(order.at(7).record == first);
  }
  const double bound_mb = 8e-6 * kRecords + 8;
  const double used_mb = peak_resident_mb() - before;
  CHECK(used_mb < bound_mb);
  CHECK(used_mb > 0.5 * bound_mb);  // the measurement sees what is used
}
