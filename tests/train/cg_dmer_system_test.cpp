// The ECG-text system as a whole. LibTorch's headers before Catch2's.
#include "objective/cg_dmer_system.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>
#include <limits>
#include <mutex>

#include "corpus/failure.h"
#include "finite_differences.h"
#include "objective/masked_reconstruction.h"
#include "ranks.h"
#include "support/temporary_folder.h"

using namespace ecg;
using namespace ecg::test;

namespace {

const std::vector<std::string> kReports = {
    "sinus rhythm, normal ecg", "atrial fibrillation", "",         "left bundle branch block",
    "sinus tachycardia",        "paced rhythm",        "??? \x01", "old inferior infarct"};

/// Three leads of 4 columns; sizes as small as they go.
ObjectiveConfig toy_objective() {
  ObjectiveConfig config;
  config.system = "cg_dmer";
  config.input.leads = {Lead::kI, Lead::kII, Lead::kV2};
  config.input.samples = 32;
  config.input.patch_samples = 8;
  config.mask = {0.5, 0.25};
  config.model.width = 8;
  config.model.depth = 1;
  config.model.heads = 2;
  config.model.decoder_width = 8;
  config.model.decoder_depth = 1;
  config.model.decoder_heads = 2;
  config.cg_dmer.shared_width = 6;
  config.cg_dmer.text.length = 24;
  config.cg_dmer.text.width = 8;
  config.cg_dmer.text.depth = 1;
  config.cg_dmer.text.heads = 2;
  WordCounts counts;
  for (const auto& report : kReports) count_words(report, counts);
  config.cg_dmer.text.vocabulary = value_or_throw(WordPiece::train(counts, {256, 1})).text();
  throw_on_error(complete_objective(config));
  return config;
}

/// Records `first` to `first + count` of eight: different waves, persons 0 0 1 2 3 4 5 6; record 4
/// lacks a lead and record 5 all of them if `gaps`; 2 has no words.
Batch toy_batch(const System& system, bool gaps, std::int64_t first = 0, std::int64_t count = 8,
                std::uint32_t epoch = 1) {
  const auto time = at::arange(32, at::kFloat).view({1, 1, 32});
  const auto record = at::arange(8, at::kFloat).view({8, 1, 1});
  const auto lead = at::arange(3, at::kFloat).view({1, 3, 1});
  Batch batch;
  batch.lead_mask = at::ones({8, 3});
  if (gaps) {
    batch.lead_mask[4][1] = 0;
    batch.lead_mask[5].zero_();
  }
  batch.signal = at::sin(time * (0.2 + 0.13 * record) + lead) * batch.lead_mask.unsqueeze(-1);
  batch.patient = at::tensor({0, 0, 1, 2, 3, 4, 5, 6}, at::kLong).narrow(0, first, count);
  batch.lead_mask = batch.lead_mask.narrow(0, first, count).contiguous();
  batch.signal = batch.signal.narrow(0, first, count).contiguous();
  batch.complete = !gaps;
  for (std::int64_t i = first; i < first + count; ++i) {
    batch.keys.push_back({7, epoch, static_cast<std::uint64_t>(i), 0, RandomPurpose::kTest});
    batch.reports.push_back(kReports[static_cast<std::size_t>(i)]);
  }
  batch.r_peaks.resize(batch.keys.size());
  system.prepare(batch);
  return batch;
}

/// Everything in float64.
Batch wide(Batch batch) {
  View& view = batch.views.at(0);
  for (torch::Tensor* tensor : {&view.signal, &view.target, &view.visible, &view.counted}) {
    *tensor = tensor->to(at::kDouble);
  }
  return batch;
}

double value_of(const torch::Tensor& tensor) { return tensor.item<double>(); }

/// The loss as the engine makes it of sums, counts and weights.
torch::Tensor loss_of(System& system, const Batch& batch, const torch::Tensor& counts,
                      const Communicator& ranks = {}) {
  const auto terms = system.terms();
  const auto sums = system.sums(batch, ranks);
  torch::Tensor loss;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double count = std::max(1.0, value_of(counts[static_cast<std::int64_t>(i)]));
    const auto part = sums[i].sum() * (terms[i].weight / count);
    loss = loss.defined() ? loss + part : part;
  }
  return loss;
}

std::vector<std::string> names_of(const System& system) {
  std::vector<std::string> names;
  for (const LossTerm& term : system.terms()) names.push_back(term.name);
  return names;
}

/// Tokens of a batch's signal that are hidden, as samples: [batch, leads, samples] of 1 and 0.
torch::Tensor hidden_samples(const Batch& batch) {
  const View& view = batch.views.at(0);
  return (1 - view.visible).repeat_interleave(8, 1).view(view.signal.sizes());
}

}  // namespace

TEST_CASE("Every part of the loss is counted by what it is about") {
  const CgDmerSystem system(toy_objective());
  CHECK(names_of(system) == std::vector<std::string>{"patch", "level", "spread", "words",
                                                     "alignment", "ecg_orthogonality",
                                                     "text_orthogonality"});
  const Batch batch = toy_batch(system, true);
  const auto counts = system.counts(batch);
  const View& view = batch.views.at(0);
  CHECK(value_of(counts[0]) == value_of(view.counted.sum()));
  CHECK(value_of(counts[3]) == static_cast<double>(view.extra.at("hidden").numel()));
  CHECK(value_of(counts[4]) == 6);  // without 2 (no words; "?" is one) and 5 (no leads)
  CHECK(value_of(counts[5]) == 7);
  CHECK(value_of(counts[6]) == 7);
  // Half of the columns are hidden, and a quarter of the leads, rounded.
  const auto hidden = 12 - value_of(toy_batch(system, false).views.at(0).visible[0].sum());
  CHECK(hidden >= 6);
}

TEST_CASE("Parts of the loss are those of their own functions on what the networks give") {
  CgDmerSystem system(toy_objective());
  const Batch batch = toy_batch(system, false);
  const View& view = batch.views.at(0);
  const auto sums = system.sums(batch, {});
  const auto prediction = system.predict(view);
  REQUIRE(prediction.has_value());
  const auto loss = masked_reconstruction_loss(prediction->prediction, prediction->patches,
                                               view.counted, system.config().model.patch_epsilon);
  const auto counts = system.counts(batch);
  CHECK(std::abs(value_of(sums[0] / counts[0]) - value_of(loss.patch)) < 1e-5);
  CHECK(std::abs(value_of(sums[1] / counts[1]) - value_of(loss.level)) < 1e-5);
  // Words are guessed from a vocabulary of V: about ln V each with initial weights.
  const auto words = WordPiece::from_text(system.config().cg_dmer.text.vocabulary)->size();
  CHECK(std::abs(value_of(sums[3] / counts[3]) - std::log(words)) < 1.5);
  // SigLIP at its start: each positive costs about softplus(10 - cos), each negative next to
  // nothing.
  CHECK(value_of(sums[4] / counts[4]) > 0.5);
  CHECK(value_of(sums[4] / counts[4]) < 21);
}

TEST_CASE("Hidden samples change no bit of anything but their own targets") {
  CgDmerSystem system(toy_objective());
  for (const bool gaps : {false, true}) {
    Batch batch = toy_batch(system, gaps);
    const auto before = system.sums(batch, {});
    const auto prediction = system.predict(batch.views.at(0))->prediction;
    View& view = batch.views.at(0);
    view.signal = at::where(hidden_samples(batch).gt(0), at::full({}, 1e3F), view.signal);
    const auto after = system.sums(batch, {});
    CHECK(at::equal(prediction, system.predict(batch.views.at(0))->prediction));
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(at::equal(before[i], after[i]));
  }
}

TEST_CASE("A hidden word changes no other hidden word's chances by itself") {
  CgDmerSystem system(toy_objective());
  Batch batch = toy_batch(system, false);
  const auto before = system.sums(batch, {});
  auto& targets = batch.views.at(0).extra.at("hidden_piece");
  targets = at::where(targets.eq(targets[0]), targets, targets[0]);
  const auto after = system.sums(batch, {});
  CHECK_FALSE(at::equal(before[3], after[3]));
  for (const std::size_t other : {0, 1, 2, 4, 5, 6}) CHECK(at::equal(before[other], after[other]));
}

TEST_CASE("Records without a report or without an ECG leave alignment alone") {
  CgDmerSystem system(toy_objective());
  Batch batch = toy_batch(system, true);
  const auto before = system.sums(batch, {});
  View& view = batch.views.at(0);
  view.signal = view.signal.clone();
  view.signal[2].add_(3);  // has no report
  view.extra.at("pieces") = view.extra.at("pieces").clone();
  view.extra.at("pieces")[2][1] = 9;
  const auto after = system.sums(batch, {});
  CHECK(std::abs(value_of(before[4] - after[4])) < 1e-4);
  CHECK(std::abs(value_of(before[6] - after[6])) < 1e-5);
  CHECK_FALSE(at::equal(before[5], after[5]));
}

TEST_CASE("Nothing at all gives numbers, not NaN") {
  CgDmerSystem system(toy_objective());
  Batch batch;
  batch.signal = at::zeros({2, 3, 32});
  batch.lead_mask = at::zeros({2, 3});
  batch.complete = false;
  batch.patient = at::tensor({1, 2}, at::kLong);
  batch.keys = {{1, 0, 1, 0, RandomPurpose::kTest}, {1, 0, 2, 0, RandomPurpose::kTest}};
  batch.reports = {"", ""};
  batch.r_peaks.resize(2);
  system.prepare(batch);
  CHECK(value_of(system.counts(batch).sum()) == 0);
  const auto loss = loss_of(system, batch, system.counts(batch));
  CHECK(value_of(loss) == 0);
  loss.backward();
  for (const auto& parameter : system.parameters()) {
    if (parameter.grad().defined()) CHECK(parameter.grad().isfinite().all().item<bool>());
  }
  const auto encoded = system.encode(batch.signal, batch.lead_mask);
  CHECK(encoded.embedding.eq(0).all().item<bool>());
  CHECK(system.shared_of_embedding(encoded.embedding).isfinite().all().item<bool>());
}

TEST_CASE("What is prepared of a record does not depend on its neighbours") {
  const CgDmerSystem system(toy_objective());
  const Batch all = toy_batch(system, false), some = toy_batch(system, false, 3, 2);
  const View &a = all.views.at(0), &b = some.views.at(0);
  CHECK(at::equal(a.visible.narrow(0, 3, 2), b.visible));
  const auto length = b.extra.at("pieces").size(1);
  CHECK(at::equal(a.extra.at("pieces").narrow(0, 3, 2).narrow(1, 0, length), b.extra.at("pieces")));
  CHECK(at::equal(a.extra.at("text_id").narrow(0, 3, 2), b.extra.at("text_id")));
}

TEST_CASE("Gradients of the whole loss are those of finite differences") {
  CgDmerSystem system(toy_objective());
  system.to(at::kDouble);
  const Batch batch = wide(toy_batch(system, false));
  const auto counts = system.counts(batch);
  const int moved =
      check_gradients(named_parameters_of(system), [&] { return loss_of(system, batch, counts); });
  CHECK(moved > 100);
}

TEST_CASE("Two ranks of four records learn what one process with eight learns") {
  CgDmerSystem alone(toy_objective());
  alone.to(at::kDouble);
  const Batch all = wide(toy_batch(alone, false));
  const auto counts = alone.counts(all);
  loss_of(alone, all, counts).backward();
  std::vector<torch::Tensor> summed;
  for (const auto& p : alone.parameters()) summed.push_back(at::zeros_like(p));
  std::mutex mutex;
  with_ranks(2, [&](const Communicator& ranks) {
    CgDmerSystem mine(toy_objective());
    mine.to(at::kDouble);
    const Batch part = wide(toy_batch(mine, false, 4 * ranks.rank(), 4));
    loss_of(mine, part, counts, ranks).backward();
    const std::lock_guard lock(mutex);
    const auto parameters = mine.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].grad().defined()) summed[i] += parameters[i].grad();
    }
  });
  const auto parameters = alone.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    CHECK(at::allclose(summed[i], parameters[i].grad(), 1e-8, 1e-10));
  }
}

TEST_CASE("It learns one batch by heart: ECGs find their reports, classes their records") {
  // Wide enough to learn it whatever the order of sums: with 8 values per token some builds did
  // not.
  ObjectiveConfig wider = toy_objective();
  wider.model.width = wider.cg_dmer.text.width = 24;
  CgDmerSystem system(wider);
  Batch batch = toy_batch(system, false);
  const auto counts = system.counts(batch);
  torch::optim::Adam optimiser(system.parameters(), torch::optim::AdamOptions(0.005));
  const double first = value_of(loss_of(system, batch, counts));
  double last = first;
  for (std::uint32_t step = 0; step < 700; ++step) {
    batch = toy_batch(system, false, 0, 8, step);  // hidden elsewhere every time
    optimiser.zero_grad();
    const auto loss = loss_of(system, batch, counts);
    loss.backward();
    optimiser.step();
    last = 0.95 * last + 0.05 * value_of(loss);
  }
  CHECK(last < 0.35 * first);
  const torch::NoGradGuard no_grad;
  const auto encoded = system.encode(batch.signal, batch.lead_mask);
  const std::vector<ClassPrompts> classes{{"af", {"atrial fibrillation"}},
                                          {"lbbb", {"left bundle branch block"}},
                                          {"tachycardia", {"sinus tachycardia"}},
                                          {"infarct", {"old inferior infarct"}}};
  const auto scores = class_scores(system, classes, encoded.embedding);
  CHECK(scores.sizes() == at::IntArrayRef({8, 4}));
  CHECK(scores.abs().max().item<float>() <= 1.00001F);
  const std::int64_t record_of_class[] = {1, 3, 4, 7};
  int found = 0;
  for (std::int64_t c = 0; c < 4; ++c) {
    found += scores[record_of_class[c]].argmax().item<std::int64_t>() == c ? 1 : 0;
  }
  CHECK(found == 4);  // learnt partly hidden, scored whole
}

TEST_CASE("A class of several prompts is the mean of their vectors, of length 1") {
  CgDmerSystem system(toy_objective());
  const torch::NoGradGuard no_grad;
  const auto texts = system.encode_text({"sinus rhythm", "normal ecg"});
  CHECK(at::allclose(texts.norm(2, 1), at::ones({2})));
  const auto one = class_vectors(system, {{"normal", {"sinus rhythm", "normal ecg"}}});
  CHECK(at::allclose(one, unit_rows(texts.mean(0, true)), 1e-5, 1e-6));
}

TEST_CASE("A whole record comes back in its own units, an absent lead is made up") {
  CgDmerSystem system(toy_objective());
  const Batch batch = toy_batch(system, true);
  const torch::NoGradGuard no_grad;
  const auto whole = system.reconstruct(batch.signal, batch.lead_mask, at::zeros({8, 12}));
  CHECK(whole.sizes() == batch.signal.sizes());
  CHECK(whole.isfinite().all().item<bool>());
  auto changed = batch.signal.clone();
  changed[4][1].fill_(50);  // absent
  CHECK(at::equal(whole, system.reconstruct(changed, batch.lead_mask, at::zeros({8, 12}))));
}

TEST_CASE("Vectors of a language model take the place of the text transformer") {
  const TemporaryFolder folder;
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  header.resize(128 - 10 - 1, ' ');
  header += '\n';
  const float values[] = {1, 0, 2, -1, 3, 0.5F};
  std::ofstream npy(folder / "t.npy", std::ios::binary);
  npy << std::string("\x93NUMPY\x01\x00\x76\x00", 10) << header;
  npy.write(reinterpret_cast<const char*>(values), sizeof values);
  npy.close();
  std::ofstream(folder / "t.txt") << "Atrial Fibrillation\nsinus tachycardia\n";
  ObjectiveConfig config = toy_objective();
  config.cg_dmer.text.embeddings = (folder / "t").string();
  config.cg_dmer.text.embedding_width = 3;
  CgDmerSystem system(config);
  CHECK(names_of(system) == std::vector<std::string>{"patch", "level", "spread", "alignment",
                                                     "ecg_orthogonality", "text_orthogonality"});
  const Batch batch = toy_batch(system, false);
  CHECK(value_of(system.counts(batch)[3]) == 2);
  CHECK(value_of(loss_of(system, batch, system.counts(batch))) > 0);
  CHECK(system.encode_text({"ATRIAL  fibrillation"}).size(1) == 6);
  CHECK_THROWS_AS(system.encode_text({"unknown words"}), Failure);
  config.cg_dmer.text.embedding_width = 4;
  CHECK_THROWS_AS(CgDmerSystem(config), Failure);
}

TEST_CASE("Without words there is no system, and options that do not fit are refused") {
  ObjectiveConfig config = toy_objective();
  config.cg_dmer.text.vocabulary.clear();
  CHECK(complete_objective(config).has_value());  // a run fills it in
  CHECK_THROWS_AS(CgDmerSystem(config), Failure);
  config.cg_dmer.text.vocabulary = "sinus rhythm";
  CHECK_FALSE(complete_objective(config).has_value());
  config = toy_objective();
  config.cg_dmer.text.heads = 3;
  CHECK_FALSE(complete_objective(config).has_value());
  config = toy_objective();
  config.cg_dmer.text.mask_share = 0.95;
  CHECK_FALSE(complete_objective(config).has_value());
  config = toy_objective();
  config.cg_dmer.text.embeddings = "somewhere";
  CHECK_FALSE(complete_objective(config).has_value());
}
