#include "synth/heart.h"

#include <map>
#include <utility>

#include "synth/ectopic_shape.h"
#include "synth/streams.h"

namespace ecg {
namespace {

/// Standard deviations from beat to beat, as shares.
constexpr double kQrsVariation = 0.012;
constexpr double kTVariation = 0.02;
constexpr double kPVariation = 0.04;

/// Respiration: amplitude falls and the axis turns down on breathing in.
constexpr double kBreathGain = 0.035;
constexpr double kBreathFrontal_turns = 0.008;
constexpr double kBreathHorizontal_turns = 0.006;

/// Gain and rotation of everything at a time.
struct Pose {
  double gain = 1;
  Rotation turn;
};

Pose pose_at(double time_s, const Moment& moment, const Respiration& respiration) {
  const double breath = respiration.at(time_s);
  return {moment.gain * (1 - kBreathGain * breath),
          {moment.turn.frontal_turns + kBreathFrontal_turns * breath,
           moment.turn.horizontal_turns + kBreathHorizontal_turns * breath}};
}

/// The shape of each kind of beat, made when it first occurs.
class Shapes {
 public:
  explicit Shapes(const Anatomy& person) : person_(person), ectopic_p_(ectopic_p(person)) {}

  const BeatShape& of(const PlannedBeat& beat) {
    if (beat.origin == QrsOrigin::kConducted) return person_.shape;
    const auto key = std::pair(beat.origin, beat.focus);
    const auto found = made_.find(key);
    if (found != made_.end()) return found->second;
    return made_
        .emplace(key, beat.origin == QrsOrigin::kPaced ? paced_shape(person_)
                                                       : ventricular_shape(person_, beat.focus))
        .first->second;
  }

  const std::vector<ShapeWave>& p_of(const PlannedBeat& beat) const {
    return beat.ectopic_p ? ectopic_p_ : person_.shape.p;
  }

 private:
  const Anatomy& person_;
  std::vector<ShapeWave> ectopic_p_;
  std::map<std::pair<QrsOrigin, int>, BeatShape> made_;
};

}  // namespace

Moment draw_moment(std::uint64_t seed, std::uint64_t index, const Anatomy& person) {
  RandomStream random = simulation_stream(seed, index, SimulationPart::kMoment);
  Moment moment;
  moment.gain = spread_factor(random, 0.03);
  moment.turn.frontal_turns = bounded_normal(random, 0, 0.0053, -0.013, 0.013);
  moment.turn.horizontal_turns = bounded_normal(random, 0, 0.0053, -0.013, 0.013);
  moment.field = person.field;
  for (Vector3& vector : moment.field) vector = vector * spread_factor(random, 0.03);
  return moment;
}

HeartWaves heart_waves(const RhythmRequest& request, const RhythmPlan& plan, const Anatomy& person,
                       const Moment& moment, const Respiration& respiration) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kBeat);
  Shapes shapes(person);
  HeartWaves heart;
  heart.beats.reserve(plan.beats.size());
  for (const PlannedBeat& planned : plan.beats) {
    const Pose pose = pose_at(planned.qrs_onset_s, moment, respiration);
    const double qrs_gain = pose.gain * spread_factor(random, kQrsVariation);
    const double t_gain = pose.gain * spread_factor(random, kTVariation);
    const double p_gain = pose.gain * spread_factor(random, kPVariation);
    const BeatShape& shape = shapes.of(planned);
    const double onset_s = planned.qrs_onset_s;
    BeatWaves beat;
    beat.symbol = planned.symbol;
    beat.focus = planned.focus;
    beat.qrs = place(shape.qrs, onset_s, shape.qrs_s, qrs_gain, pose.turn);
    const double qt_s = qt_at(shape.qtc_s, planned.recovery_rr_s);
    beat.t = place(shape.t, onset_s, qt_s, t_gain, pose.turn);
    beat.st = place(shape.st, onset_s, qt_s, t_gain, pose.turn);
    if (planned.p_onset_s) {
      beat.p = place(shapes.p_of(planned), *planned.p_onset_s, person.shape.p_s, p_gain, pose.turn);
      const std::vector<Wave> atrial_st = place(shape.atrial_st, *planned.p_onset_s,
                                                onset_s - *planned.p_onset_s, p_gain, pose.turn);
      beat.st.insert(beat.st.end(), atrial_st.begin(), atrial_st.end());
    }
    if (planned.origin == QrsOrigin::kPaced) beat.spike = {pacing_spike(onset_s)};
    heart.beats.push_back(std::move(beat));
  }
  RandomStream blocked = simulation_stream(request.seed, request.index, SimulationPart::kBlockedP);
  for (const double onset_s : plan.blocked_p_s) {
    const Pose pose = pose_at(onset_s, moment, respiration);
    heart.blocked_p.push_back(place(person.shape.p, onset_s, person.shape.p_s,
                                    pose.gain * spread_factor(blocked, kPVariation), pose.turn));
  }
  return heart;
}

DipoleTrack dipole_of(const HeartWaves& heart, std::size_t samples, double rate_hz) {
  DipoleTrack track(samples, rate_hz);
  const auto add = [&track](const std::vector<Wave>& waves) {
    for (const Wave& wave : waves) add_wave(wave, track);
  };
  for (const BeatWaves& beat : heart.beats) {
    for (const auto* waves : {&beat.p, &beat.qrs, &beat.st, &beat.t, &beat.spike}) add(*waves);
  }
  for (const std::vector<Wave>& waves : heart.blocked_p) add(waves);
  return track;
}

}  // namespace ecg
