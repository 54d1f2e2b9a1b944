#include "synth/vector3.h"

#include "core/exact_math.h"

namespace ecg {

Vector3 rotate(const Vector3& v, const Rotation& rotation) {
  const double cf = exact_cos_turns(rotation.frontal_turns);
  const double sf = exact_sin_turns(rotation.frontal_turns);
  const Vector3 turned{v.x * cf - v.y * sf, v.x * sf + v.y * cf, v.z};
  const double ch = exact_cos_turns(rotation.horizontal_turns);
  const double sh = exact_sin_turns(rotation.horizontal_turns);
  return {turned.x * ch - turned.z * sh, turned.y, turned.x * sh + turned.z * ch};
}

}  // namespace ecg
