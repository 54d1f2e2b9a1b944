#include "synth/catalogue.h"

namespace ecg {
namespace {

constexpr CatalogueEntry<Rhythm> kRhythms[] = {
    {Rhythm::kSinus, "sinus", "Sinus rhythm at the person's resting rate."},
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
    {Rhythm::kSvt, "svt", "Supraventricular re-entry tachycardia: regular, narrow, no visible P."},
    {Rhythm::kPac, "pac", "Sinus rhythm with premature atrial beats that reset the sinus node."},
    {Rhythm::kPvc, "pvc", "Sinus rhythm with premature ventricular beats and compensatory pauses."},
    {Rhythm::kPvcMultifocal, "pvc_multifocal", "Premature ventricular beats from three foci."},
    {Rhythm::kBigeminy, "bigeminy", "Every second beat is a premature ventricular beat."},
    {Rhythm::kCouplets, "couplets", "Premature ventricular beats in pairs."},
    {Rhythm::kVentricularTachycardia, "vt",
     "Ventricular tachycardia; P waves independent or, led backwards, hidden."},
    {Rhythm::kAvBlock1, "av_block_1", "First-degree AV block: PR above 200 ms."},
    {Rhythm::kWenckebach, "wenckebach",
     "Second-degree AV block, Mobitz I: PR lengthens until a P is blocked."},
    {Rhythm::kMobitz2, "mobitz_2",
     "Second-degree AV block, Mobitz II: P waves blocked at a constant PR."},
    {Rhythm::kAvBlock3, "av_block_3",
     "Complete AV block with a junctional or ventricular escape rhythm."},
    {Rhythm::kPaced, "paced", "Ventricular pacing that follows the P waves."},
    {Rhythm::kPause, "pause", "Sinus rhythm with arrests of more than two seconds."},
    {Rhythm::kAsystole, "asystole", "No ventricular beat at all, with or without P waves."},
};

constexpr CatalogueEntry<Morphology> kMorphologies[] = {
    {Morphology::kRbbb, "rbbb",
     "Right bundle branch block: QRS of 120 ms or more with a late R in V1."},
    {Morphology::kLbbb, "lbbb",
     "Left bundle branch block: QRS of 120 ms or more, notched, T against it."},
    {Morphology::kLafb, "lafb",
     "Left anterior fascicular block: axis between -45 and -90 degrees."},
    {Morphology::kLvh, "lvh", "Left ventricular hypertrophy by voltage, with strain."},
    {Morphology::kWpw, "wpw", "Ventricular pre-excitation: PR below 120 ms with a delta wave."},
    {Morphology::kLongQt, "long_qt", "QTc of 480 ms or more."},
    {Morphology::kShortQt, "short_qt", "QTc of 330 ms or less."},
    {Morphology::kAnteriorStemi, "anterior_stemi", "ST elevation in V2 to V4."},
    {Morphology::kInferiorStemi, "inferior_stemi",
     "ST elevation in II, III and aVF, reciprocal depression in aVL."},
    {Morphology::kLateralStemi, "lateral_stemi", "ST elevation in I, aVL, V5 and V6."},
    {Morphology::kLowVoltage, "low_voltage", "QRS below 0.5 mV in every limb lead."},
    {Morphology::kLpfb, "lpfb",
     "Left posterior fascicular block: axis of 100 degrees or more, rS in I and aVL, qR in III."},
    {Morphology::kRvh, "rvh",
     "Right ventricular hypertrophy: dominant R in V1, right axis, T inverted in V1."},
    {Morphology::kPericarditis, "pericarditis",
     "Acute pericarditis: widespread ST elevation with PR depression, none of it reciprocal."},
    {Morphology::kPosteriorStemi, "posterior_stemi",
     "ST depression in V2 and V3 that is ST elevation in V7 to V9."},
    {Morphology::kOldAnteriorInfarction, "old_anterior_infarction",
     "Q waves or QS complexes in V2 and V3 without ST elevation."},
    {Morphology::kOldInferiorInfarction, "old_inferior_infarction",
     "Q waves of 30 ms or more in the inferior leads without ST elevation."},
    {Morphology::kHyperkalaemia, "hyperkalaemia",
     "Tall, narrow T waves, as with a high potassium."},
    {Morphology::kHypokalaemia, "hypokalaemia",
     "Flat T waves, depressed ST and U waves taller than T, as with a low potassium."},
    {Morphology::kEarlyRepolarisation, "early_repolarisation",
     "J waves of 0.1 mV or more in neighbouring inferior or lateral leads."},
};

constexpr CatalogueEntry<Defect> kDefects[] = {
    {Defect::kBaselineWander, "baseline_wander",
     "Slow drift of 0.1 mV and more on every electrode."},
    {Defect::kMuscle, "muscle", "Muscle noise on every electrode."},
    {Defect::kMains, "mains", "Interference at 50 or 60 Hz."},
    {Defect::kMotion, "motion", "Movement of one electrode."},
    {Defect::kElectrodePop, "electrode_pop", "One electrode jumps and settles again."},
    {Defect::kLeadOff, "lead_off", "One electrode has come off: it shows nothing of the heart."},
    {Defect::kSwappedArms, "swapped_arms",
     "The cables of the two arms are exchanged: lead I is inverted."},
    {Defect::kSwappedLeft, "swapped_left",
     "The cables of left arm and left leg are exchanged: leads I and II trade places."},
    {Defect::kSaturation, "saturation", "The amplifier clips large values."},
    {Defect::kCoarse, "coarse", "Coarse quantisation, 20 to 50 uV a step."},
    {Defect::kMissing, "missing", "A stretch of samples is missing in all leads."},
};

template <typename T, std::size_t kCount>
std::optional<T> find_name(const CatalogueEntry<T> (&entries)[kCount], std::string_view name) {
  for (const auto& entry : entries) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

}  // namespace

std::span<const CatalogueEntry<Rhythm>> rhythm_catalogue() { return kRhythms; }

std::string_view rhythm_name(Rhythm rhythm) {
  return kRhythms[static_cast<std::size_t>(rhythm)].name;
}

std::optional<Rhythm> rhythm_from_name(std::string_view name) { return find_name(kRhythms, name); }

std::span<const CatalogueEntry<Morphology>> morphology_catalogue() { return kMorphologies; }

std::string_view morphology_name(Morphology morphology) {
  return kMorphologies[static_cast<std::size_t>(morphology)].name;
}

std::optional<Morphology> morphology_from_name(std::string_view name) {
  return find_name(kMorphologies, name);
}

std::span<const CatalogueEntry<Defect>> defect_catalogue() { return kDefects; }

std::string_view defect_name(Defect defect) {
  return kDefects[static_cast<std::size_t>(defect)].name;
}

std::optional<Defect> defect_from_name(std::string_view name) { return find_name(kDefects, name); }

}  // namespace ecg
