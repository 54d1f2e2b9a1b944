#include "synth/report.h"

#include <array>
#include <cmath>
#include <string_view>

#include "synth/labels.h"

namespace ecg {
namespace {

/// A label's sentences; "#" stands for the heart rate.
struct Wording {
  std::string_view label;
  std::array<std::string_view, 3> sentences;
};

constexpr Wording kWordings[] = {
    {"paced",
     {"Ventricular paced rhythm, # bpm.", "Pacemaker rhythm with ventricular capture at # bpm.",
      "Atrial-sensed, ventricular-paced rhythm, rate # bpm."}},
    {"af",
     {"Atrial fibrillation, ventricular rate # bpm.",
      "Irregularly irregular rhythm without P waves, in keeping with atrial fibrillation; rate # "
      "bpm.",
      "Atrial fibrillation with a mean ventricular rate of # bpm."}},
    {"flutter",
     {"Atrial flutter, ventricular rate # bpm.",
      "Flutter waves in the inferior leads; ventricular rate # bpm.",
      "Atrial flutter with a ventricular response of # bpm."}},
    {"vt",
     {"Wide complex tachycardia at # bpm, consistent with ventricular tachycardia.",
      "Ventricular tachycardia, rate # bpm.", "Ventricular tachycardia at # bpm."}},
    {"av_dissociation",
     {"AV dissociation.", "P waves march through, independent of the QRS complexes.",
      "Atria and ventricles beat independently."}},
    {"asystole",
     {"Asystole.", "No ventricular activity.", "Ventricular standstill: no QRS complex is seen."}},
    {"svt",
     {"Regular narrow complex tachycardia at # bpm without visible P waves.",
      "Supraventricular tachycardia, rate # bpm.", "Supraventricular tachycardia at # bpm."}},
    {"av_block_3",
     {"Complete AV block with escape rhythm at # bpm.",
      "Third-degree AV block, ventricular rate # bpm.",
      "AV dissociation due to complete heart block; escape rhythm at # bpm."}},
    {"sinus_brady",
     {"Sinus bradycardia, # bpm.", "Sinus bradycardia at a rate of # bpm.",
      "Slow sinus rhythm, # bpm."}},
    {"sinus_tachy",
     {"Sinus tachycardia, # bpm.", "Sinus tachycardia at # bpm.",
      "Fast sinus rhythm, rate # bpm."}},
    {"sinus",
     {"Sinus rhythm, # bpm.", "Sinus rhythm, ventricular rate # bpm.",
      "Sinus rhythm at a rate of # bpm."}},
    {"sinus_arrhythmia",
     {"Sinus arrhythmia, # bpm.", "Sinus rhythm with sinus arrhythmia, mean rate # bpm.",
      "Sinus arrhythmia with a mean rate of # bpm."}},
    {"pac",
     {"Premature atrial complexes.", "Supraventricular extrasystoles.",
      "Atrial premature beats are seen."}},
    {"pvc_multifocal",
     {"Multifocal ventricular ectopy.", "The ventricular premature beats have more than one form.",
      "Ventricular extrasystoles from more than one focus."}},
    {"pvc",
     {"Premature ventricular complexes.", "Ventricular extrasystoles.",
      "Ventricular premature beats are seen."}},
    {"bigeminy",
     {"Ventricular bigeminy.", "The extrasystoles occur in bigeminy.", "Bigeminal pattern."}},
    {"couplets",
     {"Ventricular couplets.", "Ventricular premature beats in pairs.",
      "Paired ventricular extrasystoles."}},
    {"wenckebach",
     {"Second-degree AV block, Mobitz type I (Wenckebach).", "Wenckebach periods.",
      "Progressive PR prolongation before a blocked P wave (Mobitz I)."}},
    {"mobitz_2",
     {"Second-degree AV block, Mobitz type II.",
      "Intermittent blocked P waves at constant PR (Mobitz II).", "Mobitz type II AV block."}},
    {"av_block_1",
     {"First-degree AV block.", "Prolonged PR interval.",
      "AV conduction is delayed (first degree)."}},
    {"pause",
     {"Pause of more than two seconds.", "A pause above two seconds is recorded.",
      "Intermittent pause."}},
    {"left_axis", {"Left axis deviation.", "The QRS axis is deviated to the left.", "Left axis."}},
    {"right_axis",
     {"Right axis deviation.", "The QRS axis is deviated to the right.", "Right axis."}},
    {"rbbb", {"Right bundle branch block.", "Complete right bundle branch block.", "RBBB."}},
    {"lbbb", {"Left bundle branch block.", "Complete left bundle branch block.", "LBBB."}},
    {"lafb",
     {"Left anterior fascicular block.", "Left anterior hemiblock.",
      "Pattern of left anterior fascicular block."}},
    {"lvh",
     {"Left ventricular hypertrophy with strain.",
      "Voltage criteria for LVH are met, with a strain pattern.",
      "LVH (Sokolow-Lyon) with secondary T wave inversion."}},
    {"wpw",
     {"Ventricular pre-excitation (WPW pattern).", "Short PR with delta wave, WPW pattern.",
      "Pre-excitation."}},
    {"long_qt", {"Prolonged QT interval.", "The QTc is prolonged.", "QT prolongation."}},
    {"short_qt", {"Short QT interval.", "The QTc is short.", "Abnormally short QT."}},
    {"anterior_stemi",
     {"ST elevation in the anterior leads, acute anterior infarction suspected.",
      "Acute anterior ST elevation myocardial infarction.", "Anterior STEMI pattern."}},
    {"inferior_stemi",
     {"ST elevation in II, III and aVF, acute inferior infarction suspected.",
      "Acute inferior ST elevation myocardial infarction.", "Inferior STEMI pattern."}},
    {"lateral_stemi",
     {"ST elevation in the lateral leads, acute lateral infarction suspected.",
      "Acute lateral ST elevation myocardial infarction.", "Lateral STEMI pattern."}},
    {"low_voltage",
     {"Low voltage in the limb leads.", "Low QRS voltage.", "Peripheral low voltage."}},
    {"lpfb",
     {"Left posterior fascicular block.", "Left posterior hemiblock.",
      "Pattern of left posterior fascicular block."}},
    {"rvh",
     {"Right ventricular hypertrophy.", "Dominant R wave in V1, right ventricular hypertrophy.",
      "RVH with right ventricular strain."}},
    {"pericarditis",
     {"Widespread ST elevation with PR depression, acute pericarditis suspected.",
      "Acute pericarditis.",
      "Diffuse ST elevation and PR depression, in keeping with "
      "pericarditis."}},
    {"posterior_stemi",
     {"ST depression in V2 and V3, acute posterior infarction suspected.",
      "Acute posterior ST elevation myocardial infarction.", "Posterior STEMI pattern."}},
    {"old_anterior_infarction",
     {"Anterior Q waves, old anterior infarction.", "Old anterior myocardial infarction.",
      "Q waves in V2 and V3, anterior infarct of undetermined age."}},
    {"old_inferior_infarction",
     {"Inferior Q waves, old inferior infarction.", "Old inferior myocardial infarction.",
      "Pathological Q waves in the inferior leads, infarct of undetermined age."}},
    {"hyperkalaemia",
     {"Tall, narrow T waves, consider hyperkalaemia.", "Peaked T waves as in hyperkalaemia.",
      "Hyperkalaemia suspected from tented T waves."}},
    {"hypokalaemia",
     {"Flat T waves and prominent U waves, consider hypokalaemia.",
      "ST depression with U waves taller than T, as in hypokalaemia.",
      "Hypokalaemia suspected from U waves."}},
    {"early_repolarisation",
     {"Early repolarisation.", "J waves, early repolarisation pattern.",
      "Notched J point in keeping with early repolarisation."}},
    {"normal", {"Normal ECG.", "Within normal limits.", "Normal electrocardiogram."}},
};

std::string sentence_for(const std::string& label, double rate_bpm, RandomStream& random) {
  for (const Wording& wording : kWordings) {
    if (wording.label != label) continue;
    std::string sentence(wording.sentences[random.below(3)]);
    const auto place = sentence.find('#');
    if (place != std::string::npos) {
      sentence.replace(place, 1, std::to_string(static_cast<int>(std::floor(rate_bpm + 0.5))));
    }
    return sentence;
  }
  return {};
}

}  // namespace

std::string write_report(const SimulationTruth& truth, RandomStream& random) {
  std::string report;
  for (const std::string& label : truth.labels) {
    const std::string sentence =
        sentence_for(label, truth.intervals.heart_rate_bpm.value_or(0), random);
    if (sentence.empty()) continue;
    if (!report.empty()) report += ' ';
    report += sentence;
  }
  return report;
}

}  // namespace ecg
