#include "io/recording_checks.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "io/calibration_pulse.h"

using namespace ecg;
using Catch::Approx;

namespace {

/// Six limb leads that obey the identities, from two smooth waves.
Recording limb_leads() {
  Recording recording;
  recording.signal = Signal({label_of(Lead::kI), label_of(Lead::kII), label_of(Lead::kIII),
                             label_of(Lead::kAvr), label_of(Lead::kAvl), label_of(Lead::kAvf)},
                            1000, 500);
  for (std::size_t i = 0; i < 1000; ++i) {
    const double one = std::sin(0.02 * static_cast<double>(i)),
                 two = 0.7 * std::cos(0.013 * static_cast<double>(i));
    const double values[6] = {one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2};
    for (std::size_t row = 0; row < 6; ++row)
      recording.signal.lead(row)[i] = static_cast<float>(values[row]);
  }
  return recording;
}

bool warns(const RecordingChecks& checks, std::string_view part) {
  return std::any_of(
      checks.warnings.begin(), checks.warnings.end(),
      [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("leads that fit each other give no warning", "[checks]") {
  const RecordingChecks checks = check_recording(limb_leads());
  REQUIRE(checks.limb_lead_residual_mv.has_value());
  CHECK(*checks.limb_lead_residual_mv < 1e-6);
  CHECK(checks.warnings.empty());
  CHECK(checks.flat_leads.empty());
  CHECK(checks.missing_samples == 0);
}

TEST_CASE("each identity is tested", "[checks]") {
  for (std::size_t row = 2; row < 6; ++row) {
    Recording recording = limb_leads();
    recording.signal.lead(row)[500] += 0.25f;
    INFO(row);
    CHECK(*check_recording(recording).limb_lead_residual_mv == Approx(0.25).margin(0.001));
    CHECK(warns(check_recording(recording), "contradict"));
  }
}

TEST_CASE("without the leads there is no residual, and missing samples are passed over",
          "[checks]") {
  Recording recording = limb_leads();
  recording.signal.lead(2)[10] = std::numeric_limits<float>::quiet_NaN();
  const RecordingChecks checks = check_recording(recording);
  CHECK(*checks.limb_lead_residual_mv < 1e-6);
  CHECK(checks.missing_samples == 1);
  CHECK(warns(checks, "1 sample is missing"));
  Recording two;
  two.signal = Signal({label_of(Lead::kI), label_of(Lead::kII)}, 10, 500);
  CHECK_FALSE(check_recording(two).limb_lead_residual_mv.has_value());
}

TEST_CASE("wrong gains over right integers are told from other faults", "[checks]") {
  Recording recording = limb_leads();
  const double gains[6] = {1716, 1206, 1229, 1368, 1368, 698};
  for (std::size_t row = 0; row < 6; ++row) {
    recording.calibrations.push_back({gains[row], static_cast<double>(row), 16, "mV", "16"});
    for (float& value : recording.signal.lead(row)) {
      const double count = std::round(static_cast<double>(value) * 1000);
      value = static_cast<float>((count - static_cast<double>(row)) / gains[row]);
    }
  }
  CHECK(warns(check_recording(recording), "stored integers agree"));
}

TEST_CASE("flat, empty, clipped and huge leads are named", "[checks]") {
  Recording recording = limb_leads();
  Signal& signal = recording.signal;
  std::fill(signal.lead(3).begin(), signal.lead(3).end(), 0.5f);
  std::fill(signal.lead(4).begin(), signal.lead(4).end(), std::numeric_limits<float>::quiet_NaN());
  for (float& value : signal.lead(0)) value = std::min(value, 0.6f);
  signal.lead(5)[7] = 33.0f;
  const RecordingChecks checks = check_recording(recording);
  CHECK(checks.flat_leads == std::vector<std::size_t>{3, 4});
  CHECK(checks.missing_samples == 1000);
  CHECK(warns(checks, "recorded): aVR, aVL."));
  CHECK(warns(checks, "40 ms or more: I."));
  CHECK(checks.clipped_leads == std::vector<std::size_t>{0});
  CHECK(warns(checks, "surface ECG: aVF."));
}

TEST_CASE("tiny signals, counts beyond the bits and leads named twice are told", "[checks]") {
  Recording tiny = limb_leads();
  for (float& value : tiny.signal.values()) value *= 0.001f;
  CHECK(warns(check_recording(tiny), "the unit or gain in the file is doubtful"));
  Recording brief = limb_leads();
  brief.signal = Signal({label_of(Lead::kI)}, 20, 500);  // may lie between two beats
  brief.signal.lead(0)[3] = 0.01f;
  CHECK(check_recording(brief).warnings.empty());
  Recording bits = limb_leads();
  bits.calibrations.assign(6, {1000, 0, 16, "mV", "16"});
  CHECK(check_recording(bits).warnings.empty());
  bits.calibrations[1].resolution_bits = 8;  // 1.4 mV are 1,400 counts
  CHECK(warns(check_recording(bits), "the file states allow: II."));
  Recording twice = limb_leads();
  twice.signal = Signal({label_of(Lead::kV1), label_of(Lead::kV1)}, 100, 500);
  CHECK(warns(check_recording(twice), "more than once: V1"));
}

TEST_CASE("a calibration pulse at the end of all leads is told", "[checks]") {
  Recording recording = limb_leads();
  const auto set = [&](std::size_t begin, std::size_t end, float value) {
    for (std::size_t row = 0; row < 6; ++row)
      for (std::size_t i = begin; i < end; ++i) recording.signal.lead(row)[i] = value;
  };
  set(900, 1000, 0);
  set(925, 975, 1);
  CHECK(calibration_pulse_begin(recording.signal) == SampleIndex{900});
  CHECK(warns(check_recording(recording), "calibration pulse"));
  recording.signal.lead(3)[950] = 0.9f;  // one lead differs: an ECG, however odd
  CHECK_FALSE(calibration_pulse_begin(recording.signal).has_value());
  set(900, 1000, 0);
  CHECK_FALSE(calibration_pulse_begin(recording.signal).has_value());
  set(0, 1000, 0);
  set(925, 975, 1);
  CHECK_FALSE(calibration_pulse_begin(recording.signal).has_value());
}
