#include "beat/qrs_decision.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

constexpr double kWindow_s = 2.0;
constexpr std::size_t kNeighbourWindows = 5;  ///< to each side
constexpr std::size_t kNeighbourBeats = 6;    ///< to each side

/// Value at `share` of the sorted order; reorders `values`, which is not empty.
float quantile(std::vector<float>& values, double share) {
  const auto rank =
      static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[static_cast<std::size_t>(rank)];
}

/// Middle of the window maxima that come near the larger of them, so that windows without a beat do
/// not count and a single artefact does not either.
float signal_level(std::vector<float>& maxima) {
  const float reference = quantile(maxima, 0.75);
  std::vector<float> beats;
  for (const float value : maxima) {
    if (value >= 0.1f * reference) beats.push_back(value);
  }
  return quantile(beats, 0.5);
}

struct Choice {
  std::span<const QrsCandidate> candidates;
  std::vector<char> accepted;

  std::vector<std::size_t> indices() const {
    std::vector<std::size_t> list;
    for (std::size_t i = 0; i < accepted.size(); ++i) {
      if (accepted[i]) list.push_back(i);
    }
    return list;
  }
};

/// Median height of the beats around each beat of `beats`.
std::vector<float> local_heights(const Choice& choice, const std::vector<std::size_t>& beats) {
  std::vector<float> heights(beats.size()), near;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    const std::size_t begin = i > kNeighbourBeats ? i - kNeighbourBeats : 0;
    const std::size_t end = std::min(beats.size(), i + kNeighbourBeats + 1);
    near.clear();
    for (std::size_t k = begin; k < end; ++k) near.push_back(choice.candidates[beats[k]].height);
    heights[i] = quantile(near, 0.5);
  }
  return heights;
}

/// Median interval of the beats around the one after `beats[i]`.
double local_interval(const Choice& choice, const std::vector<std::size_t>& beats, std::size_t i) {
  const std::size_t begin = i > kNeighbourBeats ? i - kNeighbourBeats : 0;
  const std::size_t end = std::min(beats.size() - 1, i + kNeighbourBeats + 1);
  std::vector<float> intervals;
  for (std::size_t k = begin; k < end; ++k) {
    intervals.push_back(
        static_cast<float>(choice.candidates[beats[k + 1]].at - choice.candidates[beats[k]].at));
  }
  return quantile(intervals, 0.5);
}

/// Accepts every candidate above the threshold that its neighbouring beats set.
void apply_threshold(Choice& choice, const DecisionRules& rules) {
  const std::vector<std::size_t> beats = choice.indices();
  if (beats.empty()) return;
  const std::vector<float> heights = local_heights(choice, beats);
  std::size_t next = 0;  // first beat not before candidate i
  for (std::size_t i = 0; i < choice.accepted.size(); ++i) {
    while (next + 1 < beats.size() && beats[next] < i) ++next;
    choice.accepted[i] = choice.candidates[i].height >= rules.threshold * heights[next];
  }
}

/// Drops beats that are the T wave of the beat before.
void drop_t_waves(Choice& choice, double rate_hz, const DecisionRules& rules) {
  const auto reach = static_cast<SampleIndex>(rules.t_wave_s * rate_hz);
  const QrsCandidate* last = nullptr;
  for (std::size_t i = 0; i < choice.accepted.size(); ++i) {
    if (!choice.accepted[i]) continue;
    const QrsCandidate& here = choice.candidates[i];
    if (last && here.at - last->at < reach && here.height < rules.t_wave_height * last->height) {
      choice.accepted[i] = 0;
    } else {
      last = &here;
    }
  }
}

/// Drops beats that are the P wave of the beat after.
void drop_p_waves(Choice& choice, double rate_hz, const DecisionRules& rules) {
  const auto reach = static_cast<SampleIndex>(rules.p_wave_s * rate_hz);
  const QrsCandidate* next = nullptr;
  for (std::size_t i = choice.accepted.size(); i-- > 0;) {
    if (!choice.accepted[i]) continue;
    const QrsCandidate& here = choice.candidates[i];
    if (next && next->at - here.at < reach && here.height < rules.p_wave_height * next->height) {
      choice.accepted[i] = 0;
    } else {
      next = &here;
    }
  }
}

/// Highest candidate strictly between two others that keeps its distance from both; 0 if none.
std::size_t highest_between(const Choice& choice, std::size_t from, std::size_t to,
                            SampleIndex distance) {
  std::size_t best = 0;
  for (std::size_t k = from + 1; k < to; ++k) {
    const QrsCandidate& here = choice.candidates[k];
    if (here.at - choice.candidates[from].at < distance) continue;
    if (choice.candidates[to].at - here.at < distance) continue;
    if (!best || here.height > choice.candidates[best].height) best = k;
  }
  return best;
}

/// Looks again, with a lower threshold, where a beat is overdue. True if one was found.
bool search_back(Choice& choice, double rate_hz, const DecisionRules& rules) {
  const std::vector<std::size_t> beats = choice.indices();
  if (beats.size() < 3) return false;
  const std::vector<float> heights = local_heights(choice, beats);
  const auto distance = static_cast<SampleIndex>(rules.t_wave_s * rate_hz);
  bool found = false;
  for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
    const auto gap =
        static_cast<double>(choice.candidates[beats[i + 1]].at - choice.candidates[beats[i]].at);
    if (gap < rules.overdue * local_interval(choice, beats, i)) continue;
    const std::size_t best = highest_between(choice, beats[i], beats[i + 1], distance);
    if (!best || choice.candidates[best].height < rules.search_back * heights[i]) continue;
    choice.accepted[best] = 1;
    found = true;
  }
  return found;
}

}  // namespace

EnergyLevels energy_levels(std::span<const float> energy, double rate_hz) {
  EnergyLevels levels;
  levels.window = std::max<SampleIndex>(1, static_cast<SampleIndex>(kWindow_s * rate_hz));
  const auto step = static_cast<std::size_t>(levels.window);
  const std::size_t count = std::max<std::size_t>(1, energy.size() / step);
  std::vector<float> maxima(count, 0.0f), medians(count, 0.0f), some;
  for (std::size_t w = 0; w < count && !energy.empty(); ++w) {
    const std::size_t end = w + 1 == count ? energy.size() : (w + 1) * step;
    some.clear();
    for (std::size_t k = w * step; k < end; ++k) {
      maxima[w] = std::max(maxima[w], energy[k]);
      if (k % 3 == 0) some.push_back(energy[k]);
    }
    if (!some.empty()) medians[w] = quantile(some, 0.5);
  }
  for (std::size_t w = 0; w < count; ++w) {
    const auto begin =
        static_cast<std::ptrdiff_t>(w > kNeighbourWindows ? w - kNeighbourWindows : 0);
    const auto end = static_cast<std::ptrdiff_t>(std::min(count, w + kNeighbourWindows + 1));
    some.assign(maxima.begin() + begin, maxima.begin() + end);
    levels.signal.push_back(signal_level(some));
    some.assign(medians.begin() + begin, medians.begin() + end);
    levels.noise.push_back(quantile(some, 0.5));
  }
  return levels;
}

std::vector<QrsCandidate> qrs_candidates(std::span<const float> heights, double rate_hz,
                                         double refractory_s) {
  const auto refractory = static_cast<SampleIndex>(refractory_s * rate_hz);
  std::vector<QrsCandidate> list;
  for (std::size_t k = 0; k < heights.size(); ++k) {
    const float here = heights[k];
    if (!(here > 0) || (k > 0 && heights[k - 1] >= here)) continue;
    if (k + 1 < heights.size() && heights[k + 1] > here) continue;
    const QrsCandidate candidate{static_cast<SampleIndex>(k), here};
    while (!list.empty() && candidate.at - list.back().at < refractory &&
           list.back().height < candidate.height) {
      list.pop_back();
    }
    if (list.empty() || candidate.at - list.back().at >= refractory) list.push_back(candidate);
  }
  return list;
}

std::vector<SampleIndex> decide_beats(std::span<const QrsCandidate> candidates, double rate_hz,
                                      const DecisionRules& rules) {
  Choice choice{candidates, std::vector<char>(candidates.size(), 0)};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    choice.accepted[i] = candidates[i].height >= rules.first_height;
  }
  apply_threshold(choice, rules);
  drop_t_waves(choice, rate_hz, rules);
  drop_p_waves(choice, rate_hz, rules);
  for (int round = 0; round < 4 && search_back(choice, rate_hz, rules); ++round) {
  }
  std::vector<SampleIndex> beats;
  for (const std::size_t i : choice.indices()) beats.push_back(candidates[i].at);
  return beats;
}

std::vector<SampleIndex> find_beats(std::span<const float> heights, double rate_hz,
                                    const DecisionRules& rules) {
  const auto with_refractory = [&](double refractory_s) {
    return decide_beats(qrs_candidates(heights, rate_hz, refractory_s), rate_hz, rules);
  };
  std::vector<SampleIndex> beats = with_refractory(rules.refractory_s);
  if (beats.size() < 3) return beats;
  std::vector<float> intervals;
  for (std::size_t i = 1; i < beats.size(); ++i) {
    intervals.push_back(static_cast<float>(beats[i] - beats[i - 1]));
  }
  const bool fast = double{quantile(intervals, 0.5)} < rules.fast_s * rate_hz;
  return fast ? with_refractory(rules.fast_refractory_s) : beats;
}

}  // namespace ecg
