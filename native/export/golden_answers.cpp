#include "export/golden_answers.h"

#include <ATen/Functions.h>

namespace ecg {

torch::Tensor visible_index(const torch::Tensor& visible) {
  return (visible[0] > 0.5).nonzero().reshape({1, -1});
}

torch::Tensor tensor_of(const GoldenCase& golden, const std::string& name) {
  for (const GoldenTensor& tensor : golden.tensors) {
    if (tensor.name == name) return torch::tensor(tensor.values).reshape(tensor.shape);
  }
  return {};
}

GoldenTensor golden_tensor(std::string name, const torch::Tensor& tensor) {
  const auto values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  const float* begin = values.const_data_ptr<float>();
  return {std::move(name), values.sizes().vec(), {begin, begin + values.numel()}};
}

void add_encoding(MaskedAutoencoder& model, GoldenCase& golden, bool keep_tokens) {
  const torch::NoGradGuard no_grad;
  const MaeConfig& config = model->config();
  const auto lead_mask = tensor_of(golden, "lead_mask");
  const auto patches = patches_from_signal(tensor_of(golden, "signal"), config.patch_samples);

  const auto present_index = visible_index(visible_tokens(lead_mask, {}, config.columns));
  const auto encoded = model->encoder->forward_visible(patches, present_index);
  const auto rows = present_index.unsqueeze(-1).expand({-1, -1, config.width});
  const auto tokens =
      torch::zeros({1, config.token_count(), config.width}).scatter(1, rows, encoded);
  if (keep_tokens) golden.tensors.push_back(golden_tensor("tokens", tokens));
  golden.tensors.push_back(golden_tensor("embedding", encoded.mean(1)));
}

void add_reconstruction(MaskedAutoencoder& model, GoldenCase& golden) {
  const torch::NoGradGuard no_grad;
  const MaeConfig& config = model->config();
  const auto lead_mask = tensor_of(golden, "lead_mask");
  const auto patches = patches_from_signal(tensor_of(golden, "signal"), config.patch_samples);
  const auto visible = visible_tokens(lead_mask, tensor_of(golden, "token_mask"), config.columns);
  const auto prediction = model->predict_dropped(patches, visible_index(visible));
  golden.tensors.push_back(golden_tensor(
      "reconstruction", signal_from_prediction(prediction, patches, visible, config)));
}

}  // namespace ecg
