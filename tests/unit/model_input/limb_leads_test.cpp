#include "model_input/limb_leads.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <vector>

using Catch::Approx;
using ecg::Lead;

namespace {

/// A limb lead of a heart whose leads I and II are 0.3 and 1.1 mV.
double value_of(Lead lead) {
  constexpr double kI = 0.3, kII = 1.1;
  switch (lead) {
    case Lead::kI:
      return kI;
    case Lead::kII:
      return kII;
    case Lead::kIII:
      return kII - kI;
    case Lead::kAvr:
      return -(kI + kII) / 2;
    case Lead::kAvl:
      return kI - kII / 2;
    default:
      return kII - kI / 2;
  }
}

}  // namespace

TEST_CASE("Any two limb leads give the other four") {
  for (const Lead a : ecg::kLimbLeads) {
    for (const Lead b : ecg::kLimbLeads) {
      for (const Lead wanted : ecg::kLimbLeads) {
        if (a == b || wanted == a || wanted == b) continue;
        const std::vector<Lead> available = {Lead::kV1, a, b};
        const auto c = ecg::limb_combination(wanted, available);
        REQUIRE(c);
        const double value =
            c->first_weight * value_of(c->first) + c->second_weight * value_of(c->second);
        CAPTURE(ecg::lead_name(a), ecg::lead_name(b), ecg::lead_name(wanted));
        CHECK(value == Approx(value_of(wanted)).margin(1e-12));
      }
    }
  }
}

TEST_CASE("Leads I and II are preferred, and III is II - I exactly") {
  const std::vector<Lead> available = {Lead::kAvf, Lead::kAvr, Lead::kII, Lead::kI};
  const auto c = ecg::limb_combination(Lead::kIII, available);
  REQUIRE(c);
  CHECK(c->first == Lead::kI);
  CHECK(c->second == Lead::kII);
  CHECK(c->first_weight == -1);
  CHECK(c->second_weight == 1);
}

TEST_CASE("One limb lead, or a chest lead, follows from nothing") {
  const std::vector<Lead> one = {Lead::kI, Lead::kV1};
  const std::vector<Lead> twelve(ecg::kTwelveLeads.begin(), ecg::kTwelveLeads.end());
  CHECK_FALSE(ecg::limb_combination(Lead::kII, one));
  CHECK_FALSE(ecg::limb_combination(Lead::kII, {}));
  CHECK_FALSE(ecg::limb_combination(Lead::kV1, twelve));
  CHECK_FALSE(ecg::limb_combination(Lead::kOther, twelve));
}
