// Rhythms in which the AV node, or a pacemaker in its place, decides what reaches the ventricles.

#include <algorithm>

#include "synth/rhythm.h"
#include "synth/sinus_node.h"
#include "synth/streams.h"

namespace ecg {
namespace {

/// What happens to each P wave of the sinus node.
class AvNode {
 public:
  AvNode(Rhythm rhythm, const Anatomy& person, RandomStream& chance)
      : rhythm_(rhythm), chance_(chance) {
    const double longer_s = chance.uniform(0.225, 0.30) - person.shape.pr_s;
    if (rhythm == Rhythm::kAvBlock1) delay_s_ = longer_s;
    if (rhythm == Rhythm::kWenckebach) delay_s_ = 0.02;
    step_s_ = chance.uniform(0.055, 0.08);
    start_group();
  }

  /// Added conduction time of the next P, or nullopt when it is blocked.
  std::optional<double> conduct() {
    if (rhythm_ == Rhythm::kAvBlock3) return std::nullopt;
    if (rhythm_ == Rhythm::kAvBlock1 || rhythm_ == Rhythm::kPaced) return delay_s_;
    if (++in_group_ == group_) {
      start_group();
      return std::nullopt;
    }
    if (rhythm_ == Rhythm::kMobitz2) return delay_s_;
    // Each beat is delayed more, by less and less.
    const double delay_s = delay_s_ + added_s_;
    added_s_ += step_s_ / in_group_;
    return delay_s;
  }

 private:
  void start_group() {
    group_ = 3 + static_cast<int>(chance_.below(rhythm_ == Rhythm::kWenckebach ? 3 : 2));
    in_group_ = 0;
    added_s_ = 0;
  }

  Rhythm rhythm_;
  RandomStream& chance_;
  double delay_s_ = 0;  ///< of every beat
  double step_s_ = 0;   ///< from the first beat of a group to the second
  double added_s_ = 0;
  int group_ = 4;  ///< P waves of which the last is blocked
  int in_group_ = 0;
};

/// Escape beats below a complete block: from the junction (narrow) or the ventricles (wide,
/// slower).
void add_escape(const RhythmRequest& request, RandomStream& chance, RhythmPlan& plan) {
  const bool junctional = chance.bernoulli(0.5);
  const double rr_s = 60 / (junctional ? chance.uniform(39, 49) : chance.uniform(29, 38));
  double onset_s = -kLeadIn_s - chance.uniform();
  while (onset_s < request.duration_s + kLeadOut_s) {
    PlannedBeat beat{onset_s, rr_s, std::nullopt, junctional ? 'j' : 'E'};
    if (!junctional) beat.origin = QrsOrigin::kVentricular;
    plan.beats.push_back(beat);
    onset_s += rr_s * (1 + bounded_normal(chance, 0, 0.01, -0.025, 0.025));
  }
}

}  // namespace

RhythmPlan plan_av_conduction(const RhythmRequest& request, const Anatomy& person,
                              const Respiration& respiration) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kIntervals);
  RandomStream chance =
      simulation_stream(request.seed, request.index, SimulationPart::kRhythmEvents);
  SinusNode node(request.rate_bpm, person, respiration, random);
  AvNode av(request.rhythm, person, chance);
  RhythmPlan plan;
  if (request.rhythm == Rhythm::kAvBlock3) add_escape(request, chance, plan);
  while (true) {
    const SinusNode::Cycle cycle = node.next();
    if (cycle.p_onset_s >= request.duration_s + kLeadOut_s) return plan;
    const std::optional<double> delay_s = av.conduct();
    if (!delay_s) {
      plan.blocked_p_s.push_back(cycle.p_onset_s);
      continue;
    }
    PlannedBeat beat{cycle.p_onset_s + cycle.pr_s + *delay_s, cycle.recovery_rr_s, cycle.p_onset_s};
    if (request.rhythm == Rhythm::kPaced) {
      beat.symbol = '/';
      beat.origin = QrsOrigin::kPaced;
    }
    plan.beats.push_back(beat);
  }
}

}  // namespace ecg
