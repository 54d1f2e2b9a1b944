#include "beat/vectorcardiogram.h"

#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

using Catch::Approx;
using ecg::Lead;

namespace {

ecg::Signal eight_leads(bool with_v3 = true) {
  std::vector<ecg::LeadLabel> labels;
  for (const Lead lead : {Lead::kV6, Lead::kV5, Lead::kV4, Lead::kV3, Lead::kV2, Lead::kV1,
                          Lead::kII, Lead::kI}) {
    if (with_v3 || lead != Lead::kV3) labels.push_back(ecg::label_of(lead));
  }
  return ecg::Signal(labels, 4, 500);
}

}  // namespace

TEST_CASE("Inverse Dower undoes Dower") {
  // Dower et al. 1980: V6 ... V1, II, I from X, Y, Z (z to the back).
  const std::array<std::array<double, 3>, 8> dower = {{{0.831, 0.076, 0.230},
                                                       {1.125, 0.127, -0.086},
                                                       {1.213, 0.127, -0.601},
                                                       {0.882, 0.098, -1.277},
                                                       {0.044, 0.164, -1.387},
                                                       {-0.515, 0.157, -0.917},
                                                       {0.235, 1.066, -0.132},
                                                       {0.632, -0.235, 0.059}}};
  ecg::Signal signal = eight_leads();
  for (std::size_t row = 0; row < 8; ++row) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      signal.lead(row)[axis] = static_cast<float>(dower[row][axis]);  // sample k: unit vector k
    }
  }
  const auto vector = ecg::vectorcardiogram(signal, ecg::VectorMethod::kInverseDower);
  REQUIRE(vector);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (std::size_t unit = 0; unit < 3; ++unit) {
      CHECK(vector->lead(axis)[unit] == Approx(axis == unit ? 1.0 : 0.0).margin(0.01));
    }
  }
  // Kors is a regression on people, not the inverse of that model, but points the same way.
  const auto kors = ecg::vectorcardiogram(signal);
  REQUIRE(kors);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    CHECK(kors->lead(axis)[axis] > 0.6);
    CHECK(kors->lead(axis)[axis] < 1.4);
  }
}

TEST_CASE("A missing sample is missing on every axis, and an absent lead is an error") {
  ecg::Signal signal = eight_leads();
  signal.lead(0)[2] = std::numeric_limits<float>::quiet_NaN();
  const auto vector = ecg::vectorcardiogram(signal);
  REQUIRE(vector);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    CHECK(std::isnan(vector->lead(axis)[2]));
    CHECK(vector->lead(axis)[1] == 0);
  }
  const auto refused = ecg::vectorcardiogram(eight_leads(false));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ecg::ErrorCode::kNotFound);
}
