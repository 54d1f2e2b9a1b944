#include "downstream/probe.h"

#include <ATen/ATen.h>

#include <cmath>
#include <map>

#include "corpus/failure.h"
#include "downstream/features.h"
#include "downstream/linear_probe.h"
#include "downstream/metrics.h"
#include "downstream/nearest_neighbours.h"

namespace ecg {
namespace {

constexpr std::int64_t kNeighbours[] = {5, 10, 20, 50};

/// Features and labels of a group of records.
struct Group {
  LabelledRecords records;
  at::Tensor features;  // [records, width]
  at::Tensor labels;    // [records, classes] float64
};

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

std::vector<double> thresholds_on(const Group& group, const at::Tensor& probabilities) {
  std::vector<double> thresholds;
  for (std::int64_t c = 0; c < group.labels.size(1); ++c) {
    const auto scores = probabilities.select(1, c).contiguous();
    std::vector<std::uint8_t> positive;
    for (std::size_t r = 0; r < group.records.size(); ++r) {
      positive.push_back(
          group.records.labels[r * group.records.classes.size() + static_cast<std::size_t>(c)]);
    }
    thresholds.push_back(best_f1_threshold({scores.data_ptr<double>(), positive.size()}, positive));
  }
  return thresholds;
}

/// A head with one number to choose.
struct Head {
  const char* name;
  std::vector<double> candidates;
  // Probabilities for other features, after fitting to a training group.
  std::function<at::Tensor(const Group& train, double candidate, const at::Tensor& features)>
      answer;
};

std::vector<Head> heads() {
  const auto linear = [](const Group& train, double strength, const at::Tensor& features) {
    return fit_linear_probe(train.features, train.labels, strength).probabilities(features);
  };
  const auto neighbours = [](const Group& train, double k, const at::Tensor& features) {
    return neighbour_probabilities(train.features, train.labels, features,
                                   static_cast<std::int64_t>(k));
  };
  return {{"linear", probe_strengths(), linear},
          {"neighbours", {std::begin(kNeighbours), std::end(kNeighbours)}, neighbours}};
}

// Chooses the candidate on `choose`, reports on `report`.
ProbeRow probe_head(const Head& head, const Group& train, const Group& choose, const Group& report,
                    const ProbeOptions& options) {
  ProbeRow row;
  row.head = head.name;
  row.choose_auroc = -1;
  const auto both = at::cat({choose.features, report.features});
  const auto chosen_records = choose.features.size(0);
  at::Tensor best;
  for (const double candidate : head.candidates) {
    const auto answer = head.answer(train, candidate, both);
    const double figure = macro_auroc(choose.records, answer.narrow(0, 0, chosen_records));
    if (!(figure > row.choose_auroc)) continue;
    row.choose_auroc = figure;
    row.chosen = candidate;
    best = answer;
  }
  if (!best.defined()) {
    throw Failure({ErrorCode::kInsufficientData,
                   "no class has both outcomes in the folds to choose on",
                   "name more folds to choose on",
                   {},
                   {}});
  }
  const auto thresholds = thresholds_on(choose, best.narrow(0, 0, chosen_records));
  const auto answer = best.narrow(0, chosen_records, report.features.size(0));
  row.score = score_task(predictions_of(report.records, answer, thresholds), options.draws, 1);
  row.train_records = train.features.size(0);
  return row;
}

std::string text_of_leads(const std::vector<Lead>& leads) {
  std::string text;
  for (const Lead lead : leads) text += (text.empty() ? "" : "+") + std::string(lead_name(lead));
  return text.empty() ? "all" : text;
}

}  // namespace

Result<void> check_probe(const Corpus& corpus, const LabelledRecords& records,
                         const ProbeOptions& options, const std::string& pretraining_data_hash) {
  std::map<std::string, std::string> group_of;
  const auto check_group = [&](const char* name, const std::vector<int>& folds) -> Result<void> {
    const LabelledRecords group = records.of_folds(folds);
    if (group.size() == 0) {
      return Error{ErrorCode::kInsufficientData,
                   std::string("no labelled record in the folds to ") + name,
                   "check the fold column and the folds",
                   {},
                   {}};
    }
    for (const std::string& patient : group.patients) {
      const auto& first = group_of.emplace(patient, name).first->second;
      if (first == name) continue;
      return Error{
          ErrorCode::kInconsistent,
          "patient " + patient + " is in the folds to " + first + " and in those to " + name,
          "folds must keep a patient's records together",
          {},
          {}};
    }
    return {};
  };
  if (auto ok = check_group("train", options.train_folds); !ok) return ok;
  if (auto ok = check_group("choose", options.choose_folds); !ok) return ok;
  if (auto ok = check_group("report", options.report_folds); !ok) return ok;
  if (corpus.info().data_hash != pretraining_data_hash) return {};
  const LabelledRecords reported = records.of_folds(options.report_folds);
  for (const std::uint32_t position : reported.positions) {
    if (corpus.index()[position].split != Split::kTrain) continue;
    return Error{ErrorCode::kInconsistent,
                 "the encoder was pretrained on record " +
                     std::string(corpus.index()[position].name) +
                     ", which is to be reported on",
                 "pretrain on a corpus whose training split leaves these folds out",
                 {},
                 {}};
  }
  return {};
}

std::vector<ProbeRow> run_probe(std::vector<NamedEncoder>& encoders, const Corpus& corpus,
                                const LabelledRecords& records, const ProbeOptions& options,
                                const std::function<void(const ProbeRow&)>& say) {
  std::vector<ProbeRow> rows;
  const auto all_heads = heads();
  for (NamedEncoder& encoder : encoders) {
    for (const auto& leads : options.lead_sets) {
      const auto group_of = [&](LabelledRecords part) {
        auto features = encoder_features(*encoder.model, corpus, part.positions, leads, at::kCPU);
        auto labels = label_tensor(part);
        return Group{std::move(part), std::move(features), std::move(labels)};
      };
      const Group choose = group_of(records.of_folds(options.choose_folds));
      const Group report = group_of(records.of_folds(options.report_folds));
      const LabelledRecords every = records.of_folds(options.train_folds);
      for (const double fraction : options.fractions) {
        for (const std::uint64_t seed : options.seeds) {
          if (fraction >= 1 && seed != options.seeds.front()) continue;  // the same records again
          const Group train = group_of(label_fraction(every, fraction, seed));
          for (const Head& head : all_heads) {
            ProbeRow row = probe_head(head, train, choose, report, options);
            row.encoder = encoder.name;
            row.leads = text_of_leads(leads);
            row.fraction = fraction;
            row.seed = seed;
            if (say) say(row);
            rows.push_back(std::move(row));
          }
        }
      }
    }
  }
  return rows;
}

}  // namespace ecg
