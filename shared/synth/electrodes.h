#pragma once
// Electrodes on the body: how the cardiac dipole appears at each, and how leads are formed of them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/lead.h"
#include "synth/vector3.h"

namespace ecg {

/// Where a potential is taken. Chest positions are in the order of Lead::kV1 ... Lead::kV6r.
enum class Electrode : std::uint8_t {
  kRightArm,
  kLeftArm,
  kLeftLeg,
  kV1,
  kV2,
  kV3,
  kV4,
  kV5,
  kV6,
  kV7,
  kV8,
  kV9,
  kV3r,
  kV4r,
  kV5r,
  kV6r,
};

inline constexpr std::size_t kElectrodeCount = 16;

/// Potential of each electrode per mV of dipole, indexed by Electrode.
using LeadField = std::array<Vector3, kElectrodeCount>;

/// The lead field of an average adult. Limb electrodes and V1-V6 follow Dower's matrix (Dower et
/// al. 1980: leads I, II and V1-V6 from Frank's X, Y, Z; here z points to the front, so its sign is
/// turned; one weight of lead I raised), split into electrode potentials whose limb mean is zero.
/// Dower gives no further leads: V7-V9 and V3R-V6R continue its ring around the chest by our
/// choice.
const LeadField& average_lead_field();

/// Chest electrode of a lead; nullopt for limb leads and leads we cannot form.
std::optional<Electrode> chest_electrode(Lead lead);

/// True for every lead that can be formed of our electrodes.
bool can_form(Lead lead);

/// How the dipole appears in a lead. Precondition: can_form(lead).
Vector3 lead_vector(const LeadField& field, Lead lead);

}  // namespace ecg
