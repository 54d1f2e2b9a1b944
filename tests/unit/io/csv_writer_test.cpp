#include "io/csv_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <limits>

#include "core/philox.h"

using namespace ecg;

TEST_CASE("a signal becomes one line per sample, missing samples empty fields", "[csv]") {
  Signal signal({label_of(Lead::kI), {Lead::kOther, "a,\"b\""}}, 3, 500);
  signal.lead(0)[0] = 0.25f;
  signal.lead(0)[1] = std::numeric_limits<float>::quiet_NaN();
  signal.lead(1)[2] = -1e-4f;
  CHECK(csv_from_signal(signal) ==
        "time_s,I,\"a,\"\"b\"\"\"\n"
        "0,0.25,0\n"
        "0.002,,0\n"
        "0.004,0,-9.99999975e-05\n");
}

TEST_CASE("every float survives nine digits", "[csv]") {
  RandomStream random({.seed = 3});
  Signal signal({label_of(Lead::kII)}, 1000, 360);
  for (float& value : signal.values())
    value = static_cast<float>(random.normal(0, 1) * (random.bernoulli(0.5) ? 1 : 1e-6));
  const std::string text = csv_from_signal(signal);
  std::size_t at = text.find('\n') + 1;
  for (const float value : signal.values()) {
    const std::size_t comma = text.find(',', at);
    REQUIRE(std::strtof(text.c_str() + comma + 1, nullptr) == value);
    at = text.find('\n', at) + 1;
  }
  CHECK(at == text.size());
}
