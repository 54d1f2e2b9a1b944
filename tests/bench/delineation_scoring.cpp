#include "delineation_scoring.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "io/wfdb_annotations.h"
#include "support/test_data.h"
#include "timing.h"

namespace ecg::bench {
namespace {

namespace fs = std::filesystem;

std::optional<Wave> wave_of(const std::string& symbol) {
  if (symbol == "p") return Wave::kP;
  if (symbol == "N") return Wave::kQrs;
  if (symbol == "t") return Wave::kT;
  return {};
}

WaveList read_annotations(const fs::path& path) {
  const auto bytes = test::read_file(path);
  const auto parsed = parse_wfdb_annotations(bytes, path.filename().string());
  require(parsed.has_value(), "every LUDB annotation file can be read");
  const std::vector<Annotation>& marks = parsed->annotations;
  WaveList waves;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const auto wave = wave_of(marks[i].symbol);
    if (!wave) continue;
    WaveAt at{*wave, {}, {}, marks[i].sample};
    if (i > 0 && marks[i - 1].symbol == "(") at.onset = marks[i - 1].sample;
    if (i + 1 < marks.size() && marks[i + 1].symbol == ")") at.offset = marks[i + 1].sample;
    waves.push_back(at);
  }
  return waves;
}

/// The wave of that kind whose peak is nearest to `peak`, within `reach`.
const WaveAt* nearest(const WaveList& list, Wave wave, SampleIndex peak, SampleIndex reach) {
  const WaveAt* best = nullptr;
  for (const WaveAt& at : list) {
    if (at.wave != wave || std::llabs(at.peak - peak) > reach) continue;
    if (!best || std::llabs(at.peak - peak) < std::llabs(best->peak - peak)) best = &at;
  }
  return best;
}

void add_error(Errors& errors, std::optional<SampleIndex> reference,
               std::optional<SampleIndex> found, double rate_hz) {
  if (reference && found) errors.add(1000 * static_cast<double>(*found - *reference) / rate_hz);
}

}  // namespace

std::vector<WaveList> read_ludb_waves(const fs::path& folder, const RealRecord& record) {
  std::vector<WaveList> leads;
  for (const LeadLabel& label : record.recording.signal.leads()) {
    std::string name(display_name(label));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    leads.push_back(read_annotations(folder / "ludb" / "data" / (record.name + "." + name)));
  }
  return leads;
}

WaveList found_waves(const std::vector<BeatMarks>& beats) {
  WaveList waves;
  for (const BeatMarks& beat : beats) {
    if (beat.p.found()) waves.push_back({Wave::kP, beat.p.onset, beat.p.offset, *beat.p.peak});
    if (beat.qrs.found()) {
      waves.push_back({Wave::kQrs, beat.qrs.onset, beat.qrs.offset, *beat.qrs.peak});
    }
    if (beat.t.found()) waves.push_back({Wave::kT, beat.t.onset, beat.t.offset, *beat.t.peak});
  }
  return waves;
}

WaveList merged_annotations(const std::vector<WaveList>& leads, Merge merge) {
  WaveList merged;
  const WaveList* longest = &leads.front();
  for (const WaveList& lead : leads) {
    if (lead.size() > longest->size()) longest = &lead;
  }
  for (const WaveAt& here : *longest) {
    std::vector<SampleIndex> onsets, peaks, offsets;
    for (const WaveList& lead : leads) {
      const WaveAt* at = nearest(lead, here.wave, here.peak, 60);
      if (!at) continue;
      peaks.push_back(at->peak);
      if (at->onset) onsets.push_back(*at->onset);
      if (at->offset) offsets.push_back(*at->offset);
    }
    if (2 * peaks.size() <= leads.size() || onsets.size() < 2 || offsets.size() < 2) continue;
    for (auto* list : {&onsets, &peaks, &offsets}) std::sort(list->begin(), list->end());
    const bool middle = merge == Merge::kMiddle;
    merged.push_back({here.wave, onsets[middle ? onsets.size() / 2 : 1],
                      offsets[middle ? offsets.size() / 2 : offsets.size() - 2],
                      peaks[peaks.size() / 2]});
  }
  return merged;
}

void Errors::add(double error) {
  ++count;
  sum += error;
  squares += error * error;
}

double Errors::mean() const { return count ? sum / static_cast<double>(count) : 0; }

double Errors::deviation() const {
  if (count < 2) return 0;
  const double n = static_cast<double>(count);
  return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
}

void score_waves(const WaveList& reference, const WaveList& found, double rate_hz,
                 WaveScores& scores) {
  if (reference.empty()) return;
  const auto reach = static_cast<SampleIndex>(0.150 * rate_hz);
  const SampleIndex first = reference.front().onset.value_or(reference.front().peak);
  const SampleIndex last = reference.back().offset.value_or(reference.back().peak);
  std::vector<const WaveAt*> taken;
  for (const WaveAt& at : reference) {
    WaveScore& score = scores[static_cast<std::size_t>(at.wave)];
    const WaveAt* hit = nearest(found, at.wave, at.peak, reach);
    if (hit && std::find(taken.begin(), taken.end(), hit) != taken.end()) hit = nullptr;
    if (!hit) {
      ++score.missed;
      continue;
    }
    taken.push_back(hit);
    ++score.hits;
    add_error(score.onset, at.onset, hit->onset, rate_hz);
    add_error(score.peak, at.peak, hit->peak, rate_hz);
    add_error(score.offset, at.offset, hit->offset, rate_hz);
  }
  for (const WaveAt& at : found) {
    if (at.peak < first || at.peak > last) continue;
    if (std::find(taken.begin(), taken.end(), &at) != taken.end()) continue;
    ++scores[static_cast<std::size_t>(at.wave)].extra;
  }
}

}  // namespace ecg::bench
