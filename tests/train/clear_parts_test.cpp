// The parts of CLEAR-HUG: attention by leads and beats against a plain mask of rows x rows, and the
// heads against their formulas in loops.

#include <torch/types.h>

#include <ATen/Functions.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <torch/autograd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cmath>
#include <vector>

#include "nn/hug_head.h"
#include "nn/structured_attention.h"
#include "nn/transformer_block.h"

using namespace ecg;

namespace {

constexpr std::int64_t kLeads = 12, kBeats = 5, kTokens = kLeads * kBeats;

double largest(const torch::Tensor& difference) { return difference.abs().max().item<double>(); }

// Three records: everything present; a lead and the last beat missing; little visible.
struct Scene {
  torch::Tensor present = at::ones({3, kTokens}), visible;

  Scene() {
    auto grid = present.view({3, kLeads, kBeats});
    grid[1][4].zero_();
    grid[1].select(1, kBeats - 1).zero_();
    at::manual_seed(11);
    const auto chance = at::tensor({0.4, 0.4, 0.1}).view({3, 1});
    visible = (at::rand({3, kTokens}) < chance).to(torch::kFloat) * present;
    visible.select(1, 0).fill_(1);
  }

  LeadBeatPattern full_pattern() const {
    LeadBeatPattern pattern;
    pattern.lead = at::arange(kTokens).div(kBeats, "floor").expand({3, -1});
    pattern.key_bias = (1 - present) * kHiddenKeyBias;
    pattern.visible = visible > 0.5;
    const auto most = visible.sum(1).max().item<std::int64_t>();
    const auto order = visible.argsort(true, 1, true);
    pattern.visible_index = order.narrow(1, 0, most).contiguous();
    pattern.visible_bias = (1 - visible.gather(1, pattern.visible_index)) * kHiddenKeyBias;
    return pattern;
  }

  // The pattern's definition, pair by pair: [3, rows, rows], true = may look.
  torch::Tensor allowed() const {
    const auto rows = kLeads + kTokens;
    auto table = at::zeros({3, rows, rows}, torch::kBool);
    auto out = table.accessor<bool, 3>();
    const auto seen = visible.accessor<float, 2>(), there = present.accessor<float, 2>();
    for (std::int64_t b = 0; b < 3; ++b) {
      for (std::int64_t from = 0; from < rows; ++from) {
        for (std::int64_t to = 0; to < rows; ++to) {
          out[b][from][to] = may_look(seen[b], there[b], from, to);
        }
      }
    }
    return table;
  }

 private:
  template <typename Flags>
  static bool may_look(Flags seen, Flags there, std::int64_t from, std::int64_t to) {
    if (from == to && from < kLeads) return true;
    const auto lead = [](std::int64_t row) { return (row - kLeads) / kBeats; };
    const auto beat = [](std::int64_t row) { return (row - kLeads) % kBeats; };
    if (to < kLeads) return from >= kLeads && lead(from) == to;
    if (there[to - kLeads] < 0.5) return false;
    if (from < kLeads) return lead(to) == from;
    if (seen[from - kLeads] > 0.5) return seen[to - kLeads] > 0.5;
    return beat(from) == beat(to);
  }
};

torch::Tensor random_rows(std::int64_t rows, torch::Dtype type) {
  return at::randn({3, 2, rows, 4}, type).requires_grad_();
}

// Largest difference between two attentions of the same inputs and of all their gradients, over
// the rows with weight 1 in `rows` [3, rows].
template <typename A, typename B>
double worst_difference(const A& a, const B& b, const torch::Tensor& rows) {
  at::manual_seed(5);
  const auto count = rows.size(1);
  std::vector<torch::Tensor> in;
  for (int i = 0; i < 3; ++i) in.push_back(random_rows(count, torch::kDouble));
  const auto weight = at::randn({3, 2, count, 4}, torch::kDouble) * rows.view({3, 1, count, 1});
  const auto first = a(in[0], in[1], in[2]), second = b(in[0], in[1], in[2]);
  double worst = largest((first - second) * rows.view({3, 1, count, 1}));
  const auto by_first = torch::autograd::grad({(first * weight).sum()}, {in[0], in[1], in[2]});
  const auto by_second = torch::autograd::grad({(second * weight).sum()}, {in[0], in[1], in[2]});
  for (std::size_t i = 0; i < 3; ++i) {
    worst = std::max(worst, largest(by_first[i] - by_second[i]));
    REQUIRE(largest(by_second[i]) > 0.1);
  }
  return worst;
}

}  // namespace

TEST_CASE("Attention by groups is attention under the pattern's mask, forwards and backwards") {
  const Scene scene;
  const LeadBeatPattern pattern = scene.full_pattern();
  const auto allowed = scene.allowed().unsqueeze(1);
  const auto groups = [&](const auto& q, const auto& k, const auto& v) {
    return structured_attention(q, k, v, pattern);
  };
  const auto dense = [&](const auto& q, const auto& k, const auto& v) {
    return at::scaled_dot_product_attention(q, k, v, allowed);
  };
  const auto rows = at::cat({at::ones({3, kLeads}), scene.present}, 1).to(torch::kDouble);
  CHECK(worst_difference(groups, dense, rows) < 1e-12);
}

TEST_CASE("The encoder's form is the same pattern with hidden tokens left out") {
  const Scene scene;
  const LeadBeatPattern full = scene.full_pattern();
  LeadBeatPattern shown;
  shown.lead = full.lead.gather(1, full.visible_index);
  shown.key_bias = full.visible_bias;
  const auto kept = at::cat({at::arange(kLeads).expand({3, -1}), full.visible_index + kLeads}, 1);
  const auto across = kept.unsqueeze(1).expand({-1, kLeads + kTokens, -1});
  auto allowed = scene.allowed().gather(2, across);
  allowed = allowed.gather(1, kept.unsqueeze(-1).expand({-1, -1, kept.size(1)}));
  // Fillers are hidden tokens: nobody looks at them here.
  const auto real = at::cat({at::ones({3, kLeads}), full.visible_bias.eq(0).to(torch::kFloat)}, 1);
  allowed = allowed.logical_and(real.unsqueeze(1) > 0.5);
  const auto groups = [&](const auto& q, const auto& k, const auto& v) {
    return structured_attention(q, k, v, shown);
  };
  const auto dense = [&](const auto& q, const auto& k, const auto& v) {
    return at::scaled_dot_product_attention(q, k, v, allowed.unsqueeze(1));
  };
  CHECK(worst_difference(groups, dense, real.to(torch::kDouble)) < 1e-12);
}

TEST_CASE("Rows that see nothing but their own CLS stay finite") {
  Scene scene;
  scene.present.zero_();
  scene.visible.zero_();
  LeadBeatPattern pattern = scene.full_pattern();
  pattern.visible_index = at::zeros({3, 1}, torch::kLong);
  pattern.visible_bias = at::full({3, 1}, kHiddenKeyBias);
  const auto q = random_rows(kLeads + kTokens, torch::kFloat);
  const auto mixed = structured_attention(q, q, q, pattern);
  CHECK(mixed.isfinite().all().item<bool>());
  CHECK(at::equal(mixed.narrow(2, 0, kLeads), q.narrow(2, 0, kLeads)));
}

TEST_CASE("A block mixes by whatever attention it is given") {
  const Scene scene;
  const LeadBeatPattern pattern = scene.full_pattern();
  BlockOptions options{8, 2, 20, BlockNorm::kPost, BlockActivation::kRelu};
  TransformerBlock block(options);
  block->to(torch::kDouble);
  const auto x = at::randn({3, kLeads + kTokens, 8}, torch::kDouble);
  const auto mix = [&](const auto& q, const auto& k, const auto& v) {
    return structured_attention(q, k, v, pattern);
  };
  const auto parts = block->qkv(x).chunk(3, -1);
  const auto heads = [](const torch::Tensor& t) { return t.unflatten(2, {2, 4}).transpose(1, 2); };
  const auto mixed = mix(heads(parts[0]), heads(parts[1]), heads(parts[2]));
  const auto h = block->norm1(x + block->proj(mixed.transpose(1, 2).flatten(2)));
  const auto expected = block->norm2(h + block->fc2(at::relu(block->fc1(h))));
  CHECK(largest(block->forward_mixed(x, mix) - expected) < 1e-12);
}

TEST_CASE("The cost of attention by groups beside a mask", "[.][bench]") {
  const std::int64_t batch = 32, heads = 4, beats = 15, tokens = kLeads * beats, width = 16;
  LeadBeatPattern pattern;
  pattern.lead = at::arange(tokens).div(beats, "floor").expand({batch, -1});
  pattern.key_bias = at::zeros({batch, tokens});
  const auto order = at::rand({batch, tokens}).argsort(1, false);
  pattern.visible_index = order.narrow(1, 0, 36).contiguous();
  pattern.visible_bias = at::zeros({batch, 36});
  pattern.visible = at::zeros({batch, tokens}).scatter(1, pattern.visible_index, 1.0) > 0.5;
  const auto allowed = at::rand({batch, 1, kLeads + tokens, kLeads + tokens}) < 0.5;
  const auto q = at::randn({batch, heads, kLeads + tokens, width}).requires_grad_();
  const auto median_ms = [&](const auto& attend) {
    std::vector<double> times;
    for (int i = 0; i < 15; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      torch::autograd::grad({attend().sum()}, {q});
      times.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
              .count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
  };
  const double groups = median_ms([&] { return structured_attention(q, q, q, pattern); });
  const double dense =
      median_ms([&] { return at::scaled_dot_product_attention(q, q, q, allowed); });
  WARN("forward and backward of " << batch << " x " << heads << " heads: groups " << groups
                                  << " ms, boolean mask " << dense << " ms");
  CHECK(groups < 2 * dense);
}

namespace {

constexpr std::int64_t kWidth = 5;
const std::vector<Lead> kTwelve{kTwelveLeads.begin(), kTwelveLeads.end()};

std::vector<double> affine_of(const torch::nn::Linear& layer, const std::vector<double>& x) {
  std::vector<double> y;
  for (std::int64_t row = 0; row < layer->weight.size(0); ++row) {
    double sum = layer->bias[row].item<double>();
    for (std::int64_t i = 0; i < layer->weight.size(1); ++i) {
      sum += layer->weight[row][i].item<double>() * x[static_cast<std::size_t>(i)];
    }
    y.push_back(sum);
  }
  return y;
}

std::vector<double> mean(const std::vector<std::vector<double>>& parts) {
  std::vector<double> result(parts.at(0).size(), 0.0);
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      result[i] += part[i] / static_cast<double>(parts.size());
    }
  }
  return result;
}

// methods: every lead through its group's node, then means; nothing is simplified.
std::vector<double> hug_logits(HugHead& head, const torch::Tensor& leads) {
  const auto node = [&](std::size_t i) {
    return torch::nn::Linear(head->nodes->ptr<torch::nn::LinearImpl>(i));
  };
  const std::vector<std::vector<std::int64_t>> groups{{0, 1, 2}, {3, 4, 5}, {6, 7, 8, 9, 10, 11}};
  std::vector<std::vector<double>> g;
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<std::vector<double>> members;
    for (const auto lead : groups[k]) {
      std::vector<double> c;
      for (std::int64_t i = 0; i < kWidth; ++i) c.push_back(leads[lead][i].item<double>());
      members.push_back(affine_of(node(k), c));
    }
    g.push_back(mean(members));
  }
  const auto p12 = mean({affine_of(node(3), g[0]), affine_of(node(3), g[1])});
  const auto p23 = mean({affine_of(node(4), g[1]), affine_of(node(4), g[2])});
  const auto p13 = mean({affine_of(node(5), g[0]), affine_of(node(5), g[2])});
  const auto q = mean({affine_of(node(6), p12), affine_of(node(6), p23), affine_of(node(6), p13)});
  return affine_of(head->output, mean({g[0], g[1], g[2], p12, p23, p13, q}));
}

}  // namespace

TEST_CASE("The HUG head is its formula") {
  HugHead head(kTwelve, kWidth, 3);
  head->to(torch::kDouble);
  const auto x = at::randn({4, 12, kWidth}, torch::kDouble);
  const auto logits = head->forward(x);
  for (std::int64_t b = 0; b < 4; ++b) {
    const auto expected = hug_logits(head, x[b]);
    for (std::int64_t i = 0; i < 3; ++i) {
      CHECK(std::fabs(logits[b][i].item<double>() - expected[static_cast<std::size_t>(i)]) < 1e-12);
    }
  }
  CHECK(at::equal(logits, head->forward(x, at::ones({4, 12}))));
}

TEST_CASE("The HUG head is affine in the group means, so the ablation can say the same") {
  HugHead head(kTwelve, kWidth, 3);
  GroupMeanHead plain(kTwelve, kWidth, 3);
  head->to(torch::kDouble);
  plain->to(torch::kDouble);
  const torch::NoGradGuard no_grad;
  const auto zero = head->forward(at::zeros({1, 12, kWidth}, torch::kDouble))[0];
  plain->output->bias.copy_(zero);
  const std::int64_t first_of_group[] = {0, 3, 6}, size[] = {3, 3, 6};
  for (std::int64_t k = 0; k < 3; ++k) {
    for (std::int64_t i = 0; i < kWidth; ++i) {
      auto unit = at::zeros({1, 12, kWidth}, torch::kDouble);
      unit[0][first_of_group[k]][i] = static_cast<double>(size[k]);  // a group mean of 1
      plain->output->weight.select(1, k * kWidth + i).copy_(head->forward(unit)[0] - zero);
    }
  }
  const auto x = at::randn({6, 12, kWidth}, torch::kDouble);
  CHECK(largest(head->forward(x) - plain->forward(x)) < 1e-12);
}

TEST_CASE("Heads go by names of leads and leave absent leads out") {
  HugHead head(kTwelve, kWidth, 3);
  const auto x = at::randn({2, 12, kWidth});
  const std::vector<std::int64_t> order{7, 3, 0, 11, 5, 9, 1, 2, 10, 4, 8, 6};
  std::vector<Lead> names;
  for (const auto place : order) names.push_back(kTwelveLeads[static_cast<std::size_t>(place)]);
  HugHead shuffled(names, kWidth, 3);
  GroupMeanHead plain(kTwelve, kWidth, 3), plain_shuffled(names, kWidth, 3);
  const torch::NoGradGuard no_grad;
  for (const auto& item : head->named_parameters()) {
    shuffled->named_parameters()[item.key()].copy_(item.value());
  }
  for (const auto& item : plain->named_parameters()) {
    plain_shuffled->named_parameters()[item.key()].copy_(item.value());
  }
  const auto y = x.index_select(1, at::tensor(order));
  CHECK(largest(head->forward(x) - shuffled->forward(y)) < 1e-6);
  CHECK(largest(plain->forward(x) - plain_shuffled->forward(y)) < 1e-6);

  // Only I and II: the same as a head that never had the others.
  auto lead_mask = at::zeros({2, 12});
  lead_mask.narrow(1, 0, 2).fill_(1);
  auto spoilt = x.clone();
  spoilt.narrow(1, 2, 10).fill_(7);
  const auto two = head->forward(x, lead_mask);
  CHECK(at::equal(two, head->forward(spoilt, lead_mask)));
  HugHead narrow(std::vector<Lead>{Lead::kI, Lead::kII}, kWidth, 3);
  for (const auto& item : head->named_parameters()) {
    narrow->named_parameters()[item.key()].copy_(item.value());
  }
  CHECK(largest(two - narrow->forward(x.narrow(1, 0, 2))) < 1e-6);
  CHECK(head->forward(x, at::zeros({2, 12})).isfinite().all().item<bool>());
  CHECK(lead_group_table({Lead::kV7, Lead::kX, Lead::kAvf})
            .sum(1)
            .equal(at::tensor({0.f, 1.f, 1.f})));
}
