#include "io/csv_writer.h"

#include <cmath>
#include <cstdio>

namespace ecg {
namespace {

std::string quoted_if_needed(std::string_view name) {
  if (name.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void append_number(std::string& text, double value) {
  char digits[32];
  text.append(digits,
              static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%.9g", value)));
}

}  // namespace

std::string csv_from_signal(SignalView signal) {
  std::string text = "time_s";
  for (const LeadLabel& lead : signal.leads) text += ',' + quoted_if_needed(display_name(lead));
  text += '\n';
  for (SampleIndex i = 0; i < signal.sample_count; ++i) {
    append_number(text, static_cast<double>(i) / signal.sampling_rate_hz);
    for (std::size_t lead = 0; lead < signal.lead_count; ++lead) {
      text += ',';
      const float value = signal.lead(lead)[static_cast<std::size_t>(i)];
      if (!std::isnan(value)) append_number(text, static_cast<double>(value));
    }
    text += '\n';
  }
  return text;
}

}  // namespace ecg
