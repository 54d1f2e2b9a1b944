#include "nn/lead_agnostic_encoder.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/assert.h"
#include "nn/transformer_block.h"
#include "nn/weight_draws.h"

namespace ecg {
namespace {

constexpr std::int64_t kChannels = 12;
constexpr double kMatrixDeviation = 0.02;

bool begins_with(const std::string& text, const std::string& beginning) {
  return text.compare(0, beginning.size(), beginning) == 0;
}

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

}  // namespace

Result<std::vector<std::int64_t>> lead_channels(const std::vector<Lead>& leads) {
  std::vector<std::int64_t> channels;
  for (const Lead lead : leads) {
    const auto found = std::find(kTwelveLeads.begin(), kTwelveLeads.end(), lead);
    const auto channel = static_cast<std::int64_t>(found - kTwelveLeads.begin());
    const bool twice = std::find(channels.begin(), channels.end(), channel) != channels.end();
    if (found == kTwelveLeads.end() || twice) {
      return Error{ErrorCode::kBadValue,
                   "input.leads: " + std::string(lead_name(lead)),
                   "this system takes any of the standard twelve leads, each once",
                   {},
                   {}};
    }
    channels.push_back(channel);
  }
  return channels;
}

LeadAgnosticEncoderImpl::LeadAgnosticEncoderImpl(const LeadAgnosticSizes& sizes)
    : sizes_(sizes), channels_(lead_channels(sizes.leads).value()) {
  const auto layer_norm = [](std::int64_t width) {
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(kNormEpsilon));
  };
  features = register_module(
      "features", ConvFeatures(kChannels, sizes.conv_width, sizes.conv_layers, sizes.conv_norm));
  feature_norm = register_module("feature_norm", layer_norm(sizes.conv_width));
  project = register_module("project", torch::nn::Linear(sizes.conv_width, sizes.width));
  mask_token = register_parameter("mask_token", torch::zeros({sizes.width}));
  position = register_module(
      "position", PositionalConvolution(sizes.width, sizes.position_kernel, sizes.position_groups));
  norm = register_module("norm", layer_norm(sizes.width));
  for (std::int64_t i = 0; i < sizes.depth; ++i) {
    blocks->push_back(TransformerBlock(
        BlockOptions{sizes.width, sizes.heads, sizes.mlp_width, BlockNorm::kPost}));
  }
  register_module("blocks", blocks);
  channel_rows_ = register_buffer("channel_rows", torch::tensor(channels_, torch::kInt64));
}

torch::Tensor LeadAgnosticEncoderImpl::features_of(const torch::Tensor& signal,
                                                   const torch::Tensor& present) {
  const auto heard =
      torch::where(present.unsqueeze(-1) > 0.5, signal, torch::zeros({}, signal.options()));
  auto placed = torch::zeros({signal.size(0), kChannels, signal.size(2)}, signal.options());
  // Module::to(dtype) converts integer buffers too: back to an index.
  placed = placed.index_copy(1, channel_rows_.to(torch::kInt64), heard);
  return features(placed).transpose(1, 2);
}

torch::Tensor LeadAgnosticEncoderImpl::context_of(const torch::Tensor& normed,
                                                  const torch::Tensor& hidden,
                                                  const torch::Tensor& path_scale) {
  torch::Tensor x = project(normed);
  if (hidden.defined()) {
    const auto flags = torch::zeros({x.size(0), x.size(1)}, x.options()).scatter(1, hidden, 1.0);
    x = torch::where(flags.unsqueeze(-1) > 0.5, mask_token.to(x.scalar_type()), x);
  }
  x = norm(x + position(x));
  std::int64_t layer = 0;
  for (const auto& block : *blocks) {
    const auto scale = path_scale.defined() ? path_scale[layer++] : torch::Tensor();
    x = block->as<TransformerBlock>()->forward(x, {}, scale);
  }
  return x;
}

void initialise_lead_agnostic(LeadAgnosticEncoderImpl& encoder, std::uint64_t seed) {
  const torch::NoGradGuard no_grad;
  for (auto& item : encoder.named_parameters()) {
    const std::string& name = item.key();
    torch::Tensor& values = item.value();
    const RandomStream random = weight_stream(seed, name);
    if (begins_with(name, "blocks.") && values.dim() == 2) {
      draw_normal(values, kMatrixDeviation, random);
    } else if (begins_with(name, "features.convs.")) {
      const auto fan_in = static_cast<double>(values.size(1) * values.size(2));
      draw_normal(values, std::sqrt(2 / fan_in), random);
    } else if (name == "position.direction") {
      const auto count = static_cast<double>(values.size(0) * values.size(2));
      draw_normal(values, std::sqrt(4 / count), random);
    } else if (name == "mask_token") {
      draw_uniform(values, 0, 1, random);
    } else if (values.dim() == 2) {
      draw_xavier(values, random);
    } else {
      values.fill_(ends_with(name, "weight") ? 1.0 : 0.0);
    }
  }
  encoder.position->gain.copy_(encoder.position->direction.norm(2, {0, 1}, true));
}

}  // namespace ecg
