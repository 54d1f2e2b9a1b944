#pragma once
// Fiducial marks of heartbeats: plain values that detection fills and measurement reads.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// Whether a wave was found, and if not, why.
enum class WaveStatus : std::uint8_t {
  kFound,
  kNotSearched,      ///< nobody looked
  kBeyondRecording,  ///< the place to look lies (partly) before the start or after the end
  kMissingSamples,   ///< missing (NaN) samples where the wave would be
  kBelowNoise,       ///< nothing there that stands out of the noise
  kCrowded,          ///< too little time between the neighbouring waves: they run into each other
  kNotRepeated,      ///< something stands out, but it does not keep its place from beat to beat
                     ///< (fibrillating or flutter atria)
};

/// Stable snake_case name of a status ("below_noise"), for JSON and logs.
std::string_view wave_status_name(WaveStatus status);

/// One plain sentence that explains a status to a person.
std::string_view wave_status_sentence(WaveStatus status);

/// One wave of one beat. A found wave has a peak; its onset or offset may still be missing (a wave
/// cut by the end of the recording; at high rates, a T wave that the next P wave rises out of). A
/// wave that was not found has no marks at all.
struct WaveMarks {
  std::optional<SampleIndex> onset;   ///< first sample of the wave
  std::optional<SampleIndex> peak;    ///< largest deflection; of a biphasic wave the larger phase
  std::optional<SampleIndex> offset;  ///< last sample of the wave
  WaveStatus status = WaveStatus::kNotSearched;

  bool found() const { return status == WaveStatus::kFound; }
  bool operator==(const WaveMarks&) const = default;
};

/// One heartbeat, in one lead or over all leads. Where marks are found they are ordered in time:
/// p.onset <= p.peak <= p.offset <= qrs.onset <= qrs.peak <= qrs.offset <= t.onset and so on.
struct BeatMarks {
  SampleIndex r_peak = 0;  ///< the detector's fiducial, the same in every lead
  WaveMarks p, qrs, t;     ///< qrs.peak: the QRS's largest deflection in this lead

  bool operator==(const BeatMarks&) const = default;
};

/// The beats of a recording, per lead and over all leads.
struct Delineation {
  std::vector<BeatMarks> global;              ///< one per R peak, in time order
  std::vector<std::vector<BeatMarks>> leads;  ///< [row of the signal][beat]; an unusable lead's
                                              ///< waves all carry the reason
};

}  // namespace ecg
