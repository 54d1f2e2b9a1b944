// Rhythms that the atria lead without P waves.

#include <algorithm>
#include <cmath>

#include "synth/rhythm.h"
#include "synth/sinus_node.h"
#include "synth/streams.h"

namespace ecg {
namespace {

/// RR in atrial fibrillation: a refractory time, then a wait of five exponential steps (the AV node
/// lets a random fraction of the impulses through). Coefficient of variation about 0.22.
double fibrillation_rr_s(double mean_s, RandomStream& random) {
  const double refractory_s = std::max(0.24, 0.5 * mean_s);
  double wait_s = 0;
  for (int step = 0; step < 5; ++step) {
    wait_s += random.exponential(std::max(0.02, (mean_s - refractory_s) / 5));
  }
  return refractory_s + wait_s;
}

void plan_fibrillation(const RhythmRequest& request, RandomStream& random, RhythmPlan& plan) {
  plan.atrial = AtrialWaves::kFibrillation;
  plan.atrial_rate_hz = random.uniform(5.2, 7.8);
  const double mean_s = 60 / request.rate_bpm;
  double recovery_rr_s = mean_s;
  double onset_s = -kLeadIn_s;
  while (onset_s < request.duration_s + kLeadOut_s) {
    plan.beats.push_back({onset_s, recovery_rr_s, std::nullopt});
    const double rr_s = fibrillation_rr_s(mean_s, random);
    recovery_rr_s += 0.25 * (rr_s - recovery_rr_s);
    onset_s += rr_s;
  }
}

/// The rate decides how many flutter waves pass for one QRS; the flutter itself stays near 300/min.
void plan_flutter(const RhythmRequest& request, RandomStream& random, RhythmPlan& plan) {
  plan.atrial = AtrialWaves::kFlutter;
  const double ratio = std::clamp(std::round(290 / request.rate_bpm), 1.0, 8.0);
  plan.atrial_rate_hz = ratio * request.rate_bpm / 60;
  double onset_s = -kLeadIn_s - random.uniform();
  while (onset_s < request.duration_s + kLeadOut_s) {
    const double jitter_s = bounded_normal(random, 0, 0.002, -0.005, 0.005);
    plan.beats.push_back({onset_s + jitter_s, ratio / plan.atrial_rate_hz, std::nullopt});
    // Now and then one more wave is blocked.
    const bool longer = ratio >= 2 && ratio <= 3 && random.bernoulli(0.12);
    onset_s += (ratio + (longer ? 1 : 0)) / plan.atrial_rate_hz;
  }
}

void plan_reentry(const RhythmRequest& request, RandomStream& random, RhythmPlan& plan) {
  plan.atrial = AtrialWaves::kNone;
  const double rr_s = 60 / request.rate_bpm;
  double onset_s = -kLeadIn_s - random.uniform();
  while (onset_s < request.duration_s + kLeadOut_s) {
    plan.beats.push_back({onset_s, rr_s, std::nullopt});
    onset_s += rr_s * (1 + bounded_normal(random, 0, 0.004, -0.01, 0.01));
  }
}

}  // namespace

RhythmPlan plan_atrial(const RhythmRequest& request) {
  RandomStream random = simulation_stream(request.seed, request.index, SimulationPart::kIntervals);
  RhythmPlan plan;
  switch (request.rhythm) {
    case Rhythm::kAtrialFibrillation:
      plan_fibrillation(request, random, plan);
      break;
    case Rhythm::kAtrialFlutter:
      plan_flutter(request, random, plan);
      break;
    default:
      plan_reentry(request, random, plan);
      break;
  }
  return plan;
}

}  // namespace ecg
