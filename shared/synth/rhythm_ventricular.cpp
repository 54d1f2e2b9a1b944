// Rhythms in which the ventricles beat on their own.

#include <algorithm>

#include "synth/rhythm.h"
#include "synth/sinus_node.h"
#include "synth/streams.h"

namespace ecg {
namespace {

RandomStream events(const RhythmRequest& request) {
  return simulation_stream(request.seed, request.index, SimulationPart::kRhythmEvents);
}

/// Beats between one ectopic beat and the next.
std::uint32_t spacing(Rhythm rhythm, RandomStream& chance) {
  return rhythm == Rhythm::kBigeminy ? 2 : 3 + chance.below(4);
}

PlannedBeat ventricular_beat(double onset_s, double recovery_rr_s, int focus) {
  return {onset_s, recovery_rr_s, std::nullopt, 'V', QrsOrigin::kVentricular, focus};
}

/// P waves of the sinus node to which the ventricles do not answer.
void add_blocked_p(SinusNode& node, double until_s, RhythmPlan& plan) {
  while (true) {
    const double p_onset_s = node.next().p_onset_s;
    if (p_onset_s >= until_s) return;
    plan.blocked_p_s.push_back(p_onset_s);
  }
}

}  // namespace

RhythmPlan plan_premature_ventricular(const RhythmRequest& request, const Anatomy& person,
                                      const Respiration& respiration) {
  const RhythmPlan sinus = plan_sinus(request, person, respiration);
  RandomStream chance = events(request);
  const double coupling = chance.uniform(0.56, 0.66);  // one focus fires at one distance
  RhythmPlan plan;
  int ectopic_beats = 0;
  std::uint32_t until_next = request.rhythm == Rhythm::kBigeminy ? 1 : 1 + chance.below(3);
  for (std::size_t k = 0; k < sinus.beats.size(); ++k) {
    const PlannedBeat& beat = sinus.beats[k];
    if (k == 0 || beat.qrs_onset_s < 0 || --until_next > 0) {
      plan.beats.push_back(beat);
      continue;
    }
    until_next = spacing(request.rhythm, chance);
    const double before_s = sinus.beats[k - 1].qrs_onset_s;
    const double rr_s = beat.qrs_onset_s - before_s;
    const double onset_s = before_s + (coupling + chance.uniform(-0.01, 0.01)) * rr_s;
    const int focus = request.rhythm == Rhythm::kPvcMultifocal ? ectopic_beats % 3 : 0;
    plan.beats.push_back(ventricular_beat(onset_s, beat.recovery_rr_s, focus));
    if (request.rhythm == Rhythm::kCouplets) {
      plan.beats.push_back(
          ventricular_beat(onset_s + std::max(0.36, 0.5 * rr_s), beat.recovery_rr_s, focus));
    }
    plan.blocked_p_s.push_back(*beat.p_onset_s);
    ++ectopic_beats;
  }
  return plan;
}

RhythmPlan plan_ventricular_tachycardia(const RhythmRequest& request, const Anatomy& person,
                                        const Respiration& respiration) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kIntervals);
  RandomStream chance = events(request);
  RhythmPlan plan;
  const double rr_s = 60 / request.rate_bpm;
  double onset_s = -kLeadIn_s - chance.uniform();
  while (onset_s < request.duration_s + kLeadOut_s) {
    plan.beats.push_back(ventricular_beat(onset_s, rr_s, 0));
    onset_s += rr_s * (1 + bounded_normal(chance, 0, 0.008, -0.02, 0.02));
  }
  if (chance.bernoulli(0.6)) {
    SinusNode node(person.resting_rate_bpm + 12, person, respiration, random);
    add_blocked_p(node, request.duration_s, plan);
  } else {
    plan.atrial = AtrialWaves::kNone;
  }
  return plan;
}

RhythmPlan plan_asystole(const RhythmRequest& request, const Anatomy& person,
                         const Respiration& respiration) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kIntervals);
  RhythmPlan plan;
  if (events(request).bernoulli(0.5)) {
    SinusNode node(request.rate_bpm, person, respiration, random);
    add_blocked_p(node, request.duration_s, plan);
  } else {
    plan.atrial = AtrialWaves::kNone;
  }
  return plan;
}

}  // namespace ecg
