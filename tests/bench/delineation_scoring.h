#pragma once
// Wave marks scored against annotations: how many are found, and how far their edges are off.

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "beat/beat_marks.h"
#include "core/recording.h"
#include "real_records.h"

namespace ecg::bench {

enum class Wave { kP, kQrs, kT };
inline constexpr std::array<Wave, 3> kWaves = {Wave::kP, Wave::kQrs, Wave::kT};

/// One annotated or found wave, in samples.
struct WaveAt {
  Wave wave{};
  std::optional<SampleIndex> onset, offset;
  SampleIndex peak = 0;
};

/// Waves of one lead, or of all leads together, in time order.
using WaveList = std::vector<WaveAt>;

/// The annotations of every lead of an LUDB record, one list per row of its signal.
std::vector<WaveList> read_ludb_waves(const std::filesystem::path& folder,
                                      const RealRecord& record);

/// The found waves of one lead or of all.
WaveList found_waves(const std::vector<BeatMarks>& beats);

/// What the annotations of all leads say together about a wave that most of them have.
enum class Merge {
  kOutermost,  ///< second earliest onset, second latest offset
  kMiddle,     ///< medians
};

/// Annotations of all leads merged; peaks are medians.
WaveList merged_annotations(const std::vector<WaveList>& leads, Merge merge);

/// Running mean and standard deviation.
struct Errors {
  std::size_t count = 0;
  double sum = 0, squares = 0;

  void add(double error);
  double mean() const;
  double deviation() const;
};

/// Score of one wave. Errors in ms, found minus annotated.
struct WaveScore {
  std::size_t hits = 0, missed = 0, extra = 0;
  Errors onset, peak, offset;
};
using WaveScores = std::array<WaveScore, 3>;

/// Pairs each annotated wave with the found one whose peak is nearest, within 150 ms. Found waves
/// before the first or after the last annotation do not count.
void score_waves(const WaveList& reference, const WaveList& found, double rate_hz,
                 WaveScores& scores);

}  // namespace ecg::bench
