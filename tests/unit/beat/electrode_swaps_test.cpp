#include "beat/electrode_swaps.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <set>

#include "beat/analyse.h"
#include "io/wfdb_reader.h"
#include "support/test_data.h"
#include "synth/simulate.h"

using namespace ecg;
using Catch::Approx;

namespace {

Signal simulated(std::uint64_t seed, std::vector<Defect> defects = {}) {
  SimulationOptions options;
  options.seed = seed;
  options.heart_rate_bpm = 70;
  options.noise_scale = 0.5;
  options.defects = std::move(defects);
  auto simulation = simulate(options);
  REQUIRE(simulation.has_value());
  return std::move(simulation).value().recording.signal;
}

double largest_difference(const Signal& a, const Signal& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.values().size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(a.values()[i] - b.values()[i])));
  }
  return worst;
}

std::optional<SwapSuspicion> suspicion_of(const Signal& signal) {
  const auto analysis = analyse(signal);
  REQUIRE(analysis.has_value());
  REQUIRE(analysis->median.has_value());
  const auto found = suspect_electrode_swap(*analysis->median, analysis->median_marks);
  REQUIRE(found.has_value());
  return *found;
}

}  // namespace

TEST_CASE("swapping by calculation is what swapped cables record") {
  // The simulator swaps potentials, before leads are formed; noise enters after that.
  for (const auto& [defect, swap] : {std::pair{Defect::kSwappedArms, ElectrodeSwap::kRaLa},
                                     {Defect::kSwappedLeft, ElectrodeSwap::kLaLl}}) {
    SimulationOptions options;
    options.noise_scale = 0;
    const Signal right = simulate(options)->recording.signal;
    options.defects = {defect};
    const Signal wrong = simulate(options)->recording.signal;
    CHECK(largest_difference(right, wrong) > 0.1);
    CHECK(largest_difference(*swap_electrodes(right, swap), wrong) < 1e-5);
  }
}

TEST_CASE("swapping twice gives the recording again, moving on and back, too") {
  const Signal signal = simulated(1);
  for (std::size_t i = 0; i < kElectrodeSwapCount; ++i) {
    const auto swap = static_cast<ElectrodeSwap>(i);
    if (swap == ElectrodeSwap::kRaRl || swap == ElectrodeSwap::kLaRl) continue;
    const auto back = swap == ElectrodeSwap::kLimbsForward    ? ElectrodeSwap::kLimbsBackward
                      : swap == ElectrodeSwap::kLimbsBackward ? ElectrodeSwap::kLimbsForward
                                                              : swap;
    CAPTURE(electrode_swap_name(swap));
    const Signal wrong = swap_electrodes(signal, swap).value();
    CHECK(largest_difference(signal, wrong) > 0.05);
    CHECK(largest_difference(signal, *swap_electrodes(wrong, back)) < 1e-5);
  }
}

TEST_CASE("an electrode on the right leg leaves a flat lead") {
  const Signal signal = simulated(2);
  const Signal ra = swap_electrodes(signal, ElectrodeSwap::kRaRl).value();
  CHECK(std::all_of(ra.lead(1).begin(), ra.lead(1).end(), [](float v) { return v == 0; }));
  const Signal la = swap_electrodes(signal, ElectrodeSwap::kLaRl).value();
  CHECK(std::all_of(la.lead(2).begin(), la.lead(2).end(), [](float v) { return v == 0; }));
}

TEST_CASE("simulated people: gross swaps are suspected, right electrodes are not") {
  int alarms = 0, hits = 0, judged = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Signal signal = simulated(seed);
    alarms += suspicion_of(signal).has_value();
    for (const ElectrodeSwap swap : {ElectrodeSwap::kRaLa, ElectrodeSwap::kRaLl,
                                     ElectrodeSwap::kChestReversed, ElectrodeSwap::kV1V3}) {
      hits += suspicion_of(*swap_electrodes(signal, swap)).has_value();
      ++judged;
    }
  }
  CHECK(alarms <= 2);
  CHECK(hits >= judged * 8 / 10);
}

TEST_CASE("evidence is told by part and sums up") {
  const auto found = suspicion_of(*swap_electrodes(simulated(3), ElectrodeSwap::kChestReversed));
  REQUIRE(found.has_value());
  REQUIRE(found->parts[1].has_value());
  double sum = 0;
  for (const auto& part : found->parts) sum += part.value_or(0);
  CHECK(sum == Approx(found->evidence));
  CHECK(found->evidence > kSwapEvidence);
}

TEST_CASE("real people of LUDB: swapped arms are seen, right electrodes seldom suspected") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  int alarms = 0, hits = 0, judged = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder / "ludb")) {
    if (entry.path().extension() != ".hea" || judged >= 25) continue;
    auto data = std::filesystem::path(entry.path()).replace_extension(".dat");
    const FileSet files = test::read_files({entry.path(), data});
    auto recording = read_wfdb(files, files.files.front());
    if (!recording) continue;
    const auto analysis = analyse(recording->signal);
    if (!analysis || !analysis->median) continue;
    const auto right = suspect_electrode_swap(*analysis->median, analysis->median_marks);
    if (!right) continue;
    ++judged;
    alarms += right->has_value();
    hits += suspicion_of(*swap_electrodes(recording->signal, ElectrodeSwap::kRaLa)).has_value();
  }
  CHECK(judged >= 20);
  CHECK(alarms <= 2);
  CHECK(hits >= judged - 3);
}

TEST_CASE("swaps: what cannot be judged is named") {
  const Signal signal = simulated(4);
  const auto analysis = analyse(signal);
  REQUIRE(analysis->median.has_value());
  CHECK(suspect_electrode_swap(*analysis->median, BeatMarks{}).error().code ==
        ErrorCode::kInsufficientData);
  const Signal few({label_of(Lead::kI), label_of(Lead::kII)}, 100, 500);
  CHECK(swap_electrodes(few, ElectrodeSwap::kRaLa).error().code == ErrorCode::kNotFound);
  std::set<std::string_view> names, sentences;
  for (std::size_t i = 0; i < kElectrodeSwapCount; ++i) {
    names.insert(electrode_swap_name(static_cast<ElectrodeSwap>(i)));
    sentences.insert(electrode_swap_sentence(static_cast<ElectrodeSwap>(i)));
  }
  CHECK(names.size() == kElectrodeSwapCount);
  CHECK(sentences.size() == kElectrodeSwapCount);
}
