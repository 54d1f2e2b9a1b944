#include "export/lead_agnostic_bundle.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "corpus/failure.h"
#include "export/golden_answers.h"
#include "export/lead_agnostic_export.h"

namespace ecg {
namespace {

void check_fit(const ModelSpec& spec, const ModelSpec& trained) {
  throw_on_error(check_model_spec(spec));
  if (spec.leads == trained.leads && spec.samples == trained.samples) return;
  throw Failure({ErrorCode::kInconsistent,
                 "the input specification does not fit the model's leads or samples",
                 "export with the specification the model was trained with",
                 "",
                 {}});
}

std::string description_of(const ObjectiveConfig& config, std::int64_t parameters) {
  const std::int64_t step = std::int64_t{1} << config.lead_agnostic.conv_layers;
  return "Lead-agnostic encoder (Oh et al. 2022): " +
         std::to_string(config.lead_agnostic.conv_layers) +
         " convolutions over all leads make a feature of every " + std::to_string(step) +
         " samples; a post-norm transformer of " + std::to_string(config.model.depth) +
         " blocks of width " + std::to_string(config.model.width) +
         " reads each half of a record; " + std::to_string(parameters) +
         " parameters. It learned to tell hidden steps and halves of one recording from others, "
         "with "
         "leads left out at random; it reconstructs nothing and has no diagnostic output.";
}

void add_answer(LeadAgnosticSystem& system, GoldenCase& golden, bool keep_tokens) {
  const torch::NoGradGuard no_grad;
  const EncodedBatch encoded =
      system.encode(tensor_of(golden, "signal"), tensor_of(golden, "lead_mask"));
  if (keep_tokens) golden.tensors.push_back(golden_tensor("tokens", encoded.tokens));
  golden.tensors.push_back(golden_tensor("embedding", encoded.embedding));
}

}  // namespace

BundleModel lead_agnostic_bundle(LeadAgnosticSystem& system, const BundleInfo& info) {
  const ObjectiveConfig& config = system.config();
  check_fit(info.input, config.input);
  system.to(torch::kCPU);
  system.eval();
  BundleModel bundle;
  for (const auto& weight : system.encoder()->parameters()) bundle.parameters += weight.numel();
  bundle.description = description_of(config, bundle.parameters);
  nlohmann::ordered_json tokens;
  tokens["kind"] = "steps";
  tokens["leads"] = config.model.lead_count();
  tokens["columns"] = config.model.columns;
  tokens["patch_samples"] = config.model.patch_samples;
  tokens["rows"] = 2 * lead_agnostic_steps(config);
  tokens["width"] = config.model.width;
  bundle.tokens_json = tokens.dump();
  const auto weights = std::make_shared<const NamedWeights>(weights_of(*system.encoder()));
  bundle.graphs.push_back(
      {"encode", [weights, sizes = system.encoder()->sizes(), samples = config.input.samples](
                     Precision precision, const OnnxMetadata& metadata) {
         return lead_agnostic_encode_graph(sizes, samples, *weights, precision, metadata);
       }});
  bundle.cases = golden_inputs(info.input);
  for (std::size_t i = 0; i < bundle.cases.size(); ++i) {
    add_answer(system, bundle.cases[i], i < kCasesWithTokens);
  }
  return bundle;
}

}  // namespace ecg
