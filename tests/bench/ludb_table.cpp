// LUDB: P, QRS and T, per lead and over all leads. Records whose number leaves 1 when divided by 4
// were used to choose rules (all numbers here are odd); the others are reported apart.
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "beat/delineation.h"
#include "beat/r_peaks.h"
#include "beat_scoring.h"
#include "beat_tables.h"
#include "delineation_scoring.h"
#include "real_records.h"
#include "rivals.h"

namespace ecg::bench {
namespace {

struct Case {
  RealRecord record;
  std::vector<WaveList> reference;
  std::vector<SampleIndex> r_peaks;
  Delineation found;

  double rate_hz() const { return record.recording.signal.sampling_rate_hz(); }
  bool chosen_on() const { return record.number % 4 == 1; }
};

std::vector<Case> delineate_ludb(const std::filesystem::path& folder, Halves halves) {
  std::vector<Case> cases;
  for (RealRecord& record : read_database(folder, "ludb")) {
    Case one{std::move(record), {}, {}, {}};
    if (halves == Halves::kChosenOn && !one.chosen_on()) continue;
    one.reference = read_ludb_waves(folder, one.record);
    const Signal& signal = one.record.recording.signal;
    one.r_peaks = find_r_peaks(signal).value();
    one.found = delineate(signal, one.r_peaks).value();
    cases.push_back(std::move(one));
  }
  require(cases.size() == (halves == Halves::kBoth ? 100u : 50u), "the LUDB records can be read");
  return cases;
}

/// Inter-expert tolerances (2 sigma) of the CSE working party, ms; 0 = none given.
struct Tolerance {
  const char* name;
  double onset_ms, offset_ms;
};
constexpr Tolerance kTolerances[] = {{"P", 10.2, 12.7}, {"QRS", 6.5, 11.6}, {"T", 0, 30.6}};

void print_edge(const Errors& e, double tolerance_ms) {
  std::printf("  %6.1f +- %4.1f", e.mean(), e.deviation());
  if (tolerance_ms > 0) {
    std::printf(" %s %4.1f", e.deviation() <= tolerance_ms ? "<=" : "> ", tolerance_ms);
  } else {
    std::printf("        ");
  }
}

void print_scores(const std::string& what, const WaveScores& scores) {
  for (const Wave wave : kWaves) {
    const auto w = static_cast<std::size_t>(wave);
    const WaveScore& s = scores[w];
    const std::size_t annotated = s.hits + s.missed, found = s.hits + s.extra;
    const Interval se = wilson(s.hits, annotated), pp = wilson(s.hits, found);
    const auto share = [](std::size_t part, std::size_t all) {
      return all ? 100.0 * static_cast<double>(part) / static_cast<double>(all) : 0.0;
    };
    std::printf("%-30s %-3s %6zu %5zu %5zu  %6.2f [%5.1f, %5.1f]  %6.2f [%5.1f, %5.1f]",
                what.c_str(), kTolerances[w].name, annotated, s.missed, s.extra,
                share(s.hits, annotated), 100 * se.low, 100 * se.high, share(s.hits, found),
                100 * pp.low, 100 * pp.high);
    print_edge(s.onset, kTolerances[w].onset_ms);
    print_edge(s.offset, kTolerances[w].offset_ms);
    std::printf("  %6.1f +- %4.1f\n", s.peak.mean(), s.peak.deviation());
  }
}

/// One half of the records: every lead against its own annotations, and all leads together.
void print_half(const std::vector<Case>& cases, bool chosen_on) {
  WaveScores leads{}, outermost{}, middle{};
  for (const Case& one : cases) {
    if (one.chosen_on() != chosen_on) continue;
    for (std::size_t l = 0; l < one.reference.size(); ++l) {
      score_waves(one.reference[l], found_waves(one.found.leads[l]), one.rate_hz(), leads);
    }
    const WaveList global = found_waves(one.found.global);
    score_waves(merged_annotations(one.reference, Merge::kOutermost), global, one.rate_hz(),
                outermost);
    score_waves(merged_annotations(one.reference, Merge::kMiddle), global, one.rate_hz(), middle);
  }
  const std::string half = chosen_on ? "chosen on:  " : "other half: ";
  print_scores(half + "per lead", leads);
  print_scores(half + "all, outermost", outermost);
  print_scores(half + "all, middle", middle);
}

/// Global edges of each record that rules may be chosen on, against the readers' outermost.
void print_each(const std::vector<Case>& cases) {
  std::printf("%-30s onset and offset, ms: P, QRS, T\n", "LUDB, all leads, by record");
  for (const Case& one : cases) {
    if (!one.chosen_on()) continue;
    WaveScores scores{};
    score_waves(merged_annotations(one.reference, Merge::kOutermost), found_waves(one.found.global),
                one.rate_hz(), scores);
    std::printf("  %-8s", one.record.name.c_str());
    for (const WaveScore& s : scores) {
      std::printf("  %3zu %6.1f +- %4.1f %6.1f +- %4.1f", s.hits, s.onset.mean(),
                  s.onset.deviation(), s.offset.mean(), s.offset.deviation());
    }
    std::puts("");
  }
}

/// Global intervals as IEC 60601-2-25 tabulates them.
struct Intervals {
  Errors p, pq, qrs, qt;
};

const WaveAt* first_after(const WaveList& list, std::size_t from, Wave wave, SampleIndex reach) {
  for (std::size_t i = from + 1; i < list.size(); ++i) {
    if (list[i].wave == wave) return list[i].peak - list[from].peak < reach ? &list[i] : nullptr;
    if (list[i].wave == Wave::kQrs) break;
  }
  return nullptr;
}

/// Onsets and offsets of one beat around the QRS number `qrs` of a list.
struct BeatEdgesAt {
  std::optional<SampleIndex> p_on, p_off, qrs_on, qrs_off, t_off;
};

BeatEdgesAt edges_around(const WaveList& list, std::size_t qrs, double rate_hz) {
  BeatEdgesAt e{{}, {}, list[qrs].onset, list[qrs].offset, {}};
  if (qrs > 0 && list[qrs - 1].wave == Wave::kP) {
    e.p_on = list[qrs - 1].onset;
    e.p_off = list[qrs - 1].offset;
  }
  const WaveAt* t = first_after(list, qrs, Wave::kT, static_cast<SampleIndex>(0.7 * rate_hz));
  if (t) e.t_off = t->offset;
  return e;
}

void add_difference(Errors& errors, std::optional<SampleIndex> ref_from,
                    std::optional<SampleIndex> ref_to, std::optional<SampleIndex> from,
                    std::optional<SampleIndex> to, double rate_hz) {
  if (!ref_from || !ref_to || !from || !to) return;
  errors.add(1000 * static_cast<double>((*to - *from) - (*ref_to - *ref_from)) / rate_hz);
}

/// Medians over a record's beats would hide jitter; every beat counts.
void add_intervals(const Case& one, Merge merge, Intervals& sum) {
  const WaveList reference = merged_annotations(one.reference, merge);
  const WaveList found = found_waves(one.found.global);
  const double rate_hz = one.rate_hz();
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (reference[i].wave != Wave::kQrs) continue;
    for (std::size_t k = 0; k < found.size(); ++k) {
      if (found[k].wave != Wave::kQrs) continue;
      if (std::abs(found[k].peak - reference[i].peak) > static_cast<SampleIndex>(0.1 * rate_hz)) {
        continue;
      }
      const BeatEdgesAt r = edges_around(reference, i, rate_hz),
                        f = edges_around(found, k, rate_hz);
      add_difference(sum.p, r.p_on, r.p_off, f.p_on, f.p_off, rate_hz);
      add_difference(sum.pq, r.p_on, r.qrs_on, f.p_on, f.qrs_on, rate_hz);
      add_difference(sum.qrs, r.qrs_on, r.qrs_off, f.qrs_on, f.qrs_off, rate_hz);
      add_difference(sum.qt, r.qrs_on, r.t_off, f.qrs_on, f.t_off, rate_hz);
      break;
    }
  }
}

void print_intervals(const std::vector<Case>& cases, bool chosen_on, Merge merge) {
  Intervals sum;
  for (const Case& one : cases) {
    if (one.chosen_on() == chosen_on) add_intervals(one, merge, sum);
  }
  struct {
    const char* name;
    const Errors& errors;
    double mean_ms, sd_ms;
  } rows[] = {{"P", sum.p, 10, 15},
              {"PQ", sum.pq, 10, 10},
              {"QRS", sum.qrs, 10, 10},
              {"QT", sum.qt, 25, 30}};
  for (const auto& row : rows) {
    const bool met =
        std::abs(row.errors.mean()) <= row.mean_ms && row.errors.deviation() <= row.sd_ms;
    std::printf("%-30s %-4s %6zu  %6.1f %5.1f   %4.0f %4.0f  %s\n",
                (std::string(chosen_on ? "chosen on:  " : "other half: ") +
                 (merge == Merge::kMiddle ? "middle" : "outermost"))
                    .c_str(),
                row.name, row.errors.count, row.errors.mean(), row.errors.deviation(), row.mean_ms,
                row.sd_ms, met ? "met" : "missed");
  }
}

/// NeuroKit's wavelet delineation of every lead, with our R peaks.
void print_neurokit(const std::vector<Case>& cases, const std::string& python) {
  const ScratchFolder scratch;
  for (const Case& one : cases) {
    if (one.chosen_on()) continue;
    for (std::size_t l = 0; l < one.reference.size(); ++l) {
      const auto path = scratch.path() / (one.record.name + "_" + std::to_string(l) + ".f32");
      write_floats(path, one.record.recording.signal.lead(l));
      std::ofstream peaks(std::filesystem::path(path).replace_extension(".txt"));
      for (const SampleIndex r : one.r_peaks) peaks << r << "\n";
    }
  }
  std::map<std::string, WaveList> found;
  for (const std::string& line :
       run_rivals(python, {"delineate", scratch.path().string(), "500"})) {
    std::istringstream words(line);
    std::string name, wave;
    SampleIndex onset = -1, peak = -1, offset = -1;
    words >> name >> wave >> onset >> peak >> offset;
    if (!words || peak < 0) continue;
    WaveAt at{wave == "p" ? Wave::kP : wave == "N" ? Wave::kQrs : Wave::kT, {}, {}, peak};
    if (onset >= 0) at.onset = onset;
    if (offset >= 0) at.offset = offset;
    found[name].push_back(at);
  }
  WaveScores leads{};
  for (const Case& one : cases) {
    if (one.chosen_on()) continue;
    for (std::size_t l = 0; l < one.reference.size(); ++l) {
      score_waves(one.reference[l], found[one.record.name + "_" + std::to_string(l)], one.rate_hz(),
                  leads);
    }
  }
  print_scores("other half: NeuroKit dwt", leads);
}

}  // namespace

void print_ludb(const std::filesystem::path& folder, const std::string& python, bool each,
                Halves halves) {
  const std::vector<Case> cases = delineate_ludb(folder, halves);
  const bool both = halves == Halves::kBoth;
  std::printf(
      "\n%-30s %-3s annot.  miss extra  Se %% [95 %%]             +P %% [95 %%]            "
      "onset ms (tolerance)     offset ms (tolerance)    peak ms\n",
      "LUDB, waves", "");
  print_half(cases, true);
  if (each) print_each(cases);
  if (both) print_half(cases, false);
  if (both && !python.empty()) print_neurokit(cases, python);
  std::printf("\n%-30s %-4s  beats    mean    SD   IEC 60601-2-25 limits, ms\n",
              "LUDB, global intervals", "");
  for (const bool chosen_on : {true, false}) {
    if (!chosen_on && !both) continue;
    for (const Merge merge : {Merge::kOutermost, Merge::kMiddle}) {
      print_intervals(cases, chosen_on, merge);
    }
  }
}

}  // namespace ecg::bench
