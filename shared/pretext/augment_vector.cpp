// Rotation and scaling of the heart vector (3KG: Gopal et al., ML4H 2021).

#include "beat/vectorcardiogram.h"
#include "pretext/augmentation_parts.h"

namespace ecg {
namespace {

using Row = std::array<double, 3>;

/// Leads from X, Y, Z: Dower, Machado, Osborne, Clin Cardiol 1980;3:87. I and II come first.
constexpr std::array<Lead, 8> kLeads = {Lead::kI,  Lead::kII, Lead::kV1, Lead::kV2,
                                        Lead::kV3, Lead::kV4, Lead::kV5, Lead::kV6};
constexpr std::array<Row, 8> kDower = {{{0.632, -0.235, 0.059},
                                        {0.235, 1.066, -0.132},
                                        {-0.515, 0.157, -0.917},
                                        {0.044, 0.164, -1.387},
                                        {0.882, 0.098, -1.277},
                                        {1.213, 0.127, -0.601},
                                        {1.125, 0.127, -0.086},
                                        {0.831, 0.076, 0.230}}};

/// X, Y, Z of a lead; zeros for a lead beyond the twelve.
Row dower_row(Lead lead) {
  Row row{};
  if (const auto weights = limb_lead_weights(lead)) {
    for (std::size_t i = 0; i < 3; ++i) {
      row[i] = (*weights)[0] * kDower[0][i] + (*weights)[1] * kDower[1][i];
    }
    return row;
  }
  for (std::size_t k = 2; k < kLeads.size(); ++k) {
    if (kLeads[k] == lead) row = kDower[k];
  }
  return row;
}

/// row (change - 1).
Row changed(const Row& row, const VectorDraw& draw) {
  Row result{};
  for (std::size_t j = 0; j < 3; ++j) {
    for (std::size_t i = 0; i < 3; ++i) {
      result[j] += row[i] * (draw.change[i][j] - (i == j ? 1.0 : 0.0));
    }
  }
  return result;
}

}  // namespace

Result<void> apply_draw(SignalView signal, const VectorDraw& draw, std::span<float> out) {
  const auto vector = vectorcardiogram(signal, VectorMethod::kInverseDower);
  if (!vector) return vector.error();
  copy_rows(signal, out);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const Row weights = changed(dower_row(signal.leads[row].lead), draw);
    const auto to = row_of(out, row, signal.sample_count);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (weights[axis] == 0) continue;
      const auto weight = static_cast<float>(weights[axis]);
      const auto from = vector->lead(axis);
      for (std::size_t n = 0; n < to.size(); ++n) to[n] += weight * from[n];
    }
  }
  return {};
}

}  // namespace ecg
