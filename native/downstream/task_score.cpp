#include "downstream/task_score.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ecg {
namespace {

/// One class's column of the predictions.
struct Column {
  std::vector<double> probabilities;
  std::vector<std::uint8_t> labels;
  double threshold = 0.5;
  RankedScores ranked;
};

std::vector<Column> columns_of(const Predictions& p) {
  std::vector<Column> columns;
  const std::size_t classes = p.classes.size();
  for (std::size_t c = 0; c < classes; ++c) {
    std::vector<double> probabilities(p.records());
    std::vector<std::uint8_t> labels(p.records());
    for (std::size_t r = 0; r < p.records(); ++r) {
      probabilities[r] = p.probabilities[r * classes + c];
      labels[r] = p.labels[r * classes + c];
    }
    RankedScores ranked(probabilities, labels);
    columns.push_back(
        {std::move(probabilities), std::move(labels), p.thresholds[c], std::move(ranked)});
  }
  return columns;
}

double weighted_f1(const Column& column, std::span<const std::uint32_t> weights) {
  double hits = 0, called = 0, positives = 0, records = 0;
  for (std::size_t r = 0; r < weights.size(); ++r) {
    const double w = weights[r];
    const bool yes = column.probabilities[r] >= column.threshold, truth = column.labels[r] != 0;
    records += w;
    called += yes ? w : 0;
    positives += truth ? w : 0;
    hits += yes && truth ? w : 0;
  }
  const bool defined = positives > 0 && positives < records;
  return defined ? 2 * hits / (called + positives) : std::numeric_limits<double>::quiet_NaN();
}

/// Mean of what is defined.
class Mean {
 public:
  void add(double value) {
    if (std::isnan(value)) return;
    sum_ += value;
    ++count_;
  }
  double value() const {
    return count_ > 0 ? sum_ / count_ : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  double sum_ = 0;
  int count_ = 0;
};

/// Macro figures of one resample.
struct MacroFigures {
  double auroc, auprc, f1;
};

MacroFigures macro_figures(const std::vector<Column>& columns,
                           std::span<const std::uint32_t> weights) {
  Mean auroc, auprc, f1;
  for (const Column& column : columns) {
    auroc.add(column.ranked.auroc(weights));
    auprc.add(column.ranked.average_precision(weights));
    f1.add(weighted_f1(column, weights));
  }
  return {auroc.value(), auprc.value(), f1.value()};
}

std::vector<MacroFigures> resampled_figures(const std::vector<Column>& columns,
                                            PatientBootstrap& bootstrap, std::size_t draws) {
  std::vector<MacroFigures> figures;
  for (std::size_t draw = 0; draw < draws && bootstrap.patient_count() > 0; ++draw) {
    figures.push_back(macro_figures(columns, bootstrap.weights(draw)));
  }
  return figures;
}

ClassScore score_class(const std::string& name, const Column& column) {
  ClassScore score;
  score.name = name;
  score.positives = std::count(column.labels.begin(), column.labels.end(), std::uint8_t{1});
  score.auroc = auroc(column.probabilities, column.labels);
  score.auprc = average_precision(column.probabilities, column.labels);
  score.f1 = f1_score(column.probabilities, column.labels, column.threshold);
  score.threshold = column.threshold;
  score.roc = roc_points(column.probabilities, column.labels);
  score.reliability = reliability_bins(column.probabilities, column.labels, 10);
  score.few = score.positives < kFewPositives;
  return score;
}

}  // namespace

TaskScore score_task(const Predictions& predictions, std::size_t draws, std::uint64_t seed) {
  const auto columns = columns_of(predictions);
  TaskScore score;
  score.records = static_cast<std::int64_t>(predictions.records());
  PatientBootstrap bootstrap(predictions.patients, seed);
  const auto resamples = resampled_figures(columns, bootstrap, draws);
  score.patients = bootstrap.patient_count();
  const auto whole = macro_figures(columns, std::vector<std::uint32_t>(predictions.records(), 1));
  const auto interval = [&](double MacroFigures::*figure) {
    std::vector<double> values;
    for (const MacroFigures& resample : resamples) values.push_back(resample.*figure);
    return percentile_interval(whole.*figure, std::move(values));
  };
  score.macro_auroc = interval(&MacroFigures::auroc);
  for (const MacroFigures& resample : resamples) score.auroc_resamples.push_back(resample.auroc);
  score.macro_auprc = interval(&MacroFigures::auprc);
  score.macro_f1 = interval(&MacroFigures::f1);
  Mean calibration;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    score.classes.push_back(score_class(predictions.classes[c], columns[c]));
    calibration.add(calibration_error(columns[c].probabilities, columns[c].labels));
  }
  score.calibration_error = calibration.value();
  return score;
}

}  // namespace ecg
