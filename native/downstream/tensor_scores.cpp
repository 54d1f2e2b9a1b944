#include "downstream/tensor_scores.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "downstream/metrics.h"

namespace ecg {

at::Tensor label_tensor(const LabelledRecords& records) {
  const auto classes = static_cast<std::int64_t>(records.classes.size());
  auto labels = at::empty({static_cast<std::int64_t>(records.size()), classes}, at::kDouble);
  std::copy(records.labels.begin(), records.labels.end(), labels.data_ptr<double>());
  return labels;
}

Predictions predictions_of(const LabelledRecords& records, const at::Tensor& probabilities,
                           std::vector<double> thresholds) {
  const auto values = probabilities.contiguous();
  const double* first = values.data_ptr<double>();
  return {records.classes,
          records.patients,
          {first, first + values.numel()},
          records.labels,
          std::move(thresholds)};
}

double macro_auroc(const LabelledRecords& records, const at::Tensor& probabilities) {
  const std::vector<double> thresholds(records.classes.size(), 0.5);
  return score_task(predictions_of(records, probabilities, thresholds), 0, 0).macro_auroc.value;
}

std::vector<double> thresholds_on(const LabelledRecords& records, const at::Tensor& probabilities) {
  std::vector<double> thresholds;
  const std::size_t classes = records.classes.size();
  for (std::size_t c = 0; c < classes; ++c) {
    const auto scores = probabilities.select(1, static_cast<std::int64_t>(c)).contiguous();
    std::vector<std::uint8_t> positive;
    for (std::size_t r = 0; r < records.size(); ++r) {
      positive.push_back(records.labels[r * classes + c]);
    }
    thresholds.push_back(best_f1_threshold({scores.data_ptr<double>(), positive.size()}, positive));
  }
  return thresholds;
}

TaskScore reported_score(const LabelledRecords& records, const at::Tensor& probabilities,
                         std::vector<double> thresholds, const ProbeOptions& options) {
  const auto predictions = predictions_of(records, probabilities, std::move(thresholds));
  TaskScore score = score_task(predictions, options.draws, 1);
  if (options.challenge) {
    score.challenge = challenge_interval(*options.challenge, predictions, options.draws, 1);
  }
  return score;
}

std::string text_of_leads(const std::vector<Lead>& leads) {
  std::string text;
  for (const Lead lead : leads) text += (text.empty() ? "" : "+") + std::string(lead_name(lead));
  return text.empty() ? "all" : text;
}

}  // namespace ecg
