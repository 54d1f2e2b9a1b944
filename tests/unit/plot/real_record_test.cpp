// A real record on the sheet, against a decoding of its bytes that shares no code with ecg_io.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "io/read_recording.h"
#include "support/test_data.h"
#include "unit/plot/plot_fixtures.h"

using namespace ecg;
using namespace ecg::test;

namespace {

constexpr double kCountsPerMv = 1000;  // of every raw PTB-XL lead; the test reads no header

/// Counts of a WFDB file of format 16: little-endian, the twelve leads of one instant together.
std::vector<std::vector<int>> counts_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<std::vector<int>> leads(12);
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const int word = bytes[i] | bytes[i + 1] << 8;
    leads[i / 2 % 12].push_back(word >= 32768 ? word - 65536 : word);
  }
  return leads;
}

}  // namespace

TEST_CASE("a raw PTB-XL record is drawn to the resolution of its file", "[real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are absent: no PTB-XL record to draw");
  const auto folder = *data / "ptbxl" / "records500" / "00000";
  const FileSet files = read_files({folder / "00001_hr.hea", folder / "00001_hr.dat"});
  const auto recording = read_recording(files);
  REQUIRE(recording.has_value());
  const auto counts = counts_of(files.find("00001_hr.dat")->bytes);
  REQUIRE(counts[0].size() == 5000);
  for (const Layout layout : kLayouts) {
    ViewState state;
    state.layout = layout;
    const Scene scene = build_scene(recording->signal, state, 0);
    std::vector<bool> drawn(12, false);
    for (std::size_t s = 0; s < scene.strips.size(); ++s) {
      const Strip& strip = scene.strips[s];
      const auto points = trace_of(scene, s);
      const auto first = static_cast<std::size_t>(std::lround(strip.begin_s * 500));
      REQUIRE(points.size() == static_cast<std::size_t>(std::lround(strip.width_mm * 20)));
      const double up = strip.name == "-aVR" ? -10 : 10;
      double worst_mm = 0;
      for (std::size_t k = 0; k < points.size(); ++k) {
        const double mv = counts[*strip.lead][first + k] / kCountsPerMv;
        worst_mm = std::max(worst_mm, std::fabs(points[k].y_mm - (strip.y_mm - up * mv)));
        const double x_mm = strip.x_mm + 0.05 * static_cast<double>(k);
        worst_mm = std::max(worst_mm, std::fabs(points[k].x_mm - x_mm));
      }
      CHECK(worst_mm < 1e-4);  // one count is 0.01 mm
      drawn[*strip.lead] = true;
    }
    CHECK(std::all_of(drawn.begin(), drawn.end(), [](bool yes) { return yes; }));
  }
}
