#include "core/signal.h"

#include <catch2/catch_test_macros.hpp>
#include <utility>

using namespace ecg;

TEST_CASE("a signal is a lead-major matrix", "[signal]") {
  Signal signal({label_of(Lead::kI), label_of(Lead::kII)}, 5, 500);
  signal.lead(1)[2] = 0.5f;
  CHECK(signal.values().size() == 10);
  CHECK(signal.values()[7] == 0.5f);
  CHECK(signal.duration_s() == 0.01);
  CHECK(signal.find(Lead::kII) == 1);
  CHECK_FALSE(signal.find(Lead::kV1).has_value());
}

TEST_CASE("a view of some samples keeps leads and rate", "[signal]") {
  Signal signal({label_of(Lead::kI), label_of(Lead::kII)}, 5, 500);
  for (std::size_t i = 0; i < 10; ++i) signal.values()[i] = static_cast<float>(i);
  const SignalView part = signal.view().samples(1, 3);
  CHECK(part.sample_count == 2);
  CHECK(part.lead(1)[0] == 6.0f);
  CHECK(part.lead(1).size() == 2);
  CHECK(part.sampling_rate_hz == 500);
}

TEST_CASE("a new signal is zero, and copies have samples of their own", "[signal]") {
  Signal first({label_of(Lead::kI)}, 3, 500);
  CHECK(first.values()[2] == 0.0f);
  first.lead(0)[0] = 1;
  Signal second = first;
  second.lead(0)[0] = 2;
  CHECK(first.values()[0] == 1.0f);
  first = second;
  CHECK(first.values()[0] == 2.0f);
  const Signal third = std::move(first);
  CHECK(third.values().size() == 3);
  Signal unfilled = Signal::unfilled({label_of(Lead::kI), label_of(Lead::kII)}, 4, 250);
  CHECK(unfilled.values().size() == 8);
  CHECK(unfilled.lead(1).size() == 4);
  CHECK(Signal().empty());
}
