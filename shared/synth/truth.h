#pragma once
// What is true of a simulated recording, computed from the waves that were put into it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synth/catalogue.h"

namespace ecg {

/// Spatial magnitude from which on a wave can be seen: some 15 uV in the lead that shows it best.
/// Cardiologists put edges there: the median beats of LUDB's records of number 4 n + 1 have left
/// their rest by 10 uV (P onset), 17 (P offset), 14 (QRS onset) and 28 (T offset) in the largest
/// lead at the middle of the twelve readings. The least wave of IEC 60601-2-51 (GG.5) is 30 uV.
inline constexpr double kVisible_mv = 0.010;

/// One wave. Onset and offset: where the noise-free wave's spatial magnitude first and last exceeds
/// kVisible_mv (of a wave below twice that: half its largest); peak: where it is largest. Seconds
/// from the start of the recording; a wave that begins before or ends after the recording keeps its
/// times outside it. Of the wave alone, whatever other wave lies over it.
struct WaveTruth {
  double onset_s = 0;
  double peak_s = 0;
  double offset_s = 0;

  double duration_s() const { return offset_s - onset_s; }
};

/// One heartbeat.
struct BeatTruth {
  char symbol = 'N';  ///< WFDB beat code: N normal, A atrial premature, V premature or
                      ///< fast ventricular, j junctional and E ventricular escape, / paced
  WaveTruth qrs;
  std::optional<WaveTruth> p;  ///< the P wave conducted to this beat
  std::optional<WaveTruth> t;
  std::optional<double> rr_s;  ///< R peak to R peak from the previous beat
};

/// What the atria show besides the P waves of beats.
enum class AtrialWaves : std::uint8_t {
  kP,             ///< P waves
  kFibrillation,  ///< fibrillation waves all the time, no P
  kFlutter,       ///< flutter waves all the time, no P
  kNone,          ///< nothing that can be seen
};

/// A simulated person: the same (seed, patient) is the same person in every recording.
struct PatientTruth {
  std::uint64_t seed = 0;
  std::uint64_t patient = 0;
  double age_years = 0;
  bool female = false;
};

/// Medians over the normal beats (symbol N), or over those of the commonest symbol where fewer than
/// two are normal; nullopt where none has the wave.
struct IntervalTruth {
  std::optional<double> rr_ms, p_ms, pr_ms, qrs_ms, qt_ms;
  std::optional<double> qtc_fridericia_ms;  ///< QT / (RR / 1 s)^(1/3)
  std::optional<double> heart_rate_bpm;     ///< 60 / mean RR, all beats
};

/// Frontal axis in degrees, (-180, 180], from the net areas of leads I and aVF, noise-free, of the
/// beats whose intervals are measured.
struct AxisTruth {
  std::optional<double> p_deg, qrs_deg, t_deg;
};

/// What one lead shows of a typical beat, noise-free, mV relative to the PR segment at the QRS
/// onset (what P and its repolarisation leave there).
struct LeadTruth {
  double q_mv = 0;         ///< depth of an initial negative wave, positive number; 0 = none
  double q_ms = 0;         ///< its duration
  double r_mv = 0;         ///< highest value within the QRS
  double s_mv = 0;         ///< depth of the lowest value after R (of any, where no R reaches
                           ///< 0.02 mV), positive number
  double late_qrs_mv = 0;  ///< value at 80 % of the QRS duration
  double st_j_mv = 0;      ///< at the J point (QRS offset)
  double st_60_mv = 0;     ///< 60 ms later
  double t_mv = 0;         ///< largest deflection after that, with its sign
  double t_half_ms = 0;    ///< how long the T wave exceeds half of it
  double j_wave_mv = 0;    ///< top of a notch within 40 ms of the J point that falls by 0.05 mV
                           ///< or more in the 40 ms after it; 0 = none
  double u_mv = 0;         ///< largest deflection in the 160 ms after the T offset, with its sign
  double pr_mv = 0;        ///< that PR segment, relative to the line before P
};

/// A defect of the recording.
struct DefectTruth {
  Defect defect{};
  std::string where;  ///< electrode ("RA", "V3"), pair ("RA/LA") or "all"
  double begin_s = 0;
  double end_s = 0;
};

/// Everything known about a simulated recording.
struct SimulationTruth {
  PatientTruth patient;
  Rhythm rhythm = Rhythm::kSinus;    ///< as asked for
  double duration_s = 0;             ///< of the recording
  std::vector<BeatTruth> beats;      ///< in time order, R peak inside the recording
  std::vector<WaveTruth> blocked_p;  ///< P waves that no QRS follows, peak inside the recording
  AtrialWaves atrial = AtrialWaves::kP;
  int ventricular_foci = 0;  ///< different forms among the V beats
  IntervalTruth intervals;
  AxisTruth axis;
  std::vector<LeadTruth> leads;            ///< the twelve standard leads; empty without a beat
  std::vector<LeadTruth> posterior_leads;  ///< V7, V8, V9, recorded or not; empty without a beat
  std::vector<DefectTruth> defects;  ///< what was done to the recording; the rest of the truth is
                                     ///< that of the heart behind it
  std::vector<std::string> labels;   ///< names that hold for the generated waves
  std::string report;                ///< the labels as a reader would put them
};

}  // namespace ecg
