#include "nn/lead_direction.h"

#include "core/exact_math.h"

namespace ecg {
namespace {

struct Angle {
  Lead lead;
  bool frontal;    ///< in the frontal plane (towards the feet), else horizontal (towards the chest)
  double degrees;  ///< from the left
};

constexpr Angle kAngles[] = {
    {Lead::kI, true, 0},      {Lead::kII, true, 60},    {Lead::kIII, true, 120},
    {Lead::kAvr, true, 210},  {Lead::kAvl, true, 330},  {Lead::kAvf, true, 90},
    {Lead::kV1, false, 120},  {Lead::kV2, false, 90},   {Lead::kV3, false, 75},
    {Lead::kV4, false, 60},   {Lead::kV5, false, 30},   {Lead::kV6, false, 0},
    {Lead::kV7, false, 345},  {Lead::kV8, false, 330},  {Lead::kV9, false, 315},
    {Lead::kV3r, false, 135}, {Lead::kV4r, false, 150}, {Lead::kV5r, false, 165},
    {Lead::kV6r, false, 180}, {Lead::kX, true, 0},      {Lead::kY, true, 90},
    {Lead::kZ, false, 270}};  // Frank's Z points to the back

}  // namespace

std::array<double, 3> lead_direction(Lead lead) {
  for (const Angle& angle : kAngles) {
    if (angle.lead != lead) continue;
    const double left = exact_cos_turns(angle.degrees / 360);
    const double across = exact_sin_turns(angle.degrees / 360);
    return angle.frontal ? std::array{left, across, 0.0} : std::array{left, 0.0, across};
  }
  return {0, 0, 0};
}

}  // namespace ecg
