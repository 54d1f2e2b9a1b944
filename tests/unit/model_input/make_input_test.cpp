#include "model_input/make_input.h"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "dsp/normalise.h"
#include "synthetic_recording.h"

using Catch::Approx;
using ecg::Lead;
using ecg::ModelInput;
using ecg::ModelSpec;
using ecg::test::synthetic_recording;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

ModelInput input_of(const ecg::Signal& recording, const ModelSpec& spec, double start_s = 0) {
  auto input = ecg::make_input(recording, spec, start_s);
  if (!input) FAIL(to_string(input.error()));
  return std::move(input).value();
}

ModelSpec unscaled() {
  ModelSpec spec;
  spec.normalisation = ecg::Normalisation::kNone;
  return spec;
}

double largest_difference(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::fabs(double{a[i]} - b[i]));
  }
  return largest;
}

bool has_note(const ModelInput& input, const std::string& text) {
  return std::any_of(input.notes.begin(), input.notes.end(),
                     [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("The default input: 12 x 1000, mean 0, deviation 1, every lead present") {
  const ModelInput input = input_of(synthetic_recording(5000, 500), {});
  CHECK(input.signal.lead_count() == 12);
  CHECK(input.signal.sample_count() == 1000);
  CHECK(input.signal.sampling_rate_hz() == 100);
  CHECK(input.lead_mask == std::vector<float>(12, 1.0f));
  CHECK(input.notes.empty());
  CHECK(input.start_s == 0);
  double sum = 0, squares = 0;
  for (const float x : input.signal.values()) {
    sum += x;
    squares += double{x} * x;
  }
  CHECK(sum / 12000 == Approx(0).margin(1e-6));
  CHECK(squares / 12000 == Approx(1).epsilon(1e-5));
  // One pair for all leads, and it leads back to millivolt.
  CHECK(std::count(input.scale_mv.begin(), input.scale_mv.end(), input.scale_mv[0]) == 12);
  const ModelInput mv = input_of(synthetic_recording(5000, 500), unscaled());
  for (std::size_t i = 0; i < 1000; ++i) {
    const double restored = input.signal.lead(7)[i] * input.scale_mv[7] + input.offset_mv[7];
    CHECK(std::fabs(restored - mv.signal.lead(7)[i]) < 1e-6);
  }
}

TEST_CASE("Wander and mains are gone, the beat stays in place") {
  const ecg::Signal recording = synthetic_recording(5000, 500);
  const ModelInput input = input_of(recording, unscaled());
  const auto raw = recording.lead(1);
  const auto lead = input.signal.lead(1);
  const auto raw_peak = std::max_element(raw.begin() + 2200, raw.begin() + 2600) - raw.begin();
  const auto peak = std::max_element(lead.begin() + 440, lead.begin() + 520) - lead.begin();
  CHECK(std::labs(raw_peak / 5 - peak) <= 1);
  // Between T and P nothing but wander (0.2 mV) and mains were there.
  const auto quiet = lead.subspan(static_cast<std::size_t>(peak + 45), 8);
  for (const float x : quiet) CHECK(std::fabs(x) < 0.12);
}

TEST_CASE("Leads are found by name in any order") {
  const ecg::Signal recording = synthetic_recording(5000, 500);
  std::vector<Lead> order(ecg::kTwelveLeads.begin(), ecg::kTwelveLeads.end());
  std::reverse(order.begin(), order.end());
  const ModelInput a = input_of(recording, {});
  const ModelInput b = input_of(synthetic_recording(order, 5000, 500), {});
  CHECK(a.signal.leads()[0].lead == Lead::kI);
  CHECK(largest_difference(a.signal.values(), b.signal.values()) == 0);
}

TEST_CASE("Limb leads are derived from any two others, with a note") {
  const std::vector<Lead> eight = {Lead::kI,  Lead::kAvf, Lead::kV1, Lead::kV2,
                                   Lead::kV3, Lead::kV4,  Lead::kV5, Lead::kV6};
  const ModelInput whole = input_of(synthetic_recording(5000, 500), unscaled());
  const ModelInput derived = input_of(synthetic_recording(eight, 5000, 500), unscaled());
  CHECK(derived.lead_mask == std::vector<float>(12, 1.0f));
  CHECK(largest_difference(whole.signal.values(), derived.signal.values()) < 1e-6);
  CHECK(has_note(derived, "Lead III was derived from I and aVF."));
}

TEST_CASE("A model of one limb lead is fed from two that it does not ask for") {
  ModelSpec spec = unscaled();
  spec.leads = {Lead::kIII};
  const ModelInput whole = input_of(synthetic_recording(5000, 500), unscaled());
  const ModelInput one = input_of(synthetic_recording({Lead::kII, Lead::kI}, 5000, 500), spec);
  CHECK(one.lead_mask == std::vector<float>{1.0f});
  CHECK(largest_difference(whole.signal.lead(2), one.signal.lead(0)) < 1e-6);
}

TEST_CASE("Leads that are missing, flat or full of holes are absent and zero") {
  const std::vector<Lead> some = {Lead::kII, Lead::kV1, Lead::kV2, Lead::kV3};
  ecg::Signal recording = synthetic_recording(some, 5000, 500);
  for (float& x : recording.lead(1)) x = 0.75f;
  for (std::size_t i = 2000; i < 2100; ++i) recording.lead(2)[i] = kNan;
  for (std::size_t i = 2000; i < 2050; ++i) recording.lead(3)[i] = kNan;
  const ModelInput input = input_of(recording, {});
  std::vector<float> mask(12, 0.0f);
  mask[1] = mask[8] = 1;  // II, V3
  CHECK(input.lead_mask == mask);
  for (std::size_t row = 0; row < 12; ++row) {
    const auto lead = input.signal.lead(row);
    CHECK(std::all_of(lead.begin(), lead.end(), [](float x) { return std::isfinite(x); }));
    CHECK(ecg::is_flat(lead) == (mask[row] == 0));
    if (mask[row] == 0) CHECK(lead[0] == 0);
  }
  CHECK(has_note(input, "The recording has no lead V4."));
  CHECK(has_note(input, "Lead V1 is flat"));
  CHECK(has_note(input, "Lead V2 has a gap"));
  CHECK(has_note(input, "gaps in lead V3 were bridged"));
}

TEST_CASE("An absent lead does not change the others") {
  const std::vector<Lead> some = {Lead::kII, Lead::kV1, Lead::kV2};
  ModelSpec spec;
  spec.leads = {Lead::kII, Lead::kV1, Lead::kV2, Lead::kV3};
  ModelSpec without;
  without.leads = some;
  const ecg::Signal recording = synthetic_recording(some, 5000, 500);
  const ModelInput a = input_of(recording, spec), b = input_of(recording, without);
  for (std::size_t row = 0; row < 3; ++row) {
    CHECK(largest_difference(a.signal.lead(row), b.signal.lead(row)) == 0);
  }
  CHECK(a.scale_mv[3] == a.scale_mv[0]);
}

TEST_CASE("A gap outside the window costs nothing") {
  ecg::Signal recording = synthetic_recording(15000, 500);
  for (std::size_t i = 0; i < 2000; ++i) recording.lead(3)[i] = kNan;
  const ModelInput input = input_of(recording, {}, 10);
  CHECK(input.lead_mask == std::vector<float>(12, 1.0f));
  CHECK(input.notes.empty());
}

TEST_CASE("A window inside a recording equals that part of the whole") {
  const ecg::Signal recording = synthetic_recording(30000, 500);
  ModelSpec all = unscaled();
  all.samples = 6000;
  const ModelInput whole = input_of(recording, all);
  for (const double start_s : {0.0, 0.01, 3.0, 12.0, 27.13, 50.0}) {
    const ModelInput part = input_of(recording, unscaled(), start_s);
    const auto skip = static_cast<std::size_t>(std::lround(start_s * 100));
    CAPTURE(start_s);
    CHECK(part.start_s == Approx(start_s).margin(1e-9));
    for (const std::size_t row : {0u, 6u}) {
      CHECK(largest_difference(part.signal.lead(row), whole.signal.lead(row).subspan(skip, 1000)) <
            2e-5);
    }
  }
}

TEST_CASE("Recordings of other rates give the same picture") {
  ModelSpec spec = unscaled();
  const ModelInput reference = input_of(synthetic_recording(30000, 1000), spec, 10);
  for (const double rate_hz : {100.0, 128.0, 250.0, 257.3, 360.0, 500.0, 2000.0}) {
    const auto samples = static_cast<ecg::SampleIndex>(30 * rate_hz);
    const ModelInput input = input_of(synthetic_recording(samples, rate_hz), spec, 10);
    CAPTURE(rate_hz);
    // At 100 and 128 Hz the recording itself has lost (or folded) the narrowest part of the QRS.
    CHECK(largest_difference(reference.signal.lead(1), input.signal.lead(1)) <
          (rate_hz < 200 ? 0.08 : 0.02));
  }
}

TEST_CASE("A low-pass above the recording's Nyquist frequency is left out, with a note") {
  const ModelInput input = input_of(synthetic_recording(640, 64), {});
  CHECK(has_note(input, "low-pass was left out"));
  ModelSpec spec;
  spec.highpass_hz = 35;
  spec.lowpass_hz = 45;
  CHECK(ecg::make_input(synthetic_recording(640, 64), spec).error().code ==
        ecg::ErrorCode::kInvalidArgument);
}

TEST_CASE("What is too short, absent or impossible is an error with a remedy") {
  using enum ecg::ErrorCode;
  const ecg::Signal recording = synthetic_recording(5000, 500);
  const auto code = [](const ecg::Signal& from, const ModelSpec& spec, double start_s) {
    const auto input = ecg::make_input(from, spec, start_s);
    REQUIRE_FALSE(input);
    CHECK_FALSE(input.error().hint.empty());
    return input.error().code;
  };
  CHECK(code(synthetic_recording(4995, 500), {}, 0) == kInsufficientData);
  CHECK(ecg::make_input(synthetic_recording(4996, 500), {}));  // ceil(4996 / 5) = 1000
  CHECK(code(recording, {}, 0.1) == kInsufficientData);
  CHECK(code(recording, {}, 10) == kInvalidArgument);
  CHECK(code(recording, {}, -1) == kInvalidArgument);
  CHECK(code(recording, {}, std::nan("")) == kInvalidArgument);
  CHECK(code(ecg::Signal({}, 5000, 500), {}, 0) == kInsufficientData);
  CHECK(code(ecg::Signal({ecg::label_from_name("MLII")}, 5000, 500), {}, 0) == kInsufficientData);
  CHECK(code(ecg::Signal(), {}, 0) == kInvalidArgument);
  CHECK(code(synthetic_recording(0, 500), {}, 0) == kInvalidArgument);
  ModelSpec spec;
  spec.patch_samples = 7;
  CHECK(code(recording, spec, 0) == kBadValue);
}
