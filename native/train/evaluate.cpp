#include "train/evaluate.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>

#include "objective/masked_reconstruction.h"
#include "train/forward.h"

namespace ecg {
namespace {

/// Records evaluated at a time.
constexpr std::size_t kEvaluationBatch = 64;

// Sums on the CPU in float64, and the sums of all ranks.
torch::Tensor sum_over(const Communicator& communicator, const torch::Tensor& sums) {
  auto all = sums.to(torch::kCPU, torch::kFloat64).contiguous();
  communicator.sum(all);
  return all;
}

/// Sums of errors over tokens, until the end.
class Tally {
 public:
  void add(const PatchPrediction& answer, const torch::Tensor& counted, double epsilon) {
    const auto loss =
        masked_reconstruction_loss(answer.prediction, answer.patches, counted, epsilon);
    const auto tokens = counted.sum();
    sums_ = sums_ + torch::stack({loss.patch * tokens, loss.baseline * tokens, loss.level * tokens,
                                  loss.spread * tokens, tokens})
                        .to(torch::kCPU, torch::kFloat64);
  }

  /// Means: patch, baseline, level, spread.
  std::array<double, 4> means(const Communicator& communicator) const {
    const auto all = sum_over(communicator, sums_);
    const double* sum = all.data_ptr<double>();
    std::array<double, 4> means{};
    for (std::size_t i = 0; i < means.size() && sum[4] > 0; ++i) means[i] = sum[i] / sum[4];
    return means;
  }

 private:
  torch::Tensor sums_ = torch::zeros({5}, torch::kFloat64);
};

// 1 where the token's column shows no lead at all.
torch::Tensor wholly_hidden_columns(const torch::Tensor& visible, std::int64_t leads) {
  const auto grid = visible.view({visible.size(0), leads, -1});
  const auto unseen = (grid.sum(1, true) < 0.5).to(visible.scalar_type());
  return unseen.expand_as(grid).reshape(visible.sizes());
}

/// What patches of hidden tokens are predicted like.
class PatchTally {
 public:
  void add(const PatchPrediction& answer, const View& view, const MaeConfig& config) {
    const auto by_column = view.counted * wholly_hidden_columns(view.visible, config.lead_count());
    all_.add(answer, view.counted, config.patch_epsilon);
    columns_.add(answer, by_column, config.patch_epsilon);
    leads_.add(answer, view.counted - by_column, config.patch_epsilon);
    any_ = true;
  }

  std::optional<PatchEvaluation> result(const Communicator& communicator) const {
    const auto all = all_.means(communicator);
    const auto columns = columns_.means(communicator), leads = leads_.means(communicator);
    auto any = torch::full({1}, any_ ? 1.0 : 0.0, torch::kFloat64);
    communicator.sum(any);
    if (any.item<double>() == 0) return std::nullopt;
    return PatchEvaluation{all[0], all[1], columns[0], leads[0], all[2], all[3]};
  }

 private:
  Tally all_, columns_, leads_;
  bool any_ = false;
};

}  // namespace

Evaluation evaluate(System& model, const Corpus& corpus, Split split, const TrainConfig& config,
                    torch::Device device, std::int64_t most_records, const DamageHandler& damaged,
                    const Communicator& communicator) {
  const torch::NoGradGuard no_grad;
  const Communicator alone;
  const auto terms = model.terms();
  model.eval();
  const auto& records = corpus.records_of(split);
  const std::size_t count = std::min(records.size(), static_cast<std::size_t>(most_records));
  auto totals = torch::zeros({2, static_cast<std::int64_t>(terms.size())}, torch::kFloat64);
  PatchTally patches;
  const auto ranks = static_cast<std::size_t>(communicator.size());
  const auto first = static_cast<std::size_t>(communicator.rank()) * kEvaluationBatch;
  for (std::size_t begin = first; begin < count; begin += ranks * kEvaluationBatch) {
    std::vector<Turn> turns;
    for (std::size_t i = begin; i < std::min(begin + kEvaluationBatch, count); ++i) {
      turns.push_back({kHeldOutEpoch, records[i]});
    }
    const Batch batch = to_device(make_batch(model, corpus, turns, damaged), device);
    const AutocastScope autocast(config, device);
    totals[0] += model.counts(batch).cpu();
    totals[1] += torch::stack(model.sums(batch, alone)).to(torch::kCPU, torch::kFloat64);
    const auto answer = model.predict(batch.views.at(0));
    if (answer) patches.add(*answer, batch.views[0], config.model);
  }
  model.train();
  totals = sum_over(communicator, totals);
  Evaluation evaluation;
  evaluation.records = static_cast<std::int64_t>(count);
  evaluation.patches = patches.result(communicator);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const auto column = static_cast<std::int64_t>(i);
    const double counted = totals[0][column].item<double>();
    evaluation.parts.push_back(counted > 0 ? totals[1][column].item<double>() / counted : 0);
    evaluation.loss += terms[i].weight * evaluation.parts[i];
  }
  return evaluation;
}

}  // namespace ecg
