#include "train/evaluate.h"

#include <algorithm>

#include "train/forward.h"

namespace ecg {
namespace {

/// Records evaluated at a time.
constexpr std::size_t kEvaluationBatch = 64;

/// Sums of errors over tokens, until the end.
class Tally {
 public:
  void add(const ReconstructionLoss& loss, double tokens) {
    patch_ += loss.patch.item<double>() * tokens;
    baseline_ += loss.baseline.item<double>() * tokens;
    level_ += loss.level.item<double>() * tokens;
    spread_ += loss.spread.item<double>() * tokens;
    tokens_ += tokens;
  }
  void sum_over(const Communicator& communicator) {
    auto all = torch::tensor({patch_, baseline_, level_, spread_, tokens_}, torch::kFloat64);
    communicator.sum(all);
    const double* sum = all.data_ptr<double>();
    patch_ = sum[0], baseline_ = sum[1], level_ = sum[2], spread_ = sum[3], tokens_ = sum[4];
  }
  double patch() const { return tokens_ > 0 ? patch_ / tokens_ : 0; }
  double baseline() const { return tokens_ > 0 ? baseline_ / tokens_ : 0; }
  double level() const { return tokens_ > 0 ? level_ / tokens_ : 0; }
  double spread() const { return tokens_ > 0 ? spread_ / tokens_ : 0; }

 private:
  double patch_ = 0, baseline_ = 0, level_ = 0, spread_ = 0, tokens_ = 0;
};

// 1 where the token's column shows no lead at all.
torch::Tensor wholly_hidden_columns(const torch::Tensor& visible, std::int64_t leads) {
  const auto grid = visible.view({visible.size(0), leads, -1});
  const auto unseen = (grid.sum(1, true) < 0.5).to(visible.scalar_type());
  return unseen.expand_as(grid).reshape(visible.sizes());
}

}  // namespace

Evaluation evaluate(MaskedAutoencoder& model, const Corpus& corpus, Split split,
                    const TrainConfig& config, torch::Device device, std::int64_t most_records,
                    const DamageHandler& damaged, const Communicator& communicator) {
  const torch::NoGradGuard no_grad;
  model->eval();
  const auto& records = corpus.records_of(split);
  const std::size_t count = std::min(records.size(), static_cast<std::size_t>(most_records));
  Tally all, columns, leads;
  const auto ranks = static_cast<std::size_t>(communicator.size());
  const auto first = static_cast<std::size_t>(communicator.rank()) * kEvaluationBatch;
  for (std::size_t begin = first; begin < count; begin += ranks * kEvaluationBatch) {
    std::vector<Turn> turns;
    for (std::size_t i = begin; i < std::min(begin + kEvaluationBatch, count); ++i) {
      turns.push_back({kHeldOutEpoch, records[i]});
    }
    const MaskedBatch batch = make_batch(corpus, turns, config, device, damaged);
    const AutocastScope autocast(config, device);
    const auto prediction = predict(model, batch);
    const auto by_column = batch.counted * wholly_hidden_columns(batch.visible, config.model.lead_count());
    const auto add = [&](Tally& tally, const torch::Tensor& counted) {
      const double tokens = counted.sum().item<double>();
      tally.add(masked_reconstruction_loss(prediction, batch.patches, counted, config.model.patch_epsilon),
                tokens);
    };
    add(all, batch.counted);
    add(columns, by_column);
    add(leads, batch.counted - by_column);
  }
  model->train();
  for (Tally* tally : {&all, &columns, &leads}) tally->sum_over(communicator);
  return {all.patch(), all.baseline(), columns.patch(),         leads.patch(),
          all.level(), all.spread(),   static_cast<std::int64_t>(count)};
}

}  // namespace ecg
