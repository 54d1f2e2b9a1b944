#include "beat/wave_edges.h"

#include <algorithm>
#include <cmath>

#include "beat/average_slopes.h"
#include "beat/slope_curve.h"

namespace ecg {
namespace {

constexpr float kLeastEnergy_mv2 = 1e-7f;  ///< 0.3 uV: below it there is no wave
constexpr double kQrsReach_s = 0.020;      ///< a lead's QRS steps out of that of all leads
constexpr float kSurely = 2.5f;            ///< times the level of rest: no rest any more
constexpr double kPairReach_s = 0.070;     ///< between the rise and the fall of a P wave
constexpr double kLeastWave_s = 0.030;     ///< room that a P or T wave needs

/// The search on one average.
struct Search {
  const BeatGroup& group;
  const BeatSpan& span;
  double rate_hz;
  const EdgeRules& rules;
  std::vector<float> weights;

  SampleIndex points(double s) const {
    return static_cast<SampleIndex>(s * rate_hz + (s < 0 ? -0.5 : 0.5));
  }
  Curve lead(std::size_t l) const {
    const auto length = static_cast<std::size_t>(span.size());
    return {{group.mean.data() + l * length, length}, span.before};
  }
  Slopes slopes(double scale_s, SampleIndex begin, SampleIndex end) const {
    return take_slopes(group, span, rate_hz, scale_s, weights, begin, end);
  }
};

WaveEdges none(WaveStatus status) {
  WaveEdges wave;
  wave.status = status;
  return wave;
}

/// Where to stop: thresholds at the two sides of a wave.
struct Thresholds {
  float onset, offset, least;
  double reach_s;

  static Thresholds of_all(const WaveRules& r) { return {r.onset, r.offset, r.least, r.reach_s}; }
  static Thresholds of_one(const WaveRules& r) {
    return {r.own_onset, r.own_offset, r.least, r.reach_s};
  }

  /// A share of the height above the rest beside the wave, but at least `least` of the height.
  float level(float share, float rest, float height) const {
    return std::max(least * height, rest + share * (height - rest));
  }
};

/// QRS between `begin` and `end` on one curve.
WaveEdges qrs_on(const Search& s, const Curve& curve, SampleIndex begin, SampleIndex end,
                 const Thresholds& at) {
  const float height = curve[curve.top(begin, end)];
  if (!(height > 0)) return none(WaveStatus::kBelowNoise);
  SampleIndex left = begin, right = end;
  while (curve[left] < s.rules.qrs_sure * height) ++left;
  while (curve[right] < s.rules.qrs_sure * height) --right;
  const SampleIndex first = left - s.points(s.rules.qrs_before_s);
  const SampleIndex last = right + s.points(s.rules.qrs_after_s);
  const float before = curve.lowest(first, left), after = curve.lowest(right, last);
  const SampleIndex notch = s.points(s.rules.qrs_notch_s);
  WaveEdges wave;
  wave.onset = walk_to_rest(curve, left, first, at.level(at.onset, before, height), notch);
  wave.offset = walk_to_rest(curve, right, last, at.level(at.offset, after, height), notch);
  wave.status = WaveStatus::kFound;
  return wave;
}

/// A wave of one or more humps of slope between `begin` and `end`.
WaveEdges humps_on(const Search& s, const Curve& curve, SampleIndex begin, SampleIndex end,
                   const Thresholds& at) {
  if (end - begin < s.points(kLeastWave_s)) return none(WaveStatus::kCrowded);
  const SampleIndex top = curve.top(begin, end), reach = s.points(at.reach_s);
  const float height = curve[top];
  if (!(height > 0)) return none(WaveStatus::kBelowNoise);
  const auto is_hump = [&](SampleIndex i) {
    return curve[i] >= s.rules.hump * height && curve[i] >= curve[i - 1] &&
           curve[i] >= curve[i + 1];
  };
  SampleIndex left = top, right = top;
  for (SampleIndex i = top; i >= std::max(begin, top - reach); --i) left = is_hump(i) ? i : left;
  for (SampleIndex i = top; i <= std::min(end, top + reach); ++i) right = is_hump(i) ? i : right;
  const float before = curve.lowest(begin, left), after = curve.lowest(right, end);
  WaveEdges wave;
  wave.onset = walk_to_rest(curve, left, begin, at.level(at.onset, before, height), 0);
  wave.offset = walk_to_rest(curve, right, end, at.level(at.offset, after, height), 0);
  wave.status = WaveStatus::kFound;
  return wave;
}

/// The last two humps of slope between `begin` and `end`, the rise and the fall of a P wave that
/// the T wave before runs into.
WaveEdges last_pair_on(const Search& s, const Curve& curve, SampleIndex begin, SampleIndex end,
                       const Thresholds& at) {
  if (end - begin < s.points(kLeastWave_s)) return none(WaveStatus::kCrowded);
  const float height = curve[curve.top(begin, end)];
  if (!(height > 0)) return none(WaveStatus::kBelowNoise);
  const auto is_hump = [&](SampleIndex i) {
    return curve[i] >= s.rules.pair_hump * height && curve[i] >= curve[i - 1] &&
           curve[i] >= curve[i + 1];
  };
  SampleIndex right = end;
  while (right > begin && !is_hump(right)) --right;
  const SampleIndex reach = s.points(kPairReach_s);
  SampleIndex left = right;
  for (SampleIndex i = right - 1; i >= std::max(begin, right - reach); --i) {
    if (is_hump(i) && (left == right || curve[i] > curve[left])) left = i;
  }
  const SampleIndex first = std::max(begin, left - reach);
  const float before = curve.lowest(first, left), after = curve.lowest(right, end);
  WaveEdges wave;
  wave.onset = walk_to_rest(curve, left, first, at.level(at.onset, before, curve[left]), 0);
  wave.offset = walk_to_rest(curve, right, end, at.level(at.offset, after, curve[right]), 0);
  wave.status = WaveStatus::kFound;
  return wave;
}

/// Calls visit(grid point, deflection) for the deflections of one lead from the line between a
/// wave's onset and offset.
template <typename Visit>
void for_deflections(const Curve& x, const WaveEdges& wave, Visit visit) {
  const auto from = static_cast<SampleIndex>(wave.onset);
  const auto to = static_cast<SampleIndex>(wave.offset);
  const float slope = to > from ? (x[to] - x[from]) / static_cast<float>(to - from) : 0.0f;
  for (SampleIndex i = from; i <= to; ++i) {
    visit(i, x[i] - (x[from] + slope * static_cast<float>(i - from)));
  }
}

/// Mean square deflection.
float wave_energy(const Curve& x, const WaveEdges& wave) {
  float sum = 0, count = 0;
  for_deflections(x, wave, [&](SampleIndex, float v) {
    sum += v * v;
    ++count;
  });
  return count > 0 ? sum / count : 0.0f;
}

/// Place of the largest deflection.
float peak_of(const Curve& x, const WaveEdges& wave) {
  float best = wave.onset, largest = -1;
  for_deflections(x, wave, [&](SampleIndex i, float v) {
    if (std::fabs(v) <= largest) return;
    largest = std::fabs(v);
    best = static_cast<float>(i);
  });
  return best;
}

/// True if a wave's energy over all leads is more than the mean's noise explains.
bool stands_out(const Search& s, const WaveEdges& wave) {
  float energy = 0, noise = 0;
  for (std::size_t l = 0; l < s.weights.size(); ++l) {
    const float w = s.weights[l] * s.weights[l];
    energy += w * wave_energy(s.lead(l), wave);
    const auto count = static_cast<float>(std::max(1, s.group.counts[l]));
    noise += w * s.group.spread[l] * s.group.spread[l] / count;
  }
  return energy > s.rules.energy * noise && energy > kLeastEnergy_mv2;
}

/// Root of the weighted sum of squares of all leads' deflections from their mean in [begin, end].
std::vector<float> deflection_from(const Search& s, SampleIndex begin, SampleIndex end) {
  std::vector<float> sum(static_cast<std::size_t>(s.span.size()), 0.0f);
  for (std::size_t l = 0; l < s.weights.size(); ++l) {
    const Curve x = s.lead(l);
    float level = 0;
    for (SampleIndex i = begin; i <= end; ++i) level += x[i];
    level /= static_cast<float>(end - begin + 1);
    const float w = s.weights[l] * s.weights[l];
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const float d = x.values[i] - level;
      sum[i] += w * d * d;
    }
  }
  for (float& v : sum) v = std::sqrt(v);
  return sum;
}

/// Where the leads leave the level that they have in [begin, end] beside the QRS.
float leaves_rest(const Search& s, const WaveEdges& qrs, SampleIndex begin, SampleIndex end,
                  float share) {
  const std::vector<float> values = deflection_from(s, begin, end);
  const Curve curve{values, s.span.before};
  const SampleIndex top =
      curve.top(static_cast<SampleIndex>(qrs.onset), static_cast<SampleIndex>(qrs.offset));
  float noise = 0;
  for (SampleIndex i = begin; i <= end; ++i) noise += curve[i] * curve[i];
  noise = std::sqrt(noise / static_cast<float>(end - begin + 1));
  const float level = std::max(share * curve[top], s.rules.rest_noise * noise);
  const SampleIndex outside = end < top ? end : begin, step = end < top ? 1 : -1;
  SampleIndex surely = outside;
  while (surely != top && curve[surely] < kSurely * level) surely += step;
  return walk_to_rest(curve, surely, outside, level, 0);
}

/// Moves the edges of the QRS in all leads to where deflections begin. Slopes see an edge early,
/// because they are smoothed; deflections are not.
void refine_qrs(const Search& s, WaveEdges& qrs) {
  const SampleIndex rest = s.points(s.rules.rest_s), gap = s.points(s.rules.rest_gap_s);
  const SampleIndex before = static_cast<SampleIndex>(qrs.onset) - gap;
  const SampleIndex after = static_cast<SampleIndex>(qrs.offset) + gap;
  const float onset = leaves_rest(s, qrs, before - rest, before, s.rules.share_on);
  const float offset = leaves_rest(s, qrs, after, after + rest, s.rules.share_off);
  if (onset >= offset) return;
  qrs.onset = onset;
  qrs.offset = offset;
}

/// Where a wave is looked for, by which rules, and the slopes there.
struct Window {
  const WaveRules& rules;
  SampleIndex begin = 0, end = 0;
  Slopes slopes;

  bool empty() const { return end <= begin; }
};

Window window(const Search& s, const WaveRules& rules, SampleIndex begin, SampleIndex end) {
  Window w{rules, std::max(-s.span.before, begin), std::min(s.span.after, end), {}};
  if (!w.empty()) w.slopes = s.slopes(rules.scale_s, w.begin, w.end);
  return w;
}

/// P or T wave in all leads together; `crowded`: a P wave that a T wave may run into.
WaveEdges common_wave(const Search& s, const Window& w, bool crowded = false) {
  if (w.empty()) return none(WaveStatus::kCrowded);
  const auto find = crowded ? last_pair_on : humps_on;
  const WaveEdges wave =
      find(s, {w.slopes.all, s.span.before}, w.begin, w.end, Thresholds::of_all(w.rules));
  if (wave.found() && !stands_out(s, wave)) return none(WaveStatus::kBelowNoise);
  return wave;
}

/// False for pacing spikes and for the tails of T waves.
bool is_p_wave(const Search& s, const Window& w, const Slopes& fine, const WaveEdges& wave) {
  if (static_cast<double>(wave.offset - wave.onset) > s.rules.p_longest_s * s.rate_hz) return false;
  const auto on = static_cast<SampleIndex>(wave.onset), off = static_cast<SampleIndex>(wave.offset);
  int spikes = 0;
  for (SampleIndex i = on; i <= off; ++i) {
    spikes = std::max(spikes, int{s.group.spikes[static_cast<std::size_t>(i + s.span.before)]});
  }
  if (4 * spikes > static_cast<int>(s.weights.size())) return false;
  const Curve sharp{fine.all, s.span.before}, usual{w.slopes.all, s.span.before};
  return sharp[sharp.top(on, off)] < s.rules.p_sharp * usual[usual.top(on, off)];
}

/// A lead's own edges of a wave that all leads show at `all`.
WaveEdges own_wave(const Search& s, const Window& w, const WaveEdges& all, std::size_t l) {
  const SampleIndex wide = s.points(s.rules.own_limit_s);
  return humps_on(s, {w.slopes.lead(l), s.span.before},
                  std::max(w.begin, static_cast<SampleIndex>(all.onset) - wide),
                  std::min(w.end, static_cast<SampleIndex>(all.offset) + wide),
                  Thresholds::of_one(w.rules));
}

WaveEdges own_qrs(const Search& s, const Window& w, const WaveEdges& all, std::size_t l) {
  const SampleIndex step = s.points(kQrsReach_s);
  return qrs_on(s, {w.slopes.lead(l), s.span.before}, static_cast<SampleIndex>(all.onset) - step,
                static_cast<SampleIndex>(all.offset) + step, Thresholds::of_one(w.rules));
}

/// Draws a lead's own edges to those of all leads, the more the less the lead shows of the wave.
WaveEdges drawn_to(const Search& s, const WaveRules& rules, const WaveEdges& all,
                   const WaveEdges& own, std::size_t l) {
  WaveEdges wave = all;
  if (own.found()) {
    const auto limit = static_cast<float>(s.rules.own_limit_s * s.rate_hz);
    const float size = std::sqrt(wave_energy(s.lead(l), all));
    const float clear = size / (size + s.rules.faint_mv);
    wave.onset += clear * rules.trust_onset * std::clamp(own.onset - all.onset, -limit, limit);
    wave.offset += clear * rules.trust_offset * std::clamp(own.offset - all.offset, -limit, limit);
  }
  wave.peak = peak_of(s.lead(l), wave);
  return wave;
}

/// The second of the values in order (of one or two, the first), or `fallback` if there are none.
float second(std::vector<float>& values, bool latest, float fallback) {
  if (values.empty()) return fallback;
  std::sort(values.begin(), values.end());
  if (latest) std::reverse(values.begin(), values.end());
  return values.size() < 3 ? values[0] : values[1];
}

/// One wave in every lead, and its global edges: those of all leads together, drawn to the
/// outermost of the leads' own as the rules say, save that no single lead decides.
void set_leads(const Search& s, const Window& w, WaveEdges BeatEdges::*wave, AverageEdges& found) {
  const WaveEdges all = found.all.*wave;
  std::vector<float> onsets, offsets;
  float most = -1, peak = 0;
  for (std::size_t l = 0; l < found.leads.size(); ++l) {
    found.leads[l].*wave = all;
    if (!all.found()) continue;
    const WaveEdges own = wave == &BeatEdges::qrs ? own_qrs(s, w, all, l) : own_wave(s, w, all, l);
    const WaveEdges lead = drawn_to(s, w.rules, all, own, l);
    found.leads[l].*wave = lead;
    const float energy = s.weights[l] * s.weights[l] * wave_energy(s.lead(l), all);
    if (energy > most) peak = lead.peak;
    most = std::max(most, energy);
    if (!own.found() || s.weights[l] < 1) continue;
    onsets.push_back(own.onset);
    offsets.push_back(own.offset);
  }
  if (!all.found()) return;
  WaveEdges& global = found.all.*wave;
  const auto limit = static_cast<float>(s.rules.own_limit_s * s.rate_hz);
  const float onset = second(onsets, false, all.onset), offset = second(offsets, true, all.offset);
  global.onset += w.rules.merge_onset * std::clamp(onset - all.onset, -limit, limit);
  global.offset += w.rules.merge_offset * std::clamp(offset - all.offset, -limit, limit);
  global.peak = peak;
}

/// Finds out which of P and T meet without coming to rest in between, and drops a P wave that must
/// be the T wave: where there is hardly time for both, the one that is there is T.
void part_p_and_t(const Search& s, SampleIndex t_time, BeatEdges& all) {
  if (!all.t.found() && t_time < s.points(s.rules.p_alone_s)) all.p = none(WaveStatus::kCrowded);
  const SampleIndex rest = static_cast<SampleIndex>(all.qrs.onset) - s.points(s.rules.rest_gap_s);
  const std::vector<float> values = deflection_from(s, rest - s.points(s.rules.p_gap_s) / 2, rest);
  const Curve curve{values, s.span.before};
  const auto meets = [&](const WaveEdges& wave, float place, float fused) {
    const SampleIndex top =
        curve.top(static_cast<SampleIndex>(wave.onset), static_cast<SampleIndex>(wave.offset));
    return curve[static_cast<SampleIndex>(place)] > fused * curve[top];
  };
  if (all.t.found()) all.t.offset_hidden = meets(all.t, all.t.offset, s.rules.fused_t);
  if (all.p.found()) all.p.onset_hidden = meets(all.p, all.p.onset, s.rules.fused_p);
}

/// P and T, which share the time between two QRS complexes: the T wave first as far as the next P
/// wave surely leaves it room; then the P wave after the T wave of the beat before; then the T wave
/// as far as the next P wave really leaves it room. At high rates, where the T wave may run into
/// the P wave, the P wave is the last rise and fall before the QRS.
void find_p_and_t(const Search& s, const Neighbours& neighbours, const Slopes& fine,
                  AverageEdges& found) {
  BeatEdges& all = found.all;
  const auto rate = static_cast<float>(s.rate_hz);
  const auto at = [](float place) { return static_cast<SampleIndex>(place); };
  const float to_next = neighbours.to_next, root = std::sqrt(to_next / rate) * rate;
  const SampleIndex t_begin = at(all.qrs.offset) + s.points(s.rules.t_gap_s);
  const float surely = to_next + all.qrs.onset - s.rules.pr_usual_s * rate;
  const WaveEdges early =
      common_wave(s, window(s, s.rules.t, t_begin, at(std::min(s.rules.qt_most * root, surely))));
  const float t_end = early.found() ? early.offset : s.rules.qt_least * root;
  const bool crowded = surely < s.rules.qt_most * root;
  const SampleIndex p_begin = crowded ? at(all.qrs.onset) - s.points(s.rules.p_reach_crowded_s)
                                      : std::max(at(t_end - neighbours.to_last),
                                                 at(all.qrs.onset) - s.points(s.rules.p_reach_s));
  const Window p = window(s, s.rules.p, p_begin, at(all.qrs.onset) - s.points(s.rules.p_gap_s));
  all.p = common_wave(s, p, crowded);
  const float room = all.p.found() ? all.p.onset : all.qrs.onset - s.rules.pr_least_s * rate;
  if (all.p.found() && !is_p_wave(s, p, fine, all.p)) all.p = none(WaveStatus::kBelowNoise);
  const Window t =
      window(s, s.rules.t, t_begin, at(std::min(s.rules.qt_most * root, to_next + room)));
  all.t = common_wave(s, t);
  if (crowded) part_p_and_t(s, t.end - t.begin, all);
  set_leads(s, p, &BeatEdges::p, found);
  set_leads(s, t, &BeatEdges::t, found);
}

}  // namespace

AverageEdges find_edges(const BeatGroup& group, const BeatSpan& span, double rate_hz,
                        const Neighbours& neighbours, const EdgeRules& rules) {
  AverageEdges found;
  found.leads.resize(group.counts.size());
  const Search s{group, span, rate_hz, rules, lead_weights(group, span)};
  const Window w = window(s, rules.qrs, -span.before, span.after);
  found.all.qrs = qrs_on(s, {w.slopes.all, span.before}, s.points(-rules.qrs_left_s),
                         s.points(rules.qrs_right_s), Thresholds::of_all(rules.qrs));
  if (!found.all.qrs.found()) {
    found.all.p = found.all.t = none(WaveStatus::kBelowNoise);
    found.leads.assign(found.leads.size(), found.all);
    return found;
  }
  refine_qrs(s, found.all.qrs);
  const float room = std::min(neighbours.to_last, neighbours.to_next);
  if (found.all.qrs.offset - found.all.qrs.onset > rules.qrs_most * room) {
    found.all.qrs.onset_hidden = found.all.qrs.offset_hidden = true;
    found.all.p = found.all.t = none(WaveStatus::kCrowded);
    found.leads.assign(found.leads.size(), found.all);
  } else {
    find_p_and_t(s, neighbours, w.slopes, found);
  }
  set_leads(s, w, &BeatEdges::qrs, found);
  found.all.qrs.onset -= static_cast<float>(rules.readers_on_s * rate_hz);
  return found;
}

}  // namespace ecg
