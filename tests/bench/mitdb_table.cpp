// MIT-BIH, R peaks.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "beat/r_peaks.h"
#include "beat/stream_detector.h"
#include "beat_scoring.h"
#include "beat_tables.h"
#include "real_records.h"

namespace ecg::bench {
namespace {

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

/// Every second record was chosen on.
std::size_t step_of(Halves which) { return which == Halves::kBoth ? 1 : 2; }

/// Both halves and both windows for these rows of the signal; one line per record if `each`.
void score_all(const std::vector<RealRecord>& records, const std::string& leads,
               std::span<const std::size_t> rows, bool each, Halves which) {
  for (const double window_s : {0.150, 0.050}) {
    const std::string what = leads + (window_s > 0.1 ? ", 150 ms" : ", 50 ms");
    Row halves[2] = {{"chosen on:  " + what, {}}, {"other half: " + what, {}}};
    for (std::size_t i = 0; i < records.size(); i += step_of(which)) {
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
    if (which == Halves::kBoth) print(halves[1]);
  }
}

/// R peaks of a record that arrives second by second.
std::vector<SampleIndex> streamed(const Signal& signal) {
  auto detector = StreamDetector::create(signal.lead_count(), signal.sampling_rate_hz());
  require(detector.has_value(), "a stream can begin");
  std::vector<SampleIndex> all;
  const auto second = static_cast<SampleIndex>(signal.sampling_rate_hz());
  for (SampleIndex at = 0; at < signal.sample_count(); at += second) {
    const SampleIndex end = std::min(signal.sample_count(), at + second);
    const auto found = detector->push(signal.view().samples(at, end));
    require(found.has_value(), "a stream takes samples");
    all.insert(all.end(), found->begin(), found->end());
  }
  const auto rest = detector->finish();
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

/// The same records as streams: scored, and compared with the whole records' R peaks.
void score_streams(const std::vector<RealRecord>& records, Halves which) {
  Row halves[2] = {{"chosen on:  stream, 150 ms", {}}, {"other half: stream, 150 ms", {}}};
  Row same{"stream as the whole, 50 ms", {}}, near{"stream as the whole, 150 ms", {}};
  for (std::size_t i = 0; i < records.size(); i += step_of(which)) {
    const Signal& signal = records[i].recording.signal;
    const auto samples = [&](double s) {
      return static_cast<SampleIndex>(s * signal.sampling_rate_hz() + 0.5);
    };
    const std::vector<SampleIndex> found = streamed(signal);
    add(halves[i % 2], score_beats(reference_beats(records[i].recording.annotations), found,
                                   samples(300), samples(0.150)));
    const ReferenceBeats whole{find_r_peaks(signal).value(), {}};
    add(same, score_beats(whole, found, samples(10), samples(0.050)));
    add(near, score_beats(whole, found, samples(10), samples(0.150)));
  }
  print(halves[0]);
  if (which == Halves::kBoth) print(halves[1]);
  print(same);
  print(near);
}

}  // namespace

void print_mitdb(const std::filesystem::path& folder, bool each, Halves halves) {
  const std::vector<RealRecord> records = read_database(folder, "mitdb");
  require(records.size() == 22, "the MIT-BIH records can be read");
  std::printf(
      "%-26s rec  beats  miss extra  Se gross %% [95 %%]         +P gross %% [95 %%]     "
      "  average Se, +P\n",
      "MIT-BIH, R peaks");
  const std::size_t first[] = {0};
  score_all(records, "first lead", first, each, halves);
  score_all(records, "both leads", {}, each, halves);
  score_streams(records, halves);
}

}  // namespace ecg::bench
