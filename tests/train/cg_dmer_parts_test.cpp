// Parts of the ECG-text system: alignment, orthogonality, text transformer, hidden word pieces.
// LibTorch's headers before Catch2's.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/types.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <mutex>
#include <set>

#include "corpus/failure.h"
#include "corpus/report_text.h"
#include "finite_differences.h"
#include "nn/text_transformer.h"
#include "objective/orthogonality.h"
#include "objective/report_tokens.h"
#include "objective/siglip.h"
#include "ranks.h"

using namespace ecg;
using namespace ecg::test;

namespace {

constexpr std::int64_t kRecords = 8, kWidth = 5;

at::Tensor waves(double phase, std::int64_t rows = kRecords, std::int64_t columns = kWidth) {
  return at::sin(at::arange(rows * columns, at::kDouble) * 1.7 + phase).view({rows, columns});
}

/// Eight records: 0 and 3 say the same, 1 and 6 are one person, 5 has no report.
SiglipBatch toy_pairs() {
  auto valid = at::ones({kRecords}, at::kDouble);
  valid[5] = 0;
  return {waves(0.3), waves(2.1), at::tensor({4, 1, 2, 4, 5, 9, 6, 7}, at::kLong),
          at::tensor({10, 11, 12, 13, 14, 15, 11, 16}, at::kLong), valid};
}

std::vector<std::vector<double>> unit_of(const at::Tensor& rows) {
  std::vector<std::vector<double>> out;
  for (std::int64_t i = 0; i < rows.size(0); ++i) {
    double square = 0;
    out.emplace_back();
    for (std::int64_t j = 0; j < rows.size(1); ++j) {
      out.back().push_back(rows[i][j].item<double>());
      square += out.back().back() * out.back().back();
    }
    for (double& x : out.back()) x /= std::sqrt(square);
  }
  return out;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double sign_by(SamePatient relation) {
  return relation == SamePatient::kPositive ? 1 : relation == SamePatient::kNegative ? -1 : 0;
}

/// The header's formula, written out.
double siglip_by_loops(const SiglipBatch& batch, double log_scale, double bias,
                       const SiglipOptions& options) {
  const auto ecg = unit_of(batch.ecg), text = unit_of(batch.text);
  double sum = 0;
  for (std::size_t i = 0; i < ecg.size(); ++i) {
    for (std::size_t j = 0; j < text.size(); ++j) {
      const auto a = static_cast<std::int64_t>(i), b = static_cast<std::int64_t>(j);
      if (batch.valid[a].item<double>() * batch.valid[b].item<double>() == 0) continue;
      double sign = -1;
      if (batch.patient[a].item<std::int64_t>() == batch.patient[b].item<std::int64_t>()) {
        sign = sign_by(options.same_patient);
      }
      if (batch.text_id[a].item<std::int64_t>() == batch.text_id[b].item<std::int64_t>()) {
        sign = sign_by(options.same_report);
      }
      if (i == j) sign = 1;
      if (sign == 0) continue;
      sum += std::log1p(std::exp(-sign * (std::exp(log_scale) * dot(ecg[i], text[j]) + bias)));
    }
  }
  return sum;
}

SiglipBatch part_of(const SiglipBatch& batch, std::int64_t begin, std::int64_t count) {
  const auto part = [&](const at::Tensor& all) { return all.narrow(0, begin, count); };
  return {part(batch.ecg), part(batch.text), part(batch.text_id), part(batch.patient),
          part(batch.valid)};
}

double orthogonality_by_loops(const at::Tensor& shared, const at::Tensor& specific,
                              const at::Tensor& valid) {
  std::vector<std::int64_t> used;
  for (std::int64_t i = 0; i < valid.size(0); ++i) {
    if (valid[i].item<double>() > 0) used.push_back(i);
  }
  const auto rows = at::tensor(used, at::kLong);
  const auto centre = [&](const at::Tensor& all) {
    const auto some = all.index_select(0, rows);
    return unit_of(some - some.mean(0, true));
  };
  const auto s = centre(shared), p = centre(specific);
  double sum = 0;
  for (std::size_t a = 0; a < s[0].size(); ++a) {
    for (std::size_t b = 0; b < p[0].size(); ++b) {
      double product = 0;
      for (std::size_t i = 0; i < s.size(); ++i) product += s[i][a] * p[i][b];
      sum += product * product;
    }
  }
  return sum / static_cast<double>(s.size() * s.size());
}

/// Gradient of loss(shared rows x weight) / 7 in one process, and summed over two ranks of four.
void check_ranks(
    const std::function<at::Tensor(const at::Tensor&, std::int64_t, const Communicator&)>& loss) {
  const auto weight = waves(0.9, kWidth, 4);
  auto alone = weight.clone().requires_grad_();
  const auto whole = loss(alone, 0, Communicator());
  (whole / 7).backward();
  std::mutex mutex;
  auto gradient = at::zeros_like(weight);
  double sum = 0;
  with_ranks(2, [&](const Communicator& ranks) {
    auto mine = weight.clone().requires_grad_();
    const auto part = loss(mine, 4 * ranks.rank(), ranks);
    (part / 7).backward();
    const std::lock_guard lock(mutex);
    gradient += mine.grad();
    sum += part.item<double>();
  });
  CHECK(at::allclose(gradient, alone.grad(), 1e-10, 1e-12));
  CHECK(std::abs(sum - whole.item<double>()) < 1e-10 * std::abs(sum));
}

TextTransformer toy_transformer() {
  TextTransformerConfig config;
  config.pieces = 11;
  config.length = 6;
  config.width = 8;
  config.depth = 2;
  config.heads = 2;
  TextTransformer text(config);
  text->to(at::kDouble);
  const torch::NoGradGuard no_grad;
  double phase = 0;
  for (auto& item : text->named_parameters()) {
    auto& values = item.value();
    phase += 0.37;
    values.copy_(
        0.5 * at::sin(at::arange(values.numel(), at::kDouble) * 1.3 + phase).view(values.sizes()));
  }
  return text;
}

const std::vector<std::string> kReports = {
    "Sinus rhythm. Normal ECG.", "", "sinus  rhythm; NORMAL ecg", "Sinus rhythm, normal ECG.",
    "Atrial fibrillation, left bundle branch block, ventricular rate 97 bpm"};

WordPiece toy_vocabulary() {
  WordCounts counts;
  for (const auto& report : kReports) count_words(report, counts);
  return value_or_throw(WordPiece::train(counts, {512, 1}));
}

std::vector<RandomKey> keys_of(std::size_t count, std::uint32_t epoch = 3) {
  std::vector<RandomKey> keys;
  for (std::size_t i = 0; i < count; ++i) {
    keys.push_back({5, epoch, 40 + i, 0, RandomPurpose::kTest});
  }
  return keys;
}

}  // namespace

TEST_CASE("SigLIP is its formula, whatever equal reports and equal persons are taken for") {
  const auto batch = toy_pairs();
  const auto scale = at::scalar_tensor(1.1, at::kDouble),
             bias = at::scalar_tensor(-2.0, at::kDouble);
  std::set<double> values;
  for (const auto report :
       {SamePatient::kPositive, SamePatient::kExcluded, SamePatient::kNegative}) {
    for (const auto patient :
         {SamePatient::kPositive, SamePatient::kExcluded, SamePatient::kNegative}) {
      const SiglipOptions options{report, patient};
      const double expected = siglip_by_loops(batch, 1.1, -2, options);
      const double sum = siglip_sum(batch, scale, bias, options, {}).item<double>();
      CHECK(std::abs(sum - expected) < 1e-10 * expected);
      values.insert(sum);
    }
  }
  CHECK(values.size() == 9);
}

TEST_CASE("SigLIP begins at its published scale and bias: unrelated pairs cost next to nothing") {
  CHECK(std::abs(std::exp(kSiglipLogScale) - 10) < 1e-12);
  const auto batch = toy_pairs();
  const SiglipOptions all{SamePatient::kNegative, SamePatient::kNegative};
  const auto at_start = siglip_sum(batch, at::scalar_tensor(kSiglipLogScale, at::kDouble),
                                   at::scalar_tensor(kSiglipBias, at::kDouble), all, {});
  const double expected = siglip_by_loops(batch, kSiglipLogScale, kSiglipBias, all);
  CHECK(std::abs(at_start.item<double>() - expected) < 1e-10 * expected);
}

TEST_CASE("What is excluded or has no report has no part in SigLIP") {
  auto batch = toy_pairs();
  const auto sum = [&] {
    return siglip_sum(batch, at::scalar_tensor(1.0, at::kDouble),
                      at::scalar_tensor(-1.0, at::kDouble), {}, {})
        .item<double>();
  };
  const double before = sum();
  batch.ecg[5].mul_(-3);
  batch.text[5].fill_(7);
  CHECK(sum() == before);
  batch.valid.zero_();
  CHECK(sum() == 0);
  CHECK(retrieval_accuracy(batch) == 0);
}

TEST_CASE("Gradients of SigLIP and orthogonality are those of finite differences") {
  auto batch = toy_pairs();
  auto scale = at::scalar_tensor(0.7, at::kDouble);
  auto bias = at::scalar_tensor(-1.5, at::kDouble);
  // Fresh leaves for every check: gradients add up.
  const auto leaves = [&] {
    for (at::Tensor* leaf : {&batch.ecg, &batch.text, &scale, &bias}) {
      *leaf = leaf->detach().clone().requires_grad_();
    }
    return NamedTensors{{"ecg", batch.ecg}, {"text", batch.text}};
  };
  CHECK(check_gradients(leaves(), [&] { return siglip_sum(batch, scale, bias, {}, {}); }) >= 5);
  for (const auto form : {Orthogonality::kBatch, Orthogonality::kRecord}) {
    CHECK(check_gradients(leaves(), [&] {
            return orthogonality_sum(batch.ecg, batch.text, batch.valid, form, {});
          }) >= 5);
  }
  leaves();
  siglip_sum(batch, scale, bias, {}, {}).backward();
  const auto value = [&](double s, double b) { return siglip_by_loops(batch, s, b, {}); };
  const double h = 1e-5;
  CHECK(std::abs((value(0.7 + h, -1.5) - value(0.7 - h, -1.5)) / (2 * h) -
                 scale.grad().item<double>()) < 1e-6);
  CHECK(std::abs((value(0.7, -1.5 + h) - value(0.7, -1.5 - h)) / (2 * h) -
                 bias.grad().item<double>()) < 1e-6);
}

TEST_CASE("Two ranks of four records are one process with eight") {
  const auto batch = toy_pairs();
  check_ranks([&](const at::Tensor& weight, std::int64_t first, const Communicator& ranks) {
    auto part = part_of(batch, first, kRecords / ranks.size());
    part.ecg = at::matmul(part.ecg, weight);
    part.text = at::matmul(part.text, weight.square());
    return siglip_sum(part, at::scalar_tensor(0.5, at::kDouble),
                      at::scalar_tensor(-1.0, at::kDouble), {}, ranks);
  });
  for (const auto form : {Orthogonality::kBatch, Orthogonality::kRecord}) {
    check_ranks([&](const at::Tensor& weight, std::int64_t first, const Communicator& ranks) {
      const auto part = part_of(batch, first, kRecords / ranks.size());
      return orthogonality_sum(at::matmul(part.ecg, weight), at::matmul(part.text, weight.square()),
                               part.valid, form, ranks);
    });
  }
}

TEST_CASE(
    "Orthogonality is its formula in both forms, and the record form misses what the batch form "
    "sees") {
  const auto batch = toy_pairs();
  const auto sum = [&](const at::Tensor& s, const at::Tensor& p, Orthogonality form) {
    return orthogonality_sum(s, p, batch.valid, form, {}).item<double>();
  };
  const auto s = unit_of(batch.ecg), p = unit_of(batch.text);
  double expected = 0;
  for (std::size_t i = 0; i < s.size(); ++i) expected += i == 5 ? 0 : std::pow(dot(s[i], p[i]), 2);
  CHECK(std::abs(sum(batch.ecg, batch.text, Orthogonality::kRecord) - expected) < 1e-9);
  const double mean = orthogonality_by_loops(batch.ecg, batch.text, batch.valid);
  CHECK(std::abs(sum(batch.ecg, batch.text, Orthogonality::kBatch) - 7 * mean) < 1e-9);
  CHECK(sum(batch.ecg, batch.ecg, Orthogonality::kRecord) > 6.99);
  // The same number in two directions at right angles: every record is orthogonal, the parts are
  // not.
  const auto number = waves(0.2, kRecords, 1);
  const auto one = at::cat({number, at::zeros_like(number)}, 1);
  const auto other = at::cat({at::zeros_like(number), number}, 1);
  CHECK(sum(one, other, Orthogonality::kRecord) == 0);
  CHECK(sum(one, other, Orthogonality::kBatch) > 6.9);
}

TEST_CASE("Padding changes no row of a text, and pooling leaves it out") {
  auto text = toy_transformer();
  const auto tight = at::tensor({2, 7, 5}, at::kLong).view({1, 3});
  const auto loose = at::tensor({2, 7, 5, 0, 0, 0}, at::kLong).view({1, 6});
  const auto a = text->forward(tight), b = text->forward(loose);
  CHECK(at::allclose(a, b.narrow(1, 0, 3), 1e-12, 1e-12));
  CHECK(at::allclose(TextTransformerImpl::pool(a, tight), TextTransformerImpl::pool(b, loose),
                     1e-12, 1e-12));
  CHECK(at::allclose(TextTransformerImpl::pool(a, tight), a.mean(1), 1e-12, 1e-12));
  CHECK_FALSE(at::allclose(a, text->forward(at::tensor({2, 5, 7}, at::kLong).view({1, 3}))));
  const auto nothing = at::zeros({1, 4}, at::kLong);
  CHECK(TextTransformerImpl::pool(text->forward(nothing), nothing).eq(0).all().item<bool>());
}

TEST_CASE("Gradients of the text transformer and of its guesses are those of finite differences") {
  auto text = toy_transformer();
  const auto pieces = at::tensor({2, 7, 3, 0, 2, 3, 9, 4}, at::kLong).view({2, 4});
  const auto hidden = at::tensor({2, 5}, at::kLong), target = at::tensor({8, 10}, at::kLong);
  const int moved = check_gradients(named_parameters_of(*text), [&] {
    const auto rows = text->forward(pieces).flatten(0, 1).index_select(0, hidden);
    return at::cross_entropy_loss(text->guess_pieces(rows), target);
  });
  CHECK(moved > 40);
}

TEST_CASE("Pieces are hidden in exact numbers, never the first or after the end") {
  const auto vocabulary = toy_vocabulary();
  const auto tokens = tokens_of_reports(vocabulary, kReports, keys_of(5), 64, {});
  const auto length = tokens.pieces.size(1);
  CHECK(length == static_cast<std::int64_t>(vocabulary.encode(kReports[4], 64).size()));
  std::map<std::int64_t, std::int64_t> hidden;
  for (std::int64_t i = 0; i < tokens.hidden.size(0); ++i) {
    const auto at = tokens.hidden[i].item<std::int64_t>();
    const auto record = at / length, place = at % length;
    ++hidden[record];
    CHECK(place > 0);
    CHECK(tokens.original[record][place].item<std::int64_t>() != WordPiece::kPadding);
  }
  for (std::size_t record = 0; record < kReports.size(); ++record) {
    const auto n = static_cast<double>(vocabulary.encode(kReports[record], 64).size()) - 1;
    const auto wanted = n == 0 ? 0 : std::max(1L, std::lround(0.25 * n));
    CHECK(hidden[static_cast<std::int64_t>(record)] == wanted);
  }
  const auto changed = tokens.pieces.ne(tokens.original).nonzero();
  CHECK(changed.size(0) <= tokens.hidden.size(0));
  const std::vector<float> present{1, 0, 1, 1, 1};
  CHECK(at::equal(tokens.present, at::tensor(present)));
}

TEST_CASE("Reports are equal by their words, not by their bytes") {
  const auto tokens = tokens_of_reports(toy_vocabulary(), kReports, keys_of(5), 64, {});
  CHECK(plain_words(kReports[0]) == "sinus rhythm . normal ecg .");
  CHECK(tokens.text_id[0].item<std::int64_t>() != tokens.text_id[3].item<std::int64_t>());
  const std::vector<std::string> same{"Sinus  RHYTHM\nnormal", "sinus rhythm normal "};
  const auto equal = tokens_of_texts(toy_vocabulary(), same, 64);
  CHECK(equal.text_id[0].item<std::int64_t>() == equal.text_id[1].item<std::int64_t>());
  CHECK(equal.hidden.size(0) == 0);
  CHECK(at::equal(equal.pieces, equal.original));
}

TEST_CASE("What is hidden follows from the record and the epoch, not from its neighbours") {
  const auto vocabulary = toy_vocabulary();
  const auto all = tokens_of_reports(vocabulary, kReports, keys_of(5), 64, {});
  const std::vector<std::string> one{kReports[4]};
  const std::vector<RandomKey> key{keys_of(5)[4]};
  const auto alone = tokens_of_reports(vocabulary, one, key, 64, {});
  CHECK(at::equal(alone.pieces[0], all.pieces[4]));
  const auto later = tokens_of_reports(vocabulary, kReports, keys_of(5, 4), 64, {});
  CHECK_FALSE(at::equal(later.pieces, all.pieces));
}

TEST_CASE("Of hidden pieces 80 % are masked, 10 % are others, 10 % stay") {
  const auto vocabulary = toy_vocabulary();
  const std::vector<std::string> reports(1500, kReports[4]);
  const auto tokens = tokens_of_reports(vocabulary, reports, keys_of(1500), 64, {});
  const auto seen = tokens.pieces.flatten().index_select(0, tokens.hidden);
  const auto was = tokens.original.flatten().index_select(0, tokens.hidden);
  const auto share = [&](const at::Tensor& flags) {
    return flags.to(at::kDouble).mean().item<double>();
  };
  CHECK(std::abs(share(seen.eq(WordPiece::kMask)) - 0.8) < 0.02);
  const double chance = 0.1 / (vocabulary.size() - WordPiece::kSpecialPieces);
  CHECK(std::abs(share(seen.eq(was)) - 0.1 - chance) < 0.015);
  CHECK(share(seen.lt(WordPiece::kSpecialPieces).logical_and(seen.ne(WordPiece::kMask))) == 0);
}
