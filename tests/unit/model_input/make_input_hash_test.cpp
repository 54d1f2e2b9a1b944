// What a model was trained on natively is what the page feeds it: the same bits in every build.
// The values were made by the first version of make_input; change them only together with a new
// model format, because every trained model depends on them.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <limits>

#include "core/bit_cast.h"
#include "model_input/make_input.h"
#include "synthetic_recording.h"

namespace {

/// FNV-1a over the bits of the values.
std::uint64_t hash_of(std::span<const float> values) {
  std::uint64_t hash = 0xCBF29CE484222325ull;
  for (const float value : values) {
    const auto bits = ecg::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((bits >> shift) & 0xFF)) * 0x100000001B3ull;
    }
  }
  return hash;
}

std::uint64_t input_hash(const ecg::Signal& recording, const ecg::ModelSpec& spec,
                         double start_s = 0) {
  const auto input = ecg::make_input(recording, spec, start_s);
  REQUIRE(input);
  return hash_of(input->signal.values());
}

}  // namespace

TEST_CASE("The synthetic recording itself has the same bits everywhere") {
  CHECK(hash_of(ecg::test::synthetic_recording(5000, 500).values()) == 0x2608e6141f27ac61ull);
}

TEST_CASE("The input of the default model has the same bits everywhere") {
  CHECK(input_hash(ecg::test::synthetic_recording(5000, 500), {}) == 0x4c1d39dab724c21cull);
}

TEST_CASE("Other rates, filters, normalisations and gaps have the same bits everywhere") {
  ecg::ModelSpec spec;
  spec.sampling_rate_hz = 250;
  spec.samples = 2250;
  spec.patch_samples = 75;
  spec.highpass_hz = 0.67;
  spec.filter_order = 5;
  spec.normalisation = ecg::Normalisation::kZscoreLead;
  ecg::Signal recording = ecg::test::synthetic_recording(7200, 360);
  for (std::size_t i = 3000; i < 3020; ++i) {
    recording.lead(4)[i] = std::numeric_limits<float>::quiet_NaN();
  }
  CHECK(input_hash(recording, spec, 3.7) == 0x88a1a167db929f22ull);

  spec.highpass_hz = 0;
  spec.lowpass_hz = 0;
  spec.normalisation = ecg::Normalisation::kNone;
  CHECK(input_hash(ecg::test::synthetic_recording(2573, 257.3), spec) == 0x8ca372e3238a35c6ull);
}
