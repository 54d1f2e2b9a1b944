#include "synth/lead_truth.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

constexpr double kStep_s = 0.001;
constexpr double kLeastWave_mv = 0.02;  // a smaller deflection has no name
constexpr std::size_t kAfterT = 160;    // steps in which a U wave is looked for

Vector3 sum_at(const std::vector<Wave>& waves, double time_s) {
  Vector3 sum;
  for (const Wave& wave : waves) sum += wave.mv * wave_height(wave, time_s);
  return sum;
}

/// The dipole without the QRS, and with it.
Vector3 line_at(const BeatWaves& beat, double time_s) {
  return sum_at(beat.p, time_s) + sum_at(beat.st, time_s) + sum_at(beat.t, time_s);
}

Vector3 dipole_at(const BeatWaves& beat, double time_s) {
  return line_at(beat, time_s) + sum_at(beat.qrs, time_s);
}

/// The dipole every millisecond from QRS onset to beyond the T offset.
struct Course {
  std::vector<Vector3> mv;
  Vector3 line;           ///< what the QRS starts from: the PR segment at its onset
  std::size_t j = 0;      ///< step of the J point
  std::size_t t_end = 0;  ///< step after the T offset
};

Course course_of(const BeatWaves& beat) {
  const WaveTruth qrs = measure_waves(beat.qrs);
  const WaveTruth t = measure_waves(beat.t);
  Course course;
  course.line = line_at(beat, qrs.onset_s);
  course.j = static_cast<std::size_t>(qrs.duration_s() / kStep_s + 0.5);
  course.t_end =
      std::max(course.j + 80, static_cast<std::size_t>((t.offset_s - qrs.onset_s) / kStep_s) + 1);
  for (std::size_t i = 0; i < course.t_end + kAfterT; ++i) {
    course.mv.push_back(dipole_at(beat, qrs.onset_s + static_cast<double>(i) * kStep_s));
  }
  return course;
}

bool smaller(double a, double b) { return std::abs(a) < std::abs(b); }

/// Height of a notch that stands on the J point; see LeadTruth.
double j_wave_mv(const std::vector<double>& mv, std::size_t j) {
  constexpr std::size_t kNear = 40;
  constexpr double kFall_mv = 0.05;
  for (std::size_t i = j - 10; i <= j + kNear; ++i) {
    const bool top = mv[i] > mv[i - 1] && mv[i] >= mv[i + 1];
    if (!top || mv[i] <= 0) continue;
    const auto here = mv.begin() + static_cast<std::ptrdiff_t>(i);
    if (mv[i] - *std::min_element(here, here + kNear) >= kFall_mv) return mv[i];
  }
  return 0;
}

/// Repolarisation: what follows the J point.
void measure_recovery(const std::vector<double>& mv, const Course& course, LeadTruth& lead) {
  const auto j = mv.begin() + static_cast<std::ptrdiff_t>(course.j);
  const auto t_end = mv.begin() + static_cast<std::ptrdiff_t>(course.t_end);
  lead.st_j_mv = *j;
  lead.st_60_mv = *(j + 60);
  lead.t_mv = *std::max_element(j + 60, t_end, smaller);
  lead.t_half_ms = static_cast<double>(
      std::count_if(j + 60, t_end, [&lead](double value) { return value / lead.t_mv > 0.5; }));
  lead.j_wave_mv = j_wave_mv(mv, course.j);
  lead.u_mv = *std::max_element(t_end, mv.end(), smaller);
}

LeadTruth measure_lead(const Course& course, const Vector3& vector) {
  std::vector<double> mv;
  mv.reserve(course.mv.size());
  for (const Vector3& dipole : course.mv) mv.push_back(dot(vector, dipole - course.line));
  const auto begin = mv.begin();
  const auto j = begin + static_cast<std::ptrdiff_t>(course.j);
  LeadTruth lead;
  const auto highest = std::max_element(begin, j);
  lead.r_mv = *highest;
  const auto r = *highest >= kLeastWave_mv ? highest : begin;  // else S is all there is
  lead.s_mv = -*std::min_element(r, j);
  // Q: negative from the start, until the first upward deflection.
  const auto up = std::find_if(begin, j, [](double value) { return value > kLeastWave_mv; });
  const auto down = std::find_if(begin, up, [](double value) { return value < -kLeastWave_mv; });
  const auto q_end = std::find_if(down, up, [](double value) { return value > 0; });
  if (down != up) {
    lead.q_mv = -*std::min_element(begin, up);
    lead.q_ms = static_cast<double>(q_end - down);
  }
  lead.late_qrs_mv = *(begin + static_cast<std::ptrdiff_t>(course.j * 8 / 10));
  measure_recovery(mv, course, lead);
  lead.pr_mv = dot(vector, course.line);
  return lead;
}

}  // namespace

std::vector<LeadTruth> measure_leads(const BeatWaves& beat, const LeadField& field,
                                     std::span<const Lead> leads) {
  const Course course = course_of(beat);
  std::vector<LeadTruth> measured;
  for (const Lead lead : leads) measured.push_back(measure_lead(course, lead_vector(field, lead)));
  return measured;
}

}  // namespace ecg
