// Telling simulated persons apart: the lead-agnostic encoder with ArcFace on some persons is tried
// on others, a recording of each against another recording of each.
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "model_input/make_input.h"
#include "nn/lead_agnostic_encoder.h"
#include "objective/arcface.h"
#include "synth/simulate.h"

using namespace ecg;

namespace {

constexpr std::int64_t kSamples = 500;

ModelSpec five_seconds() {
  ModelSpec spec;
  spec.samples = kSamples;
  return spec;
}

// Recording number `visit` of persons first to first + count - 1: [count, 12, samples].
torch::Tensor recordings(std::int64_t first, std::int64_t count, std::int64_t visit) {
  auto all = torch::zeros({count, 12, kSamples});
  for (std::int64_t i = 0; i < count; ++i) {
    SimulationOptions options;
    options.seed = 77;
    options.patient = static_cast<std::uint64_t>(first + i);
    options.index = static_cast<std::uint64_t>((first + i) * 100 + visit);
    options.duration_s = 6;
    options.sampling_rate_hz = 100;
    const auto simulated = simulate(options).value();
    const auto input = make_input(simulated.recording.signal, five_seconds()).value();
    const auto values = input.signal.values();
    std::copy(values.begin(), values.end(), all[i].data_ptr<float>());
  }
  return all;
}

LeadAgnosticEncoder fresh_encoder() {
  LeadAgnosticSizes sizes;
  sizes.width = 48;
  sizes.depth = 2;
  sizes.heads = 4;
  sizes.mlp_width = 96;
  sizes.conv_width = 48;
  sizes.conv_layers = 3;
  sizes.position_kernel = 16;
  sizes.position_groups = 4;
  LeadAgnosticEncoder encoder(sizes);
  initialise_lead_agnostic(*encoder, 5);
  return encoder;
}

torch::Tensor embedding(LeadAgnosticEncoder& encoder, const torch::Tensor& signal) {
  const auto features = encoder->features_of(signal, torch::ones({signal.size(0), 12}));
  return encoder->context_of(encoder->normed(features)).mean(1);
}

// Share of probes whose nearest gallery embedding (cosine) is the same person's.
double first_choice_right(LeadAgnosticEncoder& encoder, const torch::Tensor& gallery,
                          const torch::Tensor& probes) {
  const torch::NoGradGuard no_grad;
  const auto unit = [](const torch::Tensor& x) { return x / x.norm(2, {1}, true); };
  const auto alike =
      torch::matmul(unit(embedding(encoder, probes)), unit(embedding(encoder, gallery)).t());
  const auto own = torch::arange(probes.size(0));
  return alike.argmax(1).eq(own).to(torch::kFloat64).mean().item<double>();
}

void learn_persons(LeadAgnosticEncoder& encoder, std::int64_t persons, int visits, int steps) {
  std::vector<torch::Tensor> visit;
  for (int v = 0; v < visits; ++v) visit.push_back(recordings(0, persons, v));
  ArcFaceHead head(encoder->sizes().width, persons, 5);
  auto weights = encoder->parameters();
  weights.push_back(head->weight);
  torch::optim::AdamW optimiser(weights, torch::optim::AdamWOptions(2e-3).weight_decay(0.01));
  const auto person = torch::arange(persons);
  for (int step = 0; step < steps; ++step) {
    optimiser.zero_grad();
    const auto& signal = visit[static_cast<std::size_t>(step % visits)];
    const auto loss = head->loss(embedding(encoder, signal), person, {32, 0.5});
    loss.backward();
    torch::nn::utils::clip_grad_norm_(weights, 3.0);
    optimiser.step();
  }
}

}  // namespace

TEST_CASE("ArcFace on some simulated persons tells others apart, far beyond chance") {
  constexpr std::int64_t kTrained = 96, kTried = 80;
  auto encoder = fresh_encoder();
  const auto gallery = recordings(1000, kTried, 0), probes = recordings(1000, kTried, 1);
  const double untrained = first_choice_right(encoder, gallery, probes);
  learn_persons(encoder, kTrained, 4, 80);
  const double share = first_choice_right(encoder, gallery, probes);
  // Half of the 95 % interval of a share over so many probes.
  const double half = 1.96 * std::sqrt(share * (1 - share) / kTried);
  INFO("untrained " << untrained << ", trained " << share << " +- " << half);
  CHECK(share - half > 5.0 / kTried);
  CHECK(share > untrained);
}
