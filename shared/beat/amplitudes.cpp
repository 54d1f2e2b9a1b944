#include "beat/amplitudes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "beat/vectorcardiogram.h"

namespace ecg {
namespace {

constexpr double kLevel_s = 0.012, kLevelGap_s = 0.002;
constexpr double kLeastWave_mv = 0.02;    // CSE's smallest wave
constexpr double kLeastArea_mv_ms = 0.5;  // below it a wave has no direction
constexpr double kDegrees = 180 / 3.14159265358979323846;

SampleIndex samples_of(double time_s, double rate_hz) {
  return static_cast<SampleIndex>(time_s * rate_hz + 0.5);
}

double at(std::span<const float> lead, SampleIndex i) {
  return static_cast<double>(lead[static_cast<std::size_t>(i)]);
}

bool inside(std::span<const float> lead, SampleIndex i) {
  return i >= 0 && i < static_cast<SampleIndex>(lead.size());
}

/// Mean of the samples [begin, end) that lie inside.
double mean(std::span<const float> lead, SampleIndex begin, SampleIndex end) {
  begin = std::max<SampleIndex>(0, begin);
  end = std::min(std::max(end, begin + 1), static_cast<SampleIndex>(lead.size()));
  double sum = 0;
  for (SampleIndex i = begin; i < end; ++i) sum += at(lead, i);
  return sum / static_cast<double>(end - begin);
}

/// The value furthest from a level in [begin, end], with its sign.
double largest(std::span<const float> lead, SampleIndex begin, SampleIndex end, double level_mv) {
  double value = 0;
  for (SampleIndex i = begin; i <= end; ++i) {
    const double here = at(lead, i) - level_mv;
    if (std::abs(here) > std::abs(value)) value = here;
  }
  return value;
}

bool bounded(const WaveMarks& wave) { return wave.found() && wave.onset && wave.offset; }

/// Why a wave without both edges cannot be measured.
Measured missing(const WaveMarks& wave) {
  return Measured::without(wave.found() ? WaveStatus::kBeyondRecording : wave.status);
}

double p_level_mv(std::span<const float> lead, const BeatMarks& marks, double rate_hz) {
  const SampleIndex reach = samples_of(0.008, rate_hz);
  return mean(lead, *marks.p.onset - reach, *marks.p.onset + 1);
}

/// Q, R and S of one lead above the level before the QRS.
void measure_qrs(std::span<const float> lead, const BeatMarks& marks, double level_mv,
                 LeadAmplitudes& amplitudes) {
  const SampleIndex begin = *marks.qrs.onset, end = *marks.qrs.offset;
  SampleIndex top = begin, up = end + 1;
  for (SampleIndex i = begin; i <= end; ++i) {
    if (at(lead, i) > at(lead, top)) top = i;
    if (up > end && at(lead, i) - level_mv > kLeastWave_mv) up = i;
  }
  double q = 0, s = 0;
  for (SampleIndex i = begin; i < up; ++i) q = std::max(q, level_mv - at(lead, i));
  for (SampleIndex i = top; i <= end; ++i) s = std::max(s, level_mv - at(lead, i));
  amplitudes.q_mv = q >= kLeastWave_mv ? q : 0.0;
  amplitudes.r_mv = std::max(0.0, at(lead, top) - level_mv);
  amplitudes.s_mv = up <= end ? s : 0.0;  // without R it is all Q
}

/// ST: the J point itself, later a mean over 8 ms.
Measured st_at(std::span<const float> lead, SampleIndex j, double after_s, double rate_hz,
               double level_mv) {
  const SampleIndex middle = j + samples_of(after_s, rate_hz);
  const SampleIndex reach = after_s > 0 ? samples_of(0.004, rate_hz) : 0;
  if (!inside(lead, middle + reach)) return Measured::without(WaveStatus::kBeyondRecording);
  return mean(lead, middle - reach, middle + reach + 1) - level_mv;
}

std::optional<double> area(std::span<const float> lead, const WaveMarks& wave, double level_mv,
                           double end_level_mv, double rate_hz) {
  double sum = 0;
  const auto length = static_cast<double>(std::max<SampleIndex>(1, *wave.offset - *wave.onset));
  for (SampleIndex i = *wave.onset; i <= *wave.offset; ++i) {
    const double share = static_cast<double>(i - *wave.onset) / length;
    sum += at(lead, i) - level_mv - share * (end_level_mv - level_mv);
  }
  if (!std::isfinite(sum)) return std::nullopt;
  return sum * 1000 / rate_hz;
}

using AreaOf = std::optional<double> (*)(std::span<const float>, const BeatMarks&, double);

/// Direction of a wave's net area in the frontal plane.
Measured axis_of(const MedianBeat& beat, const BeatMarks& marks, const WaveMarks& wave,
                 AreaOf area_of) {
  const double rate_hz = beat.signal.sampling_rate_hz();
  const auto of = [&](Lead name) -> std::optional<double> {
    const auto row = beat.signal.find(name);
    return row ? area_of(beat.signal.lead(*row), marks, rate_hz) : std::nullopt;
  };
  if (!beat.signal.find(Lead::kI) ||
      (!beat.signal.find(Lead::kAvf) && !beat.signal.find(Lead::kII))) {
    return Absence::kNoLead;
  }
  if (!bounded(wave)) return missing(wave);
  const auto i = of(Lead::kI), ii = of(Lead::kII);
  auto avf = of(Lead::kAvf);
  if (!avf && i && ii) avf = *ii - *i / 2;
  if (!i || !avf) return Absence::kUnusableLead;
  // aVF is measured with a gain of sqrt(3) / 2 against the bipolar lead I.
  const double down = *avf * 2 / std::sqrt(3.0);
  if (std::hypot(*i, down) < kLeastArea_mv_ms) return Absence::kIndeterminate;
  return std::atan2(down, *i) * kDegrees;
}

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// Largest spatial magnitude within a wave.
double magnitude_mv(const Signal& vector, const WaveMarks& wave, const Vector& level_mv) {
  double most = 0;
  for (SampleIndex i = *wave.onset; i <= *wave.offset; ++i) {
    Vector here;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      here[axis] = at(vector.lead(axis), i) - level_mv[axis];
    }
    most = std::max(most, dot(here, here));
  }
  return std::sqrt(most);
}

}  // namespace

double level_before_qrs_mv(std::span<const float> lead, const BeatMarks& marks, double rate_hz) {
  const SampleIndex end = *marks.qrs.onset - samples_of(kLevelGap_s, rate_hz) + 1;
  return mean(lead, end - samples_of(kLevel_s, rate_hz), end);
}

LeadAmplitudes measure_amplitudes(std::span<const float> lead, const BeatMarks& marks,
                                  double rate_hz) {
  LeadAmplitudes all;
  if (marks.p.found() && bounded(marks.p)) {
    const double level_mv = p_level_mv(lead, marks, rate_hz);
    all.p_mv = largest(lead, *marks.p.onset, *marks.p.offset, level_mv);
  } else {
    all.p_mv = missing(marks.p);
  }
  if (!bounded(marks.qrs)) {
    all.q_mv = all.r_mv = all.s_mv = missing(marks.qrs);
    all.st_j_mv = all.st_40_mv = all.st_60_mv = all.st_80_mv = all.t_mv = missing(marks.qrs);
    return all;
  }
  const double level_mv = level_before_qrs_mv(lead, marks, rate_hz);
  measure_qrs(lead, marks, level_mv, all);
  const SampleIndex j = *marks.qrs.offset;
  all.st_j_mv = st_at(lead, j, 0, rate_hz, level_mv);
  all.st_40_mv = st_at(lead, j, 0.040, rate_hz, level_mv);
  all.st_60_mv = st_at(lead, j, 0.060, rate_hz, level_mv);
  all.st_80_mv = st_at(lead, j, 0.080, rate_hz, level_mv);
  if (bounded(marks.t)) {
    const SampleIndex begin = std::max(*marks.t.onset, j + samples_of(0.060, rate_hz));
    all.t_mv = largest(lead, std::min(begin, *marks.t.offset), *marks.t.offset, level_mv);
  } else {
    all.t_mv = missing(marks.t);
  }
  return all;
}

std::optional<double> p_area(std::span<const float> lead, const BeatMarks& marks, double rate_hz) {
  if (!bounded(marks.p)) return std::nullopt;
  const SampleIndex reach = samples_of(0.008, rate_hz);
  const double end_mv = mean(lead, *marks.p.offset, *marks.p.offset + reach + 1);
  return area(lead, marks.p, p_level_mv(lead, marks, rate_hz), end_mv, rate_hz);
}

std::optional<double> qrs_area(std::span<const float> lead, const BeatMarks& marks,
                               double rate_hz) {
  if (!bounded(marks.qrs)) return std::nullopt;
  const double level_mv = level_before_qrs_mv(lead, marks, rate_hz);
  return area(lead, marks.qrs, level_mv, level_mv, rate_hz);
}

std::optional<double> t_area(std::span<const float> lead, const BeatMarks& marks, double rate_hz) {
  if (!bounded(marks.t) || !bounded(marks.qrs)) return std::nullopt;
  const double level_mv = level_before_qrs_mv(lead, marks, rate_hz);
  return area(lead, marks.t, level_mv, level_mv, rate_hz);
}

Axes measure_axes(const MedianBeat& beat, const BeatMarks& marks) {
  return {axis_of(beat, marks, marks.p, p_area), axis_of(beat, marks, marks.qrs, qrs_area),
          axis_of(beat, marks, marks.t, t_area)};
}

VectorMeasurements measure_vector(const MedianBeat& beat, const BeatMarks& marks) {
  const auto vector = vectorcardiogram(beat.signal);
  if (!vector) return {Absence::kNoLead, Absence::kNoLead, Absence::kNoLead};
  const double rate_hz = beat.signal.sampling_rate_hz();
  if (!bounded(marks.qrs)) {
    const Measured why = missing(marks.qrs);
    return {why, why, why};
  }
  Vector level_mv, qrs, t;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto area_mv_ms = qrs_area(vector->lead(axis), marks, rate_hz);
    if (!area_mv_ms)
      return {Absence::kUnusableLead, Absence::kUnusableLead, Absence::kUnusableLead};
    level_mv[axis] = level_before_qrs_mv(vector->lead(axis), marks, rate_hz);
    qrs[axis] = *area_mv_ms;
    t[axis] = t_area(vector->lead(axis), marks, rate_hz).value_or(0);
  }
  VectorMeasurements all;
  all.qrs_mv = magnitude_mv(*vector, marks.qrs, level_mv);
  if (!bounded(marks.t)) {
    all.qrs_t_angle_deg = all.t_mv = missing(marks.t);
    return all;
  }
  all.t_mv = magnitude_mv(*vector, marks.t, level_mv);
  const double lengths = std::sqrt(dot(qrs, qrs) * dot(t, t));
  if (lengths < kLeastArea_mv_ms * kLeastArea_mv_ms) {
    all.qrs_t_angle_deg = Absence::kIndeterminate;
  } else {
    all.qrs_t_angle_deg = std::acos(std::clamp(dot(qrs, t) / lengths, -1.0, 1.0)) * kDegrees;
  }
  return all;
}

}  // namespace ecg
