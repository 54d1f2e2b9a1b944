#include "synth/electrodes.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace ecg;
using Catch::Approx;

namespace {

constexpr Vector3 kDipole{0.7, 0.4, -0.9};

double lead(Lead which) { return dot(lead_vector(average_lead_field(), which), kDipole); }

}  // namespace

TEST_CASE("limb leads obey Einthoven and Goldberger", "[electrodes]") {
  CHECK(lead(Lead::kI) + lead(Lead::kIII) == Approx(lead(Lead::kII)));
  CHECK(lead(Lead::kAvr) == Approx(-(lead(Lead::kI) + lead(Lead::kII)) / 2));
  CHECK(lead(Lead::kAvl) == Approx(lead(Lead::kI) - lead(Lead::kII) / 2));
  CHECK(lead(Lead::kAvf) == Approx(lead(Lead::kII) - lead(Lead::kI) / 2));
}

TEST_CASE("the average limb electrodes have no net potential", "[electrodes]") {
  const LeadField& field = average_lead_field();
  const Vector3 sum = field[0] + field[1] + field[2];
  CHECK(dot(sum, sum) == Approx(0).margin(1e-20));
}

TEST_CASE("chest leads see Dower's weights", "[electrodes]") {
  const Vector3 v2 = lead_vector(average_lead_field(), Lead::kV2);
  CHECK(v2.x == Approx(0.044));
  CHECK(v2.y == Approx(0.164));
  CHECK(v2.z == Approx(1.387));
}

TEST_CASE("every chest lead has its own electrode", "[electrodes]") {
  CHECK(chest_electrode(Lead::kV1) == Electrode::kV1);
  CHECK(chest_electrode(Lead::kV9) == Electrode::kV9);
  CHECK(chest_electrode(Lead::kV3r) == Electrode::kV3r);
  CHECK(chest_electrode(Lead::kV6r) == Electrode::kV6r);
  CHECK_FALSE(chest_electrode(Lead::kAvf));
  CHECK_FALSE(chest_electrode(Lead::kX));
  CHECK(can_form(Lead::kV6r));
  CHECK_FALSE(can_form(Lead::kX));
  CHECK_FALSE(can_form(Lead::kOther));
}
