#include "beat/wave_edges.h"

#include <algorithm>
#include <cmath>

#include "beat/average_slopes.h"

namespace ecg {
namespace {

constexpr float kLeastEnergy_mv2 = 1e-7f;  ///< 0.3 uV: below it there is no wave

/// A curve over grid points relative to the beat's centre.
struct Curve {
  std::span<const float> values;
  SampleIndex before = 0;

  SampleIndex first() const { return -before; }
  SampleIndex last() const { return static_cast<SampleIndex>(values.size()) - 1 - before; }
  float operator[](SampleIndex at) const {
    return values[static_cast<std::size_t>(std::clamp(at, first(), last()) + before)];
  }
  SampleIndex top(SampleIndex begin, SampleIndex end) const {
    SampleIndex best = begin;
    for (SampleIndex i = begin; i <= end; ++i) {
      if ((*this)[i] > (*this)[best]) best = i;
    }
    return best;
  }
  float lowest(SampleIndex begin, SampleIndex end) const {
    float low = (*this)[begin];
    for (SampleIndex i = begin; i <= end; ++i) low = std::min(low, (*this)[i]);
    return low;
  }
};

/// Walks from `from` in direction `step` until the curve falls below `threshold` and does not rise
/// above twice that within `quiet` points; not beyond `limit`. Interpolated.
float walk(const Curve& curve, SampleIndex from, SampleIndex limit, float threshold,
           SampleIndex quiet) {
  const SampleIndex step = limit < from ? -1 : 1;
  SampleIndex at = from;
  while (at != limit) {
    if (curve[at] < threshold) {
      SampleIndex again = at;
      for (SampleIndex k = 1; k <= quiet && at + (k - 1) * step != limit; ++k) {
        if (curve[at + k * step] > 2 * threshold) again = at + k * step;
      }
      if (again == at) break;
      at = again;
      continue;
    }
    at += step;
  }
  const float here = curve[at], inner = curve[at - step];
  if (at == from || !(here < threshold) || !(inner > here)) return static_cast<float>(at);
  const float share = std::min(1.0f, (threshold - here) / (inner - here));
  return static_cast<float>(at) - static_cast<float>(step) * share;
}

struct Finder {
  const EdgeRules& rules;
  double rate_hz;

  SampleIndex points(double s) const {
    return static_cast<SampleIndex>(s * rate_hz + (s < 0 ? -0.5 : 0.5));
  }

  /// QRS on one curve. `near`: the QRS of all leads, to stay close to; nullptr for that itself.
  WaveEdges qrs(const Curve& curve, const WaveEdges* near) const {
    const SampleIndex begin =
        near ? static_cast<SampleIndex>(near->onset) - points(0.020) : points(-0.120);
    const SampleIndex end =
        near ? static_cast<SampleIndex>(near->offset) + points(0.020) : points(0.140);
    const SampleIndex top = curve.top(begin, end);
    const float height = curve[top];
    WaveEdges edges;
    if (!(height > 0)) return edges;
    SampleIndex left = begin, right = end;
    while (curve[left] < 0.3f * height) ++left;
    while (curve[right] < 0.3f * height) --right;
    const float floor_left = curve.lowest(left - points(0.080), left);
    const float floor_right = curve.lowest(right, right + points(0.100));
    const float on = floor_left + rules.qrs_onset * (height - floor_left);
    const float off = floor_right + rules.qrs_offset * (height - floor_right);
    edges.onset = walk(curve, left, left - points(0.080), on, points(0.016));
    edges.offset = walk(curve, right, right + points(0.100), off, points(0.016));
    edges.status = WaveStatus::kFound;
    return edges;
  }

  /// A wave of one or more humps of slope within [begin, end].
  WaveEdges humps(const Curve& curve, SampleIndex begin, SampleIndex end, float on,
                  float off) const {
    WaveEdges edges;
    if (end - begin < points(0.030)) {
      edges.status = WaveStatus::kCrowded;
      return edges;
    }
    const SampleIndex top = curve.top(begin, end);
    const float height = curve[top];
    if (!(height > 0)) {
      edges.status = WaveStatus::kBelowNoise;
      return edges;
    }
    SampleIndex left = top, right = top;
    const SampleIndex reach = points(0.160);
    for (SampleIndex i = top; i >= std::max(begin, top - reach); --i) {
      if (is_hump(curve, i, height)) left = i;
    }
    for (SampleIndex i = top; i <= std::min(end, top + reach); ++i) {
      if (is_hump(curve, i, height)) right = i;
    }
    const float floor_left = curve.lowest(begin, left), floor_right = curve.lowest(right, end);
    edges.onset = walk(curve, left, begin, floor_left + on * (height - floor_left), 0);
    edges.offset = walk(curve, right, end, floor_right + off * (height - floor_right), 0);
    edges.status = WaveStatus::kFound;
    return edges;
  }

  bool is_hump(const Curve& curve, SampleIndex i, float height) const {
    return curve[i] >= rules.hump * height && curve[i] >= curve[i - 1] && curve[i] >= curve[i + 1];
  }
};

/// Energy of a wave above the line from onset to offset, in one lead.
float wave_energy(std::span<const float> x, SampleIndex before, const WaveEdges& wave) {
  const auto from = static_cast<SampleIndex>(wave.onset),
             to = static_cast<SampleIndex>(wave.offset);
  const auto at = [&](SampleIndex i) {
    return x[static_cast<std::size_t>(
        std::clamp<SampleIndex>(i + before, 0, static_cast<SampleIndex>(x.size()) - 1))];
  };
  if (to <= from) return 0;
  float sum = 0;
  for (SampleIndex i = from; i <= to; ++i) {
    const float share = static_cast<float>(i - from) / static_cast<float>(to - from);
    const float v = at(i) - (at(from) + share * (at(to) - at(from)));
    sum += v * v;
  }
  return sum / static_cast<float>(to - from + 1);
}

/// Largest deflection from the line between onset and offset.
float peak_of(std::span<const float> x, SampleIndex before, const WaveEdges& wave) {
  const auto from = static_cast<SampleIndex>(wave.onset),
             to = static_cast<SampleIndex>(wave.offset);
  const auto at = [&](SampleIndex i) {
    return x[static_cast<std::size_t>(
        std::clamp<SampleIndex>(i + before, 0, static_cast<SampleIndex>(x.size()) - 1))];
  };
  if (to <= from) return wave.onset;
  SampleIndex best = from;
  float largest = -1;
  for (SampleIndex i = from; i <= to; ++i) {
    const float share = static_cast<float>(i - from) / static_cast<float>(to - from);
    const float v = std::fabs(at(i) - (at(from) + share * (at(to) - at(from))));
    if (v > largest) {
      largest = v;
      best = i;
    }
  }
  return static_cast<float>(best);
}

/// The peak in all leads together is that of the lead where the wave has most energy.
void set_common_peaks(const BeatGroup& group, const std::vector<float>& weights,
                      const BeatSpan& span, AverageEdges& edges) {
  const auto length = static_cast<std::size_t>(span.size());
  for (WaveEdges BeatEdges::*wave : {&BeatEdges::p, &BeatEdges::qrs, &BeatEdges::t}) {
    float most = -1;
    for (std::size_t l = 0; l < weights.size(); ++l) {
      if (!(edges.all.*wave).found()) continue;
      const float energy =
          weights[l] * weights[l] *
          wave_energy({group.mean.data() + l * length, length}, span.before, edges.all.*wave);
      if (energy > most) (edges.all.*wave).peak = (edges.leads[l].*wave).peak;
      most = std::max(most, energy);
    }
  }
}

float blend(float all, float own, float weight, float limit) {
  return all + weight * std::clamp(own - all, -limit, limit);
}

/// The search on one average.
struct Search {
  const BeatGroup& group;
  const BeatSpan& span;
  double rate_hz;
  const EdgeRules& rules;
  Finder finder;
  std::vector<float> weights;
  std::size_t length;

  std::span<const float> lead(std::size_t l) const {
    return {group.mean.data() + l * length, length};
  }

  Slopes slopes(double scale_s, SampleIndex begin, SampleIndex end) const {
    return take_slopes(group, span, rate_hz, scale_s, weights, begin, end);
  }

  /// True if a wave's energy over all leads is more than `times` what the mean's noise explains.
  bool stands_out(const WaveEdges& wave, float times) const {
    float energy = 0, noise = 0;
    for (std::size_t l = 0; l < weights.size(); ++l) {
      const float w = weights[l] * weights[l];
      energy += w * wave_energy(lead(l), span.before, wave);
      const auto count = static_cast<float>(std::max(1, group.counts[l]));
      noise += w * group.spread[l] * group.spread[l] / count;
    }
    return energy > times * noise && energy > kLeastEnergy_mv2;
  }
};

/// Where one of P and T is looked for, and the slopes there.
struct Window {
  SampleIndex begin = 0, end = 0;
  Slopes slopes;
  float onset = 0, offset = 0;          ///< thresholds
  float own_onset = 0, own_offset = 0;  ///< weights of a lead's own edges
  float energy = 0;

  bool empty() const { return end <= begin; }
};

Window p_window(const Search& s, SampleIndex begin, const WaveEdges& qrs) {
  const EdgeRules& r = s.rules;
  const auto on = static_cast<SampleIndex>(qrs.onset);
  Window w{std::max({-s.span.before, begin, on - s.finder.points(r.p_reach_s)}),
           on - s.finder.points(r.p_gap_s),
           {},
           r.p_onset,
           r.p_offset,
           r.own_p_onset,
           r.own_p_offset,
           r.p_energy};
  if (!w.empty()) w.slopes = s.slopes(r.p_scale_s, w.begin, w.end);
  return w;
}

Window t_window(const Search& s, SampleIndex end, const WaveEdges& qrs) {
  const EdgeRules& r = s.rules;
  Window w{static_cast<SampleIndex>(qrs.offset) + s.finder.points(r.t_gap_s),
           std::min(s.span.after, end),
           {},
           r.t_onset,
           r.t_offset,
           r.own_t_onset,
           r.own_t_offset,
           r.t_energy};
  if (!w.empty()) w.slopes = s.slopes(r.t_scale_s, w.begin, w.end);
  return w;
}

/// The wave in all leads together.
WaveEdges common_wave(const Search& s, const Window& w) {
  WaveEdges wave;
  wave.status = WaveStatus::kCrowded;
  if (w.empty()) return wave;
  wave = s.finder.humps({w.slopes.all, s.span.before}, w.begin, w.end, w.onset, w.offset);
  if (wave.found() && !s.stands_out(wave, w.energy)) {
    wave = {};
    wave.status = WaveStatus::kBelowNoise;
  }
  return wave;
}

/// False for pacing spikes and for the tails of T waves.
bool is_p_wave(const Search& s, const Window& w, const Slopes& fine, const WaveEdges& wave) {
  if (static_cast<double>(wave.offset - wave.onset) > s.rules.p_longest_s * s.rate_hz) return false;
  const auto on = static_cast<SampleIndex>(wave.onset), off = static_cast<SampleIndex>(wave.offset);
  const Curve sharp{fine.all, s.span.before}, usual{w.slopes.all, s.span.before};
  return sharp[sharp.top(on, off)] < s.rules.p_sharp * usual[usual.top(on, off)];
}

/// The wave in lead `l`, near that of all leads.
WaveEdges own_wave(const Search& s, const Window& w, const WaveEdges& all, std::size_t l) {
  WaveEdges wave = all;
  if (!all.found()) return wave;
  const SampleIndex wide = s.finder.points(s.rules.own_limit_s);
  const WaveEdges own = s.finder.humps(
      {w.slopes.lead(l), s.span.before},
      std::max(w.begin, static_cast<SampleIndex>(all.onset) - wide),
      std::min(w.end, static_cast<SampleIndex>(all.offset) + wide), w.onset, w.offset);
  if (own.found()) {
    const auto limit = static_cast<float>(wide);
    wave.onset = blend(all.onset, own.onset, w.own_onset, limit);
    wave.offset = blend(all.offset, own.offset, w.own_offset, limit);
  }
  wave.peak = peak_of(s.lead(l), s.span.before, wave);
  return wave;
}

WaveEdges own_qrs(const Search& s, const Slopes& fine, const WaveEdges& all, std::size_t l) {
  WaveEdges wave = all;
  const WaveEdges own = s.finder.qrs({fine.lead(l), s.span.before}, &all);
  if (own.found()) {
    const auto limit = static_cast<float>(s.rules.own_limit_s * s.rate_hz);
    wave.onset = blend(all.onset, own.onset, s.rules.own_qrs_onset, limit);
    wave.offset = blend(all.offset, own.offset, s.rules.own_qrs_offset, limit);
  }
  wave.peak = peak_of(s.lead(l), s.span.before, wave);
  return wave;
}

}  // namespace

AverageEdges find_edges(const BeatGroup& group, const BeatSpan& span, double rate_hz,
                        const Neighbours& neighbours, const EdgeRules& rules) {
  AverageEdges found;
  found.leads.resize(group.counts.size());
  const auto length = static_cast<std::size_t>(span.size());
  const Search s{group, span, rate_hz, rules, {rules, rate_hz}, lead_weights(group, span), length};
  const Slopes fine = s.slopes(rules.qrs_scale_s, -span.before, span.after);
  BeatEdges& all = found.all;
  all.qrs = s.finder.qrs({fine.all, span.before}, nullptr);
  if (!all.qrs.found()) return found;

  // The T wave first as far as the next P wave surely leaves it room; then the P wave after the T
  // wave of the beat before; then the T wave as far as the next P wave really leaves it room.
  const auto rate = static_cast<float>(rate_hz);
  const float to_next = neighbours.to_next,
              qt_most = rules.qt_most * std::sqrt(to_next / rate) * rate;
  const auto grid = [](float at) { return static_cast<SampleIndex>(at); };
  const float surely = to_next + all.qrs.onset - rules.pr_usual_s * rate;
  Window t = t_window(s, grid(std::min(qt_most, surely)), all.qrs);
  all.t = common_wave(s, t);
  const float t_end = all.t.found() ? all.t.offset : 0.28f * std::sqrt(to_next / rate) * rate;
  const Window p = p_window(s, grid(t_end - neighbours.to_last), all.qrs);
  all.p = common_wave(s, p);
  const float next = to_next + (all.p.found() ? all.p.onset : all.qrs.onset - 0.04f * rate);
  if (all.p.found() && !is_p_wave(s, p, fine, all.p)) {
    all.p = {};
    all.p.status = WaveStatus::kBelowNoise;
  }
  t = t_window(s, grid(std::min(qt_most, next)), all.qrs);
  all.t = common_wave(s, t);
  for (std::size_t l = 0; l < found.leads.size(); ++l) {
    BeatEdges& lead = found.leads[l];
    lead.qrs = own_qrs(s, fine, all.qrs, l);
    lead.p = own_wave(s, p, all.p, l);
    lead.t = own_wave(s, t, all.t, l);
  }
  set_common_peaks(group, s.weights, span, found);
  return found;
}

}  // namespace ecg
