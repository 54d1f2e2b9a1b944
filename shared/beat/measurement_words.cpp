// Names and sentences of what measuring reports.
#include "beat/measurements.h"

namespace ecg {
namespace {

struct Words {
  std::string_view name, sentence;
};

constexpr Words kAbsences[] = {
    {"none", ""},
    {"no_beat", "No heartbeat could be measured."},
    {"few_beats", "There are too few heartbeats."},
    {"wave", "The wave was not found."},
    {"no_lead", "The recording lacks a lead that is needed."},
    {"unusable_lead", "A lead that is needed is too bad to measure."},
    {"indeterminate", "The wave is too small to have a direction."},
};

constexpr Words kWarnings[kMeasureWarningCount] = {
    {"slow", "Below 50 beats per minute the formulas for QTc disagree."},
    {"fast", "Above 110 beats per minute the formulas for QTc disagree."},
    {"wide_qrs", "QRS of 120 ms or more: QT and QTc hold late depolarisation."},
    {"unstable_rr", "The RR intervals differ: QTc depends on which one is taken."},
    {"irregular_without_p", "Irregular beats without P waves, as in atrial fibrillation."},
    {"ventricular_beats", "There are ventricular beats; they were left out of the measurements."},
    {"few_normal_beats", "Fewer than three normal beats were measured."},
    {"noisy", "A lead is noisy, wanders or lost contact for a while."},
    {"unusable_leads", "Leads that are too bad to measure were left out."},
};

}  // namespace

Measured Measured::without(WaveStatus status) {
  Measured measured(Absence::kWave);
  measured.wave = status;
  return measured;
}

std::string_view absence_name(Absence absence) {
  return kAbsences[static_cast<std::size_t>(absence)].name;
}

std::string_view absence_sentence(Absence absence) {
  return kAbsences[static_cast<std::size_t>(absence)].sentence;
}

std::string_view reason_sentence(const Measured& measured) {
  return measured.absence == Absence::kWave ? wave_status_sentence(measured.wave)
                                            : absence_sentence(measured.absence);
}

std::string_view reason_name(const Measured& measured) {
  return measured.absence == Absence::kWave ? wave_status_name(measured.wave)
                                            : absence_name(measured.absence);
}

std::string_view measure_warning_name(MeasureWarning warning) {
  return kWarnings[static_cast<std::size_t>(warning)].name;
}

std::string_view measure_warning_sentence(MeasureWarning warning) {
  return kWarnings[static_cast<std::size_t>(warning)].sentence;
}

}  // namespace ecg
