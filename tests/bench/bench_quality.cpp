// Signal quality beside PTB-XL's annotators, who marked records with baseline drift, static noise,
// burst noise and electrode problems; and the time per record. Limits were chosen on odd record
// numbers; the even ones are reported apart. Usage: bench_quality [--json FILE]
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "beat/quality.h"
#include "beat_scoring.h"
#include "real_records.h"
#include "support/test_data.h"
#include "timing.h"

namespace {

using namespace ecg;
using namespace ecg::bench;

struct Case {
  bool marked = false;
  double value = 0;
  bool fault = false;
};

/// One kind of mark beside what is measured: the largest value over the leads.
struct Comparison {
  const char* column;
  const char* what;
  std::function<double(const LeadQuality&)> value;
  std::vector<QualityFault> faults;
};

std::vector<Comparison> comparisons() {
  const auto baseline = [](const LeadQuality& q) { return q.baseline_mv; };
  const auto noise = [](const LeadQuality& q) { return q.muscle_mv + q.mains_mv.value_or(0) / 2; };
  const auto bursts = [](const LeadQuality& q) { return q.noisy_share + q.muscle_mv; };
  const auto still = [](const LeadQuality& q) { return q.still_share + q.missing_share; };
  return {
      {"baseline_drift", "wander", baseline, {QualityFault::kBaseline}},
      {"static_noise", "muscle, mains", noise, {QualityFault::kMuscle, QualityFault::kMains}},
      {"burst_noise", "muscle", bursts, {QualityFault::kMuscle}},
      {"electrodes_problems", "flat, off", still, {QualityFault::kFlat, QualityFault::kLeadOff}}};
}

/// Chance that a marked record has the larger value.
double auroc(const std::vector<Case>& cases) {
  double won = 0, pairs = 0;
  for (const Case& marked : cases) {
    for (const Case& other : cases) {
      if (!marked.marked || other.marked) continue;
      won += marked.value > other.value ? 1.0 : marked.value == other.value ? 0.5 : 0.0;
      ++pairs;
    }
  }
  return pairs > 0 ? won / pairs : 0.5;
}

void print(const char* half, const Comparison& comparison, const std::vector<Case>& cases) {
  std::size_t marked = 0, hits = 0, clear = 0, silent = 0;
  for (const Case& c : cases) {
    (c.marked ? marked : clear) += 1;
    if (c.marked && c.fault) ++hits;
    if (!c.marked && !c.fault) ++silent;
  }
  const Interval se = wilson(hits, marked), sp = wilson(silent, clear);
  std::printf("%-11s %-20s %-14s %4zu %4zu  %5.3f  %5.1f [%5.1f, %5.1f]  %5.1f [%5.1f, %5.1f]\n",
              half, comparison.column, comparison.what, marked, clear, auroc(cases),
              marked ? 100.0 * static_cast<double>(hits) / static_cast<double>(marked) : 0.0,
              100 * se.low, 100 * se.high,
              clear ? 100.0 * static_cast<double>(silent) / static_cast<double>(clear) : 0.0,
              100 * sp.low, 100 * sp.high);
}

std::size_t column_of(const std::vector<std::vector<std::string>>& csv, const std::string& name) {
  const auto& names = csv.front();
  const auto at = std::find(names.begin(), names.end(), name);
  require(at != names.end(), "PTB-XL's table has the column");
  return static_cast<std::size_t>(at - names.begin());
}

void compare(const std::vector<RealRecord>& records, const std::vector<Quality>& qualities,
             const std::vector<std::vector<std::string>>& csv) {
  const std::size_t id = column_of(csv, "ecg_id");
  std::printf("%-11s %-20s %-14s mark rest  AUROC  Se %% [95 %%]            Sp %% [95 %%]\n",
              "PTB-XL", "annotators' mark", "measured");
  for (const Comparison& comparison : comparisons()) {
    const std::size_t column = column_of(csv, comparison.column);
    std::vector<Case> halves[2];
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::string number = std::to_string(records[i].number);
      const auto row = std::find_if(csv.begin() + 1, csv.end(), [&](const auto& fields) {
        return fields.size() > column && fields[id] == number;
      });
      if (row == csv.end()) continue;
      Case one{(*row)[column].find_first_not_of(' ') != std::string::npos, 0, false};
      for (const LeadQuality& lead : qualities[i].leads) {
        one.value = std::max(one.value, comparison.value(lead));
        for (const QualityFault fault : comparison.faults) one.fault |= lead.has(fault);
      }
      halves[records[i].number % 2 == 0].push_back(one);
    }
    print("chosen on", comparison, halves[0]);
    print("other half", comparison, halves[1]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto folder = test::data_folder();
  if (!folder) {
    std::puts("bench quality: no real ECGs (EINTHOVEN_DATA), nothing was measured");
    return 1;
  }
  const std::vector<RealRecord> records = read_database(*folder, "ptbxl");
  require(records.size() > 400, "PTB-XL's records can be read");
  std::vector<Quality> qualities;
  std::size_t verdicts[3] = {};
  for (const RealRecord& record : records) {
    auto quality = assess_quality(record.recording.signal);
    require(quality.has_value(), "quality of a PTB-XL record");
    ++verdicts[static_cast<std::size_t>(quality->verdict)];
    qualities.push_back(std::move(quality).value());
  }
  compare(records, qualities, read_csv(*folder / "ptbxl" / "ptbxl_database.csv"));
  std::printf("\nverdicts: %zu good, %zu limited, %zu unusable\n\n", verdicts[0], verdicts[1],
              verdicts[2]);
  std::size_t usable = 0;
  const auto timing = measure("quality of 12 leads x 10 s at 500 Hz", [&](std::size_t call) {
    usable += assess_quality(records[call % records.size()].recording.signal)->usable_rows.size();
  });
  require(usable > 0, "some leads are usable");
  return report(argc, argv, "quality", "one core, 200 calls", {timing});
}
