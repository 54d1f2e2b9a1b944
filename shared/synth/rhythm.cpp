#include "synth/rhythm.h"

#include <algorithm>

namespace ecg {

double usual_rate_bpm(Rhythm rhythm, const Anatomy& person, RandomStream& random) {
  switch (rhythm) {
    case Rhythm::kSinusBrady:
      return random.uniform(37, 47);
    case Rhythm::kSinusTachy:
      return random.uniform(106, 145);
    case Rhythm::kSinusArrhythmia:
      return random.uniform(56, 76);
    case Rhythm::kAtrialFibrillation:
      return random.uniform(62, 138);
    case Rhythm::kAtrialFlutter: {
      const double waves_per_min = 60 * random.uniform(4.3, 5.4);
      return waves_per_min / (2 + random.below(3));
    }
    case Rhythm::kSvt:
      return random.uniform(152, 212);
    case Rhythm::kBigeminy:
      return random.uniform(60, 85);
    case Rhythm::kVentricularTachycardia:
      return random.uniform(135, 195);
    case Rhythm::kWenckebach:
    case Rhythm::kMobitz2:
      return random.uniform(62, 88);
    case Rhythm::kAvBlock3:
      return random.uniform(68, 95);
    case Rhythm::kPaced:
      return random.uniform(60, 78);
    default:
      return std::clamp(person.resting_rate_bpm * spread_factor(random, 0.05), 51.0, 97.0);
  }
}

RhythmPlan plan_rhythm(const RhythmRequest& request, const Anatomy& person,
                       const Respiration& respiration) {
  switch (request.rhythm) {
    case Rhythm::kPac:
      return plan_premature_atrial(request, person, respiration);
    case Rhythm::kAtrialFibrillation:
    case Rhythm::kAtrialFlutter:
    case Rhythm::kSvt:
      return plan_atrial(request);
    case Rhythm::kPvc:
    case Rhythm::kPvcMultifocal:
    case Rhythm::kCouplets:
    case Rhythm::kBigeminy:
      return plan_premature_ventricular(request, person, respiration);
    case Rhythm::kVentricularTachycardia:
      return plan_ventricular_tachycardia(request, person, respiration);
    case Rhythm::kAsystole:
      return plan_asystole(request, person, respiration);
    case Rhythm::kAvBlock1:
    case Rhythm::kWenckebach:
    case Rhythm::kMobitz2:
    case Rhythm::kAvBlock3:
    case Rhythm::kPaced:
      return plan_av_conduction(request, person, respiration);
    default:
      return plan_sinus(request, person, respiration);
  }
}

}  // namespace ecg
