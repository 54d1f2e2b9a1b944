#include "plot/text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ecg {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr double kLetterWidthEm = 0.56;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Length of a well-formed UTF-8 sequence at the front, by its first byte; 0 if it cannot begin
/// one.
std::size_t announced_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

std::uint32_t code_point(std::string_view bytes) {
  static constexpr std::uint32_t kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t code = static_cast<unsigned char>(bytes[0]) & kFirstBits[bytes.size()];
  for (const char byte : bytes.substr(1)) {
    code = (code << 6) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return code;
}

/// True for a code point that `length` bytes may encode and that XML 1.0 allows.
bool is_allowed(std::uint32_t code, std::size_t length) {
  if (length == 3 && code < 0x800) return false;
  if (length == 4 && (code < 0x10000 || code > 0x10FFFF)) return false;
  if (code >= 0xD800 && code <= 0xDFFF) return false;
  return code != 0xFFFE && code != 0xFFFF;
}

/// Length of the good sequence at the front of `text`, 0 if it is malformed or forbidden.
std::size_t good_length(std::string_view text) {
  const std::size_t length = announced_length(static_cast<unsigned char>(text[0]));
  if (length == 0 || length > text.size()) return 0;
  if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                   is_continuation)) {
    return 0;
  }
  return is_allowed(code_point(text.substr(0, length)), length) ? length : 0;
}

bool is_control(std::string_view sequence) {
  const std::uint32_t code = code_point(sequence);
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

}  // namespace

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = good_length(text);
    if (length == 0) {
      clean += kReplacement;
    } else if (is_control(text.substr(0, length))) {
      clean += ' ';
    } else {
      clean += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return clean;
}

double estimated_width_mm(std::string_view text, double size_mm) {
  const auto letters =
      std::count_if(text.begin(), text.end(), [](char byte) { return !is_continuation(byte); });
  return static_cast<double>(letters) * kLetterWidthEm * size_mm;
}

std::string fit_text(std::string_view text, double max_mm, double size_mm) {
  // A letter has at most four bytes: hostile megabytes are cut before they are looked at.
  const double letters = std::max(0.0, max_mm / (kLetterWidthEm * size_mm));
  const bool cut = static_cast<double>(text.size()) > 4 * letters + 4;
  std::string clean =
      clean_text(cut ? text.substr(0, static_cast<std::size_t>(4 * letters)) : text);
  if (!cut && estimated_width_mm(clean, size_mm) <= max_mm) return clean;
  while (!clean.empty() && estimated_width_mm(clean, size_mm) > max_mm - 2 * size_mm) {
    while (clean.size() > 1 && is_continuation(clean.back())) clean.pop_back();
    clean.pop_back();
  }
  return clean + "...";
}

}  // namespace ecg
