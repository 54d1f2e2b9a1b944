#pragma once
// The six limb leads are views of two voltages: any two of them give the other four.

#include <array>
#include <optional>
#include <span>

#include "core/lead.h"

namespace ecg {

/// I, II, III, aVR, aVL, aVF.
inline constexpr std::array<Lead, 6> kLimbLeads = {Lead::kI,   Lead::kII,  Lead::kIII,
                                                   Lead::kAvr, Lead::kAvl, Lead::kAvf};

/// A limb lead from two others: wanted = first_weight * first + second_weight * second.
struct LimbCombination {
  Lead first, second;
  double first_weight, second_weight;
};

/// How `wanted` follows from two of the `available` leads; leads I and II are preferred, then the
/// order of kLimbLeads. nullopt if `wanted` is no limb lead or fewer than two others are available.
std::optional<LimbCombination> limb_combination(Lead wanted, std::span<const Lead> available);

}  // namespace ecg
