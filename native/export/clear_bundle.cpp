#include "export/clear_bundle.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "corpus/failure.h"
#include "export/clear_export.h"
#include "export/golden_answers.h"
#include "objective/views.h"

namespace ecg {
namespace {

void check_fit(const ModelSpec& spec, const ModelSpec& trained) {
  throw_on_error(check_model_spec(spec));
  if (spec.leads == trained.leads && spec.samples == trained.samples &&
      spec.sampling_rate_hz == trained.sampling_rate_hz) {
    return;
  }
  throw Failure({ErrorCode::kInconsistent,
                 "the input specification does not fit the model's leads, samples or rate",
                 "export with the specification the model was trained with",
                 "",
                 {}});
}

std::string description_of(const ClearConfig& config, std::int64_t parameters) {
  return "CLEAR-HUG-style autoencoder (after Pan et al., AAAI 2026) over heartbeats of single "
         "leads: "
         "up to " +
         std::to_string(config.beats) + " per lead, " + std::to_string(config.beat_samples) +
         " samples around R. Encoder " + std::to_string(config.depth) + " blocks of width " +
         std::to_string(config.width) + ", decoder " + std::to_string(config.decoder_depth) +
         " of width " + std::to_string(config.decoder_width) + "; " + std::to_string(parameters) +
         " parameters. It learned to rebuild hidden beats from the same beat in other leads and a "
         "summary of their own; it has no diagnostic output.";
}

std::string tokens_json(const ClearConfig& config, bool padding_tokens) {
  return nlohmann::ordered_json{{"kind", "beats"},
                                {"leads", config.lead_count()},
                                {"lead_rows", config.lead_count()},
                                {"most_beats", config.beats},
                                {"beat_samples", config.beat_samples},
                                {"time_bins", config.time_bins},
                                {"padding_tokens", padding_tokens},
                                {"width", config.width}}
      .dump();
}

/// The case's mask of patches as one of beats, [1, tokens].
torch::Tensor beat_mask_of(const GoldenCase& golden, const BeatInput& input,
                           const TokenGrid& grid) {
  TokenMask patches;
  for (const GoldenTensor& tensor : golden.tensors) {
    if (tensor.name != "token_mask") continue;
    for (const float flag : tensor.values) patches.push_back(flag > 0.5f ? 1 : 0);
  }
  const TokenMask beats = beats_of_patches(patches, grid, input.tokens);
  const auto mask = torch::zeros({1, static_cast<std::int64_t>(input.token_count())});
  for (std::size_t token = 0; token < beats.size(); ++token) {
    const std::size_t row =
        input.tokens.lead_of(token) * input.most_beats + input.tokens.beat_of(token);
    mask[0][static_cast<std::int64_t>(row)] = static_cast<float>(beats[token]);
  }
  return mask;
}

void add_clear_answers(ClearHugSystem& system, GoldenCase& golden, bool keep_tokens) {
  const torch::NoGradGuard no_grad;
  const ObjectiveConfig& config = system.config();
  const auto signal = tensor_of(golden, "signal"), lead_mask = tensor_of(golden, "lead_mask");
  const BeatTables tables = beat_tables(signal, lead_mask, config);
  const auto hidden = beat_mask_of(golden, tables.records.at(0), grid_of(config.model));
  std::erase_if(golden.tensors, [](const GoldenTensor& t) { return t.name == "token_mask"; });
  const auto add = [&](const char* name, const torch::Tensor& tensor) {
    golden.tensors.push_back(golden_tensor(name, tensor));
  };
  add("token_mask", hidden);
  add("beats", tables.batch.beats);
  add("beat_time", tables.batch.time_bin);
  add("beat_present", tables.batch.present);
  const EncodedBatch encoded = system.encode(signal, lead_mask);
  if (keep_tokens) add("tokens", encoded.tokens);
  add("embedding", encoded.embedding);
  if (config.clear_hug.level_weight > 0) {
    add("reconstruction", system.reconstructed_beats(tables.batch, hidden));
  }
}

}  // namespace

BundleModel clear_bundle(ClearHugSystem& system, const BundleInfo& info) {
  check_fit(info.input, system.config().input);
  system.to(torch::kCPU);
  system.eval();
  const ClearConfig config = system.model()->config();
  BundleModel bundle;
  for (const auto& parameter : system.parameters()) bundle.parameters += parameter.numel();
  bundle.description = description_of(config, bundle.parameters);
  bundle.tokens_json = tokens_json(config, system.config().clear_hug.padding_tokens != 0);
  const auto weights = std::make_shared<const NamedWeights>(weights_of(system));
  const auto graph = [&](const char* name, auto make) {
    bundle.graphs.push_back(
        {name, [make, weights, config](Precision precision, const OnnxMetadata& metadata) {
           return make(config, *weights, precision, metadata);
         }});
  };
  graph("encode", clear_encode_graph);
  if (system.config().clear_hug.level_weight > 0) graph("reconstruct", clear_reconstruct_graph);
  bundle.cases = golden_inputs(info.input);
  for (std::size_t i = 0; i < bundle.cases.size(); ++i) {
    add_clear_answers(system, bundle.cases[i], i < kCasesWithTokens);
  }
  return bundle;
}

}  // namespace ecg
