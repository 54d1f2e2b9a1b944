#pragma once
// The filter of the trace on screen: a choice, its name everywhere, and its application.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/signal.h"

namespace ecg {

enum class DisplayFilter { kNone, kDiagnostic, kMonitor };

inline constexpr std::array<DisplayFilter, 3> kDisplayFilters = {
    DisplayFilter::kNone, DisplayFilter::kDiagnostic, DisplayFilter::kMonitor};

/// "none", "0.05-150", "0.5-40": in links and actions.
std::string_view display_filter_name(DisplayFilter filter);
std::optional<DisplayFilter> display_filter_from_name(std::string_view name);

/// "No filter", "0.05\u2013150 Hz", ...: for people.
std::string_view display_filter_label(DisplayFilter filter);

/// A filtered copy and what was done, for the paper ("0.05\u2013150 Hz"; empty when nothing was).
struct FilteredSignal {
  Signal signal;
  std::string text;
};

/// Zero-phase second-order Butterworth high- and low-pass at the signal's own rate. A low-pass edge
/// at or above the Nyquist frequency is left out, and the text says so.
FilteredSignal apply_display_filter(const Signal& signal, DisplayFilter filter);

}  // namespace ecg
