#pragma once
// Vector3: a direction in the body. x = towards the left arm, y = towards the feet, z = to the
// front.

namespace ecg {

/// Three Cartesian components.
struct Vector3 {
  double x = 0;
  double y = 0;
  double z = 0;

  constexpr Vector3 operator+(const Vector3& o) const { return {x + o.x, y + o.y, z + o.z}; }
  constexpr Vector3 operator-(const Vector3& o) const { return {x - o.x, y - o.y, z - o.z}; }
  constexpr Vector3 operator*(double factor) const { return {x * factor, y * factor, z * factor}; }
  constexpr Vector3& operator+=(const Vector3& o) { return *this = *this + o; }
};

constexpr double dot(const Vector3& a, const Vector3& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

/// Rotations in turns: `frontal` turns the axis clockwise as seen from the front (left to feet),
/// `horizontal` turns left to front (counterclockwise as seen from below).
struct Rotation {
  double frontal_turns = 0;
  double horizontal_turns = 0;
};

/// The vector turned in the frontal plane, then in the horizontal plane.
Vector3 rotate(const Vector3& vector, const Rotation& rotation);

}  // namespace ecg
