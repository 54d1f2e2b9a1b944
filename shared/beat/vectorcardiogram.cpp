#include "beat/vectorcardiogram.h"

#include <array>
#include <string>

namespace ecg {
namespace {

constexpr std::array<Lead, 8> kFrom = {Lead::kI,  Lead::kII, Lead::kV1, Lead::kV2,
                                       Lead::kV3, Lead::kV4, Lead::kV5, Lead::kV6};
using Weights = std::array<std::array<float, 8>, 3>;  // X, Y, Z of kFrom

constexpr Weights kKors = {{{0.38f, -0.07f, -0.13f, 0.05f, -0.01f, 0.14f, 0.06f, 0.54f},
                            {-0.07f, 0.93f, 0.06f, -0.02f, -0.05f, 0.06f, -0.17f, 0.13f},
                            {0.11f, -0.23f, -0.43f, -0.06f, -0.14f, -0.20f, -0.11f, 0.31f}}};
constexpr Weights kInverseDower = {
    {{0.156f, -0.010f, -0.172f, -0.074f, 0.122f, 0.231f, 0.239f, 0.194f},
     {-0.227f, 0.887f, 0.057f, -0.019f, -0.106f, -0.022f, 0.041f, 0.048f},
     {0.022f, 0.102f, -0.229f, -0.310f, -0.246f, -0.063f, 0.055f, 0.108f}}};

}  // namespace

Result<Signal> vectorcardiogram(SignalView signal, VectorMethod method) {
  std::array<const float*, kFrom.size()> rows{};
  for (std::size_t i = 0; i < kFrom.size(); ++i) {
    const auto row = signal.find(kFrom[i]);
    if (!row) {
      return Error{ErrorCode::kNotFound,
                   "lead " + std::string(lead_name(kFrom[i])) + " is absent",
                   "a vectorcardiogram needs I, II and V1 to V6",
                   {},
                   {}};
    }
    rows[i] = signal.lead(*row).data();
  }
  const Weights& weights = method == VectorMethod::kKors ? kKors : kInverseDower;
  Signal vector({label_of(Lead::kX), label_of(Lead::kY), label_of(Lead::kZ)}, signal.sample_count,
                signal.sampling_rate_hz);
  for (std::size_t axis = 0; axis < weights.size(); ++axis) {
    const auto out = vector.lead(axis);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t n = 0; n < out.size(); ++n) out[n] += weights[axis][i] * rows[i][n];
    }
  }
  return vector;
}

}  // namespace ecg
