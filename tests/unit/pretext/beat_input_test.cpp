// The table of beats that a model of beat tokens is fed.
#include "pretext/beat_input.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <vector>

using namespace ecg;

namespace {

constexpr SampleIndex kPeaks[] = {20, 110, 170, 300};

Signal counting_signal(SampleIndex samples = 400) {
  Signal signal({label_of(Lead::kI), label_of(Lead::kV1)}, samples, 100);
  for (std::size_t i = 0; i < signal.values().size(); ++i) {
    signal.values()[i] = static_cast<float>(i + 1);
  }
  return signal;
}

}  // namespace

TEST_CASE("a table of beats has one size, with each R peak in the middle of its row",
          "[beat_input]") {
  const Signal signal = counting_signal();
  const BeatInput input = beat_input(signal.view(), {}, kPeaks, {96, 6}).value();
  REQUIRE(input.token_count() == 12);
  REQUIRE(input.beats.size() == 12 * 96);
  for (std::size_t lead = 0; lead < 2; ++lead) {
    for (std::size_t beat = 0; beat < 6; ++beat) {
      const std::size_t token = lead * 6 + beat;
      const bool there = beat < 4;
      CHECK(input.present[token] == (there ? 1 : 0));
      const float middle = input.beats[token * 96 + 48];
      if (there) {
        CHECK(middle ==
              static_cast<float>(lead * 400 + static_cast<std::size_t>(kPeaks[beat]) + 1));
        CHECK(input.time_bin[token] == static_cast<float>(kPeaks[beat] / 100 + 1));
      } else {
        CHECK(middle == 0);
        CHECK(input.time_bin[token] == 0);
      }
    }
  }
  CHECK(beat_time_bins(400, 100) == 5);
  CHECK(beat_time_bins(401, 100) == 6);
}

TEST_CASE("a beat's row is what beat_tokens cuts, and absent leads are 0", "[beat_input]") {
  const Signal signal = counting_signal();
  const std::vector<float> only_second{0, 1};
  const BeatInput input = beat_input(signal.view(), only_second, kPeaks, {96, 6}).value();
  std::vector<float> cut(input.tokens.token_count() * 96);
  read_beat_tokens(signal.view(), input.tokens, cut);
  for (std::size_t i = 0; i < 6 * 96; ++i) CHECK(input.beats[i] == 0);
  for (std::size_t i = 0; i < 4 * 96; ++i) CHECK(input.beats[6 * 96 + i] == cut[4 * 96 + i]);
  for (std::size_t token = 0; token < 12; ++token) {
    CHECK(input.present[token] == (token >= 6 && token < 10 ? 1 : 0));
  }
}

TEST_CASE("padding counts as tokens of present leads where that is asked for, and stays empty",
          "[beat_input]") {
  const Signal signal = counting_signal();
  const std::vector<float> only_second{0, 1};
  const BeatInput plain = beat_input(signal.view(), only_second, kPeaks, {96, 6}).value();
  const BeatInput padded = beat_input(signal.view(), only_second, kPeaks, {96, 6, true}).value();
  CHECK(padded.beats == plain.beats);
  CHECK(padded.time_bin == plain.time_bin);
  for (std::size_t token = 0; token < 12; ++token)
    CHECK(padded.present[token] == (token >= 6 ? 1 : 0));
  const BeatInput all = beat_input(signal.view(), {}, kPeaks, {96, 6, true}).value();
  CHECK(std::count(all.present.begin(), all.present.end(), 1.0f) == 12);
}

TEST_CASE("a table goes back into the recording it was cut from", "[beat_input]") {
  const Signal signal = counting_signal();
  const BeatInput input = beat_input(signal.view(), {}, kPeaks, {96, 6}).value();
  Signal copy = counting_signal();
  std::fill(copy.values().begin(), copy.values().end(), 0.0f);
  write_beat_input(input.beats, input, copy);
  std::size_t covered = 0;
  for (std::size_t i = 0; i < copy.values().size(); ++i) {
    const bool inside = input.tokens.beat_at(static_cast<SampleIndex>(i % 400)) < 4;
    CHECK(copy.values()[i] == (inside ? signal.values()[i] : 0));
    covered += inside;
  }
  CHECK(covered > 400);
}

TEST_CASE("beats beyond the table are left out, and no beat at all means equal distances",
          "[beat_input]") {
  const Signal signal = counting_signal();
  const BeatInput two = beat_input(signal.view(), {}, kPeaks, {96, 2}).value();
  CHECK(two.tokens.beats.size() == 2);
  CHECK(two.tokens.beats[1].end == 140);  // the third beat still bounds the second

  const BeatInput none = beat_input(signal.view(), {}, {}, {96, 4}).value();
  REQUIRE(none.tokens.beats.size() == 4);
  for (std::size_t beat = 0; beat < 4; ++beat) {
    CHECK(none.tokens.beats[beat].r_peak == static_cast<SampleIndex>(50 + 100 * beat));
  }
  const Signal tiny = counting_signal(3);
  CHECK(beat_input(tiny.view(), {}, {}, {96, 15}).value().tokens.beats.size() == 3);
}

TEST_CASE("what cannot be a table of beats is refused", "[beat_input]") {
  const Signal signal = counting_signal();
  const std::vector<float> three{1, 1, 1};
  CHECK_FALSE(beat_input(signal.view(), three, kPeaks, {96, 6}).has_value());
  CHECK_FALSE(beat_input(signal.view(), {}, kPeaks, {96, 0}).has_value());
  CHECK_FALSE(beat_input(signal.view(), {}, kPeaks, {95, 6}).has_value());
  const SampleIndex beyond[] = {20, 400};
  CHECK_FALSE(beat_input(signal.view(), {}, beyond, {96, 6}).has_value());
  const Signal empty = counting_signal(0);
  CHECK_FALSE(beat_input(empty.view(), {}, {}, {96, 6}).has_value());
}
