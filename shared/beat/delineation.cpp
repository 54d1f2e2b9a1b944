#include "beat/delineation.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "beat/similar_beats.h"
#include "beat/wave_edges.h"
#include "beat/wave_repeats.h"

namespace ecg {
namespace {

constexpr double kBefore_s = 0.45, kAfter_s = 0.70;
constexpr std::size_t kBlockBeats = 32;  ///< longer recordings are worked on in blocks

Error invalid(std::string message, std::string hint) {
  return Error{ErrorCode::kInvalidArgument, std::move(message), std::move(hint), {}, {}};
}

Result<std::vector<std::size_t>> checked_rows(SignalView signal,
                                              std::span<const SampleIndex> r_peaks,
                                              const DelineationOptions& options) {
  if (!(signal.sampling_rate_hz >= 50 && signal.sampling_rate_hz <= 20000)) {
    return invalid("waves cannot be found at a sampling rate of " +
                       std::to_string(signal.sampling_rate_hz) + " Hz",
                   "resample the signal to between 50 and 20000 Hz");
  }
  SampleIndex last = -1;
  for (const SampleIndex r : r_peaks) {
    if (r <= last || r >= signal.sample_count) {
      return invalid("R peak at sample " + std::to_string(r) + " is out of order or outside",
                     "give ascending samples inside the signal, as find_r_peaks does");
    }
    last = r;
  }
  std::vector<std::size_t> rows(options.rows.begin(), options.rows.end());
  for (std::size_t row = 0; options.rows.empty() && row < signal.lead_count; ++row) {
    rows.push_back(row);
  }
  for (const std::size_t row : rows) {
    if (row < signal.lead_count) continue;
    return invalid("row " + std::to_string(row) + " of a signal with " +
                       std::to_string(signal.lead_count) + " leads",
                   "rows count from 0");
  }
  return rows;
}

/// The beats [first, last) of a recording, on their grid.
struct Block {
  SignalView signal;
  std::span<const SampleIndex> r_peaks;
  std::span<const std::size_t> rows;
  std::size_t first = 0, last = 0;
  LeadGrid grid;
};

SampleIndex sample_at(const LeadGrid& grid, SampleIndex centre, float place) {
  const double at = static_cast<double>(centre) + static_cast<double>(place);
  const double sample = static_cast<double>(grid.begin) + at * static_cast<double>(grid.factor) +
                        0.5 * static_cast<double>(grid.factor - 1);
  return static_cast<SampleIndex>(std::floor(sample + 0.5));
}

WaveMarks not_found(WaveStatus status) { return {{}, {}, {}, status}; }

WaveMarks marks_of(const Block& block, SampleIndex centre, const WaveEdges& edges) {
  WaveMarks marks;
  marks.status = edges.status;
  if (!edges.found()) return marks;
  const SampleIndex peak = sample_at(block.grid, centre, edges.peak);
  const SampleIndex onset = sample_at(block.grid, centre, edges.onset);
  const SampleIndex offset = sample_at(block.grid, centre, edges.offset);
  if (peak < 0 || peak >= block.signal.sample_count) {
    marks.status = WaveStatus::kBeyondRecording;
    return marks;
  }
  marks.peak = peak;
  if (onset >= 0 && !edges.onset_hidden) marks.onset = std::min(onset, peak);
  if (offset < block.signal.sample_count && !edges.offset_hidden)
    marks.offset = std::max(offset, peak);
  return marks;
}

/// Median interval from each member to the beat `step` away, in grid points; `fallback` if none.
float usual_interval(const Block& block, const BeatGroup& group, int step, float fallback) {
  std::vector<float> intervals;
  for (const GroupMember& m : group.members) {
    const auto i = static_cast<std::ptrdiff_t>(block.first + m.beat);
    const std::ptrdiff_t other = i + step;
    if (other < 0 || other >= static_cast<std::ptrdiff_t>(block.r_peaks.size())) continue;
    const auto distance = block.r_peaks[static_cast<std::size_t>(std::max(i, other))] -
                          block.r_peaks[static_cast<std::size_t>(std::min(i, other))];
    intervals.push_back(static_cast<float>(distance) / static_cast<float>(block.grid.factor));
  }
  if (intervals.empty()) return fallback;
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
  std::nth_element(intervals.begin(), middle, intervals.end());
  return *middle;
}

Neighbours neighbours_of(const Block& block, const BeatGroup& group) {
  const float to_next = usual_interval(block, group, 1, static_cast<float>(block.grid.rate_hz));
  return {usual_interval(block, group, -1, to_next), to_next};
}

void give_up(AverageEdges& edges, WaveEdges BeatEdges::*wave, WaveStatus status) {
  WaveEdges none;
  none.status = status;
  edges.all.*wave = none;
  for (BeatEdges& lead : edges.leads) lead.*wave = none;
}

/// Looks for the average's P wave in each beat; gives it up if most beats lack it.
std::vector<Repeat> check_p(const Block& block, const EdgeRules& rules, const BeatGroup& group,
                            AverageEdges& edges) {
  if (!edges.all.p.found()) return {};
  const auto reach = static_cast<SampleIndex>(rules.p_wander_s * block.grid.rate_hz);
  std::vector<Repeat> repeats =
      wave_repeats(block.grid, group, edges.all.p, rules.p_repeat, rules.p_repeat_shifted, reach);
  if (usual_correlation(repeats) < rules.p_usual) {
    give_up(edges, &BeatEdges::p, WaveStatus::kNotRepeated);
    repeats.clear();
  }
  return repeats;
}

/// The P wave of a rarer shape of beats must look like that of the commonest; where that has none,
/// only several beats that agree can have one.
void compare_p(const Block& block, const EdgeRules& rules, const BeatSpan& span,
               const BeatGroup& group, const BeatGroup& commonest, const WaveEdges& usual_p,
               AverageEdges& edges) {
  if (!edges.all.p.found()) return;
  const auto reach = static_cast<SampleIndex>(0.040 * block.grid.rate_hz);
  const bool alike = usual_p.found() &&
                     likeness(span, group, edges.all.p, commonest, usual_p, reach) >= rules.p_like;
  if (alike || (!usual_p.found() && group.members.size() >= 3)) return;
  give_up(edges, &BeatEdges::p, WaveStatus::kNotRepeated);
}

/// The marks of one wave of one member in one lead (or in all).
WaveMarks member_marks(const Block& block, const GroupMember& m, const WaveEdges& edges,
                       const Repeat* repeat, const EdgeRules& rules) {
  if (!repeat || !edges.found()) return marks_of(block, m.centre, edges);
  if (repeat->correlation < rules.p_repeat) return not_found(WaveStatus::kNotRepeated);
  return marks_of(block, m.centre + repeat->shift, edges);
}

void mark_group(const Block& block, const BeatGroup& group, const AverageEdges& edges,
                const std::vector<Repeat>& p_repeats, const EdgeRules& rules, Delineation& result) {
  const bool seen =
      std::any_of(group.counts.begin(), group.counts.end(), [](int count) { return count > 0; });
  for (std::size_t i = 0; i < group.members.size(); ++i) {
    const GroupMember& m = group.members[i];
    const std::size_t beat = block.first + m.beat;
    const Repeat* p_repeat = p_repeats.empty() ? nullptr : &p_repeats[i];
    for (std::size_t l = 0; l < block.rows.size(); ++l) {
      BeatMarks& marks = result.leads[block.rows[l]][beat];
      const bool none = group.counts[l] == 0;
      for (const auto& [wave, edge] :
           {std::pair{&BeatMarks::p, &BeatEdges::p}, std::pair{&BeatMarks::qrs, &BeatEdges::qrs},
            std::pair{&BeatMarks::t, &BeatEdges::t}}) {
        const Repeat* repeat = wave == &BeatMarks::p ? p_repeat : nullptr;
        marks.*wave = member_marks(block, m, edges.leads[l].*edge, repeat, rules);
        if (none) marks.*wave = not_found(WaveStatus::kMissingSamples);
      }
    }
    BeatMarks& global = result.global[beat];
    if (!seen) {
      global.p = global.qrs = global.t = not_found(WaveStatus::kMissingSamples);
      continue;
    }
    global.p = member_marks(block, m, edges.all.p, p_repeat, rules);
    global.qrs = marks_of(block, m.centre, edges.all.qrs);
    global.t = marks_of(block, m.centre, edges.all.t);
  }
}

/// True if two waves, the first one expected earlier, can both stand; trims the first one's end.
bool make_room(WaveMarks& before, const WaveMarks& after) {
  const SampleIndex start = after.onset.value_or(*after.peak);
  if (*before.peak >= start) return false;
  if (before.offset && *before.offset > start) before.offset = start;
  return true;
}

/// Puts the marks of one lead in order: of two waves whose peak lies in the other, the QRS stays,
/// else the earlier one.
void put_in_order(std::vector<BeatMarks>& beats) {
  std::vector<std::pair<WaveMarks*, bool>> kept;  // and whether it is a QRS
  for (BeatMarks& beat : beats) {
    for (WaveMarks* wave : {&beat.p, &beat.qrs, &beat.t}) {
      if (!wave->found()) continue;
      const bool is_qrs = wave == &beat.qrs;
      while (!kept.empty() && wave->found() && !make_room(*kept.back().first, *wave)) {
        if (is_qrs && !kept.back().second) {
          *kept.back().first = not_found(WaveStatus::kCrowded);
          kept.pop_back();
        } else {
          *wave = not_found(WaveStatus::kCrowded);
        }
      }
      if (wave->found()) kept.emplace_back(wave, is_qrs);
    }
  }
}

void delineate_block(Block& block, const EdgeRules& rules, Delineation& result) {
  const double rate_hz = block.signal.sampling_rate_hz;
  const auto margin = static_cast<SampleIndex>(1.5 * rate_hz);
  const SampleIndex begin = std::max<SampleIndex>(0, block.r_peaks[block.first] - margin);
  const SampleIndex end =
      std::min(block.signal.sample_count, block.r_peaks[block.last - 1] + margin);
  block.grid = lead_grid(block.signal, block.rows, begin, end);
  std::vector<SampleIndex> centres;
  for (std::size_t i = block.first; i < block.last; ++i) {
    centres.push_back(
        std::min((block.r_peaks[i] - begin) / block.grid.factor, block.grid.points - 1));
  }
  const BeatSpan span{static_cast<SampleIndex>(kBefore_s * block.grid.rate_hz),
                      static_cast<SampleIndex>(kAfter_s * block.grid.rate_hz)};
  std::vector<BeatGroup> groups = group_beats(block.grid, centres, span);
  std::stable_sort(groups.begin(), groups.end(), [](const BeatGroup& a, const BeatGroup& b) {
    return a.members.size() > b.members.size();
  });
  AverageEdges usual;  // of the commonest shape
  for (const BeatGroup& group : groups) {
    AverageEdges edges =
        find_edges(group, span, block.grid.rate_hz, neighbours_of(block, group), rules);
    const std::vector<Repeat> p_repeats = check_p(block, rules, group, edges);
    if (&group == &groups.front()) {
      usual = edges;
    } else {
      compare_p(block, rules, span, group, groups.front(), usual.all.p, edges);
    }
    mark_group(block, group, edges, p_repeats, rules, result);
  }
}

}  // namespace

Result<Delineation> delineate(SignalView signal, std::span<const SampleIndex> r_peaks,
                              const DelineationOptions& options) {
  const auto rows = checked_rows(signal, r_peaks, options);
  if (!rows) return rows.error();
  Delineation result;
  result.global.resize(r_peaks.size());
  for (std::size_t i = 0; i < r_peaks.size(); ++i) result.global[i].r_peak = r_peaks[i];
  result.leads.assign(signal.lead_count, result.global);
  if (rows->empty()) return result;
  for (std::size_t first = 0; first < r_peaks.size(); first += kBlockBeats) {
    Block block{signal, r_peaks, *rows, first, std::min(r_peaks.size(), first + kBlockBeats), {}};
    delineate_block(block, options.rules, result);
  }
  put_in_order(result.global);
  for (std::vector<BeatMarks>& lead : result.leads) put_in_order(lead);
  return result;
}

}  // namespace ecg
