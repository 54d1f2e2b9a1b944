// The CLEAR model: what may influence what, names of leads, gradients.

#include <torch/types.h>

#include <ATen/Functions.h>
#include <torch/autograd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "nn/clear_model.h"

using namespace ecg;

namespace {

ClearConfig toy_clear() {
  ClearConfig config;
  config.leads = {Lead::kI, Lead::kAvl, Lead::kV2, Lead::kV5};
  config.beats = 5;
  config.beat_samples = 8;
  config.time_bins = 6;
  config.width = 16;
  config.depth = config.heads = 2;
  config.ffn_width = 24;
  config.decoder_width = 12;
  config.decoder_depth = config.decoder_heads = 2;
  return config;
}

double largest(const torch::Tensor& difference) { return difference.abs().max().item<double>(); }

// Three records of 5, 4 and 3 beats, of which the last lacks a lead; half of the tokens visible.
struct Toy {
  ClearConfig config = toy_clear();
  ClearModel model{config};
  BeatBatch batch;
  torch::Tensor visible;

  Toy() {
    at::manual_seed(3);
    const torch::NoGradGuard no_grad;
    for (auto& item : model->named_parameters()) {
      const bool scale =
          item.key().find("norm") != std::string::npos && item.key().ends_with("weight");
      item.value().copy_(0.3 * at::randn_like(item.value()) + (scale ? 1 : 0));
    }
    auto present = at::ones({3, 4, 5});
    present[1].narrow(1, 4, 1).zero_();
    present[2].narrow(1, 3, 2).zero_();
    present[2][1].zero_();
    batch.present = present.flatten(1);
    batch.beats = at::randn({3, 20, 8}) * batch.present.unsqueeze(-1);
    batch.time_bin = (at::arange(5) + 1.0f).repeat({3, 4}) * batch.present;
    visible = (at::rand({3, 20}) < 0.5).to(torch::kFloat) * batch.present;
    visible.select(1, 0).fill_(1);
  }

  torch::Tensor hidden() const { return batch.present * (1 - visible); }
};

torch::Tensor predict(ClearModel& model, const BeatBatch& batch, const torch::Tensor& visible) {
  return model->predict(batch, visible, shown_tokens(visible));
}

BeatBatch record(const BeatBatch& batch, std::int64_t row) {
  return {batch.beats.narrow(0, row, 1), batch.time_bin.narrow(0, row, 1),
          batch.present.narrow(0, row, 1)};
}

}  // namespace

TEST_CASE("Beats are normalised as their formula says, flat ones too") {
  auto beats = at::randn({2, 3, 96}, torch::kDouble) * 3 + 1;
  beats[1][2].zero_();
  const NormalisedBeats n = normalise_beats(beats, 1e-6);
  for (std::int64_t b = 0; b < 2; ++b) {
    for (std::int64_t t = 0; t < 3; ++t) {
      double mean = 0, squares = 0;
      for (std::int64_t i = 0; i < 96; ++i) mean += beats[b][t][i].item<double>() / 96;
      for (std::int64_t i = 0; i < 96; ++i) {
        squares += std::pow(beats[b][t][i].item<double>() - mean, 2);
      }
      const double sd = std::sqrt(squares / 95 + 1e-6);
      CHECK(std::fabs(n.log_sd[b][t][0].item<double>() - std::log(sd)) < 1e-12);
      const double first = (beats[b][t][0].item<double>() - mean) / sd;
      CHECK(std::fabs(n.shape[b][t][0].item<double>() - first) < 1e-9);
    }
  }
  CHECK(largest(n.shape[1][2]) == 0);
}

TEST_CASE("Shown tokens are the visible ones in order, then others, none twice") {
  const auto visible = at::tensor({0.f, 1.f, 0.f, 1.f, 1.f, 0.f, 0.f, 0.f, 0.f, 1.f}).view({2, 5});
  const ShownTokens shown = shown_tokens(visible);
  CHECK(shown.index[0].equal(at::tensor({1, 3, 4}, torch::kLong)));
  CHECK(shown.index[1][0].item<std::int64_t>() == 4);
  CHECK(shown.bias.eq(0).sum(1).equal(at::tensor({3, 1}, torch::kLong)));
  CHECK(std::get<0>(at::_unique(shown.index[1])).size(0) == 3);
  CHECK(shown_tokens(at::zeros({2, 4})).index.size(1) == 1);
}

TEST_CASE("Hidden beats influence no bit of what is visible or predicted, NaN included") {
  Toy toy;
  const torch::NoGradGuard no_grad;
  const ShownTokens shown = shown_tokens(toy.visible);
  const auto encoded = toy.model->encoder->forward_visible(toy.batch, toy.visible, shown);
  const auto predicted = predict(toy.model, toy.batch, toy.visible);
  CHECK(predicted.std().item<double>() > 0.01);
  for (const double garbage : {1e4, std::numeric_limits<double>::quiet_NaN()}) {
    BeatBatch spoilt = toy.batch;
    spoilt.beats = toy.batch.beats.masked_fill((toy.visible < 0.5).unsqueeze(-1), garbage);
    CHECK(at::equal(toy.model->encoder->forward_visible(spoilt, toy.visible, shown), encoded));
    CHECK(at::equal(predict(toy.model, spoilt, toy.visible), predicted));
  }
  BeatBatch other = toy.batch;
  other.beats = toy.batch.beats.clone();
  other.beats[0][0].add_(at::arange(8));  // visible: it matters
  CHECK(largest(predict(toy.model, other, toy.visible)[0] - predicted[0]) > 0.1);
}

TEST_CASE("Beats that are not there influence nothing") {
  Toy toy;
  const torch::NoGradGuard no_grad;
  const ClearEncoding whole = toy.model->encode(toy.batch);
  BeatBatch spoilt = toy.batch;
  spoilt.beats = toy.batch.beats.masked_fill((toy.batch.present < 0.5).unsqueeze(-1), NAN);
  const ClearEncoding same = toy.model->encode(spoilt);
  CHECK(at::equal(whole.tokens, same.tokens));
  CHECK(at::equal(whole.embedding, same.embedding));
  CHECK(largest(whole.leads[2][1]) == 0);
  CHECK(largest(whole.tokens.masked_select((toy.batch.present < 0.5).unsqueeze(-1))) == 0);
  const auto mean = whole.leads[2].index_select(0, at::tensor({0, 2, 3})).mean(0);
  CHECK(largest(whole.embedding[2] - mean) < 1e-6);

  // Without the lead at all.
  ClearConfig fewer = toy.config;
  fewer.leads.erase(fewer.leads.begin() + 1);
  ClearModel small(fewer);
  for (const auto& item : toy.model->named_parameters()) {
    small->named_parameters()[item.key()].copy_(item.value());
  }
  const auto keep = at::cat({at::arange(5), at::arange(10, 20)});
  const BeatBatch last = record(toy.batch, 2);
  const BeatBatch without{last.beats.index_select(1, keep), last.time_bin.index_select(1, keep),
                          last.present.index_select(1, keep)};
  CHECK(largest(small->encode(without).embedding - whole.embedding.narrow(0, 2, 1)) < 1e-6);
}

TEST_CASE("A record is the same whatever batch it comes in") {
  Toy toy;
  const torch::NoGradGuard no_grad;
  const auto together = predict(toy.model, toy.batch, toy.visible);
  const auto all = toy.model->encode(toy.batch);
  for (std::int64_t row = 0; row < 3; ++row) {
    const auto alone = predict(toy.model, record(toy.batch, row), toy.visible.narrow(0, row, 1));
    const auto hidden = toy.hidden()[row].unsqueeze(-1);
    CHECK(largest((alone[0] - together[row]) * hidden) < 1e-5);
    const auto one = toy.model->encode(record(toy.batch, row));
    CHECK(largest(one.embedding[0] - all.embedding[row]) < 1e-5);
  }
}

TEST_CASE("Leads go by name: in another order they give the same rows in that order") {
  Toy toy;
  const torch::NoGradGuard no_grad;
  ClearConfig shuffled = toy.config;
  const std::vector<std::int64_t> order{2, 0, 3, 1};
  for (std::size_t i = 0; i < 4; ++i) {
    shuffled.leads[i] = toy.config.leads[static_cast<std::size_t>(order[i])];
  }
  ClearModel other(shuffled);
  for (const auto& item : toy.model->named_parameters()) {
    other->named_parameters()[item.key()].copy_(item.value());
  }
  const auto permute = [&](const torch::Tensor& t) {
    return t.unflatten(1, {4, 5}).index_select(1, at::tensor(order)).flatten(1, 2);
  };
  const BeatBatch turned{permute(toy.batch.beats), permute(toy.batch.time_bin),
                         permute(toy.batch.present)};
  const ClearEncoding a = toy.model->encode(toy.batch), b = other->encode(turned);
  CHECK(largest(permute(a.tokens) - b.tokens) < 1e-5);
  CHECK(largest(a.leads.index_select(1, at::tensor(order)) - b.leads) < 1e-5);
  CHECK(largest(a.embedding - b.embedding) < 1e-5);
  const auto predicted = permute(predict(toy.model, toy.batch, toy.visible));
  CHECK(largest((predicted - predict(other, turned, permute(toy.visible))) *
                permute(toy.hidden()).unsqueeze(-1)) < 1e-5);
}

TEST_CASE("A record without a beat gives zeros, not NaN") {
  Toy toy;
  toy.batch.present.zero_();
  toy.batch.time_bin.zero_();
  const ClearEncoding nothing = toy.model->encode(toy.batch);
  CHECK(largest(nothing.tokens) == 0);
  CHECK(largest(nothing.embedding) == 0);
  const auto predicted = predict(toy.model, toy.batch, at::zeros_like(toy.visible));
  CHECK(predicted.isfinite().all().item<bool>());
  (nothing.embedding.sum() + predicted.sum() * 0).backward();
  for (const auto& parameter : toy.model->parameters()) {
    if (parameter.grad().defined()) CHECK(parameter.grad().isfinite().all().item<bool>());
  }
}

TEST_CASE("Gradients of the model agree with finite differences") {
  Toy toy;
  toy.model->to(torch::kDouble);
  for (torch::Tensor* t :
       {&toy.batch.beats, &toy.batch.time_bin, &toy.batch.present, &toy.visible}) {
    *t = t->to(torch::kDouble);
  }
  const auto weight = at::randn({3, 20, 10}, torch::kDouble) * toy.hidden().unsqueeze(-1);
  const auto loss = [&] {
    return (predict(toy.model, toy.batch, toy.visible) * weight).sum() +
           toy.model->encode(toy.batch).embedding.square().sum();
  };
  loss().backward();
  int checked = 0;
  for (const auto& item : toy.model->named_parameters()) {
    INFO(item.key());
    auto values = item.value().detach().view(-1);
    const auto gradient = item.value().grad().view(-1);
    for (std::int64_t i = 0; i < values.numel();
         i += std::max<std::int64_t>(1, values.numel() / 2)) {
      const torch::NoGradGuard no_grad;
      const double step = 1e-6, before = values[i].item<double>();
      values[i] = before + step;
      const double up = loss().item<double>();
      values[i] = before - step;
      const double down = loss().item<double>();
      values[i] = before;
      const double measured = (up - down) / (2 * step), exact = gradient[i].item<double>();
      CHECK(std::fabs(measured - exact) <= 1e-6 + 1e-5 * std::fabs(exact));
      checked += exact != 0;
    }
  }
  CHECK(checked > 80);
}
