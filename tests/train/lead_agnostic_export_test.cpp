// The lead-agnostic encoder in ONNX Runtime.
#include <ATen/Functions.h>

#include <catch2/catch_test_macros.hpp>

#include "export/bundle.h"
#include "export/lead_agnostic_bundle.h"
#include "lively_bundle.h"
#include "support/temporary_folder.h"

using namespace ecg;
using namespace ecg::test;

namespace {

void make_small(ObjectiveConfig& config) {
  config.system = "lead_agnostic";
  auto& options = config.lead_agnostic;
  options.conv_width = 12;
  options.conv_layers = 2;
  options.position_kernel = 8;
  options.position_groups = 4;
  options.mask_span = 4;
  options.negatives = 10;
  options.codes = 8;
  options.code_width = 4;
  options.target_width = 8;
}

}  // namespace

TEST_CASE("ONNX Runtime agrees with LibTorch where every weight matters, in every precision") {
  const TemporaryFolder folder;
  for (const char* norm : {"group", "layer"}) {
    ObjectiveConfig config;
    make_small(config);
    config.lead_agnostic.conv_norm = norm;
    config.lead_agnostic.position_kernel = norm[0] == 'g' ? 8 : 9;
    if (norm[0] == 'l') config.input.leads = {Lead::kV2, Lead::kI, Lead::kII, Lead::kV3, Lead::kV4};
    REQUIRE(complete_objective(config).has_value());
    LeadAgnosticSystem system(config);
    const torch::NoGradGuard no_grad;
    torch::manual_seed(11);
    for (auto& item : system.named_parameters()) {
      const bool matrix = item.value().dim() == 2;
      item.value().add_(torch::randn_like(item.value()), matrix ? 0.05 : 0.2);
    }
    BundleInfo info = lively_info();
    info.input = config.input;
    info.input.name = "parity";
    info.input.version = "0.0.1";
    write_bundle(lead_agnostic_bundle(system, info), info, folder / "bundle");
    CHECK(run_parity(folder / "bundle") == 0);
  }
}
