// Time from files on disk to millivolts for the formats that devices write, beside wfdb-python,
// pydicom and pyEDFlib on the same files in the same run. Every reader must give the same sum of
// samples before it is timed. Times are of the processor, so that a busy machine does not count.
// Usage: bench_formats [--json FILE] [--python PYTHON]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/philox.h"
#include "io/dicom_writer.h"
#include "io/edf_writer.h"
#include "io/read_recording.h"
#include "io/wfdb_writer.h"
#include "rivals.h"
#include "support/test_data.h"
#include "timing.h"

namespace {

using namespace ecg;
using bench::require;
namespace fs = std::filesystem;

/// One recording on disk.
struct Case {
  std::string name;
  std::string rival;  ///< "wfdb", "pydicom", "pyedflib"; empty: no Python reader to compare with
  std::vector<fs::path> files;
  double sum_mv = 0;  ///< of the absolute samples, as read here
  std::uintmax_t bytes = 0;
  double median_us = 0;
  double python_us = 0;
};

/// Counts of 5 uV that wander, as digitised ECGs do.
Recording walk(std::vector<LeadLabel> labels, SampleIndex samples, double rate_hz) {
  Recording recording;
  recording.signal = Signal(std::move(labels), samples, rate_hz);
  RandomStream random({.seed = 1});
  for (std::size_t row = 0; row < recording.signal.lead_count(); ++row) {
    int count = 0;
    for (float& value : recording.signal.lead(row)) {
      count += static_cast<int>(random.below(21)) - 10 - count / 64;
      value = static_cast<float>(count / 200.0);
    }
    recording.calibrations.push_back({200, 0, 12, "mV", "16"});
  }
  return recording;
}

fs::path write(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  require(out.flush().good(), "a scratch file can be written");
  return path;
}

/// The recording in every format that is written here.
void add_written(const Recording& recording, const std::string& name, const fs::path& folder,
                 std::vector<Case>& cases) {
  const std::string stem = "r" + std::to_string(cases.size());
  for (const int format : {16, 212}) {
    Case one{"WFDB " + std::to_string(format) + ", " + name, "wfdb", {}, 0, 0, 0, 0};
    const auto files = wfdb_from_recording(recording, stem + "_" + std::to_string(format), format);
    require(files.has_value(), "WFDB is written");
    for (const NamedBytes& file : files->files)
      one.files.push_back(write(folder / file.name, file.bytes));
    cases.push_back(std::move(one));
  }
  const auto dicom = dicom_from_recording(recording);
  const auto edf = edf_from_recording(recording);
  require(dicom.has_value() && edf.has_value(), "DICOM and EDF are written");
  cases.push_back(
      {"DICOM, " + name, "pydicom", {write(folder / (stem + ".dcm"), *dicom)}, 0, 0, 0, 0});
  cases.push_back(
      {"EDF+, " + name, "pyedflib", {write(folder / (stem + ".edf"), *edf)}, 0, 0, 0, 0});
}

/// Files of formats that are only read; left out where the real ECGs are absent.
void add_real(std::vector<Case>& cases) {
  const auto data = test::data_folder();
  if (!data) return;
  const fs::path formats = *data / "formats";
  cases.push_back(
      {"SCP-ECG, 12 leads x 10 s", "", {formats / "ecgtoolkit_examples/Example.scp"}, 0, 0, 0, 0});
  cases.push_back({"HL7 aECG, 12 leads x 10 s",
                   "",
                   {formats / "ecgtoolkit_examples/Example.xml"},
                   0,
                   0,
                   {},
                   0});
  cases.push_back(
      {"GE MUSE XML, 12 leads x 10 s", "", {formats / "muse_xml/example1.xml"}, 0, 0, 0, 0});
}

/// Whole files at once, as a program reads them.
FileSet load(const std::vector<fs::path>& paths) {
  FileSet files;
  for (const fs::path& path : paths) {
    NamedBytes file{path.filename().string(), std::vector<std::uint8_t>(fs::file_size(path))};
    std::ifstream in(path, std::ios::binary);
    in.read(reinterpret_cast<char*>(file.bytes.data()),
            static_cast<std::streamsize>(file.bytes.size()));
    require(in.good(), "a file is read");
    files.files.push_back(std::move(file));
  }
  return files;
}

void time_here(Case& one) {
  for (const fs::path& path : one.files) one.bytes += fs::file_size(path);
  const auto first = read_recording(load(one.files));
  require(first.has_value(), "the file opens");
  for (const float value : first->signal.values())
    one.sum_mv += std::fabs(static_cast<double>(value));
  std::vector<double> us;
  for (int i = 0; i < 30; ++i) {
    const std::clock_t begin = std::clock();
    const auto again = read_recording(load(one.files));
    us.push_back(static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC);
    require(again.has_value(), "the file opens again");
  }
  std::nth_element(us.begin(), us.begin() + 15, us.end());
  one.median_us = us[15];
}

void time_rivals(const std::string& python, std::vector<Case>& cases) {
  std::vector<std::string> arguments;
  for (const Case& one : cases) {
    if (!one.rival.empty()) arguments.insert(arguments.end(), {one.rival, one.files[0].string()});
  }
  const auto lines = bench::run_rivals(python, arguments, "tests/bench/format_rivals.py");
  std::size_t at = 0;
  for (Case& one : cases) {
    if (one.rival.empty()) continue;
    double sum = 0;
    require(
        at < lines.size() && std::sscanf(lines[at++].c_str(), "%lf %lf", &one.python_us, &sum) == 2,
        "the rivals timed every file");
    require(std::fabs(sum / one.sum_mv - 1) < 1e-6, "the rival reads the same millivolts");
  }
}

nlohmann::ordered_json print_row(const Case& one) {
  const double mb_per_s = static_cast<double>(one.bytes) / one.median_us;
  std::printf("%-34s %9.1f %10.0f %9.0f", one.name.c_str(), static_cast<double>(one.bytes) / 1e3,
              one.median_us, mb_per_s);
  nlohmann::ordered_json row{{"name", one.name},
                             {"bytes", one.bytes},
                             {"median_us", one.median_us},
                             {"mb_per_s", mb_per_s}};
  if (one.python_us > 0) {
    const double ratio = one.python_us / one.median_us;
    std::printf("  %-9s %10.0f %7.0fx", one.rival.c_str(), one.python_us, ratio);
    row.update({{"rival", one.rival}, {"rival_us", one.python_us}, {"ratio", ratio}});
  }
  std::printf("\n");
  return row;
}

std::string option(int argc, char** argv, const char* name, std::string otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], name) == 0) return argv[i + 1];
  }
  return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path oracles = test::source_file(".deps/oracles/bin/python");
  const std::string python =
      option(argc, argv, "--python", fs::exists(oracles) ? oracles.string() : "");
  const bench::ScratchFolder scratch;
  std::vector<Case> cases;
  std::vector<LeadLabel> twelve;
  for (const Lead lead : kTwelveLeads) twelve.push_back(label_of(lead));
  add_written(walk(std::move(twelve), 5000, 500), "12 leads x 10 s", scratch.path(), cases);
  add_written(walk({label_of(Lead::kII), label_of(Lead::kV1)}, 650000, 360), "2 leads x 30 min",
              scratch.path(), cases);
  add_real(cases);
  for (Case& one : cases) time_here(one);
  if (!python.empty()) time_rivals(python, cases);
  std::printf("%-34s %9s %10s %9s  %-9s %10s %8s\n", "file to mV, processor time", "kB", "us",
              "MB/s", "rival", "us", "ratio");
  auto rows = nlohmann::ordered_json::array();
  for (const Case& one : cases) rows.push_back(print_row(one));
  const std::string json = option(argc, argv, "--json", "");
  if (json.empty()) return 0;
  std::ofstream out(json);
  out << nlohmann::ordered_json{{"bench", "formats"}, {"rows", rows}}.dump(2) << "\n";
  return out.flush() ? 0 : 1;
}
