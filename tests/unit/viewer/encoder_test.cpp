// Encode mode without its looks: input, mask, placement and error of the reconstruction.

#include "viewer/encoder.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>

#include "headless_viewer.h"
#include "viewer/json.h"

using namespace ecg;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

/// Two leads, two patches of two samples; the second lead in units of 2 mV about 1 mV.
ModelInput small_input() {
  ModelInput input;
  input.signal = Signal({label_of(Lead::kI), label_of(Lead::kII)}, 4, 100);
  const float values[] = {0, 1, 2, 3, 1, 1, 0, 0};
  std::copy(std::begin(values), std::end(values), input.signal.values().begin());
  input.lead_mask = {1, 1};
  input.offset_mv = {0, 1};
  input.scale_mv = {1, 2};
  return input;
}

Encoder ready_encoder(const Recording& recording) {
  Encoder encoder;
  REQUIRE(encoder.set_model(test::demo_model_json()));
  encoder.set_recording(&recording);
  encoder.set_status(EncoderStatus::kReady, "");
  return encoder;
}

}  // namespace

TEST_CASE("a reconstruction is placed in millivolt and compared over hidden tokens only") {
  const ModelInput input = small_input();
  const ModelTokens tokens = patch_tokens({2, 2, 2});
  const TokenMask mask = {0, 1, 1, 0};  // lead I's second patch, lead II's first patch
  const float answer[] = {9, 9, 2.5f, 3.5f, 1.25f, 0.75f, 9, 9};
  const Reconstruction result = reconstruction_from(input, tokens, mask, answer);
  CHECK(result.signal_mv[2] == 2.5f);
  CHECK(result.signal_mv[4] == 3.5f);  // 1.25 * 2 + 1
  CHECK(std::isnan(result.token_error_mv[0]));
  CHECK(std::isnan(result.token_error_mv[3]));
  CHECK_THAT(result.token_error_mv[1], WithinAbs(0.5, 1e-9));  // mean |0.5, 0.5| mV
  CHECK_THAT(result.token_error_mv[2], WithinAbs(0.5, 1e-9));  // mean |0.25, 0.25| * 2 mV
  CHECK_THAT(result.mean_error_mv, WithinAbs(0.5, 1e-9));
  CHECK_THAT(result.largest_error_mv, WithinAbs(0.5, 1e-9));
}

TEST_CASE("absent leads count neither in the error nor in the drawn input") {
  ModelInput input = small_input();
  input.lead_mask[1] = 0;
  const float answer[] = {0, 1, 3, 4, 7, 7, 7, 7};
  const Reconstruction result =
      reconstruction_from(input, patch_tokens({2, 2, 2}), {0, 1, 1, 1}, answer);
  CHECK_THAT(result.mean_error_mv, WithinAbs(1.0, 1e-9));
  CHECK(std::isnan(result.token_error_mv[2]));
  const Signal drawn = input_in_mv(input);
  CHECK(drawn.lead(0)[3] == 3.0f);
  CHECK(std::isnan(drawn.lead(1)[0]));
}

TEST_CASE("with nothing hidden there is no error") {
  const float answer[] = {0, 1, 2, 3, 1, 1, 0, 0};
  const Reconstruction result =
      reconstruction_from(small_input(), patch_tokens({2, 2, 2}), {0, 0, 0, 0}, answer);
  CHECK(std::isnan(result.mean_error_mv));
}

TEST_CASE("the prepared input has the shapes of the model") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  REQUIRE(encoder.prepare());
  CHECK(encoder.input()->signal.values().size() == 12000);
  CHECK(encoder.input()->lead_mask.size() == 12);
  CHECK(encoder.input_values("token_mask").size() == 240);
  CHECK(encoder.input_values("beats").empty());
  CHECK(encoder.tokens().columns.size() == 20);
  std::size_t hidden = 0;
  for (const float value : encoder.input_values("token_mask")) hidden += value == 1.0f ? 1 : 0;
  CHECK(hidden == hidden_count(encoder.mask()));
  CHECK_THAT(static_cast<double>(hidden) / 240, WithinAbs(0.6, 0.05));
}

TEST_CASE("a perfect answer has no error, and millivolt are those of the recording") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  REQUIRE(encoder.prepare());
  encoder.note_requested();
  const std::span<const float> same = encoder.input()->signal.values();
  REQUIRE(encoder.set_reconstruction(encoder.generation(), same, 12));
  CHECK_THAT(encoder.reconstruction()->mean_error_mv, WithinAbs(0, 1e-9));
  // 1 Hz lies inside the model's band: away from the ends the amplitude is kept.
  CHECK_THAT(encoder.reconstruction()->signal_mv[525],
             WithinAbs(recording.signal.lead(0)[525], 0.02));
}

TEST_CASE("seed and ratio decide the mask, and nothing else does") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  REQUIRE(encoder.prepare());
  const TokenMask first = encoder.mask();
  encoder.set_seed(2);
  REQUIRE(encoder.prepare());
  CHECK(encoder.mask() != first);
  CHECK(hidden_count(encoder.mask()) == hidden_count(first));
  encoder.set_seed(1);
  REQUIRE(encoder.prepare());
  CHECK(encoder.mask() == first);
  encoder.set_mask_ratio(0.9);
  REQUIRE(encoder.prepare());
  CHECK(hidden_count(encoder.mask()) > hidden_count(first));
  encoder.set_mask_ratio(NAN);
  CHECK(encoder.mask_ratio() == 0.9);
}

TEST_CASE("a mask by hand: one token at a time, kept when run again, gone with another seed") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  encoder.hide_token(3, true);  // nothing is prepared: nothing to hide
  REQUIRE(encoder.prepare());
  const TokenMask drawn = encoder.mask();
  CHECK_FALSE(encoder.mask_by_hand());
  const auto first = [&](std::uint8_t wanted) {
    return static_cast<std::size_t>(std::find(drawn.begin(), drawn.end(), wanted) - drawn.begin());
  };
  const std::size_t seen = first(0), hidden = first(1);
  const int before = encoder.generation();
  encoder.hide_token(seen, true);
  encoder.hide_token(hidden, false);
  CHECK(encoder.generation() == before + 2);
  encoder.hide_token(hidden, false);  // as it is already
  encoder.hide_token(drawn.size(), true);
  CHECK(encoder.generation() == before + 2);
  CHECK(encoder.mask_by_hand());
  TokenMask expected = drawn;
  std::swap(expected[seen], expected[hidden]);
  CHECK(encoder.mask() == expected);
  CHECK(encoder.input_values("token_mask")[seen] == 1);
  CHECK(encoder.input_values("token_mask")[hidden] == 0);
  encoder.request_again();
  REQUIRE(encoder.prepare());
  CHECK(encoder.mask() == expected);
  encoder.set_seed(2);
  encoder.set_seed(1);
  REQUIRE(encoder.prepare());
  CHECK(encoder.mask() == drawn);
  CHECK_FALSE(encoder.mask_by_hand());
  for (std::size_t token = 0; token < drawn.size(); ++token) encoder.hide_token(token, true);
  CHECK(hidden_count(encoder.mask()) == drawn.size() - 1);  // the model must see something
}

TEST_CASE("one run at a time; results of an older mask are dropped and a new run is wanted") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  REQUIRE(encoder.prepare());
  REQUIRE(encoder.wants_run());
  const int old = encoder.generation();
  encoder.note_requested();
  CHECK_FALSE(encoder.wants_run());
  encoder.set_seed(5);
  REQUIRE(encoder.prepare());
  CHECK_FALSE(encoder.wants_run());  // the old run is still under way
  const std::vector<float> answer(12000, 0.0f);
  CHECK_FALSE(encoder.set_reconstruction(old, answer, 1));
  CHECK_FALSE(encoder.reconstruction().has_value());
  CHECK(encoder.wants_run());
  encoder.note_requested();
  CHECK(encoder.set_reconstruction(encoder.generation(), answer, 1));
  CHECK_FALSE(encoder.wants_run());
}

TEST_CASE("answers of the wrong size are refused") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  REQUIRE(encoder.prepare());
  encoder.note_requested();
  const std::vector<float> answer(11999, 0.0f);
  CHECK_FALSE(encoder.set_reconstruction(encoder.generation(), answer, 1));
  CHECK_FALSE(encoder.set_embedding(encoder.generation(), {}, 1));
  const float values[] = {3, 4};
  CHECK(encoder.set_embedding(encoder.generation(), values, 1));
  CHECK_THAT(encoder.embedding()->norm, WithinRel(5.0));
}

TEST_CASE("probabilities belong to the labels of the model's heads, and to one recording") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  Json model = Json::parse(test::demo_model_json());
  model["heads"] = Json::parse(R"([
    {"task": "super", "n": 178, "on": "fold 9", "macro": [0.812, 0.76, null],
     "labels": [{"name": "NORM", "auroc": 0.9, "positives": 80}, {"name": "MI", "auroc": null}]},
    "no head",
    {"task": "rhythm", "labels": [{"name": "AF", "auroc": 0.5, "positives": 3}, 7]}])");
  REQUIRE(encoder.set_model(model.dump()));
  REQUIRE(encoder.heads().size() == 2);
  CHECK(encoder.heads()[0].figures == "Mean AUROC 0.81 (0.76\u2013unknown) on 178 records: fold 9");
  CHECK(encoder.heads()[0].labels[0].known == "AUROC 0.9 from 80 records that have it");
  CHECK(encoder.heads()[0].labels[1].known == "AUROC unknown from 0 records that have it");
  REQUIRE(encoder.prepare());
  const float three[] = {0.1f, 0.9f, 0.5f};
  CHECK_FALSE(encoder.set_probabilities(encoder.generation(), std::span(three).first(2)));
  CHECK(encoder.set_probabilities(encoder.generation(), three));
  CHECK(encoder.probabilities().size() == 3);
  encoder.set_mask_ratio(0.3);  // the labels concern the whole recording, whatever is hidden
  CHECK(encoder.probabilities().size() == 3);
  encoder.set_recording(&recording);
  CHECK(encoder.probabilities().empty());
  CHECK_FALSE(encoder.set_probabilities(encoder.generation() - 1, three));
}

TEST_CASE("a head of sentences says what is compared, and only figures that were measured") {
  Encoder encoder;
  Json model = Json::parse(test::demo_model_json());
  model["heads"] = Json::parse(R"([
    {"task": "rhythms", "n": 0, "on": "", "macro": [null, null, null], "labels": [
      {"name": "af", "auroc": null, "positives": 0, "prompts": ["atrial fibrillation", "AF", 5]},
      {"name": "sinus", "auroc": 0.75, "positives": 9, "prompts": ["sinus rhythm"]}]},
    {"task": "super", "n": 9, "on": "fold 9", "macro": [0.5, 0.4, 0.6], "labels": [
      {"name": "MI", "auroc": 0.5, "positives": 2, "prompts": "none"}]}])");
  REQUIRE(encoder.set_model(model.dump()));
  REQUIRE(encoder.heads().size() == 2);
  const ModelHead& compared = encoder.heads()[0];
  CHECK(compared.compares);
  CHECK(compared.figures.empty());
  CHECK(compared.labels[0].sentences == "\u201catrial fibrillation\u201d, \u201cAF\u201d");
  CHECK(compared.labels[0].known.empty());
  CHECK(compared.labels[1].known == "AUROC 0.75 from 9 records that have it");
  CHECK_FALSE(encoder.heads()[1].compares);
  CHECK(encoder.heads()[1].labels[0].sentences.empty());
}

TEST_CASE("a model without a decoder has answered once its embedding is there") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  CHECK(encoder.facts().reconstructs);
  Json model = Json::parse(test::demo_model_json());
  model["graphs"] = {{"encode", Json::object()}};
  REQUIRE(encoder.set_model(model.dump()));
  CHECK_FALSE(encoder.facts().reconstructs);
  REQUIRE(encoder.prepare());
  REQUIRE(encoder.wants_run());
  encoder.note_requested();
  encoder.set_seed(9);  // asks again, after the run under way
  CHECK_FALSE(encoder.wants_run());
  const float values[] = {3, 4};
  encoder.set_embedding(encoder.generation() - 1, values, 1);
  CHECK(encoder.wants_run());
  encoder.note_requested();
  CHECK(encoder.set_embedding(encoder.generation(), values, 1));
  CHECK_FALSE(encoder.wants_run());
}

TEST_CASE("a recording that the model cannot take is said once, and asks for no run") {
  const Recording recording = test::sine_recording(2);
  Encoder encoder = ready_encoder(recording);
  const auto prepared = encoder.prepare();
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().code == ErrorCode::kInsufficientData);
  CHECK_FALSE(encoder.wants_run());
  CHECK(encoder.input_error().has_value());
}

TEST_CASE("a failed run does not block the next change") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  REQUIRE(encoder.prepare());
  encoder.note_requested();
  encoder.set_status(EncoderStatus::kFailed, "lost");
  encoder.set_status(EncoderStatus::kReady, "");
  CHECK_FALSE(encoder.wants_run());
  encoder.set_seed(9);
  REQUIRE(encoder.prepare());
  CHECK(encoder.wants_run());
}

TEST_CASE("a broken model.json leaves the model as it was") {
  Encoder encoder;
  REQUIRE(encoder.set_model(test::demo_model_json()));
  CHECK_FALSE(encoder.set_model("{\"input\":{}}"));
  CHECK_FALSE(encoder.set_model("not json"));
  REQUIRE(encoder.spec().has_value());
  CHECK(encoder.spec()->name == "demo");
  CHECK(encoder.facts().corpus == "simulator");
}

TEST_CASE("the window of a long recording moves within it") {
  const Recording recording = test::sine_recording(30);
  Encoder encoder = ready_encoder(recording);
  encoder.set_window_start(12);
  REQUIRE(encoder.prepare());
  CHECK_THAT(encoder.input()->start_s, WithinAbs(12, 1e-9));
  encoder.set_window_start(1e9);
  CHECK_THAT(encoder.window_start_s(), WithinAbs(20, 1e-9));
  encoder.set_window_start(-3);
  CHECK(encoder.window_start_s() == 0);
}

TEST_CASE("another model hides the same tokens where it has the same, and is asked anew") {
  const Recording recording = test::sine_recording(10);
  Encoder encoder = ready_encoder(recording);
  encoder.set_seed(9);
  REQUIRE(encoder.prepare());
  const TokenMask mask = encoder.mask();
  encoder.note_requested();  // and never answered: its model was let go of
  encoder.forget_model();
  CHECK_FALSE(encoder.spec());
  CHECK(encoder.heads().empty());
  CHECK(encoder.tokens().token_count() == 0);
  CHECK_FALSE(encoder.prepare());
  CHECK_FALSE(encoder.wants_run());
  REQUIRE(encoder.set_model(test::demo_model_json()));
  REQUIRE(encoder.prepare());
  CHECK(encoder.mask() == mask);
  CHECK(encoder.wants_run());
}
