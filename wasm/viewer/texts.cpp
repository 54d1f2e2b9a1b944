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

std::string hidden_text(const Encoder& encoder) {
  return std::to_string(hidden_count(encoder.mask())) + " of " +
         std::to_string(encoder.tokens().token_count()) +
         (encoder.tokens().beats ? " beats" : " tokens");
}

std::string reconstruction_sentence(const Encoder& encoder) {
  const std::string text = hidden_text(encoder) + " hidden";
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

std::string token_text(const Encoder& encoder, std::size_t token) {
  const ModelSpec& spec = *encoder.spec();
  const ModelTokens& tokens = encoder.tokens();
  const std::size_t column = tokens.column_of(token);
  const TokenSpan& span = tokens.columns[column];
  const double start_s = encoder.input()->start_s;
  char times[64];
  std::snprintf(times, sizeof times, ", %.2f\u2013%.2f s",
                start_s + static_cast<double>(span.begin) / spec.sampling_rate_hz,
                start_s + static_cast<double>(span.end) / spec.sampling_rate_hz);
  std::string text(lead_name(spec.leads[tokens.lead_of(token)]));
  if (tokens.beats) text += ", beat " + std::to_string(column + 1);
  return text + times;
}

std::string model_name(const Encoder& encoder) {
  if (!encoder.spec()) return {};
  const ModelSpec& spec = *encoder.spec();
  if (spec.name.empty()) return "not named";
  return spec.version.empty() ? spec.name : spec.name + " " + spec.version;
}

std::string tokens_text(const Encoder& encoder) {
  const ModelSpec& spec = *encoder.spec();
  const TokenScheme& scheme = encoder.token_scheme();
  const SampleIndex samples = scheme.beats ? scheme.beat_samples : spec.patch_samples;
  const std::string length =
      number_text(1000 * static_cast<double>(samples) / spec.sampling_rate_hz, 1) + " ms";
  if (scheme.steps > 0) return std::to_string(scheme.steps) + " steps";
  if (!scheme.beats) return std::to_string(spec.token_count()) + " of " + length;
  return "up to " + std::to_string(scheme.most_beats) + " beats a lead";
}

std::string shortened_text(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string(text);
  const std::size_t end = text.find_last_of(' ', most_bytes);
  // Without a blank there is nowhere to cut that surely lies between characters.
  if (end == std::string_view::npos) return std::string(text);
  return std::string(text.substr(0, text.find_last_not_of(" ,;:", end) + 1)) + "\u2026";
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
