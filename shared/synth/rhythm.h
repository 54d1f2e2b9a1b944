#pragma once
// Rhythm: when atria and ventricles are activated, and from where. Knows nothing of wave forms.

#include <cstdint>
#include <optional>
#include <vector>

#include "synth/anatomy.h"
#include "synth/catalogue.h"
#include "synth/respiration.h"
#include "synth/truth.h"

namespace ecg {

/// Where a ventricular activation starts; it decides the form of QRS and T.
enum class QrsOrigin : std::uint8_t {
  kConducted,    ///< through the AV node
  kVentricular,  ///< an ectopic focus or escape in the ventricles
  kPaced,        ///< an electrode in the right ventricle
};

/// One ventricular activation.
struct PlannedBeat {
  double qrs_onset_s = 0;
  double recovery_rr_s = 0;         ///< RR interval that sets this beat's QT
  std::optional<double> p_onset_s;  ///< of the P wave conducted to it
  char symbol = 'N';                ///< WFDB beat code
  QrsOrigin origin = QrsOrigin::kConducted;
  int focus = 0;           ///< which ventricular focus
  bool ectopic_p = false;  ///< the P wave does not come from the sinus node
};

/// The activations of a recording, some before its start and after its end, in time order.
struct RhythmPlan {
  std::vector<PlannedBeat> beats;
  std::vector<double> blocked_p_s;  ///< onsets of P waves that no QRS follows
  AtrialWaves atrial = AtrialWaves::kP;
  double atrial_rate_hz = 0;  ///< of flutter or fibrillation waves
};

/// What a rhythm is planned from.
struct RhythmRequest {
  std::uint64_t seed = 0;
  std::uint64_t index = 0;
  double duration_s = 0;
  double rate_bpm = 0;  ///< of the sinus node; of the ventricles where it does not lead
  Rhythm rhythm = Rhythm::kSinus;
};

/// A rate at which this rhythm is usually seen: the person's own where the sinus node leads
/// normally.
double usual_rate_bpm(Rhythm rhythm, const Anatomy& person, RandomStream& random);

/// The activations of a rhythm.
RhythmPlan plan_rhythm(const RhythmRequest& request, const Anatomy& person,
                       const Respiration& respiration);

// The families of rhythms, one file each.

/// Sinus rhythm: RR follows respiration, a slow wave near 0.1 Hz and a little noise. With kPause
/// the node falls silent for 2.3 to 3.5 s every now and then.
RhythmPlan plan_sinus(const RhythmRequest& request, const Anatomy& person,
                      const Respiration& respiration);

/// Premature atrial beats: an early, different P that resets the sinus node.
RhythmPlan plan_premature_atrial(const RhythmRequest& request, const Anatomy& person,
                                 const Respiration& respiration);

/// Atrial fibrillation (no P, irregular RR), flutter with 2:1 to 4:1 conduction, supraventricular
/// re-entry (regular, fast, P hidden in the QRS).
RhythmPlan plan_atrial(const RhythmRequest& request);

/// Premature ventricular beats (single, multifocal, bigeminy, couplets) with a full compensatory
/// pause: the sinus node goes on undisturbed, its P falls into the ectopic beat and is blocked.
RhythmPlan plan_premature_ventricular(const RhythmRequest& request, const Anatomy& person,
                                      const Respiration& respiration);

/// Ventricular tachycardia. In three of five the atria beat independently; in the others every beat
/// is led back to them, and their P waves are lost in the QRS complexes.
RhythmPlan plan_ventricular_tachycardia(const RhythmRequest& request, const Anatomy& person,
                                        const Respiration& respiration);

/// No ventricular beat. In half of the cases the sinus node goes on (ventricular standstill).
RhythmPlan plan_asystole(const RhythmRequest& request, const Anatomy& person,
                         const Respiration& respiration);

/// AV block I, Wenckebach, Mobitz II, III with an escape rhythm, and ventricular pacing that
/// follows the P waves.
RhythmPlan plan_av_conduction(const RhythmRequest& request, const Anatomy& person,
                              const Respiration& respiration);

}  // namespace ecg
