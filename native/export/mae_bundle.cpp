#include "export/mae_bundle.h"

#include <nlohmann/json.hpp>

#include <memory>

#include "corpus/failure.h"
#include "export/golden_answers.h"
#include "export/mae_export.h"

namespace ecg {
namespace {

/// How many golden cases keep their token embeddings, which take the most space.
constexpr std::size_t kCasesWithTokens = 2;

void check_fit(const ModelSpec& spec, const MaeConfig& config) {
  throw_on_error(check_model_spec(spec));
  if (spec.leads == config.leads && spec.samples == config.samples() &&
      spec.patch_samples == config.patch_samples) {
    return;
  }
  throw Failure({ErrorCode::kInconsistent,
                 "the input specification does not fit the model's leads, "
                 "samples or patches",
                 "export with the specification the model was trained with",
                 "",
                 {}});
}

std::string description_of(const MaeConfig& config, std::int64_t parameters) {
  return "Masked autoencoder: a pre-norm vision transformer over patches of " +
         std::to_string(config.patch_samples) + " samples of one lead (" +
         std::to_string(config.token_count()) + " tokens). Encoder " +
         std::to_string(config.depth) + " blocks of width " + std::to_string(config.width) +
         ", decoder " + std::to_string(config.decoder_depth) + " of width " +
         std::to_string(config.decoder_width) + "; " + std::to_string(parameters) +
         " parameters. It learned to reconstruct hidden patches; it has no diagnostic output.";
}

}  // namespace

BundleModel mae_bundle(MaskedAutoencoder& model, const BundleInfo& info) {
  const MaeConfig& config = model->config();
  check_fit(info.input, config);
  model->to(torch::kCPU);
  model->eval();
  BundleModel bundle;
  for (const auto& parameter : model->parameters()) bundle.parameters += parameter.numel();
  bundle.description = description_of(config, bundle.parameters);
  bundle.tokens_json = nlohmann::ordered_json{
      {"leads", config.lead_count()},
      {"columns", config.columns},
      {"patch_samples", config.patch_samples},
      {"width",
       config.width}}.dump();
  const auto weights = std::make_shared<const NamedWeights>(weights_of(*model));
  const auto graph = [&](const char* name, auto make) {
    bundle.graphs.push_back(
        {name, [make, weights, config](Precision precision, const OnnxMetadata& metadata) {
           return make(config, *weights, precision, metadata);
         }});
  };
  graph("encode", encode_graph);
  graph("reconstruct", reconstruct_graph);
  bundle.cases = golden_inputs(info.input);
  for (std::size_t i = 0; i < bundle.cases.size(); ++i) {
    add_answers(model, bundle.cases[i], i < kCasesWithTokens);
  }
  return bundle;
}

void write_bundle(MaskedAutoencoder& model, const BundleInfo& info,
                  const std::filesystem::path& folder) {
  write_bundle(mae_bundle(model, info), info, folder);
}

}  // namespace ecg
