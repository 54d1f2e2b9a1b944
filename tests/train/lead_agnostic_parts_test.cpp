// Parts of the lead-agnostic system: features, positions, quantiser, draws. Against plain loops.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/types.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "finite_differences.h"
#include "nn/conv_features.h"
#include "nn/gumbel_quantiser.h"
#include "nn/positional_convolution.h"
#include "objective/lead_agnostic_draws.h"
#include "waves.h"

using namespace ecg;
using test::shake;
using test::wave;

namespace {

double gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

RandomStream stream(std::uint64_t record) {
  return RandomStream({11, 0, record, 0, RandomPurpose::kTest});
}

}  // namespace

TEST_CASE(
    "A feature sees the 2^layers samples of its own step and, with layer norm, nothing else") {
  ConvFeatures layer(3, 8, 3, FeatureNorm::kLayer);
  shake(*layer, 0.8);
  const auto signal = wave({2, 3, 53}, 0.1);
  const auto features = layer(signal);
  REQUIRE(features.sizes() == at::IntArrayRef({2, 8, 6}));  // 53 / 8 rounded down
  auto changed = signal.clone();
  changed.narrow(2, 16, 8) += 3;  // step 2
  changed.narrow(2, 48, 5) -= 2;  // after the last step
  const auto moved = (layer(changed) - features).abs().amax({0, 1});
  CHECK(moved[2].item<double>() > 1e-3);
  for (const int step : {0, 1, 3, 4, 5}) CHECK(moved[step].item<double>() == 0);
}

TEST_CASE("With group norm steps share a channel's mean and deviation over time and nothing more") {
  ConvFeatures group(2, 6, 2, FeatureNorm::kGroup);
  shake(*group, 0.8);
  const auto signal = wave({1, 2, 40}, 0.3);
  const auto features = group(signal);
  auto louder = signal.clone();
  louder.narrow(2, 12, 4) *= 4;
  CHECK((group(louder) - features).select(2, 0).abs().max().item<double>() > 1e-4);
  auto swapped = signal.clone();  // two steps change places: statistics stay
  swapped.narrow(2, 12, 4) = signal.narrow(2, 28, 4);
  swapped.narrow(2, 28, 4) = signal.narrow(2, 12, 4);
  const auto moved = (group(swapped) - features).abs().amax({0, 1});
  CHECK(moved[3].item<double>() > 1e-3);
  for (const int step : {0, 1, 2, 4, 5, 6, 8, 9}) CHECK(moved[step].item<double>() < 1e-12);
}

TEST_CASE("Features equal convolution, normalisation and GELU written as loops") {
  ConvFeatures group(2, 3, 1, FeatureNorm::kGroup);
  shake(*group, 0.7);
  const auto signal = wave({1, 2, 8}, 0.9);
  const auto weight = group->named_parameters()["convs.0.weight"];
  const auto gain = group->named_parameters()["norms.0.weight"];
  const auto shift = group->named_parameters()["norms.0.bias"];
  const auto features = group(signal);
  for (int c = 0; c < 3; ++c) {
    std::vector<double> mixed(4, 0.0);
    double mean = 0, square = 0;
    for (int t = 0; t < 4; ++t) {
      for (int l = 0; l < 2; ++l) {
        for (int k = 0; k < 2; ++k) {
          mixed[static_cast<std::size_t>(t)] +=
              weight[c][l][k].item<double>() * signal[0][l][2 * t + k].item<double>();
        }
      }
      mean += mixed[static_cast<std::size_t>(t)] / 4;
    }
    for (const double x : mixed) square += (x - mean) * (x - mean) / 4;
    for (int t = 0; t < 4; ++t) {
      const double normal = (mixed[static_cast<std::size_t>(t)] - mean) / std::sqrt(square + 1e-5);
      const double expected = gelu(normal * gain[c].item<double>() + shift[c].item<double>());
      CHECK(std::fabs(features[0][c][t].item<double>() - expected) < 1e-9);
    }
  }
}

TEST_CASE("A scaled gradient changes nothing but the gradient") {
  auto x = wave({5}, 0.2).requires_grad_();
  const auto y = scale_gradient(x, 0.1);
  CHECK(difference(y, x) < 1e-15);
  (y * y).sum().backward();
  CHECK(difference(x.grad(), 0.2 * x.detach()) < 1e-12);
}

TEST_CASE("The positional convolution equals loops; an even kernel leaves the last step out") {
  for (const std::int64_t kernel : {4, 5}) {
    PositionalConvolution position(6, kernel, 3);
    shake(*position, 0.9);
    const std::int64_t steps = 7, half = kernel / 2;
    const auto x = wave({1, steps, 6}, 0.5);
    const auto y = position(x);
    REQUIRE(y.sizes() == x.sizes());
    for (std::int64_t o = 0; o < 6; ++o) {
      for (std::int64_t t = 0; t < steps; ++t) {
        double sum = position->bias[o].item<double>();
        for (std::int64_t k = 0; k < kernel; ++k) {
          double length = 0;
          for (std::int64_t a = 0; a < 6; ++a) {
            for (std::int64_t b = 0; b < 2; ++b) {
              length += std::pow(position->direction[a][b][k].item<double>(), 2);
            }
          }
          const std::int64_t from = t + k - half;
          if (from < 0 || from >= steps) continue;
          for (std::int64_t i = 0; i < 2; ++i) {
            sum += position->gain[0][0][k].item<double>() *
                   position->direction[o][i][k].item<double>() / std::sqrt(length) *
                   x[0][from][o / 2 * 2 + i].item<double>();
          }
        }
        CHECK(std::fabs(y[0][t][o].item<double>() - gelu(sum)) < 1e-9);
      }
    }
  }
}

TEST_CASE("Gradients of features and positions agree with finite differences") {
  const auto signal = wave({2, 3, 32}, 0.1);
  for (const auto norm : {FeatureNorm::kGroup, FeatureNorm::kLayer}) {
    ConvFeatures features(3, 4, 2, norm);
    shake(*features, 0.6);
    CHECK(test::check_gradients(test::named_parameters_of(*features), [&] {
            return (features(signal) * wave({2, 4, 8}, 2.0)).sum();
          }) >= 6);
  }
  PositionalConvolution position(4, 6, 2);
  shake(*position, 0.6);
  CHECK(test::check_gradients(test::named_parameters_of(*position), [&] {
          return (position(wave({2, 9, 4}, 0.3)) * wave({2, 9, 4}, 2.0)).sum();
        }) >= 8);
}

TEST_CASE("The quantiser takes the best code of every book, with noise the noisiest") {
  GumbelQuantiser quantiser(QuantiserSizes{5, 2, 4, 3});
  shake(*quantiser, 1.0);
  const auto features = wave({2, 3, 5}, 0.8);
  std::vector<float> draws(2 * 3 * 2 * 4);
  auto random = stream(1);
  fill_gumbel(random, draws);
  const auto noise = at::tensor(draws).view({2, 3, 2, 4}).to(at::kDouble);
  for (const bool noisy : {false, true}) {
    const auto out = quantiser(features, noisy ? noise : torch::Tensor(), 1.5);
    REQUIRE(out.vectors.sizes() == at::IntArrayRef({2, 3, 6}));
    const auto logits = quantiser->logits(features).view({2, 3, 2, 4});
    CHECK(difference(out.logits, logits) < 1e-15);
    const auto codes = (noisy ? logits + noise : logits).argmax(-1);
    CHECK(at::equal(out.codes, codes));
    for (int b = 0; b < 2; ++b) {
      for (int t = 0; t < 3; ++t) {
        for (int g = 0; g < 2; ++g) {
          const auto code = quantiser->codebook[g][codes[b][t][g].item<std::int64_t>()];
          CHECK(difference(out.vectors[b][t].narrow(0, 3 * g, 3), code) < 1e-12);
        }
      }
    }
  }
  CHECK_FALSE(at::equal(quantiser(features, noise, 1.5).codes,
                        quantiser(features, torch::Tensor(), 1.5).codes));
}

TEST_CASE("The quantiser's gradient is that of the softmax it stands for") {
  GumbelQuantiser quantiser(QuantiserSizes{5, 2, 4, 3});
  shake(*quantiser, 1.0);
  auto features = wave({6, 5}, 0.8).requires_grad_();
  const auto noise = wave({6, 2, 4}, 1.9), weight = wave({6, 6}, 0.2);
  (quantiser(features, noise, 0.7).vectors * weight).sum().backward();
  const auto straight = features.grad().clone();
  const auto hard_codebook = quantiser->codebook.grad().clone();
  features.mutable_grad().zero_();
  const auto soft = ((quantiser->logits(features).view({6, 2, 4}) + noise) / 0.7).softmax(-1);
  (at::einsum("bgv,gvd->bgd", {soft, quantiser->codebook}).reshape({6, 6}) * weight)
      .sum()
      .backward();
  CHECK(straight.abs().max().item<double>() > 1e-3);
  CHECK(difference(straight, features.grad()) < 1e-12);
  // The book itself learns from the chosen code alone.
  const auto codes = quantiser(features, noise, 0.7).codes;
  auto expected = at::zeros({2, 4, 3}, at::kDouble);
  for (int b = 0; b < 6; ++b) {
    for (int g = 0; g < 2; ++g) {
      expected[g][codes[b][g].item<std::int64_t>()] += weight[b].narrow(0, 3 * g, 3);
    }
  }
  CHECK(difference(hard_codebook, expected) < 1e-12);
}

TEST_CASE("The temperature falls as the schedule says") {
  const TemperatureSchedule schedule;
  CHECK(schedule.at(0) == 2);
  CHECK(std::fabs(schedule.at(100000) - 2 * std::exp(100000 * std::log(0.999995))) < 1e-9);
  CHECK(schedule.at(10000000) == 0.5);
}

TEST_CASE("Gumbel draws have the mean and the variance of their distribution") {
  std::vector<float> draws(200000);
  auto random = stream(2);
  fill_gumbel(random, draws);
  double sum = 0, square = 0;
  for (const float x : draws) {
    REQUIRE(std::isfinite(x));
    sum += x;
    square += static_cast<double>(x) * x;
  }
  const double count = static_cast<double>(draws.size()), mean = sum / count;
  CHECK(std::fabs(mean - 0.5772156649) < 0.015);
  CHECK(std::fabs(square / count - mean * mean - 1.6449340668) < 0.04);
}

TEST_CASE("Span masks hide exactly their count, in runs, everywhere but the last step") {
  const SpanMaskOptions options;
  const std::int64_t steps = 156;
  REQUIRE(span_mask_count(steps, options) == 76);  // 49 %
  std::vector<int> times(steps, 0);
  double runs = 0;
  for (std::uint64_t record = 0; record < 2000; ++record) {
    auto random = stream(record), again = stream(record);
    const auto hidden = draw_span_mask(steps, options, random);
    REQUIRE(hidden == draw_span_mask(steps, options, again));
    REQUIRE(hidden.size() == 76);
    REQUIRE(std::set<std::int64_t>(hidden.begin(), hidden.end()).size() == 76);
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      ++times[static_cast<std::size_t>(hidden[i])];
      runs += i == 0 || hidden[i] != hidden[i - 1] + 1 ? 1 : 0;
    }
  }
  CHECK(runs / 2000 < 14);  // single steps at random would make about 39 runs
  CHECK(times.back() == 0);
  CHECK(*std::min_element(times.begin() + 9, times.end() - 10) > 800);
  for (const std::int64_t few : {3, 7, 11}) {
    auto random = stream(9);
    CHECK(static_cast<std::int64_t>(draw_span_mask(few, options, random).size()) ==
          span_mask_count(few, options));
  }
}

TEST_CASE("Negatives are other hidden steps, all equally likely") {
  auto random = stream(3);
  const auto negatives = draw_negatives(5, 4000, random);
  for (std::int64_t step = 0; step < 5; ++step) {
    std::vector<int> times(5, 0);
    for (std::int64_t i = 0; i < 4000; ++i) {
      const auto other = negatives[static_cast<std::size_t>(step * 4000 + i)];
      REQUIRE((other >= 0 && other < 5));
      ++times[static_cast<std::size_t>(other)];
    }
    CHECK(times[static_cast<std::size_t>(step)] == 0);
    for (std::int64_t other = 0; other < 5; ++other) {
      if (other != step) CHECK(std::abs(times[static_cast<std::size_t>(other)] - 1000) < 150);
    }
  }
}

TEST_CASE("Leads are dropped independently with their probability, but never all of them") {
  std::vector<std::uint8_t> present(12, 1);
  present[4] = 0;
  double kept = 0;
  const int draws = 5000;
  for (int i = 0; i < draws; ++i) {
    auto random = stream(static_cast<std::uint64_t>(i));
    const auto flags = draw_kept_leads(present, 0.5, random);
    CHECK(flags[4] == 0);
    const int count = std::accumulate(flags.begin(), flags.end(), 0);
    REQUIRE(count >= 1);
    kept += count;
  }
  CHECK(std::fabs(kept / draws - 5.5) < 0.1);
  const std::vector<std::uint8_t> single = {0, 0, 1};
  auto random = stream(1);
  CHECK(draw_kept_leads(single, 1.0, random) == single);
  CHECK(draw_kept_leads(std::vector<std::uint8_t>{0, 0}, 0.5, random) ==
        std::vector<std::uint8_t>{0, 0});
}
