// Attention in its two forms, blocks of some tokens, and activations computed twice.

#include <ATen/Functions.h>
#include <ATen/autocast_mode.h>
#include <torch/types.h>

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "finite_differences.h"
#include "nn/attention.h"
#include "nn/masked_autoencoder.h"
#include "toy_model.h"

using namespace ecg;

namespace {

constexpr std::int64_t kBatch = 3, kTokens = 41, kHeads = 2, kSize = 24;

double largest(const torch::Tensor& difference) { return difference.abs().max().item<double>(); }

struct AttentionInputs {
  torch::Tensor packed, queries, key_bias, weight;

  AttentionInputs(at::ScalarType type, bool own_queries) {
    at::manual_seed(2);
    const std::int64_t some = own_queries ? 17 : kTokens;
    packed = at::randn({kBatch, kTokens, own_queries ? 2 : 3, kHeads, kSize}, type);
    packed.requires_grad_(true);
    if (own_queries) {
      queries = at::randn({kBatch, some, kHeads, kSize}, type).requires_grad_(true);
    }
    key_bias = at::zeros({kBatch, kTokens}, type);
    key_bias.narrow(1, 5, 7).fill_(kHiddenKeyBias);
    weight = at::randn({kBatch, some, kHeads * kSize}, type);
  }

  // Output and gradients of packed and queries.
  std::vector<torch::Tensor> run(decltype(&kept_attention) form) {
    packed.mutable_grad() = torch::Tensor();
    if (queries.defined()) queries.mutable_grad() = torch::Tensor();
    const auto output = form(packed, queries, key_bias);
    (output * weight).sum().backward();
    std::vector<torch::Tensor> all{output.detach(), packed.grad()};
    if (queries.defined()) all.push_back(queries.grad());
    return all;
  }
};

MaeConfig small_model() {
  MaeConfig config = test::toy_model({Lead::kI, Lead::kII, Lead::kV2}, 6, 8);
  config.depth = 3;
  config.decoder_depth = 2;
  return config;
}

// A model in which nothing is zero, patches, and eight visible tokens of each record.
struct Toy {
  MaskedAutoencoder model;
  torch::Tensor patches = at::randn({4, 18, 8});
  torch::Tensor index = at::tensor({0, 2, 3, 7, 8, 11, 12, 17}, torch::kInt64).repeat({4, 1});

  explicit Toy(const MaeConfig& config = small_model()) : model(config, 5) {
    at::manual_seed(4);
    const torch::NoGradGuard no_grad;
    for (auto& parameter : model->parameters()) parameter.add_(0.05 * at::randn_like(parameter));
  }

  std::vector<torch::Tensor> gradients() {
    model->zero_grad();
    const auto prediction = model->predict_dropped(patches, index);
    prediction.square().sum().backward();
    std::vector<torch::Tensor> all{prediction.detach()};
    for (const auto& parameter : model->parameters()) all.push_back(parameter.grad().clone());
    return all;
  }
};

bool same_bits(const std::vector<torch::Tensor>& a, const std::vector<torch::Tensor>& b) {
  REQUIRE(a.size() == b.size());
  bool same = true;
  for (std::size_t i = 0; i < a.size(); ++i) same = same && at::equal(a[i], b[i]);
  return same;
}

}  // namespace

TEST_CASE("Attention that keeps its weights equals the fused kernel, gradients included") {
  for (const bool own_queries : {false, true}) {
    for (const auto type : {torch::kFloat32, torch::kFloat64}) {
      CAPTURE(own_queries);
      AttentionInputs inputs(type, own_queries);
      const auto kept = inputs.run(&kept_attention), fused = inputs.run(&fused_attention);
      REQUIRE(kept.size() == fused.size());
      const double bound = type == torch::kFloat64 ? 1e-13 : 2e-5;
      for (std::size_t i = 0; i < kept.size(); ++i) {
        REQUIRE(kept[i].sizes() == fused[i].sizes());
        CHECK(largest(kept[i] - fused[i]) < bound);
        CHECK(largest(kept[i]) > 0.1);
      }
    }
  }
}

TEST_CASE("The form of attention is the one asked for, as far as the numbers allow it") {
  const AttentionInputs inputs(at::kFloat, false);
  const auto kept = kept_attention(inputs.packed), fused = fused_attention(inputs.packed);
  CHECK_FALSE(at::equal(kept, fused));  // else the rest would show nothing
  CHECK(at::equal(attention(inputs.packed), kept));
  CHECK(at::equal(attention(inputs.packed, {}, {}, AttentionForm::kKept), kept));
  CHECK(at::equal(attention(inputs.packed, {}, {}, AttentionForm::kFused), fused));
  const auto narrow = inputs.packed.to(at::kBFloat16);
  CHECK(at::equal(attention(narrow, {}, {}, AttentionForm::kKept), fused_attention(narrow)));
}

TEST_CASE("Attention without gradients is the same attention") {
  AttentionInputs inputs(torch::kFloat32, false);
  const auto with = kept_attention(inputs.packed, {}, inputs.key_bias).detach();
  const torch::NoGradGuard no_grad;
  CHECK(at::equal(kept_attention(inputs.packed, {}, inputs.key_bias), with));
}

TEST_CASE("Attention's gradients agree with finite differences") {
  for (const bool own_queries : {false, true}) {
    CAPTURE(own_queries);
    AttentionInputs inputs(torch::kFloat64, own_queries);
    test::NamedTensors tensors{{"packed", inputs.packed}};
    if (own_queries) tensors.emplace_back("queries", inputs.queries);
    const auto loss = [&] {
      return (attention(inputs.packed, inputs.queries, inputs.key_bias) * inputs.weight).sum();
    };
    CHECK(test::check_gradients(tensors, loss) == static_cast<int>(3 * tensors.size()));
  }
}

TEST_CASE("A block of some tokens gives those tokens' rows") {
  at::manual_seed(6);
  for (const BlockNorm norm : {BlockNorm::kPre, BlockNorm::kPost}) {
    TransformerBlock block(BlockOptions{16, 2, 24, norm, BlockActivation::kGelu});
    const auto x = at::randn({3, 10, 16}),
               rows = at::tensor({1, 4, 9}, torch::kInt64).repeat({3, 1});
    const auto scale = at::rand({2, 3}) + 0.5;
    const torch::NoGradGuard no_grad;
    const auto all = block(x, torch::Tensor(), scale),
               some = block(x, torch::Tensor(), scale, rows);
    CHECK(largest(some - gather_tokens(all, rows)) < 1e-5);
  }
}

TEST_CASE("Predicting hidden tokens alone equals predicting all") {
  Toy toy;
  const torch::NoGradGuard no_grad;
  const auto all = toy.model->predict_dropped(toy.patches, toy.index);
  const auto hidden = other_tokens(toy.index, 18);
  CHECK(at::equal(hidden[0], at::tensor({1, 4, 5, 6, 9, 10, 13, 14, 15, 16}, torch::kInt64)));
  const auto seen = toy.model->encoder->forward_visible(toy.patches, toy.index);
  const auto some = toy.model->decoder->forward_seen(seen, toy.index, hidden);
  REQUIRE(some.sizes() == at::IntArrayRef({4, 10, 10}));
  CHECK(largest(some - gather_tokens(all, hidden)) < 1e-5);
  CHECK(largest(some) > 0.1);
}

TEST_CASE("Activations computed twice give the same gradients, bit for bit") {
  Toy toy;
  const auto kept = toy.gradients();
  recompute_blocks(*toy.model, true);
  CHECK(same_bits(kept, toy.gradients()));

  const auto in_bfloat16 = [&] {
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
    at::autocast::set_autocast_enabled(at::kCPU, true);
    toy.model->zero_grad();
    const auto prediction = toy.model->predict_dropped(toy.patches, toy.index);
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCPU, false);
    prediction.to(torch::kFloat32).square().sum().backward();
    std::vector<torch::Tensor> all;
    for (const auto& parameter : toy.model->parameters()) all.push_back(parameter.grad().clone());
    return all;
  };
  const auto twice = in_bfloat16();
  recompute_blocks(*toy.model, false);
  const auto once = in_bfloat16();
  CHECK(same_bits(once, twice));
  CHECK_FALSE(at::equal(once[0], kept[1]));  // bfloat16 was in use
}

TEST_CASE("Learned positions start as the fixed table and take part in learning") {
  MaeConfig config = small_model();
  config.positions = "learned";
  MaskedAutoencoder learned(config, 5), fixed(small_model(), 5);
  CHECK(at::equal(learned->encoder->column_position, fixed->encoder->column_position));
  CHECK(learned->parameters().size() == fixed->parameters().size() + 2);
  Toy toy(config);
  toy.gradients();
  const auto moved = [](const torch::Tensor& table) {
    REQUIRE(table.grad().defined());
    return table.grad().abs().sum(1) > 0;
  };
  CHECK(moved(toy.model->decoder->column_position).all().item<bool>());
  // Column 4 is hidden in every lead: the encoder has nothing to learn there.
  const auto seen = at::tensor({1, 1, 1, 1, 0, 1}).to(torch::kBool);
  CHECK(at::equal(moved(toy.model->encoder->column_position), seen));
}
