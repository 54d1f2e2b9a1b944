// Findings of the analysis beside PTB-XL's annotators: atrial fibrillation (irregular beats without
// P waves), ventricular beats, wide QRS. No rule was chosen on these labels; both halves are shown.
// Usage: bench_labels
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "beat/analyse.h"
#include "beat_scoring.h"
#include "real_records.h"
#include "support/test_data.h"
#include "timing.h"

namespace {

using namespace ecg;
using namespace ecg::bench;

/// A finding and the statements of PTB-XL that mean it.
struct Finding {
  const char* name;
  std::vector<std::string> codes;
  std::function<bool(const Analysis&)> found;
};

std::vector<Finding> findings() {
  return {{"irregular without P",
           {"AFIB"},
           [](const Analysis& a) { return a.measurements.has(MeasureWarning::kNoPIrregular); }},
          {"ventricular beats",
           {"PVC", "BIGU", "TRIGU"},
           [](const Analysis& a) { return a.beats.count(BeatClass::kVentricular) > 0; }},
          {"QRS 120 ms or more",
           {"CLBBB", "CRBBB", "IVCD"},
           [](const Analysis& a) { return a.measurements.has(MeasureWarning::kWideQrs); }},
          {"no P wave", {"AFIB"}, [](const Analysis& a) {
             return !a.r_peaks.empty() && !a.measurements.p_ms.value.has_value();
           }}};
}

struct Counts {
  std::size_t hits = 0, marked = 0, silent = 0, rest = 0;
};

void print(const char* half, const Finding& finding, const Counts& c) {
  const Interval se = wilson(c.hits, c.marked), sp = wilson(c.silent, c.rest);
  const auto share = [](std::size_t part, std::size_t of) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(std::max<std::size_t>(1, of));
  };
  std::printf("%-5s %-20s %4zu %5.1f [%5.1f, %5.1f]  %4zu %5.1f [%5.1f, %5.1f]\n", half,
              finding.name, c.marked, share(c.hits, c.marked), 100 * se.low, 100 * se.high, c.rest,
              share(c.silent, c.rest), 100 * sp.low, 100 * sp.high);
}

/// The statements of each record, as its table writes them: {'NORM': 100.0, 'SR': 0.0}.
std::string codes_of(const std::vector<std::vector<std::string>>& csv, long number) {
  const auto& names = csv.front();
  const auto at = std::find(names.begin(), names.end(), "scp_codes");
  require(at != names.end(), "PTB-XL's table has statements");
  const auto column = static_cast<std::size_t>(at - names.begin());
  for (const auto& row : csv) {
    if (row.size() > column && row.front() == std::to_string(number)) return row[column];
  }
  return {};
}

}  // namespace

int main() {
  const auto folder = test::data_folder();
  if (!folder) {
    std::puts("bench labels: no real ECGs (EINTHOVEN_DATA), nothing was measured");
    return 1;
  }
  const std::vector<RealRecord> records = read_database(*folder, "ptbxl");
  require(records.size() > 400, "PTB-XL's records can be read");
  const auto csv = read_csv(*folder / "ptbxl" / "ptbxl_database.csv");
  const std::vector<Finding> all = findings();
  std::vector<Counts> halves[2];
  for (auto& half : halves) half.resize(all.size());
  for (const RealRecord& record : records) {
    const auto analysis = analyse(record.recording.signal);
    require(analysis.has_value(), "a PTB-XL record can be analysed");
    const std::string codes = codes_of(csv, record.number);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool marked =
          std::any_of(all[i].codes.begin(), all[i].codes.end(), [&](const std::string& code) {
            return codes.find("'" + code + "'") != std::string::npos;
          });
      const bool found = all[i].found(*analysis);
      Counts& counts = halves[record.number % 2 == 0][i];
      ++(marked ? counts.marked : counts.rest);
      if (marked && found) ++counts.hits;
      if (!marked && !found) ++counts.silent;
    }
  }
  std::puts("PTB-XL                    with   found %              rest  silent %");
  for (std::size_t i = 0; i < all.size(); ++i) {
    print("odd", all[i], halves[0][i]);
    print("even", all[i], halves[1][i]);
  }
  return 0;
}
