// Beats: detection on the MIT-BIH Arrhythmia Database as ANSI/AAMI EC57 scores it (first 5 minutes
// and ventricular flutter left out), delineation on LUDB, and time. One half of the records, by
// place in the list or by number, was used to choose rules; the other half is reported apart.
// Usage: bench_beats [--chosen] [--each] [--python PYTHON] [--json FILE]; --chosen: only the
// records that rules may be chosen on, and nothing is timed; PYTHON has neurokit2, sleepecg and
// wfdb and runs them beside.
#include <cstdio>
#include <cstring>
#include <string>

#include "beat_tables.h"
#include "support/test_data.h"

int main(int argc, char** argv) {
  using namespace ecg::bench;
  const auto folder = ecg::test::data_folder();
  if (!folder) {
    std::fputs("bench beats: no real ECGs: nothing measured (set EINTHOVEN_DATA)\n", stderr);
    return 1;
  }
  bool each = false;
  Halves halves = Halves::kBoth;
  std::string python;
  char* json[3] = {argv[0], nullptr, nullptr};
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--each") == 0) each = true;
    if (std::strcmp(argv[i], "--chosen") == 0) halves = Halves::kChosenOn;
    if (i + 1 == argc) continue;
    if (std::strcmp(argv[i], "--python") == 0) python = argv[i + 1];
    if (std::strcmp(argv[i], "--json") == 0) {
      json[1] = argv[i];
      json[2] = argv[i + 1];
    }
  }
  print_mitdb(*folder, each, halves);
  print_ludb(*folder, python, each, halves);
  if (halves == Halves::kChosenOn) return 0;
  print_noise_stress(*folder, python);
  std::puts("");
  return report(json[1] ? 3 : 1, json, "beats", "one core", time_beats(*folder, python));
}
