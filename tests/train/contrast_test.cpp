// NT-Xent: against loops in double, finite differences, one process against several.
#include "objective/contrast.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <torch/types.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <mutex>
#include <vector>

#include "nn/projection_head.h"
#include "ranks.h"

using namespace ecg;

namespace {

constexpr std::int64_t kRecords = 8, kWidth = 5;

/// Eight records of five people, one of them unreadable.
ContrastBatch toy_batch() {
  const auto draw = [](double phase) {
    return at::sin(at::arange(kRecords * kWidth, at::kDouble) * 1.7 + phase)
        .view({kRecords, kWidth});
  };
  auto valid = at::ones({kRecords});
  valid[5] = 0;
  return {draw(0.3), draw(2.1), at::tensor({4, 1, 4, 9, 2, 4, 1, 7}, at::kLong), valid};
}

ContrastBatch part_of(const ContrastBatch& batch, std::int64_t begin, std::int64_t count) {
  const auto part = [&](const at::Tensor& all) { return all.narrow(0, begin, count); };
  return {part(batch.first), part(batch.second), part(batch.patient), part(batch.valid)};
}

struct Row {
  std::vector<double> unit;
  std::int64_t record, person;
  bool valid;
};

std::vector<Row> rows_of(const ContrastBatch& batch) {
  std::vector<Row> rows;
  for (std::int64_t r = 0; r < batch.first.size(0); ++r) {
    for (const auto& view : {batch.first, batch.second}) {
      Row row{{}, r, batch.patient[r].item<std::int64_t>(), batch.valid[r].item<double>() > 0};
      double square = 0;
      for (std::int64_t i = 0; i < kWidth; ++i) {
        row.unit.push_back(view[r][i].item<double>());
        square += row.unit.back() * row.unit.back();
      }
      for (double& x : row.unit) x /= std::sqrt(square);
      rows.push_back(row);
    }
  }
  return rows;
}

/// The header's formula, written out.
double reference(const ContrastBatch& batch, const ContrastOptions& options) {
  const auto rows = rows_of(batch);
  double sum = 0;
  for (std::size_t a = 0; a < rows.size(); ++a) {
    if (!rows[a].valid) continue;
    double denominator = 0, attracted = 0, positives = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (k == a || !rows[k].valid) continue;
      const bool view = rows[k].record == rows[a].record;
      const bool person = rows[k].person == rows[a].person;
      if (!view && person && options.same_patient == SamePatient::kExcluded) continue;
      double cosine = 0;
      for (std::size_t i = 0; i < kWidth; ++i) cosine += rows[a].unit[i] * rows[k].unit[i];
      denominator += std::exp(cosine / options.temperature);
      if (view || (person && options.same_patient == SamePatient::kPositive)) {
        attracted += cosine / options.temperature;
        positives += 1;
      }
    }
    sum += std::log(denominator) - attracted / positives;
  }
  return sum;
}

ProjectionHead copy_of(const ProjectionHead& head) {
  const at::NoGradGuard no_grad;
  ProjectionHead copy(kWidth, 12, 6);
  copy->to(at::kDouble);
  for (const auto& item : head->named_parameters()) {
    copy->named_parameters()[item.key()].copy_(item.value());
  }
  return copy;
}

const std::vector<ContrastOptions> kChoices = {{0.1, SamePatient::kExcluded},
                                               {0.5, SamePatient::kExcluded},
                                               {0.2, SamePatient::kPositive},
                                               {0.2, SamePatient::kNegative}};

}  // namespace

TEST_CASE("Contrast equals the formula written out, in every treatment of the same patient") {
  const auto batch = toy_batch();
  std::vector<double> sums;
  for (const auto& options : kChoices) {
    sums.push_back(contrast_sum(batch, options, Communicator()).item<double>());
    CHECK(std::fabs(sums.back() - reference(batch, options)) < 1e-9);
    auto single = batch;
    single.first = batch.first.to(at::kFloat);
    single.second = batch.second.to(at::kFloat);
    const auto rounded = contrast_sum(single, options, Communicator());
    CHECK(rounded.scalar_type() == at::kFloat);
    CHECK(std::fabs(rounded.item<double>() - sums.back()) < 1e-4);
  }
  CHECK(std::fabs(sums[2] - sums[3]) > 1);
  CHECK(contrast_count(batch.valid).item<double>() == 14);
  for (const auto& name : same_patient_names()) CHECK_NOTHROW(same_patient_of(name));
}

TEST_CASE("Same patients are no negatives, whatever their embeddings") {
  auto batch = toy_batch();
  const auto sum = [&] { return contrast_sum(batch, {}, Communicator()).item<double>(); };
  auto alone = part_of(batch, 0, 3);
  alone.patient = at::tensor({4, 4, 4}, at::kLong);
  CHECK(std::fabs(contrast_sum(alone, {}, Communicator()).item<double>()) < 1e-12);
  const double before = sum();
  batch.first[5].fill_(3);  // the unreadable record: whatever is there
  batch.second[5].zero_();
  CHECK(sum() == before);
  auto none = toy_batch();
  none.valid.zero_();
  CHECK(contrast_sum(none, {}, Communicator()).item<double>() == 0);
  CHECK(contrast_accuracy(none, {}) == 0);
}

TEST_CASE("Contrast has the value of no knowledge at first and that of certainty at the end") {
  auto batch = toy_batch();
  batch.valid.fill_(1);
  batch.patient = at::arange(kRecords);
  batch.first = batch.second = at::ones({kRecords, kWidth}, at::kDouble);
  const double anchors = 2 * kRecords;
  const auto mean = [&] {
    return contrast_sum(batch, {}, Communicator()).item<double>() / anchors;
  };
  CHECK(std::fabs(mean() - std::log(anchors - 1)) < 1e-9);
  batch.first = batch.second = at::eye(kRecords, at::kDouble) * 7;
  CHECK(std::fabs(mean() - std::log(1 + (anchors - 2) * std::exp(-10.0))) < 1e-9);
  CHECK(contrast_accuracy(batch, {}) == 1);
}

TEST_CASE("Contrast's gradient agrees with finite differences") {
  for (const auto& options : kChoices) {
    auto batch = toy_batch();
    batch.first = batch.first.clone().requires_grad_();
    contrast_sum(batch, options, Communicator()).backward();
    const auto gradient = batch.first.grad().clone();
    CHECK(gradient.abs().max().item<double>() > 0.1);
    const at::NoGradGuard no_grad;
    auto flat = batch.first.view(-1);
    for (std::int64_t i = 0; i < flat.numel(); ++i) {
      constexpr double kStep = 1e-6;
      const double here = flat[i].item<double>();
      flat[i] = here + kStep;
      const double above = contrast_sum(batch, options, Communicator()).item<double>();
      flat[i] = here - kStep;
      const double below = contrast_sum(batch, options, Communicator()).item<double>();
      flat[i] = here;
      const double numeric = (above - below) / (2 * kStep);
      CHECK(std::fabs(numeric - gradient.view(-1)[i].item<double>()) < 1e-6);
    }
  }
}

TEST_CASE("Two and four ranks contrast as one does, through the projection head") {
  at::manual_seed(5);
  auto batch = toy_batch();
  const auto run = [](ProjectionHead& head, ContrastBatch part, const ContrastOptions& options,
                      const Communicator& ranks) {
    part.first = head(part.first);
    part.second = head(part.second);
    auto sum = contrast_sum(part, options, ranks);
    sum.backward();
    return sum.item<double>();
  };
  ProjectionHead model(kWidth, 12, 6);
  model->to(at::kDouble);
  for (const auto& options : kChoices) {
    ProjectionHead alone = copy_of(model);
    const double expected = run(alone, batch, options, Communicator());
    for (const int size : {2, 4}) {
      std::mutex mutex;
      double total = 0;
      at::Tensor gradient = at::zeros_like(alone->hidden->weight);
      test::with_ranks(size, [&](const Communicator& ranks) {
        ProjectionHead mine = nullptr;
        {
          const std::lock_guard lock(mutex);
          mine = copy_of(model);
        }
        const std::int64_t rows = kRecords / size;
        const double sum = run(mine, part_of(batch, rows * ranks.rank(), rows), options, ranks);
        const std::lock_guard lock(mutex);
        total += sum;
        gradient += mine->hidden->weight.grad();
      });
      CHECK(std::fabs(total - expected) < 1e-9);
      CHECK(at::allclose(gradient, alone->hidden->weight.grad(), 1e-9, 1e-11));
    }
  }
}

TEST_CASE("Autocast does not reach the contrast") {
  auto batch = toy_batch();
  batch.first = batch.first.to(at::kFloat);
  batch.second = batch.second.to(at::kFloat);
  const auto plain = contrast_sum(batch, {}, Communicator());
  at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  at::autocast::set_autocast_enabled(at::kCPU, true);
  const auto cast = contrast_sum(batch, {}, Communicator());
  at::autocast::set_autocast_enabled(at::kCPU, false);
  at::autocast::clear_cache();
  CHECK(at::equal(plain, cast));
}
