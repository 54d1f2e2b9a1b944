#include "core/lead.h"

#include <catch2/catch_test_macros.hpp>
#include <string_view>

using namespace ecg;

TEST_CASE("lead names are read as files write them", "[lead]") {
  CHECK(lead_from_name("AVR") == Lead::kAvr);
  CHECK(lead_from_name("aVR") == Lead::kAvr);
  CHECK(lead_from_name("Lead II") == Lead::kII);
  CHECK(lead_from_name("MDC_ECG_LEAD_V3R") == Lead::kV3r);
  CHECK(lead_from_name("ECG V6") == Lead::kV6);
  CHECK(lead_from_name(std::string_view("I\0\0", 3)) == Lead::kI);
  CHECK(lead_from_name(" v1 ") == Lead::kV1);
  CHECK(lead_from_name("MLII") == Lead::kOther);
  CHECK(lead_from_name("") == Lead::kOther);
  CHECK(lead_from_name("other") == Lead::kOther);
}

TEST_CASE("every standard name reads back as itself", "[lead]") {
  for (int i = 0; i < static_cast<int>(Lead::kOther); ++i) {
    const auto lead = static_cast<Lead>(i);
    CHECK(lead_from_name(lead_name(lead)) == lead);
  }
}

TEST_CASE("a label keeps the name of the file and shows the standard one", "[lead]") {
  CHECK(display_name(label_from_name("AVR")) == "aVR");
  CHECK(label_from_name("AVR").name == "AVR");
  CHECK(display_name(label_from_name("MLII")) == "MLII");
}
