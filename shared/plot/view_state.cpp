#include "plot/view_state.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

constexpr std::array<std::string_view, kLayouts.size()> kLayoutNames = {"3x4+1", "3x4+3", "6x2",
                                                                        "12x1", "cabrera"};

double limited(double value, double fallback, double low, double high) {
  return value > 0 ? std::clamp(value, low, high) : fallback;
}

}  // namespace

std::string_view layout_name(Layout layout) {
  return kLayoutNames[static_cast<std::size_t>(layout)];
}

std::optional<Layout> layout_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kLayoutNames.size(); ++i) {
    if (name == kLayoutNames[i]) return kLayouts[i];
  }
  return std::nullopt;
}

ViewNumbers drawable(const ViewState& state) {
  return {limited(state.speed_mm_per_s, kSpeedMmPerS, 0.5, 500),
          limited(state.gain_mm_per_mv, kGainMmPerMv, 0.1, 1000),
          std::isnan(state.start_s) ? 0 : std::clamp(state.start_s, -3.6e9, 3.6e9),
          limited(state.trace_width_mm, kTraceWidthMm, 10, 2000), limited(state.zoom, 1, 0.05, 64)};
}

double sheet_seconds(const ViewState& state) {
  const ViewNumbers numbers = drawable(state);
  return numbers.trace_width_mm / numbers.speed_mm_per_s;
}

bool is_to_scale(const ViewState& state) { return std::fabs(state.zoom - 1) < 1e-9; }

}  // namespace ecg
