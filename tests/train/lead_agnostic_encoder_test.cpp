// The lead-agnostic encoder: leads by name, absent leads, hidden steps, gradients, initial weights.
#include "nn/lead_agnostic_encoder.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "finite_differences.h"
#include "nn/transformer_block.h"
#include "waves.h"

using namespace ecg;
using test::shake;
using test::wave;

namespace {

LeadAgnosticSizes small(std::vector<Lead> leads, FeatureNorm norm) {
  LeadAgnosticSizes sizes;
  sizes.leads = std::move(leads);
  sizes.width = 8;
  sizes.depth = 2;
  sizes.heads = 2;
  sizes.mlp_width = 12;
  sizes.conv_width = 6;
  sizes.conv_layers = 2;
  sizes.conv_norm = norm;
  sizes.position_kernel = 4;
  sizes.position_groups = 2;
  return sizes;
}

LeadAgnosticEncoder shaken(std::vector<Lead> leads, FeatureNorm norm = FeatureNorm::kGroup) {
  LeadAgnosticEncoder encoder(small(std::move(leads), norm));
  shake(*encoder, 0.6);
  return encoder;
}

torch::Tensor tokens_of(LeadAgnosticEncoder& encoder, const torch::Tensor& signal,
                        const torch::Tensor& present, const torch::Tensor& hidden = {}) {
  return encoder->context_of(encoder->normed(encoder->features_of(signal, present)), hidden);
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace

TEST_CASE("A lead has its channel by name: order does not matter, an absent lead is one of zeros") {
  auto in_order = shaken({Lead::kI, Lead::kII, Lead::kV2});
  auto mixed = shaken({Lead::kV2, Lead::kI, Lead::kII});
  auto more = shaken({Lead::kI, Lead::kII, Lead::kAvf, Lead::kV2});
  const auto signal = wave({2, 3, 40}, 0.2), all = torch::ones({2, 3});
  const auto tokens = tokens_of(in_order, signal, all);
  REQUIRE(tokens.sizes() == at::IntArrayRef({2, 10, 8}));
  const auto moved = signal.index_select(1, torch::tensor({2, 0, 1}));
  CHECK(at::equal(tokens_of(mixed, moved, all), tokens));
  auto wider = torch::zeros({2, 4, 40}, torch::kFloat64);
  wider.index_copy_(1, torch::tensor({0, 1, 3}), signal);
  wider.select(1, 2).fill_(std::numeric_limits<double>::quiet_NaN());
  auto present = torch::ones({2, 4});
  present.select(1, 2).fill_(0);
  CHECK(at::equal(tokens_of(more, wider, present), tokens));
  wider.select(1, 2).copy_(wave({2, 40}, 1.1));
  CHECK(difference(tokens_of(more, wider, torch::ones({2, 4})), tokens) > 1e-4);
}

TEST_CASE("Leads that are none of the twelve, or come twice, are refused by name") {
  CHECK(lead_channels({Lead::kV6, Lead::kI}).value() == std::vector<std::int64_t>{11, 0});
  CHECK(lead_channels({Lead::kI, Lead::kV7}).error().message.find("V7") != std::string::npos);
  CHECK(lead_channels({Lead::kI, Lead::kI}).error().code == ErrorCode::kBadValue);
}

TEST_CASE("Samples under hidden steps change nothing with layer norm, bit for bit") {
  auto encoder = shaken({Lead::kI, Lead::kII}, FeatureNorm::kLayer);
  const auto signal = wave({1, 2, 40}, 0.2), all = torch::ones({1, 2});
  const auto hidden = torch::tensor({2, 3, 7}).view({1, 3});
  const auto tokens = tokens_of(encoder, signal, all, hidden);
  auto changed = signal.clone();
  changed.narrow(2, 8, 8) += 5;  // steps 2 and 3
  changed.narrow(2, 28, 4) *= -2;
  CHECK(at::equal(tokens_of(encoder, changed, all, hidden), tokens));
  CHECK(difference(tokens_of(encoder, changed, all), tokens_of(encoder, signal, all)) > 1e-3);
}

TEST_CASE("With group norm hidden samples reach others only as a channel's mean and deviation") {
  auto encoder = shaken({Lead::kI, Lead::kII});
  const auto signal = wave({1, 2, 40}, 0.2), all = torch::ones({1, 2});
  const auto hidden = torch::tensor({2, 7}).view({1, 2});
  auto swapped = signal.clone();
  swapped.narrow(2, 8, 4) = signal.narrow(2, 28, 4);
  swapped.narrow(2, 28, 4) = signal.narrow(2, 8, 4);
  CHECK(difference(tokens_of(encoder, swapped, all, hidden),
                   tokens_of(encoder, signal, all, hidden)) < 1e-12);
  CHECK(difference(tokens_of(encoder, swapped, all), tokens_of(encoder, signal, all)) > 1e-3);
}

TEST_CASE("Hidden steps enter as the mask token, before positions are added") {
  auto encoder = shaken({Lead::kI});
  const auto normed = wave({1, 5, 6}, 0.7);
  const auto hidden = torch::tensor({1, 4}).view({1, 2});
  auto x = encoder->project(normed).detach().clone();
  x.select(1, 1).copy_(encoder->mask_token);
  x.select(1, 4).copy_(encoder->mask_token);
  x = encoder->norm(x + encoder->position(x));
  for (const auto& block : *encoder->blocks) {
    const auto& b = *block->as<TransformerBlock>();
    REQUIRE(b.options().norm == BlockNorm::kPost);
    x = block->as<TransformerBlock>()->forward(x);
  }
  CHECK(difference(encoder->context_of(normed, hidden), x) < 1e-14);
}

TEST_CASE("The encoder's gradients agree with finite differences") {
  for (const auto norm : {FeatureNorm::kGroup, FeatureNorm::kLayer}) {
    auto encoder = shaken({Lead::kI, Lead::kV5}, norm);
    const auto signal = wave({2, 2, 24}, 0.2),
               present = torch::tensor({1.0, 1.0, 1.0, 0.0}).view({2, 2});
    const auto hidden = torch::tensor({1, 2, 0, 5}).view({2, 2});
    CHECK(test::check_gradients(test::named_parameters_of(*encoder), [&] {
            return (tokens_of(encoder, signal, present, hidden) * wave({2, 6, 8}, 2.0)).sum();
          }) > 60);
  }
}

TEST_CASE("Without any lead tokens are finite") {
  LeadAgnosticEncoder encoder(small({Lead::kI, Lead::kII}, FeatureNorm::kGroup));
  initialise_lead_agnostic(*encoder, 3);
  const auto nothing = torch::full({1, 2, 40}, std::numeric_limits<float>::quiet_NaN());
  const auto tokens =
      tokens_of(encoder, nothing, torch::zeros({1, 2}), torch::tensor({1, 4}).view({1, 2}));
  CHECK(tokens.isfinite().all().item<bool>());
  tokens.sum().backward();
  for (const auto& parameter : encoder->parameters()) {
    CHECK(parameter.grad().isfinite().all().item<bool>());
  }
}

TEST_CASE("Initial weights depend on the seed alone and have the stated deviations") {
  LeadAgnosticSizes sizes;
  sizes.depth = 1;
  LeadAgnosticEncoder first(sizes), again(sizes), other(sizes);
  initialise_lead_agnostic(*first, 3);
  initialise_lead_agnostic(*again, 3);
  initialise_lead_agnostic(*other, 4);
  const auto weights = first->named_parameters(), same = again->named_parameters();
  for (const auto& item : weights) CHECK(at::equal(item.value(), same[item.key()]));
  CHECK_FALSE(at::equal(first->project->weight, other->project->weight));
  const auto deviation = [&](const std::string& name) {
    return weights[name].std().item<double>();
  };
  CHECK(std::fabs(deviation("blocks.0.fc1.weight") / 0.02 - 1) < 0.03);
  CHECK(std::fabs(deviation("features.convs.1.weight") / std::sqrt(2.0 / 512) - 1) < 0.03);
  CHECK(std::fabs(deviation("position.direction") / std::sqrt(4.0 / (128 * 128)) - 1) < 0.03);
  CHECK(difference(first->position->weight(), first->position->direction) < 1e-6);
  CHECK(weights["norm.weight"].eq(1).all().item<bool>());
  CHECK(weights["blocks.0.qkv.bias"].eq(0).all().item<bool>());
}
