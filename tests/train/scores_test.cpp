// Figures and protocols: against values worked out by hand, and their properties.

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>

#include "core/philox.h"
#include "downstream/challenge_score.h"
#include "downstream/identification.h"
#include "downstream/metrics.h"
#include "downstream/retrieval.h"
#include "support/temporary_folder.h"

using namespace ecg;
using Catch::Approx;

namespace {

std::filesystem::path written(const ecg::test::TemporaryFolder& folder, const std::string& text) {
  const auto path = folder / "table.csv";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

RandomStream random_stream(std::uint64_t seed) {
  return RandomStream({seed, 0, 0, 0, RandomPurpose::kTest});
}

}  // namespace

TEST_CASE("The area under the corners of the ROC is the AUROC") {
  auto random = random_stream(11);
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < 200; ++i) {
    labels.push_back(random.bernoulli(0.3));
    scores.push_back(std::floor(10 * (0.3 * labels.back() + random.uniform())) / 10);
  }
  const auto points = roc_points(scores, labels);
  CHECK(points.front().true_positive_rate == 0);
  CHECK(points.back().true_positive_rate == Approx(1));
  CHECK(points.back().false_positive_rate == Approx(1));
  double area = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    area += (points[i].false_positive_rate - points[i - 1].false_positive_rate) *
            (points[i].true_positive_rate + points[i - 1].true_positive_rate) / 2;
  }
  CHECK(area == Approx(auroc(scores, labels)));
  CHECK(roc_points(scores, std::vector<std::uint8_t>(200, 1)).empty());
}

TEST_CASE("A perfect classifier's ROC has three corners") {
  const std::vector<double> scores{0.9, 0.8, 0.7, 0.2, 0.1, 0.05};
  const std::vector<std::uint8_t> labels{1, 1, 1, 0, 0, 0};
  const auto points = roc_points(scores, labels);
  REQUIRE(points.size() == 3);
  CHECK(points[1].true_positive_rate == 1);
  CHECK(points[1].false_positive_rate == 0);
  CHECK(points[1].threshold == 0.7);
}

TEST_CASE("Reliability bins hold every record once") {
  const std::vector<double> probabilities{0.0, 0.05, 0.55, 1.0};
  const std::vector<std::uint8_t> labels{0, 1, 1, 1};
  const auto bins = reliability_bins(probabilities, labels, 10);
  REQUIRE(bins.size() == 10);
  CHECK(bins[0].records == 2);
  CHECK(bins[0].mean_probability == Approx(0.025));
  CHECK(bins[0].share_positive == Approx(0.5));
  CHECK(bins[5].records == 1);
  CHECK(bins[9].records == 1);  // 1 belongs to the last
  CHECK(bins[1].records == 0);
  CHECK(std::isnan(bins[1].share_positive));
}

namespace {

// Truth and answers of four records over the classes N, A, B; equal names of B in the table.
Predictions challenge_predictions() {
  Predictions p;
  p.classes = {"A", "B2", "N"};
  p.patients = {"p1", "p2", "p3", "p4"};
  p.labels = {1, 0, 0, /**/ 0, 1, 1, /**/ 0, 0, 1, /**/ 0, 0, 0};
  p.probabilities = {0.9, 0.9, 0, /**/ 0, 0.9, 0, /**/ 0.9, 0, 0.9, /**/ 0, 0, 0.9};
  p.thresholds = {0.5, 0.5, 0.5};
  return p;
}

constexpr const char* kWeights = ",N,A,B1|B2\nN,1,0.2,0.3\nA,0.1,1,0.5\nB1|B2,0,0.5,1\n";

}  // namespace

TEST_CASE("The challenge score equals the sums worked out by hand") {
  const ecg::test::TemporaryFolder folder;
  const auto weights = read_challenge_weights(written(folder, kWeights), "N");
  REQUIRE(weights);
  CHECK(weights->classes[2] == std::vector<std::string>{"B1", "B2"});
  const auto gains = challenge_gains(*weights, challenge_predictions());
  // Record 1: truth A, answers A, B: (w_AA + w_AB) / 2 = (1 + 0.5) / 2. Truth: 1. N alone: 0.1 / 2.
  CHECK(gains[0].answer == Approx(0.75));
  CHECK(gains[0].truth == Approx(1));
  CHECK(gains[0].inactive == Approx(0.05));
  // Record 2: truth B, N, answer B: (w_BB + w_NB) / 2; truth: (1 + 1 + 0.3 + 0) / 2; N: (w_NN +
  // w_BN) / 2.
  CHECK(gains[1].answer == Approx(0.65));
  CHECK(gains[1].truth == Approx(1.15));
  CHECK(gains[1].inactive == Approx(0.5));
  // Record 3: truth N, answers A, N.
  CHECK(gains[2].answer == Approx(0.6));
  CHECK(gains[2].inactive == Approx(1));
  // Record 4: no truth of the scored classes.
  CHECK(gains[3].answer == 0);
  const std::vector<std::uint32_t> once(4, 1);
  const double answer = 0.75 + 0.65 + 0.6, truth = 3.15, inactive = 1.55;
  CHECK(challenge_score(gains, once) == Approx((answer - inactive) / (truth - inactive)));
}

TEST_CASE("The truth scores 1 and sinus rhythm for everyone 0") {
  const ecg::test::TemporaryFolder folder;
  const auto weights = read_challenge_weights(written(folder, kWeights), "N");
  REQUIRE(weights);
  Predictions p = challenge_predictions();
  p.probabilities.assign(p.labels.begin(), p.labels.end());
  const auto perfect = challenge_interval(*weights, p, 50, 1);
  CHECK(perfect.value == Approx(1));
  CHECK(perfect.low == Approx(1));
  p.probabilities = {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1};
  CHECK(challenge_interval(*weights, p, 0, 1).value == Approx(0).margin(1e-12));
  p.labels = {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1};
  CHECK(std::isnan(challenge_interval(*weights, p, 0, 1).value));
}

TEST_CASE("A table of rewards that is none is refused") {
  const ecg::test::TemporaryFolder folder;
  const auto error_of = [&](const char* text) {
    return read_challenge_weights(written(folder, text), "N").error().code;
  };
  CHECK(error_of(",N,A\nA,1,0\nN,0,1\n") == ErrorCode::kBadHeader);
  CHECK(error_of(",N,A\nN,1,0\n") == ErrorCode::kBadHeader);
  CHECK(error_of(",N,A\nN,1,x\nA,0,1\n") == ErrorCode::kBadValue);
  CHECK(error_of(",B,A\nB,1,0\nA,0,1\n") == ErrorCode::kNotFound);
}

TEST_CASE("Pairs are of two records of one person, the earliest in the gallery") {
  const std::vector<PatientRecord> records{
      {0, "anna", "r0", 86400.0 * 9}, {1, "anna", "r1", 86400.0 * 2},
      {2, "anna", "r2", 86400.0 * 4}, {3, "ben", "r3", {}},
      {4, "ben", "r3", {}},           {5, "ben", "r5", {}},
      {6, "carl", "r6", {}},          {7, "carl", "r6", {}},
  };
  const auto pairs = identification_pairs(records);
  REQUIRE(pairs);
  CHECK(pairs->gallery == std::vector<std::uint32_t>{1, 3});  // carl has two windows of one record
  REQUIRE(pairs->probes.size() == 2);
  CHECK(pairs->probes[0].position == 2);
  CHECK(pairs->probes[0].gap_days == 2.0);
  CHECK(pairs->probes[1].position == 5);
  CHECK_FALSE(pairs->probes[1].gap_days);
  const auto all = identification_pairs(records, ProbeChoice::kAllLater, true);
  REQUIRE(all);
  CHECK(all->gallery == std::vector<std::uint32_t>{1, 3, 6});
  CHECK(all->probes.size() == 3);
  CHECK(all->probes[1].position == 0);
  CHECK(identification_pairs(std::span(records).last(2)).error().code ==
        ErrorCode::kInsufficientData);
}

TEST_CASE("Identification and verification are counted as defined") {
  IdentificationPairs pairs;
  pairs.gallery = {0, 1, 2};
  pairs.patients = {"a", "b", "c"};
  pairs.probes = {{3, 0, 1.0}, {4, 1, 5.0}, {5, 2, {}}};
  // Probe 0 finds itself; probe 1 is taken for c; probe 2 ties with a, which counts against it.
  const std::vector<double> similarity{0.9, 0.1, 0.2, /**/ 0.3, 0.5, 0.6, /**/ 0.7, 0.0, 0.7};
  const auto score = score_identification(pairs, similarity, 200, 3);
  CHECK(score.gallery == 3);
  CHECK(score.top1.value == Approx(1.0 / 3));
  CHECK(score.top5.value == Approx(1));
  CHECK(score.median_gap_days == 3.0);
  // Same: 0.9 0.5 0.7; different: 0.1 0.2 0.3 0.6 0.7 0.0. 0.9 wins 6, 0.7 wins 5.5, 0.5 wins 4.
  CHECK(score.auroc.value == Approx(15.5 / 18));
  // From the top: after 0.9 (0, 2/3); after the tie at 0.7 (1/6, 1/3); after 0.6 (1/3, 1/3).
  CHECK(score.equal_error_rate.value == Approx(1.0 / 3));
  CHECK(score.top1.low <= score.top1.value);
  CHECK(score.top1.value <= score.top1.high);
}

TEST_CASE("The equal error rate lies between corners where the curve crosses there") {
  IdentificationPairs pairs;
  pairs.gallery = {0, 1};
  pairs.patients = {"a", "b"};
  pairs.probes = {{2, 0, {}}, {3, 1, {}}};
  // All alike: the curve is the straight line, half and half.
  const auto blind = score_identification(pairs, std::vector<double>(4, 0.5), 0, 1);
  CHECK(blind.equal_error_rate.value == Approx(0.5));
  CHECK(blind.auroc.value == Approx(0.5));
  CHECK(blind.top1.value == 0);
  const auto sure = score_identification(pairs, std::vector<double>{1, 0, 0, 1}, 0, 1);
  CHECK(sure.equal_error_rate.value == Approx(0).margin(1e-12));
  CHECK(sure.auroc.value == Approx(1));
  CHECK(sure.top1.value == 1);
}

TEST_CASE("Retrieval counts what carries the label, never the same person") {
  const std::vector<std::string> classes{"A", "B", "C"};
  const LabelledSet queries{{"p1", "p2"}, {1, 0, 0, /**/ 1, 1, 0}};
  const LabelledSet gallery{{"p1", "p3", "p4", "p5"},
                            {1, 0, 0, /**/ 1, 0, 0, /**/ 0, 1, 0, /**/ 1, 1, 0}};
  const std::vector<double> similarity{9, 3, 2, 1, /**/ 0, 1, 2, 2};
  const auto score = score_retrieval(classes, queries, gallery, similarity, 2, 100, 1);
  // Query 1 gets p3 (A), p4 (B): A 1/2. Query 2 gets p4 (B), p5 (A, B): A 1/2, B 2/2.
  CHECK(score.classes[0].precision == Approx(0.5));
  CHECK(score.classes[0].queries == 2);
  CHECK(score.classes[0].chance == Approx(0.75));
  CHECK(score.classes[1].precision == Approx(1));
  CHECK(std::isnan(score.classes[2].precision));
  CHECK(score.precision.value == Approx(0.75));
  CHECK(score.chance == Approx((0.75 + 0.5) / 2));
  const auto more = score_retrieval(classes, queries, gallery, similarity, 50, 0, 1);
  CHECK(more.classes[0].precision == Approx((2.0 / 3 + 0.75) / 2));
}
