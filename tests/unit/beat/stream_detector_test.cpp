#include "beat/stream_detector.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <limits>
#include <vector>

#include "beat/r_peaks.h"
#include "io/wfdb_reader.h"
#include "support/test_data.h"
#include "synth/simulate.h"

using namespace ecg;

namespace {

/// Streams a signal in pieces of `piece` samples; checks latency, order and position on the way.
std::vector<SampleIndex> streamed(SignalView signal, SampleIndex piece,
                                  const StreamOptions& options = {}) {
  auto detector = StreamDetector::create(signal.lead_count, signal.sampling_rate_hz, options);
  REQUIRE(detector.has_value());
  std::vector<SampleIndex> all;
  const auto rate = signal.sampling_rate_hz;
  for (SampleIndex at = 0; at < signal.sample_count; at += piece) {
    const SampleIndex end = std::min(signal.sample_count, at + piece);
    const auto found = detector->push(signal.samples(at, end));
    REQUIRE(found.has_value());
    REQUIRE(detector->position() == end);
    for (const SampleIndex beat : *found) {
      if (!all.empty()) REQUIRE(beat > all.back());
      REQUIRE(static_cast<double>(end - beat) >= options.latency_s * rate);
      all.push_back(beat);
    }
  }
  for (const SampleIndex beat : detector->finish()) {
    if (!all.empty()) REQUIRE(beat > all.back());
    REQUIRE(beat < signal.sample_count);
    all.push_back(beat);
  }
  return all;
}

/// How many of `a` from `start` on have one of `b` within `window`.
std::pair<int, int> agreeing(const std::vector<SampleIndex>& a, const std::vector<SampleIndex>& b,
                             SampleIndex start, SampleIndex window) {
  int alike = 0, all = 0;
  for (const SampleIndex at : a) {
    if (at < start) continue;
    ++all;
    const auto next = std::lower_bound(b.begin(), b.end(), at - window);
    alike += next != b.end() && *next <= at + window;
  }
  return {alike, all};
}

}  // namespace

TEST_CASE("a stream gives the R peaks of the whole recording, however it is cut into pieces") {
  SimulationOptions options;
  options.duration_s = 60;
  options.heart_rate_bpm = 80;
  const auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  const Signal& signal = simulation->recording.signal;
  const auto whole = find_r_peaks(signal);
  REQUIRE(whole.has_value());
  const auto found = streamed(signal, 1);
  CHECK(streamed(signal, 1000) == found);
  CHECK(streamed(signal, 30000) == found);
  CHECK(streamed(signal, 37) == found);
  CHECK(found.size() == whole->size());
  const auto [alike, all] = agreeing(found, *whole, 0, 5);
  CHECK(alike == all);
}

TEST_CASE("a beat is reported no later than latency and step allow") {
  SimulationOptions options;
  options.duration_s = 30;
  const auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  const Signal& signal = simulation->recording.signal;
  const StreamOptions how{0.5, 24, 0.1};
  auto detector = StreamDetector::create(signal.lead_count(), 500, how);
  REQUIRE(detector.has_value());
  int reported = 0;
  for (SampleIndex at = 0; at < signal.sample_count(); at += 10) {
    const auto found = detector->push(signal.view().samples(at, at + 10));
    REQUIRE(found.has_value());
    for (const SampleIndex beat : *found) {
      if (at > 5000) CHECK(at + 10 - beat <= static_cast<SampleIndex>(500 * (0.5 + 0.1)) + 10);
      ++reported;
    }
  }
  CHECK(reported > 20);
}

TEST_CASE("streams without a heart, with gaps and with nothing end well") {
  Signal signal({label_of(Lead::kII)}, 20000, 250);
  CHECK(streamed(signal, 333).empty());
  for (float& v : signal.lead(0)) v = std::numeric_limits<float>::quiet_NaN();
  CHECK(streamed(signal, 333).empty());
  auto detector = StreamDetector::create(1, 250);
  REQUIRE(detector.has_value());
  CHECK(detector->finish().empty());
}

TEST_CASE("streams: what is wrong is named") {
  const auto code = [](const auto& result) { return result.error().code; };
  CHECK(code(StreamDetector::create(0, 250)) == ErrorCode::kInvalidArgument);
  CHECK(code(StreamDetector::create(1, 10)) == ErrorCode::kInvalidArgument);
  CHECK(code(StreamDetector::create(1, 250, {0.1, 24, 0.25})) == ErrorCode::kInvalidArgument);
  CHECK(code(StreamDetector::create(1, 250, {1, 1000, 0.25})) == ErrorCode::kInvalidArgument);
  auto detector = StreamDetector::create(1, 250);
  REQUIRE(detector.has_value());
  const Signal two(std::vector<LeadLabel>(2, label_of(Lead::kII)), 100, 250);
  CHECK(code(detector->push(two)) == ErrorCode::kInvalidArgument);
}

TEST_CASE("on MIT-BIH a stream agrees with the whole record in 99.5 % of the beats") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  int alike = 0, streamed_beats = 0, found_again = 0, whole_beats = 0;
  for (const char* name : {"101", "119", "201", "208", "223"}) {
    const auto path = *folder / "mitdb" / name;
    const auto with = [&](const char* ending) {
      return std::filesystem::path(path.string() + ending);
    };
    const FileSet files = test::read_files({with(".hea"), with(".dat")});
    const auto recording = read_wfdb(files, files.files.front());
    REQUIRE(recording.has_value());
    const SignalView part = recording->signal.view().samples(0, 360 * 600);
    const auto whole = find_r_peaks(part);
    const auto found = streamed(part, 360);
    const auto [same, all] = agreeing(found, *whole, 3600, 18);
    const auto [again, wholes] = agreeing(*whole, found, 3600, 18);
    alike += same;
    streamed_beats += all;
    found_again += again;
    whole_beats += wholes;
  }
  CAPTURE(alike, streamed_beats, found_again, whole_beats);
  CHECK(alike >= 0.995 * streamed_beats);
  CHECK(found_again >= 0.995 * whole_beats);
}
