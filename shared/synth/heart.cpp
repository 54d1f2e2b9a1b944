#include "synth/heart.h"

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

}  // namespace

Moment draw_moment(std::uint64_t seed, std::uint64_t index, const Anatomy& person) {
  RandomStream random = simulation_stream(seed, index, SimulationPart::kMoment);
  Moment moment;
  moment.gain = spread_factor(random, 0.03);
  moment.turn.frontal_turns = bounded_normal(random, 0, 0.006, -0.015, 0.015);
  moment.turn.horizontal_turns = bounded_normal(random, 0, 0.006, -0.015, 0.015);
  moment.field = person.field;
  for (Vector3& vector : moment.field) vector = vector * spread_factor(random, 0.03);
  return moment;
}

std::vector<BeatWaves> beat_waves(const RhythmRequest& request, const RhythmPlan& plan,
                                  const Anatomy& person, const Moment& moment,
                                  const Respiration& respiration) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kBeat);
  const BeatShape& shape = person.shape;
  std::vector<BeatWaves> beats;
  beats.reserve(plan.beats.size());
  for (const PlannedBeat& planned : plan.beats) {
    const double breath = respiration.at(planned.qrs_onset_s);
    const double gain = moment.gain * (1 - kBreathGain * breath);
    const Rotation turn{moment.turn.frontal_turns + kBreathFrontal_turns * breath,
                        moment.turn.horizontal_turns + kBreathHorizontal_turns * breath};
    const double qrs_gain = gain * spread_factor(random, kQrsVariation);
    const double t_gain = gain * spread_factor(random, kTVariation);
    const double p_gain = gain * spread_factor(random, kPVariation);
    BeatWaves beat;
    beat.symbol = planned.symbol;
    beat.qrs = place(shape.qrs, planned.qrs_onset_s, shape.qrs_s, qrs_gain, turn);
    beat.t = place(shape.t, planned.qrs_onset_s, qt_at(shape.qtc_s, planned.recovery_rr_s), t_gain, turn);
    if (planned.p_onset_s) beat.p = place(shape.p, *planned.p_onset_s, shape.p_s, p_gain, turn);
    beats.push_back(std::move(beat));
  }
  return beats;
}

DipoleTrack dipole_of(const std::vector<BeatWaves>& beats, std::size_t samples, double rate_hz) {
  DipoleTrack track(samples, rate_hz);
  for (const BeatWaves& beat : beats) {
    for (const auto* waves : {&beat.p, &beat.qrs, &beat.t}) {
      for (const Wave& wave : *waves) add_wave(wave, track);
    }
  }
  return track;
}

}  // namespace ecg
