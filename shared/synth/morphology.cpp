#include "synth/morphology.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

constexpr std::uint16_t kMorphologyView = 128;  // streams of morphologies, apart from the person's

/// Order of the waves of a normal QRS in BeatShape::qrs.
enum QrsWave : std::size_t { kSeptum, kFreeWall, kPosteriorWall, kBase };

/// Squeezes waves into the part [begin, end] of a duration.
void squeeze(std::vector<ShapeWave>& waves, double begin, double end) {
  for (ShapeWave& wave : waves) {
    wave.centre = begin + wave.centre * (end - begin);
    wave.before *= end - begin;
    wave.after *= end - begin;
  }
}

/// Gives a vector this angle in the frontal plane (turns, left to feet) and keeps its length there.
void point_frontally(Vector3& mv, double turns) {
  const double length = std::sqrt(mv.x * mv.x + mv.y * mv.y);
  mv = rotate({length, 0, 0}, {turns, 0}) + Vector3{0, 0, mv.z};
}

double length(const Vector3& mv) { return std::sqrt(dot(mv, mv)); }

/// T waves that point along `mv`, with the person's own timing.
void point_t(BeatShape& shape, const Vector3& mv) {
  double sum = 0;
  for (const ShapeWave& wave : shape.t) sum += length(wave.mv);
  for (ShapeWave& wave : shape.t) wave.mv = mv * (length(wave.mv) / sum);
}

/// The ST segment displaced by about `mv` from the J point until the T wave takes over.
void displace_st(BeatShape& shape, const Vector3& mv) {
  shape.st.push_back({0.24, 0.13, 0.24, mv * 0.95});
  shape.st.push_back({0.46, 0.26, 0.34, mv * 0.85});
}

/// Late activation of the right ventricle: to the right and front.
void apply_rbbb(BeatShape& shape, RandomStream& random) {
  const double qrs_s = random.uniform(0.128, 0.150);
  squeeze(shape.qrs, 0, shape.qrs_s / qrs_s);
  shape.qrs_s = qrs_s;
  shape.qrs[kBase] = {0.76, 0.28, 0.24, Vector3{-0.52, 0.04, 0.60} * random.uniform(0.75, 1.25)};
  fit_visible_extent(shape.qrs);
  for (ShapeWave& wave : shape.t) wave.mv.z -= 0.20;
  shape.qtc_s += 0.02;
}

/// The left ventricle activated from the right, slowly: no septal q, notched, T against the QRS.
void apply_lbbb(BeatShape& shape, RandomStream& random) {
  const double gain = random.uniform(0.85, 1.2);
  shape.qrs_s = random.uniform(0.138, 0.165);
  shape.qrs = {{0.24, 0.24, 0.30, Vector3{0.32, 0.16, -0.38} * gain},
               {0.43, 0.26, 0.26, Vector3{0.72, 0.24, -0.82} * gain},
               {0.70, 0.26, 0.24, Vector3{0.86, 0.10, -1.06} * gain},
               {0.86, 0.20, 0.16, Vector3{0.30, -0.05, -0.40} * gain}};
  fit_visible_extent(shape.qrs);
  point_t(shape, Vector3{-0.34, 0.02, 0.44} * gain);
  shape.qtc_s += 0.035;
}

/// The left anterior fascicle is silent: activation runs down first, then up and left.
void apply_lafb(BeatShape& shape, RandomStream& random) {
  const double turns = random.uniform(-0.145, -0.105);
  shape.qrs[kSeptum].mv.y = 0.12;
  for (const std::size_t wave : {kFreeWall, kPosteriorWall})
    point_frontally(shape.qrs[wave].mv, turns);
  shape.qrs[kBase].mv = {0.10, -0.16, -0.12};
  shape.qrs_s = std::min(0.114, shape.qrs_s + 0.010);
  fit_visible_extent(shape.qrs);
}

/// More muscle on the left: tall R on the left, deep S on the right, T against them (strain).
void apply_lvh(BeatShape& shape, RandomStream& random) {
  const double wall_mv = random.uniform(2.3, 2.6);
  const double posterior_mv = random.uniform(1.9, 2.2);
  const Vector3 wall = shape.qrs[kFreeWall].mv + Vector3{0.35, 0, 0};  // its axis turns left
  shape.qrs[kFreeWall].mv = wall * (wall_mv / length(wall));
  shape.qrs[kPosteriorWall].mv =
      shape.qrs[kPosteriorWall].mv * (posterior_mv / length(shape.qrs[kPosteriorWall].mv));
  shape.qrs_s = std::min(0.116, shape.qrs_s + 0.010);
  fit_visible_extent(shape.qrs);
  point_t(shape, {-0.20, -0.02, 0.24});
  displace_st(shape, {-0.07, -0.02, 0.08});
}

/// An accessory pathway: the PR is short and a delta wave starts the QRS early.
void apply_wpw(BeatShape& shape, RandomStream& random) {
  const double qrs_s = random.uniform(0.120, 0.142);
  const double begin = 1 - shape.qrs_s / qrs_s;
  squeeze(shape.qrs, begin, 1);
  shape.qrs[kSeptum].mv = shape.qrs[kSeptum].mv * 0.4;
  const double delta_mv = random.uniform(0.30, 0.42);
  // It lasts into the upstroke of R, so that it slurs it and is no wave of its own.
  shape.qrs.push_back({0.42, 0.42, 0.36, Vector3{0.75, 0.25, 0.55} * delta_mv});
  fit_visible_extent(shape.qrs);
  shape.qrs_s = qrs_s;
  shape.pr_s = random.uniform(0.085, 0.105);
  shape.p_s = std::min(shape.p_s, shape.pr_s - 0.004);
  for (ShapeWave& wave : shape.t) wave.mv = wave.mv * 0.7;
}

void apply_infarct(BeatShape& shape, const Vector3& injury, RandomStream& random) {
  const double extent = random.uniform(1.25, 2.0);
  displace_st(shape, injury * extent);
  for (ShapeWave& wave : shape.t) wave.mv += injury * (0.35 * extent);
}

/// The left posterior fascicle is silent: activation runs up and left first, then down and right.
void apply_lpfb(BeatShape& shape, RandomStream& random) {
  const double turns = random.uniform(0.302, 0.334);
  shape.qrs[kSeptum].mv = {0.30, -0.26, 0.26};
  for (const std::size_t wave : {kFreeWall, kPosteriorWall})
    point_frontally(shape.qrs[wave].mv, turns);
  // Without the pull to the left V4 to V6 keep some R only if less points to the back.
  shape.qrs[kFreeWall].mv.z += 0.08;
  shape.qrs[kPosteriorWall].mv.z *= 0.9;
  shape.qrs[kBase].mv = {-0.12, 0.14, -0.12};
  shape.qrs_s = std::min(0.114, shape.qrs_s + 0.010);
  fit_visible_extent(shape.qrs);
}

/// More muscle on the right: the free wall's vector points to the right and front, T away from it.
void apply_rvh(BeatShape& shape, RandomStream& random) {
  const double gain = random.uniform(0.9, 1.25);
  shape.qrs[kSeptum].mv = {0.10, -0.02, 0.28};
  shape.qrs[kFreeWall].mv = Vector3{-0.22, 0.85, 0.62} * gain;
  shape.qrs[kPosteriorWall].mv = Vector3{-0.62, 0.20, 0.16} * gain;
  shape.qrs[kBase].mv = Vector3{-0.30, -0.16, 0.05} * gain;
  shape.qrs_s = std::min(0.112, shape.qrs_s + 0.006);
  fit_visible_extent(shape.qrs);
  point_t(shape, {0.26, 0.02, -0.20});
  displace_st(shape, Vector3{0.03, -0.01, -0.06} * gain);
  for (ShapeWave& wave : shape.p) wave.mv += {0, 0.035, 0.02};  // right atrium
}

/// The whole epicardium is injured, of ventricles and atria: ST along the heart's axis, PR against.
void apply_pericarditis(BeatShape& shape, RandomStream& random) {
  const double extent = random.uniform(1.15, 1.6);
  displace_st(shape, Vector3{0.155, 0.075, 0.045} * extent);
  shape.atrial_st.push_back({0.88, 0.24, 0.44, Vector3{-0.03, -0.060, -0.015} * extent});
}

/// The posterior wall is injured: its ST elevation is a depression in front, with tall R and T.
void apply_posterior_infarct(BeatShape& shape, RandomStream& random) {
  const double extent = random.uniform(1.0, 1.5);
  shape.qrs[kPosteriorWall].mv = shape.qrs[kPosteriorWall].mv * 0.35;
  shape.qrs[kFreeWall].mv.z += 0.30;
  fit_visible_extent(shape.qrs);
  const Vector3 injury = Vector3{-0.01, 0.02, -0.26} * extent;
  displace_st(shape, injury);
  // The ST segment's waves last into the T wave, which stays upright.
  for (ShapeWave& wave : shape.t) wave.mv.z += 0.13 * extent;
}

/// The septum and front wall are scars: activation starts away from them.
void apply_old_anterior_infarction(BeatShape& shape, RandomStream& random) {
  shape.qrs[kSeptum].mv = Vector3{0.10, 0.02, -0.42} * random.uniform(0.9, 1.3);
  shape.qrs[kFreeWall].mv.z = -0.62 * random.uniform(0.9, 1.2);
  shape.qrs[kPosteriorWall].mv = shape.qrs[kPosteriorWall].mv * 0.8;
  fit_visible_extent(shape.qrs);
  const double inversion = random.uniform(0.8, 1.4);
  for (ShapeWave& wave : shape.t) wave.mv.z -= 0.16 * inversion;
}

/// The lower wall is a scar: activation starts upwards.
void apply_old_inferior_infarction(BeatShape& shape, RandomStream& random) {
  const double extent = random.uniform(0.95, 1.3);
  shape.qrs[kSeptum] = {0.28, 0.28, 0.30, Vector3{0.04, -0.62, 0.22} * extent};
  shape.qrs[kFreeWall].mv = shape.qrs[kFreeWall].mv * 0.85;  // lost muscle
  shape.qrs[kFreeWall].before = 0.22;
  point_frontally(shape.qrs[kFreeWall].mv, random.uniform(0.01, 0.03));
  shape.qrs_s = std::min(0.112, shape.qrs_s + 0.012);
  fit_visible_extent(shape.qrs);
  const double inversion = random.uniform(0.7, 1.2);
  for (ShapeWave& wave : shape.t) wave.mv.y -= 0.19 * inversion;
}

/// High potassium: T tall, narrow and even; atria and ventricles conduct slowly.
void apply_hyperkalaemia(BeatShape& shape, RandomStream& random) {
  const Vector3 t = Vector3{0.62, 0.30, 0.80} * random.uniform(1.0, 1.4);
  shape.t = {{0.80, 0.20, 0.18, t}};
  fit_visible_extent(shape.t, true);
  for (ShapeWave& wave : shape.p) wave.mv = wave.mv * random.uniform(0.35, 0.5);
  shape.pr_s = std::min(0.220, shape.pr_s + random.uniform(0.01, 0.04));
  shape.qrs_s = std::min(0.117, shape.qrs_s + random.uniform(0.005, 0.015));
}

/// Low potassium: T flat, ST depressed, U tall.
void apply_hypokalaemia(BeatShape& shape, RandomStream& random) {
  for (ShapeWave& wave : shape.t) wave.mv = wave.mv * 0.22;
  displace_st(shape, Vector3{-0.07, -0.05, -0.07} * random.uniform(1.0, 1.4));
  const double u_mv = random.uniform(0.9, 1.4);
  shape.st.push_back({1.09, 0.24, 0.30, Vector3{0.11, 0.06, 0.13} * u_mv});
}

/// A J wave on the end of the QRS in the inferior and lateral leads, ST concave, T tall.
void apply_early_repolarisation(BeatShape& shape, RandomStream& random) {
  const double height = random.uniform(0.8, 1.15);
  // In shares of QT; the QRS ends near 0.23.
  const double j = shape.qrs_s / shape.qtc_s;
  shape.st.push_back({j + 0.030, 0.060, 0.095, Vector3{0.17, 0.13, 0.05} * height});
  displace_st(shape, Vector3{0.032, 0.022, 0.025} * height);
  for (ShapeWave& wave : shape.t) wave.mv = wave.mv * 1.25;
}

void scale_qrs(BeatShape& shape, double factor) {
  for (ShapeWave& wave : shape.qrs) wave.mv = wave.mv * factor;
}

}  // namespace

void apply_morphology(Morphology morphology, Anatomy& person) {
  RandomStream random(
      {.seed = person.who.seed,
       .record = person.who.patient,
       .view = static_cast<std::uint16_t>(kMorphologyView + static_cast<int>(morphology)),
       .purpose = RandomPurpose::kSimulateAnatomy});
  BeatShape& shape = person.shape;
  switch (morphology) {
    case Morphology::kRbbb:
      return apply_rbbb(shape, random);
    case Morphology::kLbbb:
      return apply_lbbb(shape, random);
    case Morphology::kLafb:
      return apply_lafb(shape, random);
    case Morphology::kLvh:
      return apply_lvh(shape, random);
    case Morphology::kWpw:
      return apply_wpw(shape, random);
    case Morphology::kLongQt:
      shape.qtc_s = random.uniform(0.488, 0.545);
      return;
    case Morphology::kShortQt:
      shape.qtc_s = random.uniform(0.285, 0.325);
      return;
    case Morphology::kAnteriorStemi:
      return apply_infarct(shape, {0.05, -0.02, 0.22}, random);
    case Morphology::kInferiorStemi:
      return apply_infarct(shape, {-0.08, 0.22, -0.04}, random);
    case Morphology::kLateralStemi:
      return apply_infarct(shape, {0.22, -0.08, -0.06}, random);
    case Morphology::kLowVoltage:
      return scale_qrs(shape, random.uniform(0.175, 0.23));
    case Morphology::kLpfb:
      return apply_lpfb(shape, random);
    case Morphology::kRvh:
      return apply_rvh(shape, random);
    case Morphology::kPericarditis:
      return apply_pericarditis(shape, random);
    case Morphology::kPosteriorStemi:
      return apply_posterior_infarct(shape, random);
    case Morphology::kOldAnteriorInfarction:
      return apply_old_anterior_infarction(shape, random);
    case Morphology::kOldInferiorInfarction:
      return apply_old_inferior_infarction(shape, random);
    case Morphology::kHyperkalaemia:
      return apply_hyperkalaemia(shape, random);
    case Morphology::kHypokalaemia:
      return apply_hypokalaemia(shape, random);
    case Morphology::kEarlyRepolarisation:
      return apply_early_repolarisation(shape, random);
  }
}

}  // namespace ecg
