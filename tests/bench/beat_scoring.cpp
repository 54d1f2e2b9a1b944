#include "beat_scoring.h"

#include <cmath>
#include <cstdlib>
#include <string>

namespace ecg::bench {
namespace {

double ratio(std::size_t part, std::size_t rest) {
  const std::size_t all = part + rest;
  return all ? static_cast<double>(part) / static_cast<double>(all) : 1.0;
}

bool counts(const ReferenceBeats& reference, SampleIndex at, SampleIndex start) {
  if (at < start) return false;
  for (const auto& [begin, end] : reference.excluded) {
    if (at >= begin && at <= end) return false;
  }
  return true;
}

}  // namespace

double BeatScore::sensitivity() const { return ratio(hits, missed); }
double BeatScore::positive_predictivity() const { return ratio(hits, extra); }

Interval wilson(std::size_t successes, std::size_t trials) {
  if (trials == 0) return {};
  const double n = static_cast<double>(trials), p = static_cast<double>(successes) / n, z = 1.96;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return {middle - half, middle + half};
}

ReferenceBeats reference_beats(std::span<const Annotation> annotations) {
  static const std::string kBeatSymbols = "NLRBAaJSVrFejnE/fQ?";
  ReferenceBeats reference;
  SampleIndex flutter_begin = -1;
  for (const Annotation& a : annotations) {
    if (a.symbol == "[") flutter_begin = a.sample;
    if (a.symbol == "]" && flutter_begin >= 0) {
      reference.excluded.emplace_back(flutter_begin, a.sample);
    }
    if (a.symbol.size() == 1 && kBeatSymbols.find(a.symbol) != std::string::npos) {
      reference.beats.push_back(a.sample);
    }
  }
  return reference;
}

BeatScore score_beats(const ReferenceBeats& reference, std::span<const SampleIndex> found,
                      SampleIndex start, SampleIndex window) {
  BeatScore score;
  std::size_t f = 0;
  const auto extra = [&](SampleIndex at) { score.extra += counts(reference, at, start); };
  for (std::size_t r = 0; r < reference.beats.size(); ++r) {
    const SampleIndex beat = reference.beats[r];
    for (; f < found.size() && found[f] < beat - window; ++f) extra(found[f]);
    // A later one of the found may be nearer, and the found may be nearer to the next reference.
    while (f + 1 < found.size() && std::llabs(found[f + 1] - beat) < std::llabs(found[f] - beat)) {
      extra(found[f++]);
    }
    const bool near = f < found.size() && std::llabs(found[f] - beat) <= window;
    const bool taken = near && r + 1 < reference.beats.size() &&
                       std::llabs(found[f] - reference.beats[r + 1]) < std::llabs(found[f] - beat);
    const bool hit = near && !taken;
    if (counts(reference, beat, start)) hit ? ++score.hits : ++score.missed;
    if (hit) ++f;
  }
  for (; f < found.size(); ++f) extra(found[f]);
  return score;
}

}  // namespace ecg::bench
