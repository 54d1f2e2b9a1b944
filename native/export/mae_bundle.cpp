#include "export/mae_bundle.h"

#include <memory>

#include "export/golden_answers.h"
#include "export/mae_export.h"
#include "export/patch_tokens.h"

namespace ecg {
namespace {

std::string description_of(const MaeConfig& config, std::int64_t parameters, MaeParts parts) {
  const bool decodes = parts == MaeParts::kEncoderAndDecoder;
  std::string text = decodes ? "Masked autoencoder" : "Encoder of views that recognise each other";
  text += ": a pre-norm vision transformer over patches of " +
          std::to_string(config.patch_samples) + " samples of one lead (" +
          std::to_string(config.token_count()) + " tokens). Encoder " +
          std::to_string(config.depth) + " blocks of width " + std::to_string(config.width);
  if (decodes) {
    text += ", decoder " + std::to_string(config.decoder_depth) + " of width " +
            std::to_string(config.decoder_width);
  }
  text += "; " + std::to_string(parameters) + " parameters. It learned to ";
  text += decodes ? "reconstruct hidden patches"
                  : "tell views of one recording from those of others; it reconstructs nothing";
  return text + "; it has no diagnostic output.";
}

}  // namespace

void add_mae_graphs(BundleModel& bundle, const MaeConfig& config, NamedWeights weights,
                    std::int64_t shared_width, MaeParts parts) {
  const auto kept = std::make_shared<const NamedWeights>(std::move(weights));
  const auto graph = [&](const char* name, auto make) {
    bundle.graphs.push_back({name, [=](Precision precision, const OnnxMetadata& metadata) {
                               return make(config, *kept, precision, metadata, shared_width);
                             }});
  };
  graph("encode", encode_graph);
  if (parts == MaeParts::kEncoderAndDecoder) graph("reconstruct", reconstruct_graph);
}

BundleModel mae_bundle(MaskedAutoencoder& model, const BundleInfo& info, MaeParts parts) {
  const MaeConfig& config = model->config();
  check_patch_input(info.input, config);
  model->to(torch::kCPU);
  model->eval();
  BundleModel bundle;
  const bool decodes = parts == MaeParts::kEncoderAndDecoder;
  const auto learned = decodes ? model->parameters() : model->encoder->parameters();
  for (const auto& parameter : learned) bundle.parameters += parameter.numel();
  bundle.description = description_of(config, bundle.parameters, parts);
  bundle.tokens_json = patch_tokens_json(config);
  add_mae_graphs(bundle, config, weights_of(*model), 0, parts);
  bundle.cases = golden_inputs(info.input);
  for (std::size_t i = 0; i < bundle.cases.size(); ++i) {
    add_encoding(model, bundle.cases[i], i < kCasesWithTokens);
    if (decodes) add_reconstruction(model, bundle.cases[i]);
  }
  return bundle;
}

void write_bundle(MaskedAutoencoder& model, const BundleInfo& info,
                  const std::filesystem::path& folder) {
  write_bundle(mae_bundle(model, info), info, folder);
}

}  // namespace ecg
