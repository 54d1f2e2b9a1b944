#include "model_input/limb_leads.h"

#include <algorithm>
#include <cstddef>

namespace ecg {
namespace {

/// Weights of leads I and II (Einthoven and Goldberger).
struct Weights {
  double of_i, of_ii;
};

constexpr std::array<Weights, 6> kWeights = {
    {{1, 0}, {0, 1}, {-1, 1}, {-0.5, -0.5}, {1, -0.5}, {-0.5, 1}}};

std::optional<Weights> weights_of(Lead lead) {
  const auto at = std::find(kLimbLeads.begin(), kLimbLeads.end(), lead);
  if (at == kLimbLeads.end()) return std::nullopt;
  return kWeights[static_cast<std::size_t>(at - kLimbLeads.begin())];
}

}  // namespace

std::optional<LimbCombination> limb_combination(Lead wanted, std::span<const Lead> available) {
  const std::optional<Weights> target = weights_of(wanted);
  if (!target) return std::nullopt;
  std::array<Lead, 2> pair{};
  std::size_t found = 0;
  for (const Lead lead : kLimbLeads) {
    const bool usable =
        lead != wanted && std::find(available.begin(), available.end(), lead) != available.end();
    if (usable && found < pair.size()) pair[found++] = lead;
  }
  if (found < pair.size()) return std::nullopt;
  const Weights a = *weights_of(pair[0]);
  const Weights b = *weights_of(pair[1]);
  const double determinant = a.of_i * b.of_ii - a.of_ii * b.of_i;  // never 0: no two are parallel
  return LimbCombination{pair[0], pair[1],
                         (target->of_i * b.of_ii - target->of_ii * b.of_i) / determinant,
                         (a.of_i * target->of_ii - a.of_ii * target->of_i) / determinant};
}

}  // namespace ecg
