// What initial weights are made of: directions of leads, and subspaces that do not disturb each
// other.

#include <torch/types.h>

#include <ATen/Functions.h>
#include <array>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "nn/lead_direction.h"
#include "nn/subspaces.h"

namespace {

using namespace ecg;

double dot(std::array<double, 3> a, std::array<double, 3> b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double angle_deg(Lead a, Lead b) {
  return std::acos(dot(lead_direction(a), lead_direction(b))) * 180 / 3.14159265358979323846;
}

std::vector<std::vector<double>> all_axes(const Subspaces& spaces) {
  std::vector<std::vector<double>> all = spaces.position;
  all.insert(all.end(), spaces.direction.begin(), spaces.direction.end());
  all.insert(all.end(), spaces.content.begin(), spaces.content.end());
  return all;
}

}  // namespace

TEST_CASE("Limb leads stand as in the hexaxial system") {
  CHECK(angle_deg(Lead::kI, Lead::kII) == Catch::Approx(60));
  CHECK(angle_deg(Lead::kII, Lead::kIII) == Catch::Approx(60));
  CHECK(angle_deg(Lead::kI, Lead::kAvf) == Catch::Approx(90));
  CHECK(angle_deg(Lead::kII, Lead::kAvr) == Catch::Approx(150));
  CHECK(angle_deg(Lead::kAvl, Lead::kI) == Catch::Approx(30));
}

TEST_CASE("Directions are unit vectors; chest leads turn from the front to the left") {
  for (const Lead lead : {Lead::kI, Lead::kAvr, Lead::kV1, Lead::kV4, Lead::kV6, Lead::kZ}) {
    CHECK(dot(lead_direction(lead), lead_direction(lead)) == Catch::Approx(1));
  }
  CHECK(lead_direction(Lead::kOther) == std::array<double, 3>{0, 0, 0});
  double before = -2;
  for (const Lead lead : {Lead::kV1, Lead::kV2, Lead::kV3, Lead::kV4, Lead::kV5, Lead::kV6}) {
    CHECK(lead_direction(lead)[0] > before);
    before = lead_direction(lead)[0];
  }
}

TEST_CASE("Axes of position, direction and content are orthonormal, also in a narrow token") {
  for (const std::int64_t width : {96, 24}) {
    const at::Tensor position = torch::rand({20, width}, torch::kFloat);
    const Subspaces spaces =
        make_subspaces(position, 50, RandomStream({1, 0, 0, 0, RandomPurpose::kInitialise}));
    const auto axes = all_axes(spaces);
    CHECK(axes.size() <= static_cast<std::size_t>(width));
    CHECK_FALSE(spaces.position.empty());
    CHECK_FALSE(spaces.content.empty());
    for (std::size_t i = 0; i < axes.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double product = 0;
        for (std::size_t k = 0; k < axes[i].size(); ++k) product += axes[i][k] * axes[j][k];
        CHECK(std::abs(product - (i == j ? 1 : 0)) < 1e-6);
      }
    }
  }
}
