// Time for beats.
#include <sstream>
#include <string>
#include <vector>

#include "beat/delineation.h"
#include "beat/r_peaks.h"
#include "beat_tables.h"
#include "real_records.h"
#include "rivals.h"

namespace ecg::bench {
namespace {

/// One hour of the first lead of a record: the record repeated.
Signal one_hour(const Signal& from) {
  const auto count = static_cast<SampleIndex>(3600 * from.sampling_rate_hz());
  Signal hour({from.leads()[0]}, count, from.sampling_rate_hz());
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    hour.lead(0)[i] = from.lead(0)[i % static_cast<std::size_t>(from.sample_count())];
  }
  return hour;
}

}  // namespace

std::vector<Timing> time_beats(const std::filesystem::path& folder, const std::string& python) {
  std::vector<Timing> rows;
  const Signal hour = one_hour(read_database(folder, "mitdb", 1).at(0).recording.signal);
  std::size_t beats = 0;
  rows.push_back(measure(
      "R peaks, one hour of one lead at 360 Hz",
      [&](std::size_t) { beats = find_r_peaks(hour)->size(); }, 20));
  require(beats > 3000, "an hour has its beats");
  if (!python.empty()) {
    const ScratchFolder scratch;
    write_floats(scratch.path() / "hour.f32", hour.lead(0));
    const std::string file = (scratch.path() / "hour.f32").string();
    for (const std::string& line : run_rivals(python, {"time", file, "360"})) {
      std::istringstream words(line);
      std::string name;
      double seconds = 0;
      words >> name >> seconds;
      rows.push_back({"the same by " + name, 1e6 * seconds, 1e6 * seconds});
    }
  }
  const std::vector<RealRecord> records = read_database(folder, "ptbxl", 200);
  require(records.size() == 200, "200 records of PTB-XL can be read");
  std::vector<std::vector<SampleIndex>> peaks(records.size());
  const auto signal = [&](std::size_t i) -> const Signal& {
    return records[i % records.size()].recording.signal;
  };
  rows.push_back(measure("R peaks, 10 s of 12 leads at 500 Hz", [&](std::size_t i) {
    peaks[i % records.size()] = find_r_peaks(signal(i)).value();
  }));
  std::size_t found = 0;
  rows.push_back(measure("delineation of the same", [&](std::size_t i) {
    found += delineate(signal(i), peaks[i % records.size()])->global.size();
  }));
  require(found > 1000, "ECGs have beats");
  return rows;
}

}  // namespace ecg::bench
