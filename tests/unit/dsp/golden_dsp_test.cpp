// Against SciPy: tests/golden/dsp.json, made by tools/golden/dsp.py.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <complex>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dsp/butterworth.h"
#include "dsp/fft.h"
#include "dsp/power_spectrum.h"
#include "dsp/resample.h"
#include "support/test_data.h"

namespace {

using nlohmann::json;

const json& golden() {
  static const json document = [] {
    const auto bytes = ecg::test::read_file(ecg::test::source_file("tests/golden/dsp.json"));
    return json::parse(bytes.begin(), bytes.end());
  }();
  return document;
}

std::vector<float> input_mv(const json& entry) {
  std::vector<float> samples;
  for (const json& uv : entry.at("input_uv")) {
    samples.push_back(static_cast<float>(uv.get<double>() / 1000));
  }
  return samples;
}

/// Largest difference, relative to the largest reference value.
double relative_error(const std::vector<float>& values, const std::vector<double>& reference) {
  REQUIRE(values.size() == reference.size());
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    REQUIRE(std::isfinite(values[i]));
    largest = std::max(largest, std::fabs(reference[i]));
    difference = std::max(difference, std::fabs(values[i] - reference[i]));
  }
  return difference / largest;
}

ecg::FilterKind kind_named(const std::string& name) {
  static const std::map<std::string, ecg::FilterKind> kinds = {
      {"low_pass", ecg::FilterKind::kLowPass},
      {"high_pass", ecg::FilterKind::kHighPass},
      {"band_pass", ecg::FilterKind::kBandPass},
      {"band_stop", ecg::FilterKind::kBandStop}};
  return kinds.at(name);
}

}  // namespace

TEST_CASE("Zero-phase Butterworth filters equal SciPy's butter and sosfiltfilt") {
  std::size_t checked = 0;
  for (const json& entry : golden().at("filters")) {
    const auto kind = entry.at("kind").get<std::string>();
    const double rate_hz = entry.at("sampling_rate_hz");
    CAPTURE(kind, entry.at("order").get<int>(), entry.at("low_hz").get<double>(), rate_hz);
    const auto sections = ecg::design_butterworth(kind_named(kind), entry.at("order"),
                                                  entry.at("low_hz"), entry.at("high_hz"), rate_hz);
    REQUIRE(sections);
    const auto at = entry.at("gain_at_hz").get<std::vector<double>>();
    const auto gain = entry.at("gain").get<std::vector<double>>();
    for (std::size_t i = 0; i < at.size(); ++i) {
      CAPTURE(at[i]);
      CHECK(std::fabs(ecg::filter_gain(*sections, at[i], rate_hz) - gain[i]) <=
            1e-8 * gain[i] + 1e-11);
    }
    std::vector<float> samples = input_mv(entry);
    ecg::filter_zero_phase(*sections, samples);
    CHECK(relative_error(samples, entry.at("output_mv").get<std::vector<double>>()) < 1e-6);
    ++checked;
  }
  CHECK(checked == 13);
}

TEST_CASE("Resampling equals SciPy's resample_poly with the same filter and odd extension") {
  std::size_t checked = 0;
  for (const json& entry : golden().at("resamplings")) {
    const double from_hz = entry.at("from_hz");
    const double to_hz = entry.at("to_hz");
    CAPTURE(from_hz, to_hz);
    const auto ratio = ecg::resample_ratio(from_hz, to_hz);
    REQUIRE(ratio);
    CHECK(ratio->up == entry.at("up").get<std::int64_t>());
    CHECK(ratio->down == entry.at("down").get<std::int64_t>());
    const std::vector<float> samples = input_mv(entry);
    ecg::Signal signal({ecg::label_of(ecg::Lead::kII)},
                       static_cast<ecg::SampleIndex>(samples.size()), from_hz);
    std::copy(samples.begin(), samples.end(), signal.lead(0).begin());
    const auto resampled = ecg::resample(signal, to_hz);
    REQUIRE(resampled);
    const auto lead = resampled->lead(0);
    CHECK(relative_error({lead.begin(), lead.end()},
                         entry.at("output_mv").get<std::vector<double>>()) < 1e-6);
    ++checked;
  }
  CHECK(checked == 6);
}

TEST_CASE("Spectra equal NumPy's rfft") {
  std::size_t checked = 0;
  for (const json& entry : golden().at("transforms")) {
    const std::vector<float> samples = input_mv(entry);
    CAPTURE(samples.size());
    auto plan = ecg::FftPlan::create(static_cast<ecg::SampleIndex>(samples.size()));
    REQUIRE(plan);
    std::vector<std::complex<float>> spectrum(static_cast<std::size_t>(plan->bin_count()));
    const float* signals[] = {samples.data()};
    std::complex<float>* spectra[] = {spectrum.data()};
    plan->forward(signals, spectra);
    const auto real = entry.at("real").get<std::vector<double>>();
    const auto imag = entry.at("imag").get<std::vector<double>>();
    REQUIRE(real.size() == spectrum.size());
    double largest = 0, difference = 0;
    for (std::size_t k = 0; k < spectrum.size(); ++k) {
      const std::complex<double> reference(real[k], imag[k]);
      largest = std::max(largest, std::abs(reference));
      difference = std::max(difference, std::abs(std::complex<double>(spectrum[k]) - reference));
    }
    CHECK(difference < 2e-6 * largest);
    ++checked;
  }
  CHECK(checked == 4);
}

TEST_CASE("Power spectra equal SciPy's welch") {
  std::size_t checked = 0;
  for (const json& entry : golden().at("spectra")) {
    const std::vector<float> samples = input_mv(entry);
    ecg::Signal signal({ecg::label_of(ecg::Lead::kII)},
                       static_cast<ecg::SampleIndex>(samples.size()), entry.at("sampling_rate_hz"));
    std::copy(samples.begin(), samples.end(), signal.lead(0).begin());
    const auto spectrum = ecg::power_spectrum(
        signal, {.segment_s = entry.at("segment_s"), .overlap = entry.at("overlap")});
    REQUIRE(spectrum);
    CHECK(std::fabs(spectrum->bin_hz - entry.at("bin_hz").get<double>()) < 1e-12);
    const auto density = spectrum->lead(0);
    CHECK(relative_error({density.begin(), density.end()},
                         entry.at("density").get<std::vector<double>>()) < 1e-5);
    ++checked;
  }
  CHECK(checked == 3);
}
