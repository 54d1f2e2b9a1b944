// Beat tokens and the masks that hide beats.
#include "pretext/beat_tokens.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "pretext/beat_masks.h"

using namespace ecg;
using Catch::Approx;

namespace {

constexpr SampleIndex kSamples = 1000;  // 10 s at 100 Hz
constexpr SampleIndex kPeaks[] = {20, 110, 170, 300, 380, 470, 560, 640, 730, 830, 910, 985};
constexpr TokenGrid kGrid{3, 40, 25};
constexpr int kDraws = 100000;

Signal counting_signal() {
  Signal signal({label_of(Lead::kI), label_of(Lead::kII), label_of(Lead::kV1)}, kSamples, 100);
  for (std::size_t i = 0; i < signal.values().size(); ++i) {
    signal.values()[i] = static_cast<float>(i + 1);
  }
  return signal;
}

RandomStream stream(std::uint64_t record) {
  return RandomStream({.seed = 13, .record = record, .purpose = RandomPurpose::kMask});
}

}  // namespace

TEST_CASE("windows are centred on R, half-way to the neighbours at most", "[beat_tokens]") {
  const BeatTokens tokens = beat_tokens(kSamples, kPeaks, 3).value();
  REQUIRE(tokens.beats.size() == 12);
  CHECK(tokens.beats[0] == BeatWindow{20, 0, 65});
  CHECK(tokens.beats[2] == BeatWindow{170, 140, 218});  // 48 samples after R; then none
  CHECK(tokens.beats[3] == BeatWindow{300, 252, 340});
  CHECK(tokens.beats[11] == BeatWindow{985, 948, 1000});
  CHECK(tokens.offset_of(3, 300) == 48);
  for (std::size_t beat = 0; beat < 12; ++beat) {
    const BeatWindow& window = tokens.beats[beat];
    CHECK(window.begin <= window.r_peak);
    CHECK(window.r_peak < window.end);
    CHECK(tokens.offset_of(beat, window.begin) >= 0);
    CHECK(tokens.offset_of(beat, window.end) <= tokens.width);
    if (beat > 0) CHECK(tokens.beats[beat - 1].end <= window.begin);
    CHECK(tokens.beat_at(window.begin) == beat);
    CHECK(tokens.beat_at(window.end - 1) == beat);
  }
  CHECK(tokens.beat_at(230) == 12);
  CHECK(tokens.beat_at(-1) == 12);
  CHECK(tokens.beat_at(kSamples) == 12);
  CHECK(beat_tokens(kSamples, kPeaks, 3, {.most_beats = 5})->beats.size() == 5);
  CHECK(tokens.token(2, 5) == 29);
  CHECK(tokens.lead_of(29) == 2);
  CHECK(tokens.beat_of(29) == 5);
}

TEST_CASE("tokens hold the samples of their windows, and give them back", "[beat_tokens]") {
  const Signal signal = counting_signal();
  const BeatTokens tokens = beat_tokens(kSamples, kPeaks, 3).value();
  std::vector<float> values(tokens.token_count() * 96, -1);
  read_beat_tokens(signal, tokens, values);
  CHECK(values[tokens.token(1, 3) * 96 + 48] == signal.lead(1)[300]);
  CHECK(values[tokens.token(2, 2) * 96 + 17] == 0);  // before the window, which begins at 18
  CHECK(values[tokens.token(2, 2) * 96 + 18] == signal.lead(2)[140]);
  Signal back({signal.leads().begin(), signal.leads().end()}, kSamples, 100);
  write_beat_tokens(values, tokens, back);
  for (std::size_t lead = 0; lead < 3; ++lead) {
    for (SampleIndex n = 0; n < kSamples; ++n) {
      const auto at = static_cast<std::size_t>(n);
      REQUIRE(back.lead(lead)[at] == (tokens.beat_at(n) < 12 ? signal.lead(lead)[at] : 0.0f));
    }
  }
}

TEST_CASE("beats and patches translate into each other", "[beat_tokens]") {
  const BeatTokens tokens = beat_tokens(kSamples, kPeaks, 3).value();
  TokenMask hidden(tokens.token_count(), 0);
  hidden[tokens.token(1, 3)] = 1;  // 252 .. 339: patches 10 to 13
  const TokenMask patches = patches_of_beats(hidden, tokens, kGrid);
  REQUIRE(hidden_count(patches) == 4);
  for (const std::size_t column : {10u, 11u, 12u, 13u}) CHECK(patches[kGrid.token(1, column)] == 1);
  CHECK(beats_of_patches(patches, kGrid, tokens) == hidden);
  const TokenMask all(tokens.token_count(), 1);
  CHECK(beats_of_patches(patches_of_beats(all, tokens, kGrid), kGrid, tokens) == all);
  // A grid that ends early: beats beyond it are no patches and count as visible.
  const TokenGrid early{3, 10, 25};
  const TokenMask some = patches_of_beats(all, tokens, early);
  CHECK(hidden_count(beats_of_patches(some, early, tokens)) == 9);
}

TEST_CASE("beat masks hide exact counts, whole beats but for one", "[masks]") {
  for (std::uint64_t record = 0; record < 2000; ++record) {
    RandomStream random = stream(record);
    const TokenMask mask = beat_mask(kGrid, kPeaks, 0.5, random).value();
    REQUIRE(hidden_count(mask) == 60);
    int partly = 0;
    for (std::size_t beat = 0; beat < std::size(kPeaks); ++beat) {
      std::size_t hidden = 0, all = 0;
      for (std::size_t column = 0; column < kGrid.columns; ++column) {
        const double middle = 25.0 * static_cast<double>(column) + 12;
        const auto far = [&](SampleIndex r) { return std::abs(middle - static_cast<double>(r)); };
        const auto nearest =
            std::min_element(std::begin(kPeaks), std::end(kPeaks),
                             [&](SampleIndex a, SampleIndex b) { return far(a) < far(b); });
        if (nearest != std::begin(kPeaks) + static_cast<std::ptrdiff_t>(beat)) continue;
        ++all;
        hidden += mask[column];
        REQUIRE((mask[column] == mask[kGrid.token(2, column)]));
      }
      partly += hidden > 0 && hidden < all;
    }
    REQUIRE(partly <= 1);
  }
}

TEST_CASE("beat masks hide every token about equally often", "[masks]") {
  std::vector<double> together(kGrid.token_count(), 0), alone(kGrid.token_count(), 0);
  for (int i = 0; i < kDraws; ++i) {
    RandomStream random = stream(static_cast<std::uint64_t>(i));
    const TokenMask mask = beat_mask(kGrid, kPeaks, 0.5, random).value();
    const TokenMask single = beat_token_mask(kGrid, kPeaks, 0.8, random).value();
    REQUIRE(hidden_count(mask) == 60);
    REQUIRE(hidden_count(single) == 96);
    for (std::size_t token = 0; token < mask.size(); ++token) {
      together[token] += mask[token];
      alone[token] += single[token];
    }
  }
  // The beat that is cut short loses its edges: tokens near R are hidden a little more often.
  for (const double count : together) CHECK(count / kDraws == Approx(0.5).margin(0.1));
  for (const double count : alone) CHECK(count / kDraws == Approx(0.8).margin(0.03));
  const double mean = std::accumulate(alone.begin(), alone.end(), 0.0) / kDraws;
  CHECK(mean == Approx(96));
}

TEST_CASE("beat tokens refuse what cannot be", "[beat_tokens]") {
  CHECK(beat_tokens(kSamples, {}, 3).error().code == ErrorCode::kInsufficientData);
  const SampleIndex unsorted[] = {50, 40}, outside[] = {50, kSamples}, before[] = {-1, 5};
  for (const std::span<const SampleIndex> peaks :
       {std::span<const SampleIndex>(unsorted), std::span<const SampleIndex>(outside),
        std::span<const SampleIndex>(before)}) {
    CHECK(beat_tokens(kSamples, peaks, 3).error().code == ErrorCode::kInvalidArgument);
  }
  CHECK_FALSE(beat_tokens(kSamples, kPeaks, 0));
  CHECK_FALSE(beat_tokens(kSamples, kPeaks, 3, {.width = 95}));
  RandomStream random = stream(0);
  CHECK_FALSE(beat_mask(kGrid, unsorted, 0.5, random));
  CHECK_FALSE(beat_token_mask(kGrid, before, 0.5, random));
  CHECK_FALSE(beat_mask({0, 4, 25}, kPeaks, 0.5, random));
  CHECK_FALSE(beat_mask(kGrid, kPeaks, std::nan(""), random));
}
