#pragma once
// Heartbeats sorted by shape: which look alike, which are the person's normal ones, and which of
// the others come from a ventricle.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// What kind of beat it is, as far as shape and timing tell. A reader's "normal" beat may well be
/// an atrial premature one: it shares the normal shape.
enum class BeatClass : std::uint8_t {
  kNormal,       ///< shaped like the person's usual beat, or nearly so
  kVentricular,  ///< wide or unlike the usual beat, and out of turn
  kOther,        ///< unlike the usual beat for another reason; also what could not be compared
};

/// "normal", "ventricular", "other".
std::string_view beat_class_name(BeatClass beat_class);

/// Beats of one shape.
struct BeatCluster {
  BeatClass beat_class = BeatClass::kOther;
  std::size_t count = 0;
  double likeness = 0;     ///< to the normal beat: 1 = the same shape and size, 0 = nothing alike
  double spread_ms = 0;    ///< spread in time of the QRS's slopes: grows with its width
  double prematurity = 1;  ///< median of RR before the beat over the usual RR there
  double pause = 1;        ///< the same of the RR after it
};

/// All beats and their clusters.
struct BeatClusters {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::vector<BeatCluster> clusters;    ///< largest first
  std::vector<std::size_t> cluster_of;  ///< [beat]; kNone: missing samples, or cut by an end
  std::vector<BeatClass> classes;       ///< [beat]
  std::size_t normal = kNone;           ///< the normal cluster; kNone without any

  std::size_t count(BeatClass beat_class) const;
};

struct ClusterOptions {
  /// Rows of the signal to compare beats in; empty = all. Leads that are unusable only harm.
  std::span<const std::size_t> rows;
};

/// Sorts the beats at `r_peaks` (ascending). Shapes are compared from 120 ms before the R peak to
/// 160 ms after it, over all rows together, at about 125 Hz, at the best shift within 40 ms.
/// The normal cluster is the largest one, unless another holds nearly as many beats and is plainly
/// narrower. `signal` should be free of wander. The same bits natively and in WebAssembly.
/// Errors: kInvalidArgument (sampling rate not 50 to 20000 Hz, a row that does not exist, R peaks
/// outside the signal or not ascending).
Result<BeatClusters> cluster_beats(SignalView signal, std::span<const SampleIndex> r_peaks,
                                   const ClusterOptions& options = {});

}  // namespace ecg
