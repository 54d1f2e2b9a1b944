#pragma once
// Where a lead looks from: the direction whose projection of the heart's dipole it records.

#include <array>

#include "core/lead.h"

namespace ecg {

/// Unit vector (left, inferior, anterior) of a lead: the hexaxial system for the limb leads, the
/// usual angles of the chest leads in the horizontal plane, Frank's axes for X, Y, Z. Zero for
/// kOther.
std::array<double, 3> lead_direction(Lead lead);

}  // namespace ecg
