#include "synth/electrodes.h"

#include "core/assert.h"

namespace ecg {
namespace {

// Dower has 0.632 for X in lead I; with it lead I is a fifth smaller, next to V5 and V6, than in
// the normal records of PTB-XL.
constexpr Vector3 kLeadI{0.780, -0.235, -0.059};
constexpr Vector3 kLeadII{0.235, 1.066, 0.132};

constexpr LeadField kAverage = {
    (kLeadI + kLeadII) * (-1.0 / 3),    (kLeadI * 2 - kLeadII) * (1.0 / 3),
    (kLeadII * 2 - kLeadI) * (1.0 / 3), Vector3{-0.515, 0.157, 0.917},  // V1
    Vector3{0.044, 0.164, 1.387},                                       // V2
    Vector3{0.882, 0.098, 1.277},                                       // V3
    Vector3{1.213, 0.127, 0.601},                                       // V4
    Vector3{1.125, 0.127, 0.086},                                       // V5
    Vector3{0.831, 0.076, -0.230},                                      // V6
    Vector3{0.600, 0.060, -0.400},                                      // V7
    Vector3{0.420, 0.050, -0.480},                                      // V8
    Vector3{0.220, 0.040, -0.500},                                      // V9
    Vector3{-0.620, 0.130, 0.620},                                      // V3R
    Vector3{-0.620, 0.110, 0.420},                                      // V4R
    Vector3{-0.580, 0.090, 0.280},                                      // V5R
    Vector3{-0.520, 0.070, 0.150},                                      // V6R
};

const Vector3& at(const LeadField& field, Electrode electrode) {
  return field[static_cast<std::size_t>(electrode)];
}

}  // namespace

const LeadField& average_lead_field() { return kAverage; }

std::optional<Electrode> chest_electrode(Lead lead) {
  if (lead < Lead::kV1 || lead > Lead::kV6r) return std::nullopt;
  const int position = static_cast<int>(lead) - static_cast<int>(Lead::kV1);
  return static_cast<Electrode>(static_cast<int>(Electrode::kV1) + position);
}

bool can_form(Lead lead) { return lead <= Lead::kV6r; }

Vector3 lead_vector(const LeadField& field, Lead lead) {
  ECG_ASSERT(can_form(lead));
  const Vector3& right = at(field, Electrode::kRightArm);
  const Vector3& left = at(field, Electrode::kLeftArm);
  const Vector3& foot = at(field, Electrode::kLeftLeg);
  switch (lead) {
    case Lead::kI:
      return left - right;
    case Lead::kII:
      return foot - right;
    case Lead::kIII:
      return foot - left;
    case Lead::kAvr:
      return right - (left + foot) * 0.5;
    case Lead::kAvl:
      return left - (right + foot) * 0.5;
    case Lead::kAvf:
      return foot - (right + left) * 0.5;
    default:
      return at(field, *chest_electrode(lead)) - (right + left + foot) * (1.0 / 3);
  }
}

}  // namespace ecg
