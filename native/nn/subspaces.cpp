#include "nn/subspaces.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

using Vector = std::vector<double>;

/// Residual below which a position adds nothing new, as a share of the longest one.
constexpr double kNegligible = 0.1;

double length_of(const Vector& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum);
}

void remove_component(Vector& v, const Vector& axis) {
  double along = 0;
  for (std::size_t i = 0; i < v.size(); ++i) along += v[i] * axis[i];
  for (std::size_t i = 0; i < v.size(); ++i) v[i] -= along * axis[i];
}

Vector unit(Vector v) {
  const double length = length_of(v);
  for (double& x : v) x /= length;
  return v;
}

// Axes that span the rows, by Gram-Schmidt with the longest residual first.
std::vector<Vector> span_of(std::vector<Vector> rows, std::size_t most) {
  std::vector<Vector> axes;
  double longest = 0;
  while (axes.size() < most) {
    const auto next = std::max_element(
        rows.begin(), rows.end(),
        [](const Vector& a, const Vector& b) { return length_of(a) < length_of(b); });
    const double length = length_of(*next);
    longest = std::max(longest, length);
    if (length <= kNegligible * longest) break;
    axes.push_back(unit(*next));
    for (Vector& row : rows) remove_component(row, axes.back());
  }
  return axes;
}

// A random unit vector at right angles to all `taken`.
Vector random_axis(const std::vector<Vector>& taken, std::size_t width, RandomStream& random) {
  Vector v(width);
  for (double& x : v) x = random.normal();
  for (int twice = 0; twice < 2; ++twice) {  // the second pass removes what rounding left
    for (const Vector& axis : taken) remove_component(v, axis);
  }
  return unit(std::move(v));
}

}  // namespace

Subspaces make_subspaces(const at::Tensor& column_position, std::size_t patch_samples,
                         RandomStream random) {
  const auto columns = static_cast<std::size_t>(column_position.size(0));
  const auto width = static_cast<std::size_t>(column_position.size(1));
  const float* table = column_position.data_ptr<float>();
  std::vector<Vector> rows;
  for (std::size_t c = 0; c < columns; ++c)
    rows.emplace_back(table + c * width, table + (c + 1) * width);

  Subspaces spaces;
  spaces.position = span_of(std::move(rows), width / 3);
  std::vector<Vector> taken = spaces.position;
  const auto add_axes = [&](std::vector<Vector>& axes, std::size_t count) {
    for (std::size_t i = 0; i < count && taken.size() < width; ++i) {
      axes.push_back(random_axis(taken, width, random));
      taken.push_back(axes.back());
    }
  };
  add_axes(spaces.direction, 3);
  add_axes(spaces.content, std::min(kMostContentAxes, patch_samples));
  return spaces;
}

}  // namespace ecg
