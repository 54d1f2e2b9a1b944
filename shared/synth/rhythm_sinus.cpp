// Rhythms that the sinus node leads with normal conduction.

#include "synth/rhythm.h"
#include "synth/sinus_node.h"
#include "synth/streams.h"

namespace ecg {
namespace {

PlannedBeat conducted(const SinusNode::Cycle& cycle) {
  return {cycle.p_onset_s + cycle.pr_s, cycle.recovery_rr_s, cycle.p_onset_s};
}

/// In sinus arrhythmia breathing moves the rate far more than usual.
Anatomy with_sinus_arrhythmia(const Anatomy& person, RandomStream& random) {
  Anatomy changed = person;
  changed.respiratory_variability = random.uniform(0.13, 0.2);
  return changed;
}

RandomStream events(const RhythmRequest& request) {
  return simulation_stream(request.seed, request.index, SimulationPart::kRhythmEvents);
}

}  // namespace

RhythmPlan plan_sinus(const RhythmRequest& request, const Anatomy& person,
                      const Respiration& respiration) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kIntervals);
  RandomStream chance = events(request);
  const Anatomy led =
      request.rhythm == Rhythm::kSinusArrhythmia ? with_sinus_arrhythmia(person, chance) : person;
  SinusNode node(request.rate_bpm, led, respiration, random);
  double pause_s = request.rhythm == Rhythm::kPause ? chance.uniform(1.5, 4) : 1e9;
  RhythmPlan plan;
  while (true) {
    const SinusNode::Cycle cycle = node.next();
    if (cycle.p_onset_s >= request.duration_s + kLeadOut_s) return plan;
    plan.beats.push_back(conducted(cycle));
    if (cycle.p_onset_s < pause_s) continue;
    node.reset(cycle.p_onset_s + chance.uniform(2.3, 3.5));
    pause_s = cycle.p_onset_s + chance.uniform(8, 16);
  }
}

RhythmPlan plan_premature_atrial(const RhythmRequest& request, const Anatomy& person,
                                 const Respiration& respiration) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kIntervals);
  RandomStream chance = events(request);
  SinusNode node(request.rate_bpm, person, respiration, random);
  const double prematurity = chance.uniform(0.60, 0.70);
  RhythmPlan plan;
  double previous_p_s = 0;
  std::uint32_t until_next = 2 + chance.below(3);
  while (true) {
    SinusNode::Cycle cycle = node.next();
    if (cycle.p_onset_s >= request.duration_s + kLeadOut_s) return plan;
    if (!plan.beats.empty() && cycle.p_onset_s > 0 && --until_next == 0) {
      until_next = 3 + chance.below(4);
      const double early = previous_p_s + (prematurity + chance.uniform(-0.02, 0.02)) *
                                              (cycle.p_onset_s - previous_p_s);
      cycle.p_onset_s = early;
      cycle.pr_s += 0.012;  // the AV node has not quite recovered
      node.reset(early + 1.06 * node.rr_s());
      PlannedBeat beat = conducted(cycle);
      beat.symbol = 'A';
      beat.ectopic_p = true;
      plan.beats.push_back(beat);
    } else {
      plan.beats.push_back(conducted(cycle));
    }
    previous_p_s = cycle.p_onset_s;
  }
}

}  // namespace ecg
