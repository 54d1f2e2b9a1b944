#pragma once
// How good a recording is, lead by lead: is anything missing, flat, off, clipped or noisy, and can
// beats be looked for at all? Looks at the raw signal, before any filter.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// What can be wrong with one lead.
enum class QualityFault : std::uint8_t {
  kMissing,    ///< samples are missing
  kFlat,       ///< the lead hardly ever moves: nothing is connected
  kLeadOff,    ///< the lead stands still for a second or more, then moves: contact was lost
  kSaturated,  ///< tops or bottoms are cut off at one level: the amplifier was at its end
  kBaseline,   ///< slow wander
  kMains,      ///< hum of 50 or 60 Hz
  kMuscle,     ///< fast irregular noise
  kNoise,      ///< so much noise that beats would drown in it
};
inline constexpr std::size_t kQualityFaultCount = 8;

/// Stable snake_case name of a fault ("lead_off"), for JSON and logs.
std::string_view quality_fault_name(QualityFault fault);

/// One plain sentence that explains a fault to a person.
std::string_view quality_fault_sentence(QualityFault fault);

/// What a lead, or a recording, is good for.
enum class QualityVerdict : std::uint8_t {
  kGood,      ///< nothing to object to
  kLimited,   ///< beats can be found; some measurements will be doubtful
  kUnusable,  ///< no beat should be looked for
};

/// "good", "limited", "unusable".
std::string_view quality_verdict_name(QualityVerdict verdict);

/// From where on something is a fault. Compared with annotators of PTB-XL in `bench quality`.
struct QualityLimits {
  double missing_share = 0.01;
  double baseline_mv = 0.50;
  double mains_mv = 0.028;
  double muscle_mv = 0.014;
  double unusable_share = 0.50;  ///< missing or standing still this much: unusable
  double noise_share = 0.13;     ///< muscle noise above this part of the beats' size: unusable
};

/// One lead in numbers. Shares are parts of its samples, 0 to 1.
struct LeadQuality {
  double missing_share = 0;    ///< not finite
  double still_share = 0;      ///< within stretches of a second or more that do not move by 2 uV
  double saturated_share = 0;  ///< at the one level where tops or bottoms are cut off
  double beat_mv = 0;          ///< typical largest change within 100 ms: about the QRS's height
  double baseline_mv = 0;      ///< highest minus lowest level, each the median over a second
  /// Amplitude of the stronger one of a 50 Hz and a 60 Hz sine; nullopt where the sampling rate is
  /// too low to tell (below 2.2 times 60 Hz).
  std::optional<double> mains_mv;
  double mains_hz = 0;     ///< 50 or 60: which one `mains_mv` is; 0 without one
  double muscle_mv = 0;    ///< RMS of noise above some 20 Hz between the beats, without mains
  double noisy_share = 0;  ///< seconds in which that exceeds the limit
  std::array<bool, kQualityFaultCount> faults = {};  ///< [QualityFault]
  QualityVerdict verdict = QualityVerdict::kUnusable;

  bool has(QualityFault fault) const { return faults[static_cast<std::size_t>(fault)]; }
};

/// A recording lead by lead, and as a whole.
struct Quality {
  std::vector<LeadQuality> leads;        ///< one per row of the signal
  std::vector<std::size_t> usable_rows;  ///< rows that are not unusable: where to look for beats
  /// Good if every lead is; unusable if no lead is usable.
  QualityVerdict verdict = QualityVerdict::kUnusable;
};

/// Judges every lead. Levels and noise are taken from tiles of 100 ms, of which the median counts,
/// so that QRS complexes do not pass for noise. The same bits natively and in WebAssembly.
/// A lead of less than a second, or without 300 ms in one piece, is unusable.
/// Errors: kInvalidArgument (sampling rate not 50 to 20000 Hz).
Result<Quality> assess_quality(SignalView signal, const QualityLimits& limits = {});

}  // namespace ecg
