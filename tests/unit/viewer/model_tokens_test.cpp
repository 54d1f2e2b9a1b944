// Models whose tokens are heartbeats: what they are fed, what is hidden, where the answer lies.

#include "viewer/model_tokens.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "headless_viewer.h"
#include "viewer/encoder.h"
#include "viewer/texts.h"
#include "viewer/workspace.h"

using namespace ecg;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

namespace {

Json beat_model() {
  Json model = Json::parse(test::demo_model_json());
  model["tokens"] = {{"kind", "beats"},    {"leads", 12},     {"most_beats", 15},
                     {"beat_samples", 96}, {"time_bins", 11}, {"width", 96}};
  Json inputs = Json::array();
  inputs.push_back({{"name", "beats"}, {"shape", {1, 180, 96}}});
  inputs.push_back({{"name", "beat_time"}, {"shape", {1, 180}}});
  inputs.push_back({{"name", "beat_present"}, {"shape", {1, 180}}});
  model["graphs"]["encode"]["inputs"] = inputs;
  inputs.push_back({{"name", "token_mask"}, {"shape", {1, 180}}});
  model["graphs"]["reconstruct"]["inputs"] = inputs;
  return model;
}

/// The example of the simulator, without its last lead.
Recording example_without_v6() {
  Workspace workspace;
  REQUIRE(open_example(workspace, 1));
  Recording recording = workspace.open->recording;
  for (float& value : recording.signal.lead(11)) value = NAN;
  return recording;
}

Encoder prepared(const Recording& recording) {
  Encoder encoder;
  REQUIRE(encoder.set_model(beat_model().dump()));
  encoder.set_recording(&recording);
  encoder.set_status(EncoderStatus::kReady, "");
  REQUIRE(encoder.prepare());
  return encoder;
}

}  // namespace

TEST_CASE("a model of heartbeats is fed the table of the heartbeats found in its own input") {
  const Recording recording = example_without_v6();
  const Encoder encoder = prepared(recording);
  const std::size_t beats = encoder.tokens().columns.size();
  CHECK(beats >= 8);
  CHECK(beats <= 15);
  const std::span<const float> table = encoder.input_values("beats");
  const std::span<const float> present = encoder.input_values("beat_present");
  REQUIRE(table.size() == 180 * 96);
  REQUIRE(present.size() == 180);
  REQUIRE(encoder.input_values("beat_time").size() == 180);
  for (std::size_t row = 0; row < 180; ++row) {
    const bool there = row / 15 != 11 && row % 15 < beats;
    CHECK(present[row] == (there ? 1.0f : 0.0f));
    CHECK((encoder.input_values("beat_time")[row] > 0) == there);
  }
  // R lies in the middle, in every lead where all leads together deflect most: nothing in lead II
  // deflects further than the samples about it, and they are those of the input.
  const std::span<const float> beat = table.subspan((15 + 1) * 96, 96);
  const auto higher = [](float a, float b) { return std::abs(a) < std::abs(b); };
  const auto peak = std::max_element(beat.begin(), beat.end(), higher) - beat.begin();
  CHECK(std::abs(static_cast<int>(peak) - 48) <= 3);
  const TokenSpan& second = encoder.tokens().columns[1];
  const std::span<const float> lead = encoder.input()->signal.lead(1);
  CHECK(std::search(beat.begin(), beat.end(), lead.begin() + second.begin,
                    lead.begin() + second.end) != beat.end());
}

TEST_CASE("hidden heartbeats are those of present leads, as many as the share says, by the seed") {
  const Recording recording = example_without_v6();
  Encoder encoder = prepared(recording);
  const std::size_t beats = encoder.tokens().columns.size();
  const auto tokens = static_cast<double>(11 * beats);
  CHECK(hidden_count(encoder.mask()) == static_cast<std::size_t>(std::lround(0.6 * tokens)));
  const std::span<const float> rows = encoder.input_values("token_mask");
  std::size_t hidden = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row] == 0) continue;
    ++hidden;
    REQUIRE(row % 15 < beats);
    CHECK(row / 15 != 11);
    CHECK(encoder.mask()[encoder.tokens().token(row / 15, row % 15)] == 1);
  }
  CHECK(hidden == hidden_count(encoder.mask()));
  const TokenMask first = encoder.mask();
  encoder.set_seed(2);
  REQUIRE(encoder.prepare());
  CHECK(encoder.mask() != first);
  encoder.set_seed(1);
  REQUIRE(encoder.prepare());
  CHECK(encoder.mask() == first);
}

TEST_CASE("an answer in heartbeats is placed where they lie, and compared over hidden ones") {
  const Recording recording = example_without_v6();
  Encoder encoder = prepared(recording);
  encoder.note_requested();
  std::vector<float> answer(encoder.input_values("beats").begin(),
                            encoder.input_values("beats").end());
  REQUIRE(encoder.set_reconstruction(encoder.generation(), answer, 1));
  CHECK_THAT(encoder.reconstruction()->mean_error_mv, WithinAbs(0, 1e-9));
  const auto r = static_cast<std::size_t>(encoder.tokens().columns[2].begin + 10);
  CHECK_THAT(encoder.reconstruction()->signal_mv[r],
             WithinAbs(encoder.input_mv().lead(0)[r], 1e-5));
  // One unit too high in every beat: the error is the unit of each lead, in mV.
  for (float& value : answer) value += 1;
  encoder.request_again();
  REQUIRE(encoder.prepare());
  encoder.note_requested();
  REQUIRE(encoder.set_reconstruction(encoder.generation(), answer, 1));
  CHECK_THAT(encoder.reconstruction()->mean_error_mv,
             WithinAbs(encoder.input()->scale_mv[0], 1e-4));
  CHECK_FALSE(encoder.set_reconstruction(encoder.generation(), std::span(answer).first(12000), 1));
}

TEST_CASE("heartbeats beyond the table, and a recording without any, are told") {
  Json model = beat_model();
  model["tokens"]["most_beats"] = 4;
  model.erase("graphs");
  Workspace workspace;
  REQUIRE(open_example(workspace, 1));
  Encoder encoder;
  REQUIRE(encoder.set_model(model.dump()));
  encoder.set_recording(&workspace.open->recording);
  REQUIRE(encoder.prepare());
  CHECK(encoder.tokens().columns.size() == 4);
  REQUIRE_FALSE(encoder.input()->notes.empty());
  CHECK_THAT(encoder.input()->notes.back(), ContainsSubstring("first 4 of "));

  Recording quiet = workspace.open->recording;
  for (std::size_t lead = 0; lead < 12; ++lead) {
    const std::span<float> samples = quiet.signal.lead(lead);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = 1e-6f * static_cast<float>(i * (lead + 1));  // a drift, and no heart
    }
  }
  encoder.set_recording(&quiet);
  REQUIRE(encoder.prepare());
  CHECK(encoder.tokens().columns.size() == 4);
  REQUIRE_FALSE(encoder.input()->notes.empty());
  CHECK_THAT(encoder.input()->notes.back(), ContainsSubstring("No heartbeat was found"));
}

TEST_CASE("an input that is not made here, or not in that shape, is named in one sentence") {
  Encoder encoder;
  Json model = beat_model();
  model["graphs"]["encode"]["inputs"].push_back({{"name", "rr_intervals"}, {"shape", {1, 15}}});
  const auto unknown = encoder.set_model(model.dump());
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::kUnsupported);
  CHECK_THAT(unknown.error().message, ContainsSubstring("\"rr_intervals\""));

  model = beat_model();
  model["graphs"]["encode"]["inputs"][0]["shape"] = {1, 180, 95};
  const auto other = encoder.set_model(model.dump());
  REQUIRE_FALSE(other);
  CHECK_THAT(other.error().message, ContainsSubstring("[1,180,95]"));

  model = beat_model();
  model["tokens"].erase("kind");  // a model of patches makes no beats
  CHECK_FALSE(encoder.set_model(model.dump()));
  CHECK_FALSE(encoder.spec().has_value());
}

TEST_CASE("impossible tables of heartbeats are refused") {
  const auto refused = [](const char* key, const Json& value) {
    Json model = beat_model();
    model.erase("graphs");
    model["tokens"][key] = value;
    Encoder encoder;
    const auto result = encoder.set_model(model.dump());
    return !result && result.error().code == ErrorCode::kBadValue;
  };
  CHECK(refused("most_beats", 0));
  CHECK(refused("most_beats", -15));
  CHECK(refused("most_beats", 4294967311ull));
  CHECK(refused("most_beats", "15"));
  CHECK(refused("beat_samples", 95));
  CHECK(refused("beat_samples", 1002));
  CHECK(refused("time_bins", 10));
  CHECK(refused("time_bins", nullptr));
}

TEST_CASE("a heartbeat is named by its lead, its number and its time") {
  const Recording recording = example_without_v6();
  const Encoder encoder = prepared(recording);
  CHECK_THAT(token_text(encoder, encoder.tokens().token(6, 2)), ContainsSubstring("V1, beat 3, "));
  CHECK(tokens_text(encoder) == "up to 15 beats a lead");
  CHECK(encoder.tokens().column_at(-1) == encoder.tokens().columns.size());
  const TokenSpan& third = encoder.tokens().columns[2];
  CHECK(encoder.tokens().column_at(static_cast<double>(third.begin)) == 2);
  CHECK(encoder.tokens().column_at(static_cast<double>(third.end) - 0.5) == 2);
}

TEST_CASE("long texts are cut between words") {
  CHECK(shortened_text("as it is", 8) == "as it is");
  CHECK(shortened_text("one two, three", 9) == "one two\u2026");
  CHECK(shortened_text("\u2026\u2026\u2026", 4) == "\u2026\u2026\u2026");
}

TEST_CASE("tokens of an unknown kind are refused by name, instead of being taken for patches") {
  Json model = beat_model();
  Encoder encoder;
  for (const Json& kind : {Json("wavelets"), Json(5), Json("")}) {
    model["tokens"]["kind"] = kind;
    const auto refused = encoder.set_model(model.dump());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kUnsupported);
    CHECK_THAT(refused.error().message, ContainsSubstring("tokens.kind is " + kind.dump()));
    CHECK(refused.error().file == "model.json");
  }
  model = Json::parse(test::demo_model_json());
  model["tokens"]["kind"] = "patches";
  CHECK(encoder.set_model(model.dump()));
}

TEST_CASE("padding counts as tokens for a model that was trained so, and is never hidden") {
  const Recording recording = example_without_v6();
  const Encoder plain = prepared(recording);
  Json model = beat_model();
  model["tokens"]["padding_tokens"] = true;
  Encoder padded;
  REQUIRE(padded.set_model(model.dump()));
  padded.set_recording(&recording);
  REQUIRE(padded.prepare());
  CHECK(padded.mask() == plain.mask());
  for (const char* same : {"beats", "beat_time", "token_mask"}) {
    const std::span<const float> a = padded.input_values(same), b = plain.input_values(same);
    CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
  }
  const std::span<const float> present = padded.input_values("beat_present");
  for (std::size_t row = 0; row < 180; ++row) CHECK(present[row] == (row / 15 == 11 ? 0.0f : 1.0f));
  model["tokens"]["padding_tokens"] = 1;
  const auto refused = padded.set_model(model.dump());
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, ContainsSubstring("tokens.padding_tokens is 1"));
}

TEST_CASE("a model of steps in time is fed the signal and says its embedding") {
  Json model = Json::parse(test::demo_model_json());
  model["tokens"] = {{"kind", "steps"}, {"leads", 12},         {"columns", 20},
                     {"rows", 124},     {"patch_samples", 50}, {"width", 128}};
  model["graphs"]["encode"]["inputs"] = {{{"name", "signal"}, {"shape", {1, 12, 1000}}},
                                         {{"name", "lead_mask"}, {"shape", {1, 12}}}};
  const Recording recording = test::sine_recording(10);
  Workspace workspace;
  Encoder& encoder = workspace.encoder;
  REQUIRE(encoder.set_model(model.dump()));
  CHECK(tokens_text(encoder) == "124 steps");
  encoder.set_recording(&recording);
  encoder.set_status(EncoderStatus::kReady, "");
  REQUIRE(encoder.prepare());
  encoder.note_requested();
  const float embedding[] = {3, 4};
  CHECK_FALSE(take_embedding(workspace, encoder.generation() - 1, embedding, 1));
  REQUIRE(take_embedding(workspace, encoder.generation(), embedding, 1));
  CHECK_FALSE(encoder.wants_run());
  const std::vector<Request> said = workspace.requests.take();
  REQUIRE(said.size() == 1);
  CHECK(said[0].text == "Embedding of 2 values.");
}
