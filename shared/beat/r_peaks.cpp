#include "beat/r_peaks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "beat/qrs_decision.h"
#include "beat/qrs_energy.h"

namespace ecg {
namespace {

constexpr double kPeakReach_s = 0.080;     ///< from the middle of the energy to the R peak
constexpr float kLeastEnergy_mv2 = 1e-6f;  ///< 1 uV: below it a lead is flat

/// A lead's say, by how far its beats stand out: 0 where the top is no higher than noise has it.
float lead_weight(float signal, float noise) {
  if (!(signal > kLeastEnergy_mv2)) return 0;
  const float ratio = std::sqrt(signal / (noise + 1e-3f * signal));
  const float excess = std::max(ratio - 2.0f, 0.02f);
  return excess * excess;
}

/// Adds a lead's relative heights (roots of its energy), weighted, and its weights. Heights, not
/// energies: what several leads see a little of outweighs what one lead sees much of. Levels change
/// linearly between the middles of their windows.
void add_lead(const std::vector<float>& energy, const EnergyLevels& levels,
              std::vector<float>& fused, std::vector<float>& weights) {
  const std::size_t last = levels.signal.size() - 1;
  const auto window = static_cast<float>(levels.window);
  std::vector<float> weight(last + 1), scale(last + 1);
  for (std::size_t w = 0; w <= last; ++w) {
    weight[w] = lead_weight(levels.signal[w], levels.noise[w]);
    scale[w] = weight[w] > 0 ? weight[w] / std::sqrt(levels.signal[w]) : 0.0f;
  }
  for (std::size_t k = 0; k < energy.size(); ++k) {
    const float place = std::max(0.0f, static_cast<float>(k) / window - 0.5f);
    const std::size_t w = std::min(last, static_cast<std::size_t>(place));
    const std::size_t next = std::min(last, w + 1);
    const float share = std::min(1.0f, place - static_cast<float>(w));
    fused[k] += std::sqrt(energy[k]) * (scale[w] + share * (scale[next] - scale[w]));
    weights[k] += weight[w] + share * (weight[next] - weight[w]);
  }
}

Result<std::vector<std::size_t>> rows_of(SignalView signal, const RPeakOptions& options) {
  const double rate_hz = signal.sampling_rate_hz;
  if (!(rate_hz >= 50 && rate_hz <= 20000)) {
    return Error{ErrorCode::kInvalidArgument,
                 "R peaks cannot be found at a sampling rate of " + std::to_string(rate_hz) + " Hz",
                 "resample the signal to between 50 and 20000 Hz",
                 {},
                 {}};
  }
  std::vector<std::size_t> rows(options.rows.begin(), options.rows.end());
  for (std::size_t row = 0; options.rows.empty() && row < signal.lead_count; ++row) {
    rows.push_back(row);
  }
  for (const std::size_t row : rows) {
    if (row < signal.lead_count) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "row " + std::to_string(row) + " of a signal with " +
                     std::to_string(signal.lead_count) + " leads",
                 "rows count from 0",
                 {},
                 {}};
  }
  return rows;
}

/// Height of the rows' energies together, relative to that of their beats.
std::vector<float> fused_heights(SignalView signal, const std::vector<std::size_t>& rows,
                                 const EnergyGrid& grid) {
  const QrsFilterPair filters = design_qrs_filters(grid.rate_hz);
  const auto count = static_cast<std::size_t>(signal.sample_count / grid.factor);
  std::vector<float> averages, energy, fused(count, 0.0f), weights(count, 0.0f);
  for (const std::size_t row : rows) {
    average_blocks(signal.lead(row), grid.factor, averages);
    qrs_energy(filters, grid.rate_hz, averages, energy);
    add_lead(energy, energy_levels(energy, grid.rate_hz), fused, weights);
  }
  for (std::size_t k = 0; k < count; ++k) fused[k] = weights[k] > 0 ? fused[k] / weights[k] : 0.0f;
  return fused;
}

/// Largest and smallest finite sample of one lead around a beat, relative to its surroundings.
struct Extremes {
  SampleIndex high_at = 0, low_at = 0;
  float high_mv = 0, low_mv = 0;
};

Extremes extremes_around(std::span<const float> lead, SampleIndex middle, SampleIndex reach) {
  const auto count = static_cast<SampleIndex>(lead.size());
  const SampleIndex begin = std::max<SampleIndex>(0, middle - reach);
  const SampleIndex end = std::min(count, middle + reach + 1);
  const auto value = [&](SampleIndex i) { return lead[static_cast<std::size_t>(i)]; };
  Extremes found{middle, middle, -INFINITY, INFINITY};
  double sum = 0;
  SampleIndex finite = 0;
  for (SampleIndex i = begin; i < end; ++i) {
    if (!std::isfinite(value(i))) continue;
    sum += double{value(i)};
    ++finite;
    if (value(i) > found.high_mv) found.high_mv = value(found.high_at = i);
    if (value(i) < found.low_mv) found.low_mv = value(found.low_at = i);
  }
  if (finite == 0) return {middle, middle, 0, 0};
  const auto level = static_cast<float>(sum / static_cast<double>(finite));
  found.high_mv -= level;
  found.low_mv = level - found.low_mv;
  return found;
}

/// The row whose beats are largest over all `beats` and stand out most of what lies halfway to the
/// next beat (a noisy lead's do not), and the polarity most of them have.
struct Reference {
  std::size_t row = 0;
  bool upright = true;
};

Reference choose_reference(SignalView signal, const std::vector<std::size_t>& rows,
                           const std::vector<SampleIndex>& beats, SampleIndex reach) {
  Reference best;
  double largest = -INFINITY;
  const std::size_t step = beats.size() / 50 + 1;  // fifty beats tell
  for (const std::size_t row : rows) {
    double size = 0;
    int upright = 0;
    for (std::size_t i = 0; i < beats.size(); i += step) {
      const Extremes at = extremes_around(signal.lead(row), beats[i], reach);
      size += std::min(5.0f, at.high_mv + at.low_mv);  // an artefact is no large beat
      if (i + 1 < beats.size()) {
        const SampleIndex halfway = beats[i] + (beats[i + 1] - beats[i]) / 2;
        const Extremes between = extremes_around(signal.lead(row), halfway, reach);
        size -= std::min(5.0f, between.high_mv + between.low_mv);
      }
      upright += at.high_mv >= at.low_mv ? 1 : -1;
    }
    if (size > largest) best = {row, upright >= 0};
    largest = std::max(largest, size);
  }
  return best;
}

/// Moves each beat from the middle of its energy to the R peak of the reference row.
void refine(SignalView signal, const std::vector<std::size_t>& rows,
            std::vector<SampleIndex>& beats) {
  const auto reach = static_cast<SampleIndex>(kPeakReach_s * signal.sampling_rate_hz);
  const Reference reference = choose_reference(signal, rows, beats, reach);
  const std::span<const float> lead = signal.lead(reference.row);
  for (SampleIndex& beat : beats) {
    const Extremes at = extremes_around(lead, beat, reach);
    // The usual polarity, unless this beat plainly has the other one.
    const bool upright =
        reference.upright ? at.high_mv >= 0.6f * at.low_mv : at.low_mv < 0.6f * at.high_mv;
    beat = upright ? at.high_at : at.low_at;
  }
  beats.erase(std::unique(beats.begin(), beats.end()), beats.end());
}

}  // namespace

Result<std::vector<SampleIndex>> find_r_peaks(SignalView signal, const RPeakOptions& options) {
  const auto rows = rows_of(signal, options);
  if (!rows) return rows.error();
  const EnergyGrid grid = energy_grid(signal.sampling_rate_hz);
  if (rows->empty() || signal.sample_count < grid.factor) return std::vector<SampleIndex>{};
  const std::vector<float> heights = fused_heights(signal, *rows, grid);
  std::vector<SampleIndex> beats = find_beats(heights, grid.rate_hz, DecisionRules{});
  for (SampleIndex& beat : beats) beat = grid.sample_of(beat);
  if (!beats.empty()) refine(signal, *rows, beats);
  return beats;
}

}  // namespace ecg
