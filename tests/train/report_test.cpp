// Tables and pages of results, and comparisons.

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "core/philox.h"
#include "downstream/comparison.h"
#include "downstream/patient_records.h"
#include "downstream/probe_report.h"

using namespace ecg;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;

namespace {

ProbeRow row_of(const std::string& encoder, std::uint64_t seed, double fraction) {
  RandomStream random({seed, 0, 0, 0, RandomPurpose::kTest});
  Predictions p;
  p.classes = {"A, or so", "never"};
  p.thresholds = {0.5, 0.5};
  for (int r = 0; r < 300; ++r) {
    const bool a = random.bernoulli(0.3);
    p.labels.insert(p.labels.end(), {a, 0});
    p.probabilities.insert(p.probabilities.end(), {0.4 * a + 0.6 * random.uniform(), 0.1});
    p.patients.push_back(std::to_string(r));
  }
  ProbeRow row;
  row.encoder = encoder;
  row.head = "linear";
  row.leads = "all";
  row.seed = seed;
  row.fraction = fraction;
  row.score = score_task(p, 50, 1);
  return row;
}

}  // namespace

TEST_CASE("Rows come back from JSON with their curves, NaN included") {
  std::vector<ProbeRow> rows{row_of("one", 1, 1), row_of("two", 2, 0.1)};
  rows[1].score.challenge = Interval{0.5, 0.4, 0.6};
  const auto back = rows_from_json(json_of_rows(rows), "test");
  REQUIRE(back);
  REQUIRE(back->size() == 2);
  const ProbeRow& first = (*back)[0];
  CHECK(first.score.macro_auroc.low == rows[0].score.macro_auroc.low);
  CHECK(std::isnan(first.score.classes[1].auroc));
  CHECK(first.score.classes[0].roc.size() <= kRocPoints);
  CHECK(first.score.classes[0].roc.back().true_positive_rate == Approx(1));
  CHECK(first.score.classes[0].reliability.size() == 10);
  CHECK_FALSE(first.score.challenge);
  CHECK((*back)[1].score.challenge->high == 0.6);
  CHECK(first.score.auroc_resamples.size() == 50);
  CHECK(first.score.auroc_resamples[7] == Approx(rows[0].score.auroc_resamples[7]).margin(1e-6));
  CHECK(json_of_rows(*back) == json_of_rows(rows));
  CHECK(rows_from_json("{}", "test").error().code == ErrorCode::kBadHeader);
  CHECK(rows_from_json("[{}]", "test").error().code == ErrorCode::kBadHeader);
}

TEST_CASE("A table of classes marks those with few positives") {
  const ProbeRow row = row_of("one", 1, 1);
  CHECK_THAT(text_of_classes(row), ContainsSubstring("0*") && ContainsSubstring("unsure"));
  const std::string csv = csv_of_classes({row});
  CHECK_THAT(csv, ContainsSubstring("\"A, or so\""));
  CHECK_THAT(csv, ContainsSubstring(",never,0,1,"));
}

TEST_CASE("A comparison gathers the seeds of a system, best first") {
  std::vector<ProbeRow> rows{row_of("weak", 1, 1), row_of("strong", 1, 1), row_of("strong", 2, 1),
                             row_of("strong", 1, 0.1)};
  rows[0].score.macro_auroc = {0.6, 0.5, 0.7};
  rows[1].score.macro_auroc = {0.8, 0.7, 0.9};
  rows[2].score.macro_auroc = {0.9, 0.8, 1.0};
  const auto cells = compared_cells(rows);
  REQUIRE(cells.size() == 3);
  CHECK(cells[1].name == "strong");
  CHECK(cells[1].auroc.value == Approx(0.85));
  CHECK(cells[1].auroc.low == Approx(0.75));
  CHECK(cells[1].auroc_deviation == Approx(std::sqrt(0.005)));
  CHECK(std::isnan(cells[0].auroc_deviation));
  const std::vector<PretrainingCost> costs{{"strong", 1, 1000, 10, 320, 4.0},
                                           {"strong", 2, 1000, 30, 960, 4.0}};
  const std::string text = text_of_comparison(cells, costs);
  CHECK(text.find("strong") < text.find("weak"));
  const std::string csv = csv_of_comparison(cells, costs);
  CHECK_THAT(csv, ContainsSubstring(",1000,20,4,160\n"));
  CHECK_THAT(json_of_comparison(cells, costs), ContainsSubstring("\"records_seen\": 960"));
}

TEST_CASE("A difference is drawn with the same patients, and surer than its figures") {
  // Of the same 300 records, what `better` is told has a little less noise.
  const auto scored = [](const char* name, double noise) {
    RandomStream random({5, 0, 0, 0, RandomPurpose::kTest});
    Predictions p;
    p.classes = {"a"};
    p.thresholds = {0.5};
    for (int r = 0; r < 300; ++r) {
      const bool a = random.bernoulli(0.3);
      p.labels.push_back(a);
      p.probabilities.push_back(0.3 * a + noise * random.uniform());
      p.patients.push_back(std::to_string(r));
    }
    ProbeRow row;
    row.encoder = name;
    row.head = "linear";
    row.leads = "all";
    row.score = score_task(p, 400, 1);
    return row;
  };
  const std::vector<ProbeRow> rows{scored("first", 0.55), scored("better", 0.5),
                                   scored("the same", 0.55)};
  const auto cells = compared_cells(rows);
  CHECK_FALSE(cells[0].difference);
  REQUIRE(cells[1].difference);
  CHECK(cells[1].difference->value == Approx(cells[1].auroc.value - cells[0].auroc.value));
  CHECK(cells[1].difference->low > 0);
  CHECK(cells[1].auroc.low < cells[0].auroc.value);  // their own intervals overlap
  CHECK(cells[2].difference->low == 0);
  CHECK(cells[2].difference->high == 0);
  const std::string text = text_of_comparison(cells, {});
  CHECK_THAT(text, ContainsSubstring("less that of first"));
  CHECK(text.find("not told apart") > text.find("the same      "));
  auto fewer = rows;
  fewer[1].score.auroc_resamples.pop_back();
  CHECK_FALSE(compared_cells(fewer)[1].difference);
}

TEST_CASE("Dates become seconds") {
  CHECK(seconds_from_date("1970-01-02 00:00:01") == 86401.0);
  CHECK(seconds_from_date("1984-11-09 09:17:34") == 468839854.0);
  CHECK(seconds_from_date("2000-03-01") == 951868800.0);
  CHECK(seconds_from_date("2000-03-01T01:00:00") == 951872400.0);
  CHECK_FALSE(seconds_from_date("yesterday"));
  CHECK_FALSE(seconds_from_date("2000-13-01"));
}
