// The convolutional stem: against loops in double, and nothing crosses a patch's edge.
#include "nn/patch_stem.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/normalization.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "nn/masked_autoencoder.h"
#include "toy_model.h"

using namespace ecg;

namespace {

using Rows = std::vector<std::vector<double>>;  // channels x samples

Rows convolved(const Rows& x, const at::Tensor& weight, const at::Tensor& bias) {
  const auto length = static_cast<std::int64_t>(x[0].size());
  Rows y(static_cast<std::size_t>(weight.size(0)));
  for (std::int64_t c = 0; c < weight.size(0); ++c) {
    for (std::int64_t at = 0; at < length; at += 2) {
      double sum = bias[c].item<double>();
      for (std::int64_t i = 0; i < weight.size(1); ++i) {
        for (std::int64_t k = 0; k < 7; ++k) {
          const std::int64_t n = at + k - 3;
          if (n < 0 || n >= length) continue;
          sum += weight[c][i][k].item<double>() *
                 x[static_cast<std::size_t>(i)][static_cast<std::size_t>(n)];
        }
      }
      y[static_cast<std::size_t>(c)].push_back(sum * 0.5 * std::erfc(-sum / std::sqrt(2.0)));
    }
  }
  return y;
}

void normalise(Rows& x, const at::Tensor& weight, const at::Tensor& bias) {
  const std::size_t held = x.size() / kStemGroups;
  for (std::size_t first = 0; first < x.size(); first += held) {
    double sum = 0, squares = 0;
    const auto count = static_cast<double>(held * x[0].size());
    for (std::size_t c = first; c < first + held; ++c) {
      for (const double value : x[c]) sum += value;
    }
    for (std::size_t c = first; c < first + held; ++c) {
      for (const double value : x[c]) squares += (value - sum / count) * (value - sum / count);
    }
    const double sd = std::sqrt(squares / count + 1e-3);
    for (std::size_t c = first; c < first + held; ++c) {
      const auto channel = static_cast<std::int64_t>(c);
      for (double& value : x[c]) {
        value = (value - sum / count) / sd * weight[channel].item<double>() +
                bias[channel].item<double>();
      }
    }
  }
}

std::vector<double> reference(PatchStemImpl& stem, const at::Tensor& patch) {
  Rows x(1);
  for (std::int64_t n = 0; n < patch.size(0); ++n) x[0].push_back(patch[n].item<double>());
  for (std::size_t i = 0; i < kStemLayers; ++i) {
    const auto& convolution = stem.convolutions->at<torch::nn::Conv1dImpl>(i);
    const auto& norm = stem.norms->at<torch::nn::GroupNormImpl>(i);
    x = convolved(x, convolution.weight, convolution.bias);
    normalise(x, norm.weight, norm.bias);
  }
  std::vector<double> answer;
  for (std::int64_t out = 0; out < stem.output->weight.size(0); ++out) {
    double sum = stem.output->bias[out].item<double>();
    std::int64_t column = 0;
    for (const auto& channel : x) {
      for (const double value : channel)
        sum += stem.output->weight[out][column++].item<double>() * value;
    }
    answer.push_back(sum);
  }
  return answer;
}

MaeConfig toy_model() {
  MaeConfig config = test::toy_model({Lead::kI, Lead::kII, Lead::kV2}, 4, 25);
  config.depth = 1;
  config.stem = "conv";
  config.stem_channels = 8;
  return config;
}

}  // namespace

TEST_CASE("A stem equals its definition written out") {
  at::manual_seed(4);
  for (const std::int64_t samples : {25, 50, 2}) {
    PatchStem stem(samples, 8, 6);
    stem->to(at::kDouble);
    const at::NoGradGuard no_grad;
    for (auto& item : stem->named_parameters())
      item.value().add_(0.3 * at::randn_like(item.value()));
    const auto patches = at::randn({2, 3, samples}, at::kDouble);
    const auto out = stem(patches);
    REQUIRE(out.sizes() == at::IntArrayRef({2, 3, 6}));
    const auto expected = reference(*stem, patches[1][2]);
    for (std::int64_t i = 0; i < 6; ++i) {
      CHECK(std::fabs(out[1][2][i].item<double>() - expected[static_cast<std::size_t>(i)]) < 1e-9);
    }
  }
}

TEST_CASE("A hidden patch cannot be seen through a stem") {
  MaskedAutoencoder model(toy_model(), 3);
  const at::NoGradGuard no_grad;
  const auto& config = model->config();
  const auto signal = at::randn({2, 3, config.samples()});
  auto visible = at::ones({2, config.token_count()});
  visible.select(1, 5).zero_();
  auto spoilt = signal.clone();
  spoilt.select(1, 1).narrow(1, 25, 25).fill_(1e4);  // token 5: lead 1, column 1
  const auto index = at::nonzero(visible[0]).squeeze(1).unsqueeze(0).expand({2, -1}).contiguous();
  const auto a = patches_from_signal(signal, 25), b = patches_from_signal(spoilt, 25);
  CHECK(at::equal(model->encoder->forward_visible(a, index),
                  model->encoder->forward_visible(b, index)));
  const auto rows = index.unsqueeze(-1).expand({-1, -1, config.width});
  const auto masked = [&](const at::Tensor& patches) {
    return model->encoder->forward_masked(patches, visible).gather(1, rows);
  };
  CHECK(at::equal(masked(a), masked(b)));
  CHECK((masked(a) - model->encoder->forward_visible(a, index)).abs().max().item<double>() < 1e-5);
}

TEST_CASE("A stem sees what a linear embedding sees, and its weights come from counters") {
  const auto config = toy_model();
  MaskedAutoencoder first(config, 3), second(config, 3), other(config, 4);
  for (const auto& item : first->encoder->stem->named_parameters()) {
    CHECK(at::equal(item.value(), second->encoder->stem->named_parameters()[item.key()]));
    if (item.value().dim() > 1) {
      CHECK_FALSE(at::equal(item.value(), other->encoder->stem->named_parameters()[item.key()]));
      CHECK(item.value().std().item<double>() > 0.01);
    }
  }
  // Amplitude survives beside the norms: twice the signal is another embedding.
  const at::NoGradGuard no_grad;
  const auto signal = at::randn({1, 3, config.samples()});
  const auto lead_mask = at::ones({1, 3});
  const auto change =
      first->encode(2 * signal, lead_mask).embedding - first->encode(signal, lead_mask).embedding;
  CHECK(change.abs().max().item<double>() > 1e-2);
  CHECK(at::isfinite(first->encode(at::zeros_like(signal), lead_mask).tokens).all().item<bool>());

  MaeConfig bad = config;
  bad.stem_channels = 6;
  CHECK_FALSE(check_mae_config(bad));
  bad = config;
  bad.stem = "cone";
  CHECK_FALSE(check_mae_config(bad));
  CHECK(mae_config_from_json(json_from_mae_config(config)).value() == config);
}
