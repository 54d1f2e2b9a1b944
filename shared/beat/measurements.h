#pragma once
// What a reader measures in an ECG: intervals, corrected QT, axes, amplitudes, voltage sums. What
// cannot be measured says why; nothing is guessed.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "beat/beat_clusters.h"
#include "beat/beat_marks.h"
#include "beat/median_beat.h"
#include "beat/qtc.h"
#include "beat/quality.h"
#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// Why there is no number.
enum class Absence : std::uint8_t {
  kNone,           ///< there is one
  kNoBeat,         ///< no heartbeat that could be measured
  kFewBeats,       ///< too few beats (an RR interval needs two)
  kWave,           ///< the wave was not found; Measured::wave says why
  kNoLead,         ///< a lead that it needs is not in the recording
  kUnusableLead,   ///< the lead is there, but too bad to measure
  kIndeterminate,  ///< the wave's areas are too small to have a direction
};

/// Stable snake_case name of an absence ("no_lead"), for JSON and logs.
std::string_view absence_name(Absence absence);

/// One plain sentence that explains an absence to a person; empty for kNone.
std::string_view absence_sentence(Absence absence);

/// A number, or the reason why there is none.
struct Measured {
  std::optional<double> value;
  Absence absence = Absence::kNone;
  WaveStatus wave = WaveStatus::kFound;  ///< where absence is kWave

  Measured() = default;
  Measured(double number) : value(number) {}
  Measured(Absence why) : absence(why) {}
  /// The wave that is missing.
  static Measured without(WaveStatus status);

  explicit operator bool() const { return value.has_value(); }
  double operator*() const { return *value; }
};

/// The reason as a person reads it: that of the wave where a wave is missing.
std::string_view reason_sentence(const Measured& measured);
/// Stable snake_case name of the reason: of the wave's status ("below_noise") or of the absence.
std::string_view reason_name(const Measured& measured);

/// What makes measurements doubtful.
enum class MeasureWarning : std::uint8_t {
  kSlow,           ///< below 50 per minute: formulas for QTc disagree
  kFast,           ///< above 110 per minute: formulas for QTc disagree
  kWideQrs,        ///< QRS of 120 ms or more: QT holds late depolarisation
  kUnstableRr,     ///< RR intervals differ: QTc depends on which one is taken
  kNoPIrregular,   ///< irregular beats without P waves, as in atrial fibrillation
  kVentricular,    ///< there are ventricular beats; they are left out of the measurements
  kFewNormal,      ///< fewer than three normal beats
  kNoisy,          ///< a lead is noisy
  kUnusableLeads,  ///< leads were left out
};
inline constexpr std::size_t kMeasureWarningCount = 9;

/// Stable snake_case name of a warning ("wide_qrs"), for JSON and logs.
std::string_view measure_warning_name(MeasureWarning warning);

/// One plain sentence that explains a warning to a person.
std::string_view measure_warning_sentence(MeasureWarning warning);

/// Amplitudes of the median beat in one lead, mV. Q, R, S, ST and T count from the level just
/// before the QRS complex, P from the level at its own onset.
struct LeadAmplitudes {
  Measured p_mv;  ///< largest deflection, with its sign
  Measured q_mv;  ///< depth of an initial negative deflection of 0.02 mV or more, a positive
                  ///< number; 0 = none; of a QRS without R (QS) its whole depth
  Measured r_mv;  ///< highest value within the QRS; 0 if it never rises
  Measured s_mv;  ///< depth of the lowest value after R, a positive number; 0 = none
  Measured st_j_mv, st_40_mv, st_60_mv, st_80_mv;  ///< at the J point and 40, 60, 80 ms later
  Measured t_mv;                                   ///< largest deflection of T, with its sign
};

/// Frontal axes in degrees, -180 < axis <= 180: from the net areas of leads I and aVF.
struct Axes {
  Measured p_deg, qrs_deg, t_deg;
};

/// From the vectorcardiogram (Kors) of the median beat.
struct VectorMeasurements {
  Measured qrs_t_angle_deg;  ///< between the mean spatial vectors of QRS and T, 0 to 180
  Measured qrs_mv, t_mv;     ///< largest spatial magnitudes
};

/// Everything that was measured. Intervals are medians over the normal beats.
struct Measurements {
  Measured p_ms;                   ///< P onset to offset
  Measured pr_ms;                  ///< P onset to QRS onset
  Measured qrs_ms;                 ///< QRS onset to offset
  Measured qt_ms;                  ///< QRS onset to T offset
  Measured rr_ms;                  ///< median of NN intervals; of all where there is no NN
  Measured heart_rate_bpm;         ///< 60 s / mean RR, over all beats
  std::optional<CorrectedQt> qtc;  ///< nullopt with the reason of `qt_ms` or `rr_ms`
  Axes axis;
  std::vector<LeadAmplitudes> leads;  ///< [row of the signal]
  Measured sokolow_lyon_mv;  ///< S in V1 + the larger R of V5 and V6 (Sokolow and Lyon 1949)
  Measured cornell_mv;       ///< R in aVL + S in V3 (Casale et al. 1985)
  VectorMeasurements vector;
  std::vector<MeasureWarning> warnings;

  bool has(MeasureWarning warning) const;
};

/// What measuring needs; everything from the same signal. `delineation`, `classes` and the R peaks
/// in delineation.global go together beat by beat.
struct MeasureInput {
  SignalView signal;  ///< without hum; wander may stay, a high-pass harms ST
  const Delineation* delineation = nullptr;
  std::span<const BeatClass> classes;
  const Quality* quality = nullptr;
};

/// The measurements and the median beat that amplitudes and axes were taken from.
struct MeasuredBeat {
  Measurements measurements;
  std::optional<MedianBeat> median;  ///< of the normal beats; nullopt without any
  BeatMarks marks;                   ///< global marks in it
};

/// Measures. Where no beat is normal, all beats count. A wave counts as absent where it was found
/// in less than half of the beats measured. Errors: kInvalidArgument (beats, classes, leads or
/// quality do not fit each other).
Result<MeasuredBeat> measure(const MeasureInput& input);

}  // namespace ecg
