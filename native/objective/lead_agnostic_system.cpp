#include "objective/lead_agnostic_system.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>

#include "distributed/gather.h"
#include "nn/weight_draws.h"
#include "objective/cmsc.h"
#include "objective/lead_agnostic_draws.h"
#include "objective/tensor_views.h"
#include "objective/w2v_contrast.h"

namespace ecg {
namespace {

TemperatureSchedule schedule_of(const LeadAgnosticOptions& options) {
  return {options.gumbel_start, options.gumbel_end, options.gumbel_decay};
}

/// What is drawn for a half of a record: which part of a purpose a stream is.
enum class Draw : std::uint16_t { kLeads = 0, kSpans = 0, kNegatives = 2, kNoise = 2 };

RandomStream stream_of(const Batch& batch, std::int64_t record, std::uint16_t half,
                       RandomPurpose purpose, Draw draw) {
  RandomKey key = batch.keys[static_cast<std::size_t>(record)];
  key.view = static_cast<std::uint16_t>(static_cast<std::uint16_t>(draw) + half);
  key.purpose = purpose;
  return RandomStream(key);
}

// [batch, leads] of 1 and 0: leads that a view keeps.
torch::Tensor draw_present(const Batch& batch, std::uint16_t half, double drop) {
  if (batch.held_out) return batch.lead_mask;
  torch::Tensor present = batch.lead_mask.to(torch::kFloat32).contiguous().clone();
  const auto leads = static_cast<std::size_t>(present.size(1));
  std::vector<std::uint8_t> flags(leads);
  for (std::int64_t b = 0; b < batch.size(); ++b) {
    float* row = present.data_ptr<float>() + b * static_cast<std::int64_t>(leads);
    for (std::size_t l = 0; l < leads; ++l) flags[l] = row[l] > 0.5F ? 1 : 0;
    RandomStream random = stream_of(batch, b, half, RandomPurpose::kAugment, Draw::kLeads);
    const auto kept = draw_kept_leads(flags, drop, random);
    std::copy(kept.begin(), kept.end(), row);
  }
  return present;
}

void copy_row(const std::vector<std::int64_t>& values, const torch::Tensor& table,
              std::int64_t row) {
  std::copy(values.begin(), values.end(), table[row].data_ptr<std::int64_t>());
}

// [batch, count, books, codes] of Gumbel draws.
torch::Tensor draw_noise(const Batch& batch, std::uint16_t half, std::int64_t count,
                         const LeadAgnosticOptions& options) {
  const std::int64_t draws = count * options.books * options.codes;
  std::vector<RandomStream> streams;
  for (std::int64_t b = 0; b < batch.size(); ++b) {
    streams.push_back(stream_of(batch, b, half, RandomPurpose::kAugment, Draw::kNoise));
  }
  torch::Tensor noise;
  if (batch.by_tensors) {
    noise = gumbel_from_words(philox_words(streams, draws, batch.signal));
  } else {
    noise = torch::zeros({batch.size(), draws});
    float* row = noise.data_ptr<float>();
    for (RandomStream& random : streams) {
      fill_gumbel(random, {row, static_cast<std::size_t>(draws)});
      row += draws;
    }
  }
  return noise.view({batch.size(), count, options.books, options.codes});
}

// Rows [batch, K, D] of x [batch, steps, D].
torch::Tensor rows_at(const torch::Tensor& x, const torch::Tensor& steps) {
  return x.gather(1, steps.unsqueeze(-1).expand({-1, -1, x.size(2)}));
}

// The tensor of both views, first halves first; undefined where the views have none.
torch::Tensor of_both(const Batch& batch, const char* name) {
  const auto& first = batch.views[0].extra;
  if (first.count(name) == 0) return {};
  return at::cat({first.at(name), batch.views[1].extra.at(name)});
}

}  // namespace

LeadAgnosticSizes lead_agnostic_sizes(const ObjectiveConfig& config) {
  const LeadAgnosticOptions& options = config.lead_agnostic;
  LeadAgnosticSizes sizes;
  sizes.leads = config.input.leads;
  sizes.width = config.model.width;
  sizes.depth = config.model.depth;
  sizes.heads = config.model.heads;
  sizes.mlp_width = config.model.mlp_width();
  sizes.conv_width = options.conv_width;
  sizes.conv_layers = options.conv_layers;
  sizes.conv_norm = options.conv_norm == "layer" ? FeatureNorm::kLayer : FeatureNorm::kGroup;
  sizes.position_kernel = options.position_kernel;
  sizes.position_groups = options.position_groups;
  return sizes;
}

LeadAgnosticSystem::LeadAgnosticSystem(const ObjectiveConfig& config)
    : System(config), temperature_(schedule_of(config.lead_agnostic).at(0)) {
  const LeadAgnosticOptions& options = config.lead_agnostic;
  encoder_ = register_module("encoder", LeadAgnosticEncoder(lead_agnostic_sizes(config)));
  quantiser_ = register_module(
      "quantiser", GumbelQuantiser(QuantiserSizes{options.conv_width, options.books, options.codes,
                                                  options.code_width}));
  const auto vector_width = options.books * options.code_width;
  target_projection_ =
      register_module("target_projection", torch::nn::Linear(vector_width, options.target_width));
  context_projection_ = register_module(
      "context_projection", torch::nn::Linear(config.model.width, options.target_width));
  const auto seed = static_cast<std::uint64_t>(config.seed);
  const torch::NoGradGuard no_grad;
  initialise_lead_agnostic(*encoder_, seed);
  draw_normal(quantiser_->logits->weight, 1, weight_stream(seed, "quantiser.logits"));
  quantiser_->logits->bias.zero_();
  draw_uniform(quantiser_->codebook, 0, 1, weight_stream(seed, "quantiser.codebook"));
  for (auto* projection : {&target_projection_, &context_projection_}) {
    const bool target = projection == &target_projection_;
    draw_xavier((*projection)->weight, weight_stream(seed, target ? "target" : "context"));
    (*projection)->bias.zero_();
  }
}

View LeadAgnosticSystem::view_of(const Batch& batch, std::uint16_t half) const {
  const LeadAgnosticOptions& options = config().lead_agnostic;
  const std::int64_t records = batch.size(), steps = lead_agnostic_steps(config());
  const std::int64_t samples = batch.signal.size(2) / 2;
  View view;
  view.target = batch.signal.narrow(2, half * samples, samples);
  view.present = draw_present(batch, half, options.lead_drop);
  view.signal = view.target * sent_to(view.present.unsqueeze(-1), view.target.device());
  const SpanMaskOptions spans{options.mask_span, options.mask_share};
  const std::int64_t count = span_mask_count(steps, spans);
  const auto hidden = torch::zeros({records, count}, torch::kInt64);
  const auto negatives = torch::zeros({records, count, options.negatives}, torch::kInt64);
  for (std::int64_t b = 0; b < records; ++b) {
    RandomStream masks = stream_of(batch, b, half, RandomPurpose::kMask, Draw::kSpans);
    copy_row(draw_span_mask(steps, spans, masks), hidden, b);
    RandomStream others = stream_of(batch, b, half, RandomPurpose::kMask, Draw::kNegatives);
    copy_row(draw_negatives(count, options.negatives, others), negatives, b);
  }
  view.extra = {{"hidden", hidden}, {"negatives", negatives}};
  if (!batch.held_out) view.extra["noise"] = draw_noise(batch, half, count, options);
  view.counted = torch::zeros({records, steps}).scatter_(1, hidden, 1.0);
  view.visible = 1 - view.counted;
  return view;
}

void LeadAgnosticSystem::prepare(Batch& batch) const {
  for (std::uint16_t half = 0; half < 2; ++half) batch.views.push_back(view_of(batch, half));
}

std::vector<LossTerm> LeadAgnosticSystem::terms() const {
  const LeadAgnosticOptions& options = config().lead_agnostic;
  return {{"w2v", 1},
          {"diversity", options.diversity_weight},
          {"penalty", options.penalty_weight},
          {"cmsc", options.cmsc_weight}};
}

torch::Tensor LeadAgnosticSystem::counts(const Batch& batch) const {
  const auto records = static_cast<double>(batch.size());
  const auto steps = static_cast<double>(batch.views.at(0).extra.at("hidden").numel() +
                                         batch.views.at(1).extra.at("hidden").numel());
  // Filled where it is: torch::tensor would copy from the host, and wait.
  const auto count = [&](double things) {
    return torch::full({1}, things, batch.signal.options().dtype(torch::kFloat64));
  };
  return torch::cat({count(steps), count(records), count(2 * records), count(records)});
}

std::vector<torch::Tensor> LeadAgnosticSystem::sums(const Batch& batch, const Communicator& ranks) {
  const LeadAgnosticOptions& options = config().lead_agnostic;
  const auto& views = batch.views;
  const auto records = batch.size();
  const auto hidden = of_both(batch, "hidden");
  const auto features =
      scale_gradient(encoder_->features_of(at::cat({views[0].signal, views[1].signal}),
                                           at::cat({views[0].present, views[1].present})),
                     options.conv_gradient);
  const auto normed = encoder_->normed(features);
  const auto paths = batch.path_scale.defined() ? at::cat({batch.path_scale, batch.path_scale}, 2)
                                                : torch::Tensor();
  const auto tokens = encoder_->context_of(normed, hidden, paths);
  const auto chosen = quantiser_(rows_at(normed, hidden), of_both(batch, "noise"), temperature_);
  const W2vSteps steps{context_projection_(rows_at(tokens, hidden)),
                       target_projection_(chosen.vectors), chosen.codes,
                       of_both(batch, "negatives")};
  const auto shares = gather_with_gradient(ranks, code_probability_sum(chosen.logits).unsqueeze(0));
  const auto vectors = static_cast<double>(hidden.numel() * ranks.size());
  const auto wide =
      features.scalar_type() == torch::kFloat64 ? features : features.to(torch::kFloat32);
  const auto stretches = tokens.mean(1);
  return {w2v_contrast_sum(steps, options.temperature),
          diversity_loss(shares.sum(0) / vectors) * static_cast<double>(records),
          wide.square().mean({1, 2}).sum(),
          cmsc_sum(stretches.narrow(0, 0, records), stretches.narrow(0, records, records),
                   batch.patient, options.cmsc_temperature, ranks)};
}

EncodedBatch LeadAgnosticSystem::encode(const torch::Tensor& signal,
                                        const torch::Tensor& lead_mask) {
  const auto samples = signal.size(2) / 2, records = signal.size(0);
  const auto halves = at::cat({signal.narrow(2, 0, samples), signal.narrow(2, samples, samples)});
  const auto features = encoder_->features_of(halves, at::cat({lead_mask, lead_mask}));
  const auto context = encoder_->context_of(encoder_->normed(features));
  const auto any = lead_mask.sum(1, true).unsqueeze(-1) > 0.5;
  const auto whole =
      at::cat({context.narrow(0, 0, records), context.narrow(0, records, records)}, 1);
  const auto tokens = torch::where(any, whole, torch::zeros({}, whole.options()));
  return {tokens, tokens.mean(1)};
}

void LeadAgnosticSystem::after_step(std::int64_t step) {
  temperature_ = schedule_of(config().lead_agnostic).at(step + 1);
}

}  // namespace ecg
