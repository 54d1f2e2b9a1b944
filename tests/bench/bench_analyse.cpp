// The whole analysis of a recording - quality, hum and wander removed, R peaks, delineation, beats
// sorted, measurements - timed over different real 12-lead records of 10 s at 500 Hz, each once.
// Usage: bench_analyse [--python PYTHON | --json FILE]; PYTHON has neurokit2, whose ecg_process and
// ecg_delineate run beside on one lead (II) of some of the records.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include "beat/analyse.h"
#include "beat/r_peaks.h"
#include "real_records.h"
#include "rivals.h"
#include "support/test_data.h"
#include "timing.h"

namespace {

using namespace ecg;
using namespace ecg::bench;

constexpr std::size_t kCalls = 200;

/// Records of 12 leads x 10 s x 500 Hz; longer ones give their first 10 s.
std::vector<Signal> ten_seconds(const std::filesystem::path& folder) {
  std::vector<Signal> signals;
  for (const char* database : {"ludb", "challenge", "ptbxl"}) {
    for (const RealRecord& record : read_database(folder, database, 110)) {
      const Signal& from = record.recording.signal;
      if (signals.size() >= kCalls || from.sampling_rate_hz() != 500 || from.lead_count() != 12 ||
          from.sample_count() < 5000) {
        continue;
      }
      Signal part({from.leads().begin(), from.leads().end()}, 5000, 500);
      for (std::size_t row = 0; row < 12; ++row) {
        std::copy_n(from.lead(row).begin(), 5000, part.lead(row).begin());
      }
      signals.push_back(std::move(part));
    }
  }
  return signals;
}

/// Median over the records of each one's fastest of five calls: what other programs that run at the
/// same time leave of the truth.
Timing time_fastest(const std::vector<Signal>& signals) {
  std::vector<double> us;
  for (const Signal& signal : signals) {
    us.push_back(measure(
                     "", [&](std::size_t) { require(analyse(signal).has_value(), "again"); }, 5)
                     .fastest_us);
  }
  std::sort(us.begin(), us.end());
  return {"analyse: each record's fastest of five calls", us[us.size() / 2], us.front()};
}

/// NeuroKit on lead II of every tenth record; the first call, which loads modules, does not count.
Timing time_neurokit(const std::vector<Signal>& signals, const std::string& python) {
  const ScratchFolder scratch;
  for (std::size_t i = 0; i < signals.size(); i += 10) {
    write_floats(scratch.path() / (std::to_string(1000 + i) + ".f32"), signals[i].lead(1));
  }
  std::vector<double> us;
  for (const std::string& line : run_rivals(python, {"analyse", scratch.path().string(), "500"})) {
    std::istringstream words(line);
    std::string name;
    double seconds = 0;
    words >> name >> seconds;
    if (name != "1000") us.push_back(1e6 * seconds);
  }
  require(us.size() > 10, "NeuroKit analyses the records");
  std::sort(us.begin(), us.end());
  return {"NeuroKit ecg_process + ecg_delineate, one lead", us[us.size() / 2], us.front()};
}

}  // namespace

int main(int argc, char** argv) {
  const auto folder = test::data_folder();
  if (!folder) {
    std::puts("bench analyse: no real ECGs (EINTHOVEN_DATA), nothing was measured");
    return 1;
  }
  const std::vector<Signal> signals = ten_seconds(*folder);
  require(signals.size() == kCalls, "there are 200 records of 12 leads x 10 s at 500 Hz");
  std::size_t hum = 0, wander = 0, without = 0;
  std::vector<Analysis> analyses;
  for (const Signal& signal : signals) {
    auto analysis = analyse(signal);
    require(analysis.has_value(), "a real record can be analysed");
    hum += analysis->mains.has_value();
    wander += analysis->baseline_removed;
    without += !analysis->measurements.qt_ms;
    analyses.push_back(std::move(analysis).value());
  }
  require(without < kCalls / 10, "QT is measured in nine of ten records");
  std::printf("of %zu records: hum removed in %zu, wander in %zu, QT not measured in %zu\n\n",
              kCalls, hum, wander, without);
  std::size_t sum = 0;
  const auto part = [&](const char* name, auto run) {
    return measure(
        name, [&](std::size_t call) { sum += run(signals[call], analyses[call]); }, kCalls);
  };
  std::vector<Timing> timings;
  timings.push_back(part("analyse: everything", [](const Signal& signal, const Analysis&) {
    return analyse(signal)->r_peaks.size();
  }));
  timings.push_back(time_fastest(signals));
  timings.push_back(part("  quality", [](const Signal& signal, const Analysis&) {
    return assess_quality(signal)->usable_rows.size();
  }));
  timings.push_back(part("  R peaks, all leads", [](const Signal& signal, const Analysis&) {
    return find_r_peaks(signal)->size();
  }));
  timings.push_back(part("  delineation", [](const Signal& signal, const Analysis& of) {
    return delineate(signal, of.r_peaks)->global.size();
  }));
  timings.push_back(
      part("  beats sorted by shape, four leads", [](const Signal& signal, const Analysis& of) {
        const std::size_t rows[] = {0, 1, 6, 10};
        return cluster_beats(signal, of.r_peaks, {.rows = rows})->clusters.size();
      }));
  timings.push_back(part("  measurements", [](const Signal& signal, const Analysis& of) {
    return measure({signal, &of.delineation, of.beats.classes, &of.quality})
        ->measurements.leads.size();
  }));
  require(sum > 0, "something was found");
  const bool beside = argc == 3 && std::strcmp(argv[1], "--python") == 0;
  if (beside) timings.push_back(time_neurokit(signals, argv[2]));
  return report(argc, argv, "analyse", "one core, 200 different records", timings);
}
