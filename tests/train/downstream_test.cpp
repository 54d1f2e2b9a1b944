// What an encoder is worth: figures against values worked out by hand, heads against their own
// optimality conditions, labels and folds as data sets write them.

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "core/philox.h"
#include "corpus/failure.h"
#include "downstream/features.h"
#include "downstream/labels.h"
#include "downstream/linear_probe.h"
#include "downstream/metrics.h"
#include "downstream/nearest_neighbours.h"
#include "downstream/probe.h"
#include "downstream/probe_report.h"
#include "downstream/task_score.h"
#include "objective/hybrid_system.h"
#include "toy.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Approx;

TEST_CASE("AUROC counts pairs, ties one half") {
  // Pairs (positive, negative): 0.9 beats both; 0.4 beats 0.1 and ties with 0.4: 3.5 of 4.
  const std::vector<double> scores{0.9, 0.4, 0.4, 0.1};
  const std::vector<std::uint8_t> labels{1, 1, 0, 0};
  CHECK(auroc(scores, labels) == Approx(3.5 / 4));
  CHECK(std::isnan(auroc(scores, std::vector<std::uint8_t>{1, 1, 1, 1})));
  CHECK(std::isnan(auroc(scores, std::vector<std::uint8_t>{0, 0, 0, 0})));
}

TEST_CASE("AUROC equals the count over all pairs, and weights equal repetition") {
  RandomStream random({3, 0, 0, 0, RandomPurpose::kTest});
  std::vector<double> scores, repeated_scores;
  std::vector<std::uint8_t> labels, repeated_labels;
  std::vector<std::uint32_t> weights;
  for (int i = 0; i < 60; ++i) {
    scores.push_back(random.below(20) / 20.0);  // many ties
    labels.push_back(random.bernoulli(0.4));
    weights.push_back(random.below(4));
    for (std::uint32_t w = 0; w < weights.back(); ++w) {
      repeated_scores.push_back(scores.back());
      repeated_labels.push_back(labels.back());
    }
  }
  double won = 0, pairs = 0;
  for (std::size_t p = 0; p < scores.size(); ++p) {
    for (std::size_t n = 0; n < scores.size(); ++n) {
      if (labels[p] == 0 || labels[n] == 1) continue;
      ++pairs;
      won += scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? 0.5 : 0;
    }
  }
  CHECK(auroc(scores, labels) == Approx(won / pairs));
  const RankedScores ranked(scores, labels);
  CHECK(ranked.auroc(weights) == Approx(auroc(repeated_scores, repeated_labels)));
  CHECK(ranked.average_precision(weights) ==
        Approx(average_precision(repeated_scores, repeated_labels)));
}

TEST_CASE("Average precision adds precision at every gain in recall") {
  // From the top: hit (1/1), miss, hit (2/3), miss -> (1 + 2/3) / 2.
  CHECK(average_precision(std::vector<double>{4, 3, 2, 1}, std::vector<std::uint8_t>{1, 0, 1, 0}) ==
        Approx((1 + 2.0 / 3) / 2));
  // A tie of everything has the precision of guessing.
  CHECK(average_precision(std::vector<double>{1, 1, 1, 1}, std::vector<std::uint8_t>{1, 0, 0, 0}) ==
        Approx(0.25));
}

TEST_CASE("F1 and its best threshold") {
  const std::vector<double> scores{0.9, 0.8, 0.3, 0.2};
  const std::vector<std::uint8_t> labels{1, 0, 1, 0};
  CHECK(f1_score(scores, labels, 0.5) == Approx(2.0 * 1 / (2 + 2)));
  CHECK(best_f1_threshold(scores, labels) == 0.3);
  CHECK(f1_score(scores, labels, 0.3) == Approx(2.0 * 2 / (3 + 2)));
  CHECK(f1_score(scores, labels, 2) == 0);
  CHECK(std::isnan(f1_score(scores, std::vector<std::uint8_t>{0, 0, 0, 0}, 0.5)));
}

TEST_CASE("The calibration error is 0 for honest and the gap for boastful probabilities") {
  const std::vector<double> quarter(8, 0.25), certain(8, 0.99);
  const std::vector<std::uint8_t> labels{1, 0, 0, 0, 1, 0, 0, 0};
  CHECK(calibration_error(quarter, labels) == Approx(0).margin(1e-12));
  CHECK(calibration_error(certain, labels) == Approx(0.74));
}

TEST_CASE("Intervals hold the figure, repeat exactly, and widen when records share patients") {
  RandomStream random({5, 0, 0, 0, RandomPurpose::kTest});
  Predictions p;
  p.classes = {"A", "rare"};
  p.thresholds = {0.5, 0.5};
  for (int r = 0; r < 400; ++r) {
    const bool a = random.bernoulli(0.5);
    p.labels.insert(p.labels.end(), {a, r < 3});
    p.probabilities.insert(p.probabilities.end(),
                           {0.5 + (a ? 0.1 : -0.1) + 0.15 * random.normal(), random.uniform()});
    p.patients.push_back("p" + std::to_string(r));
  }
  const TaskScore score = score_task(p, 500, 1);
  CHECK(score.records == 400);
  CHECK(score.patients == 400);
  CHECK(score.macro_auroc.low < score.macro_auroc.value);
  CHECK(score.macro_auroc.value < score.macro_auroc.high);
  CHECK(score.macro_auroc.value == Approx((score.classes[0].auroc + score.classes[1].auroc) / 2));
  CHECK_FALSE(score.classes[0].few);
  CHECK(score.classes[1].few);
  CHECK(score_task(p, 500, 1).macro_auroc.low == score.macro_auroc.low);
  CHECK(score_task(p, 500, 2).macro_auroc.low != score.macro_auroc.low);
  Predictions repeated = p;  // every record four times over says nothing new
  for (int copy = 0; copy < 3; ++copy) {
    repeated.labels.insert(repeated.labels.end(), p.labels.begin(), p.labels.end());
    repeated.probabilities.insert(repeated.probabilities.end(), p.probabilities.begin(),
                                  p.probabilities.end());
    repeated.patients.insert(repeated.patients.end(), p.patients.begin(), p.patients.end());
  }
  const TaskScore again = score_task(repeated, 500, 1);
  CHECK(again.macro_auroc.low == Approx(score.macro_auroc.low));
  CHECK(again.macro_auroc.high == Approx(score.macro_auroc.high));
}

TEST_CASE("The linear probe stands at its optimum") {
  at::manual_seed(1);
  const auto x = at::randn({300, 5}) * at::tensor({1.0f, 10.0f, 0.1f, 1.0f, 1.0f}) + 3;
  const auto y = at::stack({(x.select(1, 1) + 5 * at::randn({300}) > 3), (x.select(1, 0) > 2.9)}, 1)
                     .to(at::kDouble);
  const double l2 = 1e-2;
  const LinearProbe probe = fit_linear_probe(x, y, l2);
  const auto z = (x.to(at::kDouble) - probe.mean) / probe.scale;
  const auto residual = probe.probabilities(x) - y;
  const auto gradient = z.t().mm(residual) / 300 + l2 * probe.weight;
  CHECK(gradient.abs().max().item<double>() < 1e-8);
  CHECK(residual.mean(0).abs().max().item<double>() < 1e-8);
}

TEST_CASE("The linear probe survives separable classes, constant features and one-sided labels") {
  const auto x = at::cat({at::arange(-10, 10).to(at::kFloat).unsqueeze(1), at::ones({20, 1})}, 1);
  const auto y = at::stack({(x.select(1, 0) > 0).to(at::kDouble), at::zeros({20}, at::kDouble)}, 1);
  const auto answer = fit_linear_probe(x, y, 1e-4).probabilities(x);
  CHECK(answer.isfinite().all().item<bool>());
  CHECK(((answer.select(1, 0) > 0.5).to(at::kDouble) - y.select(1, 0)).abs().sum().item<double>() ==
        0);
  CHECK(answer.select(1, 1).max().item<double>() < 0.05);
  CHECK_THROWS_AS(fit_linear_probe(x.narrow(0, 0, 0), y.narrow(0, 0, 0), 1), Failure);
}

TEST_CASE("Neighbours vote by likeness, not by length") {
  const auto train = at::tensor({1.0f, 0.0f, 0.0f, 1.0f}).view({2, 2});
  const auto labels = at::tensor({1.0, 0.0}, at::kDouble).view({2, 1});
  const auto queries = at::tensor({100.0f, 1.0f, 0.01f, 1.0f}).view({2, 2});
  const auto answer = neighbour_probabilities(train, labels, queries, 50);
  CHECK(answer[0][0].item<double>() > 0.99);
  CHECK(answer[1][0].item<double>() < 0.01);
  CHECK(neighbour_probabilities(train, labels, queries, 1)[0][0].item<double>() == Approx(1));
}

TEST_CASE("Codes of PTB-XL are read from its dictionary text") {
  CHECK(*codes_from_scp("{'NORM': 100.0, 'SR': 0.0}") == std::vector<std::string>{"NORM", "SR"});
  CHECK(codes_from_scp("{}")->empty());
  CHECK(codes_from_scp("{'NORM: 1}").error().code == ErrorCode::kBadValue);
}

namespace {

// A corpus of simulated records and a table that gives each a fold and a label.
struct LabelledToy {
  TemporaryFolder folder;
  LabelSource source;
  LabelledToy() {
    make_toy_corpus(folder / "corpus", 40);
    const Corpus corpus = open();
    std::string table = "file,who,fold,label,scp_codes\n";
    for (std::size_t i = 1; i < corpus.index().size(); ++i) {  // the first has no row
      const auto& entry = corpus.index()[i];
      const char* label = i == 1 ? "" : i % 2 ? "odd|any" : "any";
      const char* codes =
          i % 2 ? "\"{'NORM': 100.0, 'SR': 0.0}\"" : "\"{'IMI': 15.0, 'AFIB': 0.0}\"";
      table += std::string(entry.name) + "," + std::string(entry.patient) + "," +
               std::to_string(1 + i % 4) + "," + label + "," + codes + "\n";
    }
    write_text_file(folder / "labels.csv", table);
    write_text_file(folder / "statements.csv",
                    ",diagnostic,form,rhythm,diagnostic_class,diagnostic_subclass\n"
                    "NORM,1.0,,,NORM,NORM\nIMI,1.0,,,MI,IMI\nSR,,,1.0,,\nAFIB,,,1.0,,\n");
    source = {folder / "labels.csv", "file", "who", "fold", "label", {}};
  }
  Corpus open() const { return value_or_throw(Corpus::open(folder / "corpus")); }
};

// The four folds of LabelledToy.
ProbeOptions toy_folds() {
  ProbeOptions options;
  options.train_folds = {1, 2};
  options.choose_folds = {3};
  options.report_folds = {4};
  return options;
}

}  // namespace

TEST_CASE("Labels join the corpus by record name, and what is left out is counted") {
  const LabelledToy toy;
  const Corpus corpus = toy.open();
  const auto records = value_or_throw(label_records(corpus, toy.source));
  CHECK(records.classes == std::vector<std::string>{"any", "odd"});
  CHECK(records.size() == 38);
  CHECK(records.without_label == 1);
  CHECK(records.without_row == 1);
  for (std::size_t r = 0; r < records.size(); ++r) {
    CHECK(records.labels[2 * r] == 1);
    CHECK(records.labels[2 * r + 1] == records.positions[r] % 2);
    CHECK(records.folds[r] == static_cast<int>(1 + records.positions[r] % 4));
  }
  LabelSource wrong = toy.source;
  wrong.task = "lable";
  CHECK_THAT(label_records(corpus, wrong).error().hint,
             Catch::Matchers::ContainsSubstring("label"));
}

TEST_CASE("Tasks of PTB-XL come from its codes and statements") {
  const LabelledToy toy;
  LabelSource source = toy.source;
  source.statements = toy.folder / "statements.csv";
  const auto classes = [&](const char* task) {
    source.task = task;
    return value_or_throw(label_records(toy.open(), source)).classes;
  };
  CHECK(classes("superdiagnostic") == std::vector<std::string>{"MI", "NORM"});
  CHECK(classes("subdiagnostic") == std::vector<std::string>{"IMI", "NORM"});
  CHECK(classes("rhythm") == std::vector<std::string>{"AFIB", "SR"});
  CHECK(classes("all") == std::vector<std::string>{"AFIB", "IMI", "NORM", "SR"});
  source.task = "everything";
  CHECK(label_records(toy.open(), source).error().code == ErrorCode::kNotFound);
}

TEST_CASE("A label fraction takes whole patients, nested and by seed") {
  LabelledRecords records;
  records.classes = {"A"};
  for (std::uint32_t r = 0; r < 100; ++r) {
    records.positions.push_back(r);
    records.patients.push_back("p" + std::to_string(r / 2));
    records.folds.push_back(1);
    records.labels.push_back(r % 3 == 0);
  }
  const auto tenth = label_fraction(records, 0.1, 1), half = label_fraction(records, 0.5, 1);
  CHECK(tenth.size() == 10);
  CHECK(half.size() == 50);
  CHECK(label_fraction(records, 1, 1).size() == 100);
  for (std::size_t r = 0; r < tenth.size(); r += 2)
    CHECK(tenth.patients[r] == tenth.patients[r + 1]);
  for (const std::uint32_t position : tenth.positions) {
    CHECK(std::count(half.positions.begin(), half.positions.end(), position) == 1);
  }
  CHECK(label_fraction(records, 0.1, 2).positions != tenth.positions);
}

TEST_CASE("Features ignore leads that are not asked for") {
  const LabelledToy toy;
  const Corpus corpus = toy.open();
  HybridSystem model(toy_config());
  const std::vector<std::uint32_t> records{3, 5, 7};
  const auto all = encoder_features(model, corpus, records, {}, at::kCPU);
  const auto lead_i = encoder_features(model, corpus, records, {Lead::kI}, at::kCPU);
  CHECK(all.sizes() == at::IntArrayRef({3, toy_config().model.width}));
  CHECK_FALSE(all.allclose(lead_i));
  // One record at a time gives the same: nothing leaks between the records of a batch.
  const auto alone = encoder_features(model, corpus, std::vector<std::uint32_t>{5}, {}, at::kCPU);
  CHECK(all[1].allclose(alone[0], 1e-5, 1e-6));
}

TEST_CASE("A probe refuses patients in two groups and records the encoder has seen") {
  const LabelledToy toy;
  const Corpus corpus = toy.open();
  auto records = value_or_throw(label_records(corpus, toy.source));
  ProbeOptions options = toy_folds();
  CHECK(check_probe(corpus, records, options, "another"));
  CHECK(check_probe(corpus, records, options, corpus.info().data_hash).error().code ==
        ErrorCode::kInconsistent);
  const auto in_fold = [&](int fold) {
    return static_cast<std::size_t>(std::find(records.folds.begin(), records.folds.end(), fold) -
                                    records.folds.begin());
  };
  records.patients[in_fold(4)] = records.patients[in_fold(1)];
  CHECK(check_probe(corpus, records, options, "another").error().code == ErrorCode::kInconsistent);
  options.report_folds = {9};
  CHECK(check_probe(corpus, records, options, "another").error().code ==
        ErrorCode::kInsufficientData);
}

TEST_CASE("A probe finds what features hold") {
  const LabelledToy toy;
  const Corpus corpus = toy.open();
  auto records = value_or_throw(label_records(corpus, toy.source));
  ProbeOptions options = toy_folds();
  options.fractions = {1, 0.5};
  options.draws = 50;
  std::vector<NamedEncoder> encoders{{"toy", make_system(toy_config())}};
  const auto features =
      encoder_features(*encoders[0].model, corpus, records.positions, {}, at::kCPU);
  const auto direction = features.select(1, 0);
  const double middle = direction.median().item<double>();
  records.classes = {"in the features"};
  records.labels.clear();
  for (std::int64_t r = 0; r < direction.size(0); ++r) {
    records.labels.push_back(direction[r].item<double>() > middle);
  }
  std::size_t told = 0;
  const auto rows = run_probe(encoders, corpus, records, options, [&](const ProbeRow&) { ++told; });
  REQUIRE(rows.size() == 4);  // two fractions x two heads
  CHECK(told == 4);
  CHECK(rows[0].score.macro_auroc.value > 0.8);
  const auto to_train = static_cast<std::int64_t>(records.of_folds({1, 2}).size());
  CHECK(rows[0].train_records == to_train);
  CHECK(rows[2].train_records == (to_train + 1) / 2);
  CHECK(csv_of_rows(rows).find("toy,linear,all,1,1," + std::to_string(to_train) + ",") !=
        std::string::npos);
  CHECK(json_of_rows(rows).find("\"choose_macro_auroc\"") != std::string::npos);
}
