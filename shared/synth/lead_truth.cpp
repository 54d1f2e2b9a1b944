#include "synth/lead_truth.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

constexpr double kStep_s = 0.001;

Vector3 dipole_at(const BeatWaves& beat, double time_s) {
  Vector3 sum;
  for (const auto* waves : {&beat.p, &beat.qrs, &beat.st, &beat.t}) {
    for (const Wave& wave : *waves) sum += wave.mv * wave_height(wave, time_s);
  }
  return sum;
}

/// The dipole every millisecond from QRS onset to T offset.
struct Course {
  std::vector<Vector3> mv;
  std::size_t j = 0;  ///< step of the J point
};

Course course_of(const BeatWaves& beat) {
  const WaveTruth qrs = measure_waves(beat.qrs);
  const WaveTruth t = measure_waves(beat.t);
  Course course;
  course.j = static_cast<std::size_t>(qrs.duration_s() / kStep_s + 0.5);
  const auto steps =
      std::max(course.j + 80, static_cast<std::size_t>((t.offset_s - qrs.onset_s) / kStep_s) + 1);
  for (std::size_t i = 0; i < steps; ++i) {
    course.mv.push_back(dipole_at(beat, qrs.onset_s + static_cast<double>(i) * kStep_s));
  }
  return course;
}

LeadTruth measure_lead(const Course& course, const Vector3& vector) {
  std::vector<double> mv;
  mv.reserve(course.mv.size());
  for (const Vector3& dipole : course.mv) mv.push_back(dot(vector, dipole - course.mv.front()));
  const auto begin = mv.begin();
  const auto j = begin + static_cast<std::ptrdiff_t>(course.j);
  LeadTruth lead;
  const auto r = std::max_element(begin, j);
  lead.r_mv = *r;
  lead.s_mv = -*std::min_element(r, j);
  // Q: negative from the start, until the first upward deflection.
  const auto up = std::find_if(begin, j, [](double value) { return value > 0.02; });
  const auto down = std::find_if(begin, up, [](double value) { return value < -0.02; });
  const auto q_end = std::find_if(down, up, [](double value) { return value > 0; });
  if (down != up) {
    lead.q_mv = -*std::min_element(begin, up);
    lead.q_ms = static_cast<double>(q_end - down);
  }
  lead.late_qrs_mv = *(begin + static_cast<std::ptrdiff_t>(course.j * 8 / 10));
  lead.st_j_mv = *j;
  lead.st_60_mv = *(j + 60);
  lead.t_mv = *std::max_element(j + 60, mv.end(),
                                [](double a, double b) { return std::abs(a) < std::abs(b); });
  return lead;
}

}  // namespace

std::vector<LeadTruth> measure_leads(const BeatWaves& beat, const LeadField& field) {
  const Course course = course_of(beat);
  std::vector<LeadTruth> leads;
  for (const Lead lead : kTwelveLeads)
    leads.push_back(measure_lead(course, lead_vector(field, lead)));
  return leads;
}

}  // namespace ecg
