// The learned importance map: the catalogue's FDA at first, a budget always, exact gradients.
#include "objective/importance_map.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/types.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "plain_view.h"

using namespace ecg;

namespace {

constexpr std::int64_t kSamples = 500, kBands = 16;

std::vector<RandomKey> keys_of(std::uint32_t epoch, std::size_t count) {
  std::vector<RandomKey> keys;
  for (std::size_t i = 0; i < count; ++i) {
    keys.push_back({.seed = 9, .epoch = epoch, .record = i, .purpose = RandomPurpose::kAugment});
  }
  return keys;
}

/// Signals with most of their power at low frequencies, as an ECG's.
torch::Tensor signals(std::int64_t batch, std::int64_t leads) {
  at::manual_seed(2);
  return at::randn({batch, leads, kSamples}).cumsum(2) * 0.1;
}

double largest(const torch::Tensor& x) { return x.abs().max().item<double>(); }

const std::vector<Lead> kTwelve(kTwelveLeads.begin(), kTwelveLeads.end());

}  // namespace

TEST_CASE("An untrained importance map is the catalogue's FDA per lead") {
  const std::vector<std::vector<Lead>> choices = {
      kTwelve,
      {Lead::kV2, Lead::kAvf, Lead::kIII, Lead::kV5},  // nothing to rebuild: limb leads alike
      {Lead::kAvr, Lead::kII, Lead::kV1, Lead::kI}};
  for (const auto& leads : choices) {
    const auto signal = signals(2, static_cast<std::int64_t>(leads.size()));
    const auto keys = keys_of(3, 2);
    ImportanceMap map(leads, kSamples, kBands);
    const torch::NoGradGuard no_grad;
    const auto present = at::ones({2, signal.size(1)});
    const auto noise = draw_fda_noise(keys, leads, kSamples);
    for (const double strength : {1.0, 2.0}) {
      const auto plain = test::plain_view(signal, leads, keys, "fda_leads", strength);
      const auto view = map->view(signal, present, noise, strength);
      CHECK(largest(view - plain) < 1e-5 * largest(signal));
      CHECK(largest(view - signal) > 1e-2 * largest(signal));
    }
  }
}

TEST_CASE("A map spends its budget on what matters least, in every record") {
  ImportanceMap map(kTwelve, kSamples, kBands);
  const torch::NoGradGuard no_grad;
  at::manual_seed(5);
  auto signal = signals(3, 12);
  signal[2].zero_();
  signal[1].mul_(at::linspace(0.1, 4, 12).unsqueeze(1));
  for (const double spread : {0.0, 3.0, 30.0}) {
    map->logits.copy_(spread * at::randn_like(map->logits));
    const auto weight = map->disturbed(signal);
    REQUIRE(weight.sizes() == at::IntArrayRef({3, 8, kSamples / 2 + 1}));
    CHECK(weight.min().item<double>() >= 0);
    CHECK(weight.max().item<double>() <= 1);
    const auto rows = at::cat({signal.narrow(1, 0, 2), signal.narrow(1, 6, 6)}, 1);
    const auto power = at::fft_rfft(rows).abs().square();
    for (const std::int64_t record : {0, 1}) {
      const auto spent = (weight[record] * power[record]).sum() / power[record].sum();
      CHECK(std::fabs(spent.item<double>() - kDisturbedShare) < 1e-3);
    }
    CHECK(at::isfinite(weight).all().item<bool>());
  }
  map->logits.zero_();
  map->logits[static_cast<std::int64_t>(Lead::kV3)].fill_(2);
  const auto weight = map->disturbed(signal);
  CHECK(weight[0][4][10].item<double>() < weight[0][3][10].item<double>());  // row 4 is V3
}

TEST_CASE("Limb leads stay consistent under a map, whatever a record lacks") {
  ImportanceMap map(kTwelve, kSamples, kBands);
  const torch::NoGradGuard no_grad;
  at::manual_seed(6);
  map->logits.copy_(2 * at::randn_like(map->logits));
  auto signal = signals(2, 12);
  for (std::int64_t lead = 2; lead < 6; ++lead) {
    const auto weights = *limb_lead_weights(kTwelve[static_cast<std::size_t>(lead)]);
    signal.select(1, lead).copy_(weights[0] * signal.select(1, 0) +
                                 weights[1] * signal.select(1, 1));
  }
  auto present = at::ones({2, 12});
  present[1][0] = 0;  // the second record has no lead I
  signal[1][0].zero_();
  const auto view = map->view(signal, present, draw_fda_noise(keys_of(1, 2), kTwelve, kSamples), 2);
  CHECK(largest(view[0][2] - (view[0][1] - view[0][0])) < 1e-4);
  CHECK(largest(view[0][3] + (view[0][0] + view[0][1]) / 2) < 1e-4);
  CHECK(largest(view[1][0]) == 0);
  // aVL + aVR + aVF = 0 and III = aVF - aVL hold without lead I too.
  CHECK(largest(view[1][3] + view[1][4] + view[1][5]) < 1e-4);
  CHECK(largest(view[1][2] - (view[1][5] - view[1][4]) * (2.0 / 3)) < 1e-4);
  CHECK(largest(view[1] - signal[1]) > 0.01);
}

TEST_CASE("An importance map's gradient agrees with finite differences") {
  const std::vector<Lead> leads = {Lead::kI, Lead::kII, Lead::kIII, Lead::kV4};
  ImportanceMap map(leads, kSamples, 4);
  map->to(torch::kFloat64);
  const auto signal = signals(2, 4).to(torch::kFloat64);
  const auto present = at::ones({2, 4}, torch::kFloat64);
  auto noise = draw_fda_noise(keys_of(4, 2), leads, kSamples);
  noise = {noise.size.to(torch::kFloat64), noise.phase.to(torch::kFloat64), noise.chance};
  at::manual_seed(7);
  const auto probe = at::randn({2, 4, kSamples}, torch::kFloat64);
  const auto value = [&] { return (map->view(signal, present, noise, 1) * probe).sum(); };
  {
    const torch::NoGradGuard no_grad;
    map->logits.copy_(0.3 * at::randn_like(map->logits));
  }
  value().backward();
  const auto gradient = map->logits.grad();
  CHECK(largest(gradient) > 1e-3);
  const torch::NoGradGuard no_grad;
  for (const Lead lead : {Lead::kI, Lead::kII, Lead::kV4}) {
    for (std::int64_t band = 0; band < 4; ++band) {
      auto logit = map->logits[static_cast<std::int64_t>(lead)][band];
      const double here = logit.item<double>();
      constexpr double kStep = 1e-5;
      logit.fill_(here + kStep);
      const double above = value().item<double>();
      logit.fill_(here - kStep);
      const double below = value().item<double>();
      logit.fill_(here);
      const double exact = gradient[static_cast<std::int64_t>(lead)][band].item<double>();
      CHECK(std::fabs((above - below) / (2 * kStep) - exact) < 1e-6 + 1e-5 * std::fabs(exact));
    }
  }
  CHECK(largest(gradient[static_cast<std::int64_t>(Lead::kIII)]) == 0);
}

TEST_CASE("A map that would rather disturb nothing cannot") {
  ImportanceMap map(kTwelve, kSamples, kBands);
  const auto signal = signals(8, 12);
  const auto present = at::ones({8, 12});
  const double power = signal.square().sum().item<double>();
  const auto strayed = [&](std::uint32_t epoch) {
    const auto noise = draw_fda_noise(keys_of(epoch, 8), kTwelve, kSamples);
    return (map->view(signal, present, noise, 1) - signal).square().sum() / power;
  };
  const auto typical = [&] {  // over noise that it was not trained on
    const torch::NoGradGuard no_grad;
    double sum = 0;
    for (std::uint32_t epoch = 1000; epoch < 1020; ++epoch) sum += strayed(epoch).item<double>();
    return sum / 20;
  };
  const double before = typical();
  CHECK(before > 0.01);
  for (std::uint32_t step = 0; step < 200; ++step) {
    map->zero_grad();
    strayed(step).backward();
    const torch::NoGradGuard no_grad;
    // Normalised, so that the map moves as far as its learning rate says, whatever the loss.
    map->logits.add_(map->logits.grad() / (map->logits.grad().norm() + 1e-12), -0.3);
  }
  CHECK(largest(map->logits) > 0.3);
  CHECK(typical() > 0.5 * before);
}
