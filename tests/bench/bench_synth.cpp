// Milliseconds per simulated recording of 12 leads x 5000 samples (10 s at 500 Hz) with its truth,
// one core. Every recording is checked against Einthoven's law before it is timed.
// Usage: bench_synth [--json FILE]
#include <cmath>
#include <string>
#include <vector>

#include "synth/simulate.h"
#include "timing.h"

namespace {

using ecg::bench::measure;
using ecg::bench::require;
using ecg::bench::Timing;

constexpr std::size_t kCalls = 100;

struct Case {
  const char* name;
  ecg::SimulationOptions options;
};

std::vector<Case> cases() {
  std::vector<Case> list = {
      {"sinus rhythm", {}},
      {"sinus rhythm, no noise", {.noise_scale = 0}},
      {"atrial fibrillation", {.rhythm = ecg::Rhythm::kAtrialFibrillation}},
      {"LBBB", {.morphologies = {ecg::Morphology::kLbbb}}},
      {"fast ventricular tachycardia",
       {.heart_rate_bpm = 240, .rhythm = ecg::Rhythm::kVentricularTachycardia}}};
  Case all_defects{"sinus rhythm, every defect", {}};
  for (const auto& entry : ecg::defect_catalogue()) {
    all_defects.options.defects.push_back(entry.value);
  }
  list.push_back(all_defects);
  return list;
}

void check(const Case& one) {
  const auto made = ecg::simulate(one.options);
  require(static_cast<bool>(made), "a recording is simulated");
  const ecg::Signal& signal = made->recording.signal;
  require(signal.lead_count() == 12 && signal.sample_count() == 5000, "12 leads x 5000 samples");
  if (!one.options.defects.empty()) return;
  for (std::size_t n = 0; n < 5000; ++n) {
    const float rest = signal.lead(0)[n] + signal.lead(2)[n] - signal.lead(1)[n];
    require(std::abs(rest) < 1e-6f, "I + III = II");
  }
}

std::vector<Timing> measure_all() {
  std::vector<Timing> timings;
  for (const Case& one : cases()) {
    check(one);
    ecg::SimulationOptions options = one.options;
    timings.push_back(measure(
        one.name,
        [&](std::size_t i) {
          options.index = i;
          require(static_cast<bool>(ecg::simulate(options)), "a recording is simulated");
        },
        kCalls));
  }
  return timings;
}

}  // namespace

int main(int argc, char** argv) {
  return ecg::bench::report(argc, argv, "synth",
                            "12 leads x 5000 samples, one core, 100 recordings", measure_all());
}
