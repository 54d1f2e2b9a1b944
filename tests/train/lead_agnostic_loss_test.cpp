// Losses of the lead-agnostic system, and ArcFace: against loops in double, finite differences, one
// process against several.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/types.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <mutex>
#include <numbers>
#include <vector>

#include "finite_differences.h"
#include "objective/arcface.h"
#include "objective/cmsc.h"
#include "objective/w2v_contrast.h"
#include "ranks.h"
#include "waves.h"

using namespace ecg;
using test::wave;

namespace {

double dot_of(const at::Tensor& a, const at::Tensor& b) {
  double sum = 0;
  for (std::int64_t i = 0; i < a.numel(); ++i) sum += a[i].item<double>() * b[i].item<double>();
  return sum;
}

double cosine_of(const at::Tensor& a, const at::Tensor& b) {
  return dot_of(a, b) / std::sqrt(dot_of(a, a) * dot_of(b, b));
}

// Two records, four hidden steps, of which the first record's steps 0 and 2 have equal codes.
W2vSteps toy_steps() {
  auto targets = wave({2, 4, 3}, 1.2);
  targets[0][2] = targets[0][0];
  return {wave({2, 4, 3}, 0.4), targets,
          at::tensor({0, 1, 0, 2, 0, 1, 3, 3, 1, 0, 2, 2, 3, 1, 0, 0}, at::kLong).view({2, 4, 2}),
          at::tensor({1, 2, 3, 0, 2, 2, 0, 0, 0, 1, 2, 0, 2, 1, 3, 3, 0, 2, 1, 0, 3, 2, 1, 0},
                     at::kLong)
              .view({2, 4, 3})};
}

double w2v_by_loops(const W2vSteps& steps, double temperature) {
  double total = 0;
  for (int b = 0; b < 2; ++b) {
    for (int t = 0; t < 4; ++t) {
      const double own = cosine_of(steps.context[b][t], steps.targets[b][t]) / temperature;
      double sum = std::exp(own);
      for (int n = 0; n < 3; ++n) {
        const auto other = steps.negatives[b][t][n].item<std::int64_t>();
        if (at::equal(steps.codes[b][t], steps.codes[b][other])) continue;
        sum += std::exp(cosine_of(steps.context[b][t], steps.targets[b][other]) / temperature);
      }
      total += std::log(sum) - own;
    }
  }
  return total;
}

const at::Tensor kPatients = at::tensor({4, 1, 4, 9, 2, 4, 1, 7}, at::kLong);

// Lengths are given, so that they can be held while the vectors move.
double cmsc_by_loops(const at::Tensor& a, const at::Tensor& b, const at::Tensor& lengths_a,
                     const at::Tensor& lengths_b, const at::Tensor& patient, double temperature) {
  const auto records = a.size(0);
  double total = 0;
  const auto side = [&](const at::Tensor& x, const at::Tensor& y, const at::Tensor& lengths_x,
                        const at::Tensor& lengths_y) {
    for (std::int64_t i = 0; i < records; ++i) {
      std::vector<double> logits;
      double sum = 0, positive = 0, count = 0;
      for (std::int64_t j = 0; j < records; ++j) {
        logits.push_back(dot_of(x[i], y[j]) / lengths_x[i].item<double>() /
                         lengths_y[j].item<double>() / temperature);
        sum += std::exp(logits.back());
      }
      for (std::int64_t j = 0; j < records; ++j) {
        if (patient[i].item<std::int64_t>() != patient[j].item<std::int64_t>()) continue;
        positive += std::log(sum) - logits[static_cast<std::size_t>(j)];
        count += 1;
      }
      total += 0.5 * positive / count;
    }
  };
  side(a, b, lengths_a, lengths_b);
  side(b, a, lengths_b, lengths_a);
  return total;
}

}  // namespace

TEST_CASE("The contrast of hidden steps equals its formula; equal codes are no negatives") {
  auto steps = toy_steps();
  for (const double temperature : {0.1, 1.0}) {
    const double expected = w2v_by_loops(steps, temperature);
    CHECK(std::fabs(w2v_contrast_sum(steps, temperature).item<double>() - expected) < 1e-9);
  }
  auto single = steps;
  single.context = steps.context.to(at::kFloat);
  single.targets = steps.targets.to(at::kFloat);
  CHECK(std::fabs(w2v_contrast_sum(single, 0.1).item<double>() - w2v_by_loops(steps, 0.1)) < 1e-4);
  steps.codes.zero_();  // nothing to tell apart
  CHECK(w2v_contrast_sum(steps, 0.1).item<double>() == 0);
}

TEST_CASE("The contrast of hidden steps has finite gradients that agree with differences") {
  auto steps = toy_steps();
  steps.context = steps.context.clone().requires_grad_();
  steps.targets = steps.targets.clone().requires_grad_();
  CHECK(test::check_gradients({{"context", steps.context}, {"targets", steps.targets}},
                              [&] { return w2v_contrast_sum(steps, 0.2); }) == 6);
  steps.codes.zero_();
  steps.context.mutable_grad().zero_();
  w2v_contrast_sum(steps, 0.2).backward();
  CHECK(steps.context.grad().isfinite().all().item<bool>());
  auto silent = toy_steps();
  silent.context = at::zeros({2, 4, 3}, at::kDouble).requires_grad_();
  w2v_contrast_sum(silent, 0.1).backward();
  CHECK(silent.context.grad().isfinite().all().item<bool>());
}

TEST_CASE("Diversity is 0 for codes used equally and near 1 for one code") {
  CHECK(std::fabs(diversity_loss(at::full({2, 8}, 0.125, at::kDouble)).item<double>()) < 1e-5);
  auto one = at::zeros({2, 8}, at::kDouble);
  one.select(1, 3).fill_(1);
  CHECK(std::fabs(diversity_loss(one).item<double>() - 14.0 / 16) < 1e-5);
  const auto logits = wave({2, 3, 2, 4}, 0.6);
  const auto mean = code_probability_sum(logits) / 6;
  double perplexity = 0;
  for (int g = 0; g < 2; ++g) {
    std::vector<double> p(4, 0.0);
    for (int b = 0; b < 2; ++b) {
      for (int t = 0; t < 3; ++t) {
        double sum = 0;
        for (int v = 0; v < 4; ++v) sum += std::exp(logits[b][t][g][v].item<double>());
        for (int v = 0; v < 4; ++v) {
          p[static_cast<std::size_t>(v)] += std::exp(logits[b][t][g][v].item<double>()) / sum / 6;
        }
      }
    }
    double entropy = 0;
    for (const double x : p) entropy -= x * std::log(x + 1e-7);
    perplexity += std::exp(entropy);
  }
  CHECK(std::fabs(diversity_loss(mean).item<double>() - (8 - perplexity) / 8) < 1e-12);
  auto free = logits.clone().requires_grad_();
  CHECK(test::check_gradients({{"logits", free}},
                              [&] { return diversity_loss(code_probability_sum(free) / 6); }) == 3);
}

TEST_CASE("CMSC equals its formula, with several records of a patient too") {
  const auto a = wave({8, 5}, 0.3), b = wave({8, 5}, 2.1);
  const auto length_a = a.norm(2, {1}), length_b = b.norm(2, {1});
  for (const auto& patient : {kPatients, at::arange(8, at::kLong)}) {
    const double expected = cmsc_by_loops(a, b, length_a, length_b, patient, 0.1);
    CHECK(std::fabs(cmsc_sum(a, b, patient, 0.1, Communicator()).item<double>() - expected) < 1e-9);
    const auto single = cmsc_sum(a.to(at::kFloat), b.to(at::kFloat), patient, 0.1, Communicator());
    CHECK(std::fabs(single.item<double>() - expected) < 1e-4);
  }
}

TEST_CASE("CMSC's gradient takes an embedding's length as given") {
  const auto b = wave({8, 5}, 2.1);
  auto a = wave({8, 5}, 0.3).requires_grad_();
  cmsc_sum(a, b, kPatients, 0.1, Communicator()).backward();
  const auto gradient = a.grad().clone();
  const auto length_a = a.detach().norm(2, {1}), length_b = b.norm(2, {1});
  for (std::int64_t i = 0; i < 8; ++i) {
    constexpr double kStep = 1e-6;
    auto moved = a.detach().clone();
    moved[i][i % 5] += kStep;
    const double above = cmsc_by_loops(moved, b, length_a, length_b, kPatients, 0.1);
    moved[i][i % 5] -= 2 * kStep;
    const double below = cmsc_by_loops(moved, b, length_a, length_b, kPatients, 0.1);
    CHECK(std::fabs((above - below) / (2 * kStep) - gradient[i][i % 5].item<double>()) < 1e-6);
  }
  auto silent = at::zeros({8, 5}, at::kDouble).requires_grad_();
  const auto none = cmsc_sum(silent, silent, kPatients, 0.1, Communicator());
  none.backward();
  CHECK(none.isfinite().item<bool>());
  CHECK(silent.grad().isfinite().all().item<bool>());
}

TEST_CASE("Two and four ranks compare stretches as one does") {
  const auto inputs = wave({8, 6}, 0.7), others = wave({8, 6}, 1.4);
  const auto weight = wave({6, 5}, 0.2);
  auto alone = weight.clone().requires_grad_();
  const auto whole = cmsc_sum(at::matmul(inputs, alone), at::matmul(others, alone), kPatients, 0.1,
                              Communicator());
  whole.backward();
  for (const int size : {2, 4}) {
    std::mutex mutex;
    auto gradient = at::zeros_like(weight);
    double total = 0;
    test::with_ranks(size, [&](const Communicator& ranks) {
      const std::int64_t rows = 8 / size, begin = rows * ranks.rank();
      auto mine = weight.clone().requires_grad_();
      const auto sum = cmsc_sum(at::matmul(inputs.narrow(0, begin, rows), mine),
                                at::matmul(others.narrow(0, begin, rows), mine),
                                kPatients.narrow(0, begin, rows), 0.1, ranks);
      sum.backward();
      const std::lock_guard lock(mutex);
      gradient += mine.grad();
      total += sum.item<double>();
    });
    CHECK(std::fabs(total - whole.item<double>()) < 1e-10);
    CHECK(at::allclose(gradient, alone.grad(), 1e-10, 1e-12));
  }
}

TEST_CASE("ArcFace adds its margin to the own person's angle, and never turns back") {
  const ArcFaceOptions options;
  const auto cosine =
      at::tensor({0.9, -0.2, 0.3, -0.9, 0.1, 0.99, 0.2, 0.5, -0.3}, at::kDouble).view({3, 3});
  const auto person = at::tensor({0, 0, 1}, at::kLong);
  const auto logits = arcface_logits(cosine, person, options);
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) {
      const double c = cosine[i][k].item<double>();
      double expected = c;
      if (person[i].item<std::int64_t>() == k) {
        expected =
            c > std::cos(std::numbers::pi - 1) ? std::cos(std::acos(c) + 1) : c - std::sin(1.0);
      }
      CHECK(std::fabs(logits[i][k].item<double>() - 192 * expected) < 1e-9);
    }
  }
  double last = 1e9;
  for (int degrees = 0; degrees <= 180; ++degrees) {  // further away is never better
    const auto c = at::full({1, 1}, std::cos(degrees * std::numbers::pi / 180), at::kDouble);
    const double logit = arcface_logits(c, at::zeros({1}, at::kLong), options).item<double>();
    CHECK(logit < last);
    last = logit;
  }
}

TEST_CASE("ArcFace's gradients are finite on its own person and agree with differences") {
  ArcFaceHead head(4, 3, 5);
  head->to(torch::kFloat64);
  auto embedding = wave({5, 4}, 0.8).requires_grad_();
  const auto person = at::tensor({0, 1, 2, 1, 0}, at::kLong);
  const ArcFaceOptions options{8, 0.5};
  CHECK(test::check_gradients({{"embedding", embedding}, {"weight", head->weight}},
                              [&] { return head->loss(embedding, person, options); }) == 6);
  auto same = (3 * head->weight.detach().narrow(0, 1, 1)).clone().requires_grad_();
  head->loss(same, at::ones({1}, at::kLong)).backward();
  CHECK(same.grad().isfinite().all().item<bool>());
}
