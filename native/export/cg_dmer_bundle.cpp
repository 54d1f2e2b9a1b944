#include "export/cg_dmer_bundle.h"

#include "export/golden_answers.h"
#include "export/mae_bundle.h"
#include "export/patch_tokens.h"

namespace ecg {
namespace {

std::string description_of(const MaeConfig& model, std::int64_t shared, std::int64_t parameters) {
  return "CG-DMER-style model of ECGs and their reports (after arXiv 2602.21154): a pre-norm "
         "vision transformer over patches of " +
         std::to_string(model.patch_samples) + " samples of one lead, " +
         std::to_string(model.depth) + " blocks of width " + std::to_string(model.width) +
         ", a decoder of " + std::to_string(model.decoder_depth) +
         " blocks that is told what the record as a whole looks like, and a projection to " +
         std::to_string(shared) + " numbers that are compared with those of texts; " +
         std::to_string(parameters) +
         " parameters, without the text transformer, which is not part of this bundle. It learned "
         "to rebuild hidden patches and words, and to bring ECGs near their reports.";
}

// Of what the graphs compute: everything but what reads texts.
std::int64_t parameters_of_ecg(const CgDmerSystem& system) {
  std::int64_t count = 0;
  for (const auto& item : system.named_parameters()) {
    const bool ecg = item.key().starts_with("encoder.") || item.key().starts_with("decoder.") ||
                     item.key().starts_with("ecg_");
    if (ecg) count += item.value().numel();
  }
  return count;
}

void add_answers(CgDmerSystem& system, GoldenCase& golden, bool keep_tokens) {
  const MaeConfig& model = system.config().model;
  const auto signal = tensor_of(golden, "signal"), lead_mask = tensor_of(golden, "lead_mask");
  const EncodedBatch encoded = system.encode(signal, lead_mask);
  if (keep_tokens) golden.tensors.push_back(golden_tensor("tokens", encoded.tokens));
  golden.tensors.push_back(golden_tensor("embedding", encoded.embedding));
  golden.tensors.push_back(golden_tensor("shared", system.shared_of_embedding(encoded.embedding)));
  View view;
  view.signal = view.target = signal;
  view.visible = visible_tokens(lead_mask, tensor_of(golden, "token_mask"), model.columns);
  view.visible_index = visible_index(view.visible);
  const auto prediction = system.predict(view);
  golden.tensors.push_back(golden_tensor(
      "reconstruction",
      signal_from_prediction(prediction->prediction, prediction->patches, view.visible, model)));
}

}  // namespace

BundleModel cg_dmer_bundle(CgDmerSystem& system, const BundleInfo& info) {
  const torch::NoGradGuard no_grad;
  const MaeConfig& config = system.config().model;
  const std::int64_t shared = system.config().cg_dmer.shared_width;
  check_patch_input(info.input, config);
  system.to(torch::kCPU);
  system.eval();
  BundleModel bundle;
  bundle.parameters = parameters_of_ecg(system);
  bundle.description = description_of(config, shared, bundle.parameters);
  bundle.tokens_json = patch_tokens_json(config);
  add_mae_graphs(bundle, config, weights_of(system), shared);
  bundle.cases = golden_inputs(info.input);
  for (std::size_t i = 0; i < bundle.cases.size(); ++i) {
    add_answers(system, bundle.cases[i], i < kCasesWithTokens);
  }
  return bundle;
}

}  // namespace ecg
