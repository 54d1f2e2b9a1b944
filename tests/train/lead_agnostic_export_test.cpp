// The lead-agnostic encoder in ONNX Runtime.
#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>

#include "export/bundle.h"
#include "export/lead_agnostic_bundle.h"
#include "lively_bundle.h"
#include "support/temporary_folder.h"
#include "toy_model.h"

using namespace ecg;
using namespace ecg::test;

TEST_CASE("ONNX Runtime agrees with LibTorch where every weight matters, in every precision") {
  const TemporaryFolder folder;
  for (const char* norm : {"group", "layer"}) {
    ObjectiveConfig config;
    config.system = "lead_agnostic";
    config.lead_agnostic = toy_lead_agnostic();
    config.lead_agnostic.conv_norm = norm;
    config.lead_agnostic.position_kernel = norm[0] == 'g' ? 8 : 9;
    if (norm[0] == 'l') config.input.leads = {Lead::kV2, Lead::kI, Lead::kII, Lead::kV3, Lead::kV4};
    REQUIRE(complete_objective(config).has_value());
    LeadAgnosticSystem system(config);
    make_lively(system);
    const BundleInfo info = lively_info(config.input);
    write_bundle(lead_agnostic_bundle(system, info), info, folder / "bundle");
    CHECK(run_parity(folder / "bundle") == 0);
  }
}
