// Every fuzz target with its seeds, and with some damage, in the ordinary builds.

#include <catch2/catch_test_macros.hpp>

#include "core/philox.h"
#include "seeds.h"
#include "target.h"

using namespace ecg;
using namespace ecg::fuzz;

TEST_CASE("every seed of every fuzz target is read", "[fuzz]") {
  for (const std::string_view target : target_names()) {
    const auto seeds = seeds_of(target);
    REQUIRE_FALSE(seeds.empty());
    std::size_t read = 0;
    for (const Seed& seed : seeds) read += run_one(target, seed.bytes);
    INFO(target);
    CHECK(2 * read >= seeds.size());
  }
}

TEST_CASE("damaged seeds do what the fuzz targets ask", "[fuzz]") {
  RandomStream random({.seed = 77, .purpose = RandomPurpose::kTest});
  for (const std::string_view target : target_names()) {
    for (Seed seed : seeds_of(target)) {
      for (int round = 0; round < 200; ++round) {
        auto bytes = seed.bytes;
        for (int change = 0; change < 3; ++change)
          bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] =
              static_cast<std::uint8_t>(random.below(256));
        run_one(target, bytes);
      }
    }
  }
  SUCCEED();
}
