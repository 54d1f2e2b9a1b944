// What the simulator's rhythms and morphologies are: RR statistics of each rhythm, and how often a
// recording earns the label it was asked for, on a seed that nothing was tuned with.
// Usage: bench_rhythms [--seed N] [--count N] [--json FILE]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "synth/labels.h"
#include "synth/simulate.h"

namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::uint64_t seed = 20261, count = 200;
  std::string json;
};

/// RR intervals of many recordings of one kind.
struct RrTable {
  std::vector<double> rr_ms, sdnn_ms, rmssd_ms;
  std::size_t labelled = 0, recordings = 0;
};

ecg::SimulationTruth truth_of(const ecg::SimulationOptions& options) {
  auto made = ecg::simulate(options);
  if (!made) {
    std::fprintf(stderr, "bench_rhythms: %s\n", ecg::to_string(made.error()).c_str());
    std::exit(1);
  }
  return std::move(made->truth);
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? NAN : sum / static_cast<double>(values.size());
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return NAN;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

void add(RrTable& table, const ecg::SimulationTruth& truth) {
  std::vector<double> rr;
  for (const ecg::BeatTruth& beat : truth.beats) {
    if (beat.rr_s) rr.push_back(1000 * *beat.rr_s);
  }
  table.rr_ms.insert(table.rr_ms.end(), rr.begin(), rr.end());
  if (rr.size() < 3) return;
  const double mean = mean_of(rr);
  std::vector<double> squares, steps;
  for (const double value : rr) squares.push_back((value - mean) * (value - mean));
  for (std::size_t i = 1; i < rr.size(); ++i)
    steps.push_back((rr[i] - rr[i - 1]) * (rr[i] - rr[i - 1]));
  table.sdnn_ms.push_back(std::sqrt(mean_of(squares)));
  table.rmssd_ms.push_back(std::sqrt(mean_of(steps)));
}

RrTable table_of(ecg::SimulationOptions options, std::string_view label,
                 const Arguments& arguments) {
  RrTable table;
  options.seed = arguments.seed;
  options.noise_scale = 0;
  for (options.index = 0; options.index < arguments.count; ++options.index) {
    const ecg::SimulationTruth truth = truth_of(options);
    add(table, truth);
    table.labelled += ecg::has_label(truth.labels, label);
    ++table.recordings;
  }
  return table;
}

double share(const RrTable& table) {
  return static_cast<double>(table.labelled) / static_cast<double>(table.recordings);
}

Json rhythm_rows(const Arguments& arguments) {
  std::printf("%-18s %7s %7s %7s %7s %7s %7s %7s\n", "rhythm", "RR ms", "5 %", "95 %", "per min",
              "SD", "RMSSD", "label");
  Json rows = Json::array();
  for (const auto& entry : ecg::rhythm_catalogue()) {
    ecg::SimulationOptions options;
    options.rhythm = entry.value;
    const RrTable t = table_of(options, entry.name, arguments);
    const double rr = quantile(t.rr_ms, 0.5), sd = quantile(t.sdnn_ms, 0.5),
                 rmssd = quantile(t.rmssd_ms, 0.5);
    std::printf("%-18.*s %7.0f %7.0f %7.0f %7.0f %7.0f %7.0f %6.0f%%\n",
                static_cast<int>(entry.name.size()), entry.name.data(), rr, quantile(t.rr_ms, 0.05),
                quantile(t.rr_ms, 0.95), 60000 / mean_of(t.rr_ms), sd, rmssd, 100 * share(t));
    rows.push_back({{"rhythm", entry.name},
                    {"rr_median_ms", rr},
                    {"sd_median_ms", sd},
                    {"rmssd_median_ms", rmssd},
                    {"labelled", share(t)}});
  }
  return rows;
}

Json morphology_rows(const Arguments& arguments) {
  std::printf("\n%-24s %7s\n", "morphology", "label");
  Json rows = Json::array();
  for (const auto& entry : ecg::morphology_catalogue()) {
    ecg::SimulationOptions options;
    options.morphologies = {entry.value};
    const RrTable t = table_of(options, entry.name, arguments);
    std::printf("%-24.*s %6.0f%%\n", static_cast<int>(entry.name.size()), entry.name.data(),
                100 * share(t));
    rows.push_back({{"morphology", entry.name}, {"labelled", share(t)}});
  }
  return rows;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--seed") arguments.seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--count") arguments.count = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--json") arguments.json = argv[i + 1];
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  std::printf(
      "%llu recordings of 10 s each, seed %llu; medians over recordings for SD and RMSSD\n\n",
      static_cast<unsigned long long>(arguments.count),
      static_cast<unsigned long long>(arguments.seed));
  Json all = {{"bench", "rhythms"}, {"rhythms", rhythm_rows(arguments)}};
  all["morphologies"] = morphology_rows(arguments);
  if (!arguments.json.empty()) std::ofstream(arguments.json) << all.dump(2) << "\n";
  return 0;
}
