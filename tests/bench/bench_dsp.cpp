// Microseconds per record of 12 leads x 5000 samples (10 s at 500 Hz), one core. Each step is
// checked before it is timed; inputs rotate through 16 different records. Usage: bench_dsp [--json
// FILE]
#include <cmath>
#include <complex>
#include <vector>

#include "core/philox.h"
#include "dsp/butterworth.h"
#include "dsp/fft.h"
#include "dsp/mains.h"
#include "dsp/power_spectrum.h"
#include "dsp/resample.h"
#include "model_input/make_input.h"
#include "scalar_fft.h"
#include "timing.h"

namespace {

using ecg::Signal;
using ecg::bench::measure;
using ecg::bench::require;
using ecg::bench::Timing;
constexpr ecg::SampleIndex kSamples = 5000;
constexpr std::size_t kLeads = 12;
constexpr double kRateHz = 500;

/// Sines of 5 and 60 Hz and noise, different in every lead and record.
Signal record(std::uint64_t number) {
  std::vector<ecg::LeadLabel> labels;
  for (const ecg::Lead lead : ecg::kTwelveLeads) labels.push_back(ecg::label_of(lead));
  Signal signal(labels, kSamples, kRateHz);
  ecg::RandomStream random({.seed = 1, .record = number});
  for (std::size_t row = 0; row < kLeads; ++row) {
    const double phase = random.uniform();
    for (std::size_t i = 0; i < kSamples; ++i) {
      const double t = static_cast<double>(i) / kRateHz;
      signal.lead(row)[i] =
          static_cast<float>(std::sin(6.283185307 * (5 * t + phase)) +
                             0.1 * std::sin(6.283185307 * 60 * t) + 0.01 * random.normal());
    }
  }
  return signal;
}

using Spectra = std::vector<std::vector<std::complex<float>>>;

void transform_by_four(ecg::FftPlan& plan, const Signal& signal, Spectra& spectra) {
  for (std::size_t row = 0; row < kLeads; row += 4) {
    const float* from[] = {signal.lead(row).data(), signal.lead(row + 1).data(),
                           signal.lead(row + 2).data(), signal.lead(row + 3).data()};
    std::complex<float>* to[] = {spectra[row].data(), spectra[row + 1].data(),
                                 spectra[row + 2].data(), spectra[row + 3].data()};
    plan.forward(from, to);
  }
}

void transform_one_by_one(ecg::bench::ScalarFft& plan, const Signal& signal, Spectra& spectra) {
  for (std::size_t row = 0; row < kLeads; ++row) {
    plan.forward(signal.lead(row).data(), spectra[row].data());
  }
}

void check_filter(const std::vector<ecg::Biquad>& sections, const Signal& signal) {
  Signal filtered = signal;
  ecg::filter_zero_phase(sections, filtered);
  for (std::size_t row = 0; row < kLeads; ++row) {
    double power = 0;
    for (std::size_t i = 1000; i < 4000; ++i) {
      power += double{filtered.lead(row)[i]} * filtered.lead(row)[i];
    }
    require(std::fabs(power / 3000 - 0.5) < 0.01, "5 Hz stays, 60 Hz goes");
  }
}

void check_spectra(const Spectra& four, const Spectra& one) {
  for (std::size_t row = 0; row < kLeads; ++row) {
    require(std::abs(std::abs(four[row][50]) - 2500) < 25, "a 5 Hz line of height 1");
    for (std::size_t k = 0; k < four[row].size(); ++k) {
      require(std::abs(four[row][k] - one[row][k]) < 0.01, "four lanes equal one by one");
    }
  }
}

std::vector<Timing> measure_all() {
  std::vector<Signal> records;
  for (std::uint64_t number = 0; number < 16; ++number) records.push_back(record(number));
  const auto at = [&](std::size_t i) -> const Signal& { return records[i % records.size()]; };

  const auto sections = *ecg::design_butterworth(ecg::FilterKind::kBandPass, 4, 0.5, 40, kRateHz);
  check_filter(sections, records[0]);
  ecg::FftPlan plan = std::move(ecg::FftPlan::create(kSamples)).value();
  ecg::bench::ScalarFft scalar_plan(kSamples);
  const std::vector<std::complex<float>> empty(static_cast<std::size_t>(plan.bin_count()));
  Spectra four(kLeads, empty), one(kLeads, empty);
  transform_by_four(plan, records[0], four);
  transform_one_by_one(scalar_plan, records[0], one);
  check_spectra(four, one);
  require(ecg::resample(records[0], 100)->sample_count() == 1000, "1000 samples at 100 Hz");
  require(ecg::make_input(records[0], {})->lead_mask == std::vector<float>(kLeads, 1.0f),
          "every lead present");

  Signal copy = records[0];
  return {
      measure("copy of the record", [&](std::size_t i) { copy = at(i); }),
      measure("copy + band-pass 0.5-40 Hz, order 4, zero phase",
              [&](std::size_t i) {
                copy = at(i);
                ecg::filter_zero_phase(sections, copy);
              }),
      measure("the same, lead by lead",
              [&](std::size_t i) {
                copy = at(i);
                for (std::size_t row = 0; row < kLeads; ++row) {
                  ecg::filter_zero_phase(sections, copy.lead(row));
                }
              }),
      measure("resample 500 -> 100 Hz", [&](std::size_t i) { copy = *ecg::resample(at(i), 100); }),
      measure("FFT of 5000, four leads per call",
              [&](std::size_t i) { transform_by_four(plan, at(i), four); }),
      measure("FFT of 5000, scalar KissFFT, lead by lead",
              [&](std::size_t i) { transform_one_by_one(scalar_plan, at(i), one); }),
      measure("power spectrum, 4-s segments",
              [&](std::size_t i) { four.resize(ecg::power_spectrum(at(i))->segments.size()); }),
      measure("copy + mains removal (60 Hz found and subtracted)",
              [&](std::size_t i) {
                copy = at(i);
                require((*ecg::remove_mains(copy)).has_value(), "the hum is found");
              }),
      measure("make_input (filter, resample, normalise)",
              [&](std::size_t i) { copy = ecg::make_input(at(i), {})->signal; }),
  };
}

}  // namespace

int main(int argc, char** argv) {
  return ecg::bench::report(argc, argv, "dsp", "12 leads x 5000 samples, one core, 200 calls",
                            measure_all());
}
