#include "synth/catalogue.h"

namespace ecg {
namespace {

constexpr CatalogueEntry<Rhythm> kRhythms[] = {
    {Rhythm::kSinus, "sinus",
     "Sinus rhythm at the person's resting rate."},
    {Rhythm::kSinusBrady, "sinus_brady",
     "Sinus bradycardia: the sinus node leads at 37 to 47 beats per minute."},
    {Rhythm::kSinusTachy, "sinus_tachy",
     "Sinus tachycardia: the sinus node leads at 106 to 145 beats per minute."},
    {Rhythm::kSinusArrhythmia, "sinus_arrhythmia",
     "Sinus arrhythmia: breathing moves the heart rate by more than 120 ms of RR."},
    {Rhythm::kAtrialFibrillation, "af",
     "Atrial fibrillation: no P waves, fibrillation waves, irregular RR."},
    {Rhythm::kAtrialFlutter, "flutter",
     "Atrial flutter near 300 per minute with 2:1 to 4:1 conduction."},
    {Rhythm::kSvt, "svt",
     "Supraventricular re-entry tachycardia: regular, narrow, no visible P."},
    {Rhythm::kPac, "pac",
     "Sinus rhythm with premature atrial beats that reset the sinus node."},
    {Rhythm::kPvc, "pvc",
     "Sinus rhythm with premature ventricular beats and compensatory pauses."},
    {Rhythm::kPvcMultifocal, "pvc_multifocal",
     "Premature ventricular beats from three foci."},
    {Rhythm::kBigeminy, "bigeminy",
     "Every second beat is a premature ventricular beat."},
    {Rhythm::kCouplets, "couplets",
     "Premature ventricular beats in pairs."},
    {Rhythm::kVentricularTachycardia, "vt",
     "Ventricular tachycardia with independent P waves."},
    {Rhythm::kAvBlock1, "av_block_1",
     "First-degree AV block: PR above 200 ms."},
    {Rhythm::kWenckebach, "wenckebach",
     "Second-degree AV block, Mobitz I: PR lengthens until a P is blocked."},
    {Rhythm::kMobitz2, "mobitz_2",
     "Second-degree AV block, Mobitz II: P waves blocked at a constant PR."},
    {Rhythm::kAvBlock3, "av_block_3",
     "Complete AV block with a junctional or ventricular escape rhythm."},
    {Rhythm::kPaced, "paced",
     "Ventricular pacing that follows the P waves."},
    {Rhythm::kPause, "pause",
     "Sinus rhythm with arrests of more than two seconds."},
};

}  // namespace

std::span<const CatalogueEntry<Rhythm>> rhythm_catalogue() { return kRhythms; }

std::string_view rhythm_name(Rhythm rhythm) {
  return kRhythms[static_cast<std::size_t>(rhythm)].name;
}

std::optional<Rhythm> rhythm_from_name(std::string_view name) {
  for (const auto& entry : kRhythms) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

}  // namespace ecg
