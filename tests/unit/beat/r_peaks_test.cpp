#include "beat/r_peaks.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "core/philox.h"
#include "real_records.h"
#include "support/test_data.h"
#include "synth/simulate.h"

using namespace ecg;

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Signal one_lead(SampleIndex count, double rate_hz, float value = 0) {
  Signal signal({label_of(Lead::kII)}, count, rate_hz);
  for (float& sample : signal.lead(0)) sample = value;
  return signal;
}

/// R peaks of a signal; ascending, inside it, and not in a gap of its first lead.
std::vector<SampleIndex> peaks_of(const Signal& signal, const RPeakOptions& options = {}) {
  const auto found = find_r_peaks(signal, options);
  REQUIRE(found.has_value());
  for (std::size_t i = 0; i < found->size(); ++i) {
    REQUIRE((*found)[i] >= 0);
    REQUIRE((*found)[i] < signal.sample_count());
    if (i) REQUIRE((*found)[i] > (*found)[i - 1]);
  }
  return *found;
}

Simulation simulated(double rate_hz, double heart_rate_bpm, double noise_scale = 1) {
  SimulationOptions options;
  options.sampling_rate_hz = rate_hz;
  options.heart_rate_bpm = heart_rate_bpm;
  options.duration_s = 20;
  options.noise_scale = noise_scale;
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  return std::move(simulation).value();
}

/// Every beat between 0.3 s from either end found within `tolerance_s`, and nothing else there.
void check_found(const Simulation& simulation, const std::vector<SampleIndex>& found,
                 double tolerance_s) {
  const Signal& signal = simulation.recording.signal;
  const double rate_hz = signal.sampling_rate_hz(), end_s = signal.duration_s() - 0.3;
  std::vector<double> truth, times;
  for (const BeatTruth& beat : simulation.truth.beats) {
    if (beat.qrs.peak_s > 0.3 && beat.qrs.peak_s < end_s) truth.push_back(beat.qrs.peak_s);
  }
  for (const SampleIndex at : found) {
    const double t = static_cast<double>(at) / rate_hz;
    if (t > 0.3 && t < end_s) times.push_back(t);
  }
  REQUIRE(times.size() == truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    CHECK(std::fabs(times[i] - truth[i]) < tolerance_s);
  }
}

}  // namespace

TEST_CASE("R peaks of simulated ECGs are found at every rate of heart and sampling") {
  for (const double rate_hz : {100.0, 250.0, 360.0, 500.0, 1000.0, 2000.0}) {
    for (const double heart_rate_bpm : {40.0, 75.0, 120.0, 180.0}) {
      CAPTURE(rate_hz, heart_rate_bpm);
      const Simulation simulation = simulated(rate_hz, heart_rate_bpm);
      check_found(simulation, peaks_of(simulation.recording.signal), 0.040);
    }
  }
}

TEST_CASE("an inverted lead gives the same R peaks") {
  Simulation simulation = simulated(500, 70);
  const std::size_t row[] = {1};
  const auto upright = peaks_of(simulation.recording.signal, {.rows = row});
  for (float& value : simulation.recording.signal.values()) value = -value;
  CHECK(peaks_of(simulation.recording.signal, {.rows = row}) == upright);
  CHECK(upright.size() > 20);
}

TEST_CASE("R peaks do not depend on amplitude, level or the order of leads") {
  const Simulation simulation = simulated(500, 70);
  const Signal& signal = simulation.recording.signal;
  const auto expected = peaks_of(signal);
  Signal larger = signal;
  for (float& value : larger.values()) value *= 2;  // a power of two: exact
  CHECK(peaks_of(larger) == expected);
  const std::vector<LeadLabel> labels(signal.leads().rbegin(), signal.leads().rend());
  Signal reversed(labels, signal.sample_count(), 500);
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const auto from = signal.lead(signal.lead_count() - 1 - row);
    std::copy(from.begin(), from.end(), reversed.lead(row).begin());
  }
  CHECK(peaks_of(reversed) == expected);
}

TEST_CASE("missing samples: no beat inside a gap, the others stay") {
  Simulation simulation = simulated(500, 70);
  Signal& signal = simulation.recording.signal;
  const auto whole = peaks_of(signal);
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    std::fill(signal.lead(row).begin() + 4000, signal.lead(row).begin() + 6000, kMissing);
  }
  const auto found = peaks_of(signal);
  for (const SampleIndex at : found) CHECK((at < 4000 || at >= 6000));
  for (const SampleIndex at : whole) {
    if (at > 3800 && at < 6200) continue;
    CHECK(std::binary_search(found.begin(), found.end(), at));
  }
}

TEST_CASE("a flat, a missing and a noisy lead do not hide the beats of a good one") {
  const Simulation simulation = simulated(500, 70);
  const auto good = simulation.recording.signal.lead(1);
  Signal signal(std::vector<LeadLabel>(4, label_of(Lead::kII)), 10000, 500);
  RandomStream random({.seed = 3});
  std::copy(good.begin(), good.end(), signal.lead(0).begin());
  for (float& value : signal.lead(2)) value = kMissing;
  for (float& value : signal.lead(3)) value = static_cast<float>(random.normal());
  check_found(simulation, peaks_of(signal, {}), 0.080);
}

TEST_CASE("signals without a heart end well") {
  CHECK(peaks_of(one_lead(5000, 500)).empty());
  CHECK(peaks_of(one_lead(5000, 500, 3)).empty());
  CHECK(peaks_of(one_lead(5000, 500, kMissing)).empty());
  CHECK(peaks_of(one_lead(3, 500, 1)).empty());
  CHECK(peaks_of(one_lead(0, 500)).empty());
  CHECK(find_r_peaks(Signal{{}, 5000, 500})->empty());
  Signal square = one_lead(5000, 500), noise = square;
  RandomStream random({.seed = 4});
  for (std::size_t i = 0; i < 5000; ++i) {
    square.lead(0)[i] = (i / 250) % 2 ? 1.0f : -1.0f;
    noise.lead(0)[i] = static_cast<float>(random.normal());
  }
  CHECK(peaks_of(square).size() <= 20);
  CHECK(peaks_of(noise).size() < 50);
}

TEST_CASE("R peaks: what is wrong is named") {
  const Signal slow = one_lead(100, 10);
  CHECK(find_r_peaks(slow).error().code == ErrorCode::kInvalidArgument);
  const std::size_t row[] = {1};
  const Signal signal = one_lead(5000, 500);
  CHECK(find_r_peaks(signal, {.rows = row}).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("R peaks of every real WFDB record are in order, and as many as a heart can beat") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  const int records = test::visit_real_records(
      *folder, {"ptbxl", "ludb", "mitdb", "challenge"}, [&](const Recording& recording) {
        const auto found = peaks_of(recording.signal);
        const double per_minute =
            60 * static_cast<double>(found.size()) / recording.signal.duration_s();
        CHECK(per_minute > 15);
        CHECK(per_minute <= 300);
      });
  CHECK(records > 500);
}
