#include "viewer/texts.h"

#include <cctype>
#include <cmath>
#include <cstdio>

namespace ecg {

std::string number_text(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string result = text;
  if (result.find('.') == std::string::npos) return result;
  while (result.back() == '0') result.pop_back();
  if (result.back() == '.') result.pop_back();
  return result == "-0" ? "0" : result;
}

std::string duration_text(double seconds) {
  if (seconds < 60) return number_text(seconds, 2) + " s";
  const auto whole = static_cast<long long>(std::llround(seconds));
  const long long hours = whole / 3600;
  const long long minutes = whole / 60 % 60;
  if (hours > 0) return std::to_string(hours) + " h " + std::to_string(minutes) + " min";
  return std::to_string(minutes) + " min " + std::to_string(whole % 60) + " s";
}

std::string sheet_title(const OpenRecording& opened) {
  if (opened.example) return "Example (simulated)";
  const std::string& name = opened.recording.info.record_name;
  return name.empty() ? "Recording without a name" : name;
}

std::string opening_sentence(const OpenRecording& opened) {
  const Signal& signal = opened.recording.signal;
  return "Opened " + sheet_title(opened) + ": " + std::to_string(signal.lead_count()) + " leads, " +
         duration_text(signal.duration_s()) + ", " + number_text(signal.sampling_rate_hz(), 2) +
         " Hz.";
}

std::string reconstruction_sentence(const Encoder& encoder) {
  std::string text = std::to_string(hidden_count(encoder.mask())) + " of " +
                     std::to_string(encoder.grid().token_count()) + " tokens hidden";
  const std::optional<Reconstruction>& result = encoder.reconstruction();
  if (!result || !std::isfinite(result->mean_error_mv)) return text + ".";
  return text + ", mean error " + number_text(result->mean_error_mv, 3) + " mV.";
}

std::string model_input_text(const ModelSpec& spec) {
  std::string band = "no filter";
  const std::string low = number_text(spec.highpass_hz, 2);
  const std::string high = number_text(spec.lowpass_hz, 1);
  if (spec.highpass_hz > 0 && spec.lowpass_hz > 0) band = low + "\u2013" + high + " Hz";
  if (spec.highpass_hz > 0 && spec.lowpass_hz <= 0) band = "from " + low + " Hz";
  if (spec.highpass_hz <= 0 && spec.lowpass_hz > 0) band = "to " + high + " Hz";
  return band + ", model input at " + number_text(spec.sampling_rate_hz, 1) + " Hz";
}

std::string token_text(const ModelSpec& spec, std::size_t lead, std::size_t column,
                       double start_s) {
  const double token_s = static_cast<double>(spec.patch_samples) / spec.sampling_rate_hz;
  const double begin_s = start_s + static_cast<double>(column) * token_s;
  char times[64];
  std::snprintf(times, sizeof times, ", %.2f\u2013%.2f s", begin_s, begin_s + token_s);
  return std::string(lead_name(spec.leads[lead])) + times;
}

std::string safe_file_name(std::string_view record_name) {
  std::string safe;
  for (const char c : record_name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (safe.size() < 64) safe += plain ? c : '_';
  }
  return safe.find_first_not_of('_') == std::string::npos ? "ecg" : safe;
}

}  // namespace ecg
