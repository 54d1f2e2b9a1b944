// Every morphology meets the reader's criteria on the generated waves, and health meets none.

#include "synth/morphology.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "synth/labels.h"
#include "synth/morphology_labels.h"
#include "synth/simulate.h"
#include "unit/synth/signal_hash.h"

using namespace ecg;

namespace {

constexpr std::uint64_t kCount = 60;

Simulation simulated(std::vector<Morphology> morphologies, std::uint64_t index,
                     Rhythm rhythm = Rhythm::kSinus) {
  SimulationOptions options;
  options.morphologies = std::move(morphologies);
  options.rhythm = rhythm;
  options.index = index;
  options.noise_scale = 0;
  options.sampling_rate_hz = 100;
  return simulate(options).value();
}

const LeadTruth& lead(const SimulationTruth& truth, Lead which) {
  return truth.leads[static_cast<std::size_t>(which)];
}

}  // namespace

TEST_CASE("nearly everybody asked to have a morphology meets its criteria", "[morphology]") {
  for (const auto& entry : morphology_catalogue()) {
    int met = 0;
    int called_normal = 0;
    for (std::uint64_t index = 0; index < kCount; ++index) {
      const SimulationTruth truth = simulated({entry.value}, index).truth;
      met += has_label(truth.labels, entry.name);
      called_normal += has_label(truth.labels, entry.name) && has_label(truth.labels, "normal");
      REQUIRE((!has_label(truth.labels, entry.name) ||
               truth.report.find("Normal") == std::string::npos));
    }
    INFO(entry.name << " met by " << met << " of " << kCount);
    CHECK(met >= 57);  // 95 %: a small or large heart may miss a voltage
    CHECK(called_normal == 0);
    CHECK(morphology_from_name(entry.name) == entry.value);
  }
}

TEST_CASE("healthy people have no morphology label", "[morphology]") {
  for (std::uint64_t index = 0; index < 200; ++index) {
    const SimulationTruth truth = simulated({}, index).truth;
    INFO("index " << index << ": " << truth.report);
    CHECK(find_morphology_labels(truth).empty());
  }
}

TEST_CASE("bundle branch blocks are wide and look to their own side", "[morphology]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth right = simulated({Morphology::kRbbb}, index).truth;
    CHECK(*right.intervals.qrs_ms >= 120);
    CHECK(lead(right, Lead::kV1).late_qrs_mv > 0.1);
    CHECK(lead(right, Lead::kV6).late_qrs_mv < 0);
    const SimulationTruth left = simulated({Morphology::kLbbb}, index).truth;
    CHECK(*left.intervals.qrs_ms >= 120);
    CHECK(lead(left, Lead::kV1).s_mv > 2 * lead(left, Lead::kV1).r_mv);
    CHECK(lead(left, Lead::kV6).t_mv < 0);  // against the QRS
    CHECK(lead(left, Lead::kV1).t_mv > 0);
  }
}

TEST_CASE("infarction elevates its own leads and depresses those opposite", "[morphology]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    INFO("index " << index);
    const SimulationTruth inferior = simulated({Morphology::kInferiorStemi}, index).truth;
    CHECK(lead(inferior, Lead::kIII).st_j_mv > 0.1);
    CHECK(lead(inferior, Lead::kAvf).st_j_mv > 0.1);
    CHECK(lead(inferior, Lead::kAvl).st_j_mv < -0.05);
    CHECK_FALSE(has_label(inferior.labels, "anterior_stemi"));
    const SimulationTruth anterior = simulated({Morphology::kAnteriorStemi}, index).truth;
    CHECK(lead(anterior, Lead::kV3).st_60_mv > lead(anterior, Lead::kV6).st_60_mv + 0.1);
    CHECK_FALSE(has_label(anterior.labels, "inferior_stemi"));
    const SimulationTruth lateral = simulated({Morphology::kLateralStemi}, index).truth;
    CHECK(lead(lateral, Lead::kAvl).st_60_mv > 0.05);
    CHECK(lead(lateral, Lead::kIII).st_60_mv < 0);
  }
}

TEST_CASE("old infarction shows Q waves and no injury, in its own leads", "[morphology]") {
  int both = 0;
  for (std::uint64_t index = 0; index < kCount; ++index) {
    INFO("index " << index);
    const SimulationTruth inferior = simulated({Morphology::kOldInferiorInfarction}, index).truth;
    CHECK(lead(inferior, Lead::kAvf).q_mv > 0.2);
    CHECK(std::abs(lead(inferior, Lead::kAvf).st_60_mv) < 0.05);
    CHECK_FALSE(has_label(inferior.labels, "old_anterior_infarction"));
    const SimulationTruth anterior = simulated({Morphology::kOldAnteriorInfarction}, index).truth;
    CHECK(lead(anterior, Lead::kV2).q_ms >= 20);
    both += has_label(anterior.labels, "old_inferior_infarction");
  }
  CHECK(both <= 3);  // 5 %: a front wall scar may reach II and aVF
}

TEST_CASE("pericarditis and early repolarisation are not taken for infarction", "[morphology]") {
  int infarcts = 0;
  for (const Morphology benign : {Morphology::kPericarditis, Morphology::kEarlyRepolarisation}) {
    for (std::uint64_t index = 0; index < kCount; ++index) {
      const std::vector<std::string> labels = simulated({benign}, index).truth.labels;
      for (const std::string& label : labels) infarcts += label.find("stemi") != std::string::npos;
    }
  }
  CHECK(infarcts <= 9);  // three labels for each of the 5 % whose pericarditis looks like one
}

TEST_CASE("posterior infarction is seen from the back", "[morphology]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth truth = simulated({Morphology::kPosteriorStemi}, index).truth;
    INFO("index " << index);
    REQUIRE(truth.posterior_leads.size() == 3);
    CHECK(truth.posterior_leads[1].st_j_mv > 0.05);
    CHECK(lead(truth, Lead::kV2).st_j_mv < -0.05);
    CHECK(lead(truth, Lead::kV2).t_mv > 0);
  }
}

TEST_CASE("potassium shapes T and U", "[morphology]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const LeadTruth normal = lead(simulated({}, index).truth, Lead::kV3);
    const LeadTruth high = lead(simulated({Morphology::kHyperkalaemia}, index).truth, Lead::kV3);
    const LeadTruth low = lead(simulated({Morphology::kHypokalaemia}, index).truth, Lead::kV3);
    CHECK(high.t_mv > normal.t_mv);
    CHECK(high.t_half_ms < 0.9 * normal.t_half_ms);
    CHECK(low.t_mv < normal.t_mv);
    CHECK(low.u_mv > normal.u_mv + 0.1);
  }
}

TEST_CASE("fascicular block and hypertrophy turn the axis to the right", "[morphology]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    for (const Morphology morphology : {Morphology::kLpfb, Morphology::kRvh}) {
      const SimulationTruth truth = simulated({morphology}, index).truth;
      CHECK(has_label(truth.labels, "right_axis"));
      CHECK(*truth.intervals.qrs_ms < 120);
      CHECK_FALSE((has_label(truth.labels, "lpfb") && has_label(truth.labels, "rvh")));
    }
  }
}

TEST_CASE("pre-excitation shortens PR by what it adds to the QRS", "[morphology]") {
  for (std::uint64_t index = 0; index < kCount; ++index) {
    const SimulationTruth wpw = simulated({Morphology::kWpw}, index).truth;
    CHECK(*wpw.intervals.pr_ms < 120);
    CHECK(*wpw.intervals.qrs_ms > 110);
    for (const BeatTruth& beat : wpw.beats) CHECK(beat.p->offset_s <= beat.qrs.onset_s + 0.004);
  }
}

TEST_CASE("a patient has the same block in every recording", "[morphology]") {
  SimulationOptions options;
  options.patient = 12;
  options.morphologies = {Morphology::kRbbb};
  options.noise_scale = 0;
  const SimulationTruth first = simulate(options).value().truth;
  options.index = 77;
  const SimulationTruth second = simulate(options).value().truth;
  CHECK(std::abs(*first.intervals.qrs_ms - *second.intervals.qrs_ms) < 3);
}

TEST_CASE("rhythm and morphology combine", "[morphology]") {
  for (std::uint64_t index = 0; index < 10; ++index) {
    const auto labels =
        simulated({Morphology::kRbbb}, index, Rhythm::kAtrialFibrillation).truth.labels;
    CHECK(has_label(labels, "af"));
    CHECK(has_label(labels, "rbbb"));
    const auto paced = simulated({Morphology::kAnteriorStemi}, index, Rhythm::kPaced).truth.labels;
    CHECK_FALSE(has_label(paced, "anterior_stemi"));
  }
}

TEST_CASE("morphologies have the same bits on every platform", "[morphology][golden]") {
  std::uint64_t all = 0;
  for (const auto& entry : morphology_catalogue()) {
    all = all * 31 + test::signal_hash(simulated({entry.value}, 5).recording.signal);
    if (entry.value == Morphology::kLowVoltage) CHECK(all == 0xb331183af015be99ull);
  }
  CHECK(all == 0x283ee31fdeb9a137ull);
}
