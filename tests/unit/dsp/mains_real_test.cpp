// Hum in real recordings: of 50 Hz in China and Germany, of 60 Hz in Boston.

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>

#include "dsp/mains.h"
#include "dsp/power_spectrum.h"
#include "io/wfdb_reader.h"
#include "support/test_data.h"

using Catch::Approx;
using namespace ecg;

namespace {

/// Power within 0.5 Hz of a frequency over what its surroundings would give, in the worst lead.
double hum_ratio(const Signal& signal, double hz) {
  const auto spectrum = power_spectrum(signal).value();
  double worst = 0;
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    const auto density = spectrum.lead(row);
    const double at = band_power(density, spectrum.bin_hz, hz - 0.5, hz + 0.5);
    const double beside = band_power(density, spectrum.bin_hz, hz - 4, hz - 2) / 2;
    if (beside > 0) worst = std::max(worst, at / beside);
  }
  return worst;
}

}  // namespace

TEST_CASE("Hum of real recordings is found at the country's frequency and taken away") {
  const auto folder = test::data_folder();
  if (!folder) SKIP("no real ECGs (EINTHOVEN_DATA)");
  int records = 0;
  const std::pair<const char*, double> humming[] = {
      {"JS45548", 50}, {"00197_hr", 50}, {"S0007", 50}, {"203", 60}, {"215", 60}, {"106", 60}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
    if (entry.path().extension() != ".hea") continue;
    for (const auto& [name, hz] : humming) {
      if (entry.path().stem() != name) continue;
      auto data = std::filesystem::path(entry.path()).replace_extension(".dat");
      if (!std::filesystem::exists(data)) data.replace_extension(".mat");
      if (!std::filesystem::exists(data)) continue;
      const FileSet files = test::read_files({entry.path(), data});
      const auto recording = read_wfdb(files, files.files.front());
      REQUIRE(recording.has_value());
      CAPTURE(name);
      Signal signal = recording->signal;
      const double before = hum_ratio(signal, hz);
      const auto mains = remove_mains(signal);
      REQUIRE(mains.has_value());
      REQUIRE(mains->has_value());
      CHECK((*mains)->frequency_hz == Approx(hz).margin(0.15));
      CHECK(before > 10);
      CHECK(hum_ratio(signal, hz) < before / 5);
      ++records;
    }
  }
  CHECK(records == 6);
}
