// The masked autoencoder and its objective: gradients, masking, what must not matter.

#include <torch/types.h>

#include <ATen/Functions.h>
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "corpus/failure.h"
#include "finite_differences.h"
#include "nn/masked_autoencoder.h"
#include "objective/masked_reconstruction.h"
#include "objective/token_batch.h"
#include "objective/views.h"
#include "toy_model.h"
#include "train/forward.h"

using namespace ecg;

namespace {

MaeConfig toy_model() { return test::toy_model({Lead::kI, Lead::kII, Lead::kV2, Lead::kV5}, 5, 6); }

// Patches, masks and a model with every parameter away from its special starting value.
struct Toy {
  MaeConfig config = toy_model();
  MaskedAutoencoder model{config, 5};
  torch::Tensor patches;
  TokenBatch masks;

  explicit Toy(std::int64_t batch = 3) {
    at::manual_seed(3);
    patches = at::randn({batch, config.token_count(), config.patch_samples});
    const torch::NoGradGuard no_grad;
    for (auto& parameter : model->parameters()) parameter.add_(0.05 * at::randn_like(parameter));
    std::vector<std::uint32_t> records;
    for (std::int64_t i = 0; i < batch; ++i) records.push_back(static_cast<std::uint32_t>(i));
    masks =
        value_or_throw(draw_token_batch(grid_of(config), {0.4, 0.25}, record_keys(1, 0, records)));
  }
};

double largest(const torch::Tensor& difference) { return difference.abs().max().item<double>(); }

}  // namespace

TEST_CASE("Dropping hidden tokens equals excluding them as keys") {
  Toy toy;
  const torch::NoGradGuard no_grad;
  const auto visible = 1 - toy.masks.hidden;
  const auto dropped = toy.model->encoder->forward_visible(toy.patches, toy.masks.visible_index);
  const auto masked = toy.model->encoder->forward_masked(toy.patches, visible);
  const auto index = toy.masks.visible_index.unsqueeze(-1).expand({-1, -1, toy.config.width});
  CHECK(largest(dropped - masked.gather(1, index)) < 1e-5);
  const auto a = toy.model->predict_dropped(toy.patches, toy.masks.visible_index);
  const auto b = toy.model->predict_masked(toy.patches, visible);
  CHECK(largest(a - b) < 1e-5);
  CHECK(a.std().item<double>() > 0.01);
}

TEST_CASE("Hidden samples and absent leads influence nothing, whatever they hold") {
  Toy toy;
  const torch::NoGradGuard no_grad;
  const auto& config = toy.config;
  const auto signal = signal_from_patches(toy.patches, config.lead_count());
  auto lead_mask = at::ones({3, config.lead_count()});
  lead_mask.select(1, 2).zero_();
  const auto visible = visible_tokens(lead_mask, toy.masks.hidden, config.columns);
  auto spoilt = toy.patches.clone();
  spoilt.masked_fill_((visible < 0.5).unsqueeze(-1), 1e4);
  const auto spoilt_signal = signal_from_patches(spoilt, config.lead_count());
  CHECK(at::equal(toy.model->reconstruct(signal, lead_mask, toy.masks.hidden),
                  toy.model->reconstruct(spoilt_signal, lead_mask, toy.masks.hidden)));

  auto absent = signal.clone();
  absent.select(1, 2).fill_(77);
  const auto a = toy.model->encode(signal, lead_mask), b = toy.model->encode(absent, lead_mask);
  CHECK(at::equal(a.embedding, b.embedding));
  CHECK(at::equal(a.tokens, b.tokens));
  const auto nothing = toy.model->encode(signal, at::zeros_like(lead_mask));
  CHECK(at::isfinite(nothing.tokens).all().item<bool>());
  CHECK(largest(nothing.embedding) == 0);
}

TEST_CASE("A lead keeps its meaning when others are left out of the model") {
  MaeConfig all = toy_model(), fewer = toy_model();
  fewer.leads = {Lead::kV5, Lead::kI};
  MaskedAutoencoder large(all, 5), small(fewer, 5);
  const torch::NoGradGuard no_grad;
  const auto signal = at::randn({1, 4, all.samples()});
  const auto part = at::stack({signal.select(1, 3), signal.select(1, 0)}, 1);
  const auto lead_mask = at::tensor({1.0f, 0.0f, 0.0f, 1.0f}).unsqueeze(0);
  const auto a = large->encode(signal, lead_mask).embedding;
  const auto b = small->encode(part, at::ones({1, 2})).embedding;
  CHECK(largest(a - b) < 1e-5);
}

TEST_CASE("Gradients agree with finite differences") {
  Toy toy(2);
  toy.model->to(torch::kFloat64);
  const auto patches = toy.patches.to(torch::kFloat64);
  const auto counted = toy.masks.hidden.to(torch::kFloat64);
  const auto loss = [&] {
    const auto prediction = toy.model->predict_dropped(patches, toy.masks.visible_index);
    return masked_reconstruction_loss(prediction, patches, counted, 1e-4).total;
  };
  CHECK(test::check_gradients(test::named_parameters_of(*toy.model), loss) > 60);
}

TEST_CASE("Gradients of the encoder alone agree with finite differences, in both its forms") {
  for (const bool dropped : {true, false}) {
    CAPTURE(dropped);
    Toy toy(2);
    auto& encoder = *toy.model->encoder;
    encoder.to(torch::kFloat64);
    const auto patches = toy.patches.to(torch::kFloat64).requires_grad_(true);
    const auto& index = toy.masks.visible_index;
    const auto rows = dropped ? index.size(1) : patches.size(1);
    const auto weight = at::randn({2, rows, toy.config.width}, torch::kFloat64);
    const auto scale = at::rand({toy.config.depth, 2, 2}, torch::kFloat64) + 0.5;
    const auto visible = (1 - toy.masks.hidden).to(torch::kFloat64);
    const auto loss = [&] {
      const auto tokens = dropped ? encoder.forward_visible(patches, index, scale)
                                  : encoder.forward_masked(patches, visible, scale);
      return (tokens * weight).sum();
    };
    auto tensors = test::named_parameters_of(encoder);
    tensors.emplace_back("patches", patches);
    CHECK(test::check_gradients(tensors, loss) > 2 * 36);
  }
}

TEST_CASE("Gradients of the decoder alone agree with finite differences, in both its forms") {
  for (const bool from_seen : {true, false}) {
    CAPTURE(from_seen);
    Toy toy(2);
    auto& decoder = *toy.model->decoder;
    decoder.to(torch::kFloat64);
    const auto& index = toy.masks.visible_index;
    const auto hidden = other_tokens(index, toy.config.token_count());
    const auto visible = (1 - toy.masks.hidden).to(torch::kFloat64);
    const auto given = from_seen ? index.size(1) : toy.config.token_count();
    const auto tokens =
        at::randn({2, given, toy.config.width}, torch::kFloat64).requires_grad_(true);
    const auto condition =
        at::randn({2, toy.config.decoder_width}, torch::kFloat64).requires_grad_(true);
    const auto rows = from_seen ? hidden.size(1) : toy.config.token_count();
    const auto weight = at::randn({2, rows, toy.config.patch_samples + 2}, torch::kFloat64);
    const auto loss = [&] {
      return ((from_seen ? decoder.forward_seen(tokens, index, hidden, condition)
                         : decoder.forward(tokens, visible, condition)) *
              weight)
          .sum();
    };
    auto tensors = test::named_parameters_of(decoder);
    tensors.emplace_back("tokens", tokens);
    tensors.emplace_back("condition", condition);
    CHECK(test::check_gradients(tensors, loss) > 2 * 20);
  }
}

TEST_CASE("Gradients of the loss alone agree with finite differences") {
  Toy toy(2);
  const auto shape =
      std::vector<std::int64_t>{2, toy.config.token_count(), toy.config.patch_samples + 2};
  const auto patches = toy.patches.to(torch::kFloat64),
             counted = toy.masks.hidden.to(torch::kFloat64);
  const auto prediction = at::randn(shape, torch::kFloat64).requires_grad_(true);
  const auto loss = masked_reconstruction_loss(prediction, patches, counted, 1e-4).total;
  loss.backward();
  const auto exact = prediction.grad();
  const torch::NoGradGuard no_grad;
  auto flat = prediction.view(-1);
  double furthest = 0;
  for (std::int64_t at = 0; at < flat.numel(); ++at) {
    const auto loss_at = [&](double step) {
      flat[at] += step;
      const auto value = masked_reconstruction_loss(prediction, patches, counted, 1e-4).total;
      flat[at] -= step;
      return value.item<double>();
    };
    const double numeric = (loss_at(1e-5) - loss_at(-1e-5)) / 2e-5;
    furthest = std::max(furthest, std::fabs(numeric - exact.view(-1)[at].item<double>()));
  }
  CHECK(furthest < 1e-9);
  CHECK(exact.abs().max().item<double>() > 1e-3);
  CHECK(largest(exact * (1 - counted).unsqueeze(-1)) == 0);
}

TEST_CASE("The loss counts hidden tokens only and knows the mean predictor") {
  Toy toy;
  const auto& config = toy.config;
  auto prediction = at::zeros({3, config.token_count(), config.patch_samples + 2});
  const auto loss = masked_reconstruction_loss(prediction, toy.patches, toy.masks.hidden, 1e-6);
  CHECK(std::fabs(loss.patch.item<double>() - loss.baseline.item<double>()) < 1e-6);
  CHECK(std::fabs(loss.baseline.item<double>() - 1) < 1e-3);
  prediction.masked_fill_((toy.masks.hidden < 0.5).unsqueeze(-1),
                          1e3);  // wrong where it does not count
  const auto same = masked_reconstruction_loss(prediction, toy.patches, toy.masks.hidden, 1e-6);
  CHECK(at::equal(loss.total, same.total));

  const PatchTargets target = patch_targets(toy.patches, 1e-6);
  const auto perfect =
      at::cat({target.normalised, target.mean.unsqueeze(-1), target.log_sd.unsqueeze(-1)}, -1);
  CHECK(masked_reconstruction_loss(perfect, toy.patches, toy.masks.hidden, 1e-6)
            .total.item<double>() < 1e-12);
  MaeConfig exact = config;
  exact.patch_epsilon = 1e-6;
  const auto waveform = signal_from_prediction(perfect, toy.patches, 1 - toy.masks.hidden, exact);
  CHECK(largest(waveform - signal_from_patches(toy.patches, config.lead_count())) < 1e-5);
}

TEST_CASE("Patches and signal are two views of the same samples, lead after lead") {
  const auto signal = at::arange(24, torch::kFloat32).view({1, 2, 12});
  const auto patches = patches_from_signal(signal, 4);
  CHECK(patches.sizes() == at::IntArrayRef({1, 6, 4}));
  CHECK(patches[0][3][0].item<float>() == 12);  // lead 1, column 0 = token 1 * 3 + 0
  CHECK(at::equal(signal_from_patches(patches, 2), signal));
}

TEST_CASE("Masks belong to their record and epoch, not to the batch") {
  const MaeConfig config = toy_model();
  const TokenGrid grid = grid_of(config);
  const StdmOptions options{0.4, 0.25};
  const std::vector<std::uint32_t> together{4, 9, 2};
  const auto batch = value_or_throw(draw_token_batch(grid, options, record_keys(1, 3, together)));
  for (std::size_t i = 0; i < 3; ++i) {
    const auto alone = value_or_throw(
        draw_token_batch(grid, options, record_keys(1, 3, std::span(together).subspan(i, 1))));
    CHECK(at::equal(batch.hidden[static_cast<std::int64_t>(i)], alone.hidden[0]));
    CHECK(at::equal(batch.visible_index[static_cast<std::int64_t>(i)], alone.visible_index[0]));
  }
  const auto later = value_or_throw(draw_token_batch(grid, options, record_keys(1, 4, together)));
  CHECK_FALSE(at::equal(batch.hidden, later.hidden));
  CHECK(batch.hidden.sum(1).eq(batch.hidden[0].sum()).all().item<bool>());
}

TEST_CASE("Initial weights depend on seed and name alone") {
  const MaeConfig config = toy_model();
  MaeConfig deeper = config;
  deeper.depth = 3;
  MaskedAutoencoder a(config, 5), b(config, 5), c(config, 6), d(deeper, 5);
  CHECK(at::equal(a->encoder->patch_embed->weight, b->encoder->patch_embed->weight));
  CHECK_FALSE(at::equal(a->encoder->patch_embed->weight, c->encoder->patch_embed->weight));
  CHECK(at::equal(a->decoder->head->weight, d->decoder->head->weight));
  CHECK_FALSE(at::equal(a->encoder->lead_embedding, at::zeros_like(a->encoder->lead_embedding)));
}

TEST_CASE("The configuration of a model survives JSON, and impossible ones are refused") {
  const MaeConfig config = toy_model();
  CHECK(value_or_throw(mae_config_from_json(json_from_mae_config(config))) == config);
  CHECK_FALSE(mae_config_from_json("{}").has_value());
  MaeConfig odd = config;
  odd.width = 15;
  CHECK_FALSE(check_mae_config(odd).has_value());
  odd = config;
  odd.columns = 0;
  CHECK_FALSE(mae_config_from_json(json_from_mae_config(odd)).has_value());
}
