// Records per second on one core for every mask and augmentation of the catalogues, drawn and
// applied: 12 leads x 2500 samples (10 s at 250 Hz), tokens of 0.2 s. Inputs rotate through eight
// simulated recordings. Usage: bench_pretext [--json FILE]
#include <cmath>
#include <string>
#include <vector>

#include "beat/r_peaks.h"
#include "pretext/augmentation_catalogue.h"
#include "pretext/mask_catalogue.h"
#include "synth/simulate.h"
#include "timing.h"

namespace {

using ecg::bench::measure;
using ecg::bench::require;
using ecg::bench::Timing;

constexpr ecg::TokenGrid kGrid{12, 50, 50};
constexpr double kRateHz = 250;
constexpr std::size_t kCalls = 1000;

struct Record {
  ecg::Signal signal;
  std::vector<ecg::SampleIndex> peaks;
};

Record record(std::uint64_t number) {
  auto made = ecg::simulate({.index = number, .sampling_rate_hz = kRateHz});
  require(static_cast<bool>(made), "a recording is simulated");
  Record result{std::move(made->recording.signal), {}};
  result.peaks = *ecg::find_r_peaks(result.signal);
  require(result.peaks.size() > 4, "its beats are found");
  return result;
}

ecg::RandomStream stream(std::size_t call, ecg::RandomPurpose purpose) {
  return ecg::RandomStream({.seed = 5, .record = call, .purpose = purpose});
}

Timing measure_mask(const ecg::MaskMethod& method, const std::vector<Record>& records) {
  const auto draw = [&](std::size_t i) {
    auto random = stream(i, ecg::RandomPurpose::kMask);
    return method.draw({.grid = kGrid,
                        .sampling_rate_hz = kRateHz,
                        .rows = ecg::kTwelveLeads,
                        .ratio = {},
                        .r_peaks = records[i % records.size()].peaks},
                       random);
  };
  const auto first = draw(0);
  require(first && *first == *draw(0), "one key draws one mask");
  require(ecg::hidden_count(*first) < kGrid.token_count(), "something stays visible");
  std::size_t hidden = 0;
  return measure(
      "mask " + std::string(method.name),
      [&](std::size_t i) { hidden += ecg::hidden_count(*draw(i)); }, kCalls);
}

Timing measure_augmentation(const ecg::AugmentationMethod& method,
                            const std::vector<Record>& records) {
  std::vector<float> out;
  ecg::AugmentationScratch scratch;
  const auto view = [&](std::size_t i) {
    const Record& from = records[i % records.size()];
    auto random = stream(i, ecg::RandomPurpose::kAugment);
    const auto draw = method.draw({.signal = from.signal, .r_peaks = from.peaks}, random);
    require(static_cast<bool>(draw), "parameters are drawn");
    out.resize(from.signal.lead_count() *
               static_cast<std::size_t>(ecg::augmented_samples(from.signal, *draw)));
    require(static_cast<bool>(ecg::apply_augmentation(from.signal, *draw, out, &scratch)),
            "the view is made");
  };
  view(0);
  const std::vector<float> first = out;
  view(0);
  require(out == first, "one key makes one view");
  for (const float value : out) require(std::isfinite(value), "nothing is missing");
  return measure("augmentation " + std::string(method.name), view, kCalls);
}

std::vector<Timing> measure_all() {
  std::vector<Record> records;
  for (std::uint64_t number = 0; number < 8; ++number) records.push_back(record(number));
  std::vector<Timing> timings;
  for (const auto& method : ecg::mask_methods()) timings.push_back(measure_mask(method, records));
  for (const auto& method : ecg::augmentation_methods()) {
    timings.push_back(measure_augmentation(method, records));
  }
  return timings;
}

}  // namespace

int main(int argc, char** argv) {
  return ecg::bench::report(argc, argv, "pretext", "12 leads x 2500 samples, one core, 1000 calls",
                            measure_all());
}
