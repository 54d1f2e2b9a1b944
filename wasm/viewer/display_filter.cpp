#include "viewer/display_filter.h"

#include "dsp/butterworth.h"

namespace ecg {
namespace {

struct Choice {
  DisplayFilter filter;
  std::string_view name, label, highpass_text;
  double highpass_hz, lowpass_hz;
};

constexpr std::array<Choice, 3> kChoices = {{
    {DisplayFilter::kNone, "none", "No filter", "", 0, 0},
    {DisplayFilter::kDiagnostic, "0.05-150", "0.05\u2013150 Hz", "from 0.05 Hz", 0.05, 150},
    {DisplayFilter::kMonitor, "0.5-40", "0.5\u201340 Hz", "from 0.5 Hz", 0.5, 40},
}};

const Choice& choice_of(DisplayFilter filter) { return kChoices[static_cast<std::size_t>(filter)]; }

/// Filters in place; false if this edge cannot be realised at this rate.
bool apply(Signal& signal, FilterKind kind, double edge_hz) {
  constexpr int kOrder = 2;
  const auto sections =
      design_butterworth(kind, kOrder, edge_hz, edge_hz, signal.sampling_rate_hz());
  if (!sections) return false;
  filter_zero_phase(*sections, signal);
  return true;
}

}  // namespace

std::string_view display_filter_name(DisplayFilter filter) { return choice_of(filter).name; }
std::string_view display_filter_label(DisplayFilter filter) { return choice_of(filter).label; }

std::optional<DisplayFilter> display_filter_from_name(std::string_view name) {
  for (const Choice& choice : kChoices) {
    if (choice.name == name) return choice.filter;
  }
  return std::nullopt;
}

FilteredSignal apply_display_filter(const Signal& signal, DisplayFilter filter) {
  FilteredSignal result{signal, {}};
  if (filter == DisplayFilter::kNone || signal.empty()) return result;
  const Choice& choice = choice_of(filter);
  const bool high = apply(result.signal, FilterKind::kHighPass, choice.highpass_hz);
  const bool low = apply(result.signal, FilterKind::kLowPass, choice.lowpass_hz);
  if (high) result.text = low ? choice.label : choice.highpass_text;
  return result;
}

}  // namespace ecg
