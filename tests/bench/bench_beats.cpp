// Beat detection on the MIT-BIH Arrhythmia Database as ANSI/AAMI EC57 scores it (first 5 minutes
// and ventricular flutter left out), and the time for one hour of one lead. Records at even
// positions in the list may be used to choose parameters; those at odd positions are reported
// apart. Usage: bench_beats [--json FILE]
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "beat/r_peaks.h"
#include "beat_scoring.h"
#include "io/wfdb_reader.h"
#include "support/test_data.h"
#include "timing.h"

namespace {

using namespace ecg;
using namespace ecg::bench;
namespace fs = std::filesystem;

struct Record {
  std::string name;
  Recording recording;
};

std::vector<Record> read_mitdb(const fs::path& folder) {
  std::vector<fs::path> headers;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".hea") headers.push_back(entry.path());
  }
  std::sort(headers.begin(), headers.end());
  std::vector<Record> records;
  for (fs::path path : headers) {
    const fs::path header = path, data = path.replace_extension(".dat");
    const fs::path beats = path.replace_extension(".atr");
    const FileSet files = test::read_files({header, data, beats});
    auto recording = read_wfdb(files, files.files.front());
    require(recording.has_value(), "every MIT-BIH record can be read");
    records.push_back({header.stem().string(), std::move(recording).value()});
  }
  return records;
}

struct Row {
  std::string name;
  BeatScore total;
  double average_sensitivity = 0, average_predictivity = 0;
  std::size_t records = 0;
};

void add(Row& row, const BeatScore& score) {
  row.total.hits += score.hits;
  row.total.missed += score.missed;
  row.total.extra += score.extra;
  row.average_sensitivity += score.sensitivity();
  row.average_predictivity += score.positive_predictivity();
  ++row.records;
}

void print(const Row& row) {
  const BeatScore& s = row.total;
  const Interval se = wilson(s.hits, s.hits + s.missed), pp = wilson(s.hits, s.hits + s.extra);
  const double n = static_cast<double>(std::max<std::size_t>(1, row.records));
  std::printf(
      "%-26s %3zu %6zu %5zu %5zu  %6.2f [%5.2f, %5.2f]  %6.2f [%5.2f, %5.2f]  %6.2f %6.2f\n",
      row.name.c_str(), row.records, s.hits + s.missed, s.missed, s.extra, 100 * s.sensitivity(),
      100 * se.low, 100 * se.high, 100 * s.positive_predictivity(), 100 * pp.low, 100 * pp.high,
      100 * row.average_sensitivity / n, 100 * row.average_predictivity / n);
}

/// Both halves and both windows for these rows of the signal; one line per record if `each`.
void score_all(const std::vector<Record>& records, const std::string& leads,
               std::span<const std::size_t> rows, bool each) {
  for (const double window_s : {0.150, 0.050}) {
    const std::string what = leads + (window_s > 0.1 ? ", 150 ms" : ", 50 ms");
    Row halves[2] = {{"chosen on:  " + what, {}}, {"other half: " + what, {}}};
    for (std::size_t i = 0; i < records.size(); ++i) {
      const Signal& signal = records[i].recording.signal;
      const double rate_hz = signal.sampling_rate_hz();
      const auto found = find_r_peaks(signal, {.rows = rows});
      require(found.has_value(), "R peaks of a MIT-BIH record");
      const BeatScore score = score_beats(reference_beats(records[i].recording.annotations), *found,
                                          static_cast<SampleIndex>(300 * rate_hz),
                                          static_cast<SampleIndex>(window_s * rate_hz + 0.5));
      add(halves[i % 2], score);
      Row one{"  " + records[i].name, {}};
      add(one, score);
      if (each && window_s > 0.1) print(one);
    }
    print(halves[0]);
    print(halves[1]);
  }
}

/// One hour of the first lead of the first record: twice the record.
Signal one_hour(const Record& record) {
  const Signal& from = record.recording.signal;
  const auto count = static_cast<SampleIndex>(3600 * from.sampling_rate_hz());
  Signal hour({from.leads()[0]}, count, from.sampling_rate_hz());
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    hour.lead(0)[i] = from.lead(0)[i % static_cast<std::size_t>(from.sample_count())];
  }
  return hour;
}

}  // namespace

int main(int argc, char** argv) {
  const auto folder = test::data_folder();
  if (!folder) {
    std::puts("bench beats: skipped, no real ECGs (EINTHOVEN_DATA)");
    return 0;
  }
  const bool each = argc > 1 && std::strcmp(argv[1], "--each") == 0;
  const std::vector<Record> records = read_mitdb(*folder / "mitdb");
  std::printf(
      "%-26s rec  beats  miss extra  Se gross %% [95 %%]         +P gross %% [95 %%]     "
      "  average Se, +P\n",
      "MIT-BIH, R peaks");
  const std::size_t first[] = {0};
  score_all(records, "first lead", first, each);
  score_all(records, "both leads", {}, each);

  const Signal hour = one_hour(records[0]);
  std::size_t beats = 0;
  const auto timing = measure(
      "R peaks, one hour of one lead at 360 Hz",
      [&](std::size_t) { beats = find_r_peaks(hour)->size(); }, 20);
  require(beats > 3000, "an hour has its beats");
  return report(argc, argv, "beats", "one core, 20 calls", {timing});
}
