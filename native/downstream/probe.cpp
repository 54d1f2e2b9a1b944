#include "downstream/probe.h"

#include <ATen/ATen.h>

#include <cmath>

#include "corpus/failure.h"
#include "downstream/features.h"
#include "downstream/linear_probe.h"
#include "downstream/nearest_neighbours.h"
#include "downstream/tensor_scores.h"

namespace ecg {
namespace {

constexpr std::int64_t kNeighbours[] = {5, 10, 20, 50};

/// Features and labels of a group of records.
struct Group {
  LabelledRecords records;
  at::Tensor features;  // [records, width]
  at::Tensor labels;    // [records, classes] float64
};

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
  const auto thresholds = thresholds_on(choose.records, best.narrow(0, 0, chosen_records));
  const auto answer = best.narrow(0, chosen_records, report.features.size(0));
  row.score = reported_score(report.records, answer, thresholds, options);
  row.train_records = train.features.size(0);
  return row;
}

}  // namespace

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
