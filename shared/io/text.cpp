#include "io/text.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace ecg {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_padding(char c) { return is_blank(c) || c == '\0' || c == '\r' || c == '\n'; }

/// Length of the UTF-8 sequence that `lead` begins; 0 if none begins with it.
std::size_t utf8_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) return put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
  if (code < 0x10000) {
    put(0xE0 | code >> 12);
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
  }
  put(0x80 | (code >> 6 & 0x3F));
  put(0x80 | (code & 0x3F));
}

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// Digits as in "12.5" at the begin of the text and the power of ten that goes with them. Returns
/// how many characters they take, 0 if there are none or more than a mantissa surely holds.
std::size_t read_decimal(std::string_view text, std::uint64_t& mantissa, int& exponent) {
  constexpr std::size_t kMostCharacters = 19;
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const auto digit = static_cast<unsigned>(text[at]) - unsigned{'0'};
    if (digit <= 9) {
      mantissa = mantissa * 10 + digit;
      exponent -= point;
    } else if (text[at] == '.' && !point) {
      point = true;
    } else {
      break;
    }
    if (at == kMostCharacters) return 0;
  }
  return at > (point ? 1 : 0) ? at : 0;
}

}  // namespace

std::optional<double> take_short_decimal(std::string_view& text) {
  constexpr std::uint64_t kMostExact = std::uint64_t{1} << 53;
  const bool negative = text.starts_with('-');
  const std::size_t sign = negative || text.starts_with('+') ? 1 : 0;
  std::uint64_t mantissa = 0;
  int exponent = 0;
  const std::size_t length = read_decimal(text.substr(sign), mantissa, exponent);
  if (length == 0 || mantissa > kMostExact) return std::nullopt;
  text.remove_prefix(sign + length);
  const double value = static_cast<double>(mantissa) / kPowersOfTen[-exponent];
  return negative ? -value : value;
}

std::optional<TextLine> LineReader::next() {
  if (at_ >= text_.size()) return std::nullopt;
  const std::size_t begin = at_;
  // Searched one by one: far faster than for either, and each part of the text once.
  if (line_feed_ < begin || begin == 0)
    line_feed_ = std::min(text_.find('\n', begin), text_.size());
  const std::size_t carriage_return = text_.substr(begin, line_feed_ - begin).find('\r');
  const std::size_t end =
      carriage_return == std::string_view::npos ? line_feed_ : begin + carriage_return;
  at_ = end + (text_.substr(end, 2) == "\r\n" ? 2 : 1);
  return TextLine{text_.substr(begin, end - begin), static_cast<std::int64_t>(begin), ++number_};
}

std::vector<TextLine> split_lines(std::string_view text) {
  std::vector<TextLine> lines;
  LineReader reader(text);
  while (const auto line = reader.next()) lines.push_back(*line);
  return lines;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_padding(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_padding(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_fields(std::string_view line, std::size_t max_fields) {
  std::vector<std::string_view> fields;
  line = trimmed(line);
  while (!line.empty() && fields.size() < max_fields) {
    std::size_t end = 0;
    while (end < line.size() && !is_blank(line[end])) ++end;
    if (fields.size() + 1 == max_fields) end = line.size();
    fields.push_back(line.substr(0, end));
    line = trimmed(line.substr(end));
  }
  return fields;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  std::string_view rest = text;
  if (const auto value = take_short_decimal(rest); value && rest.empty()) return value;
  // strtod also takes "nan", "inf" and hexadecimal numbers, and needs an end mark.
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  const std::string copy(text);
  char* stop = nullptr;
  const double value = std::strtod(copy.c_str(), &stop);
  if (stop != copy.c_str() + copy.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string shortest_decimal(double value) {
  char text[40];
  for (int digits = 6; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  return text;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_utf8(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const std::size_t length = utf8_length(lead);
    if (length == 0 || length > bytes.size() - i) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if ((next & 0xC0) != 0x80) return false;
      // Overlong forms, surrogates and values above U+10FFFF show in the second byte.
      if (k == 1 && ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next >= 0xA0) ||
                     (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next >= 0x90))) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

std::string utf8_from_bytes(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string text;
  for (const char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

std::optional<std::string> utf8_from_utf16(std::string_view bytes) {
  const bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
  if (!little && !big) return std::nullopt;
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    if (at + 1 >= bytes.size()) return 0;
    const std::uint32_t first = static_cast<unsigned char>(bytes[at]);
    const std::uint32_t second = static_cast<unsigned char>(bytes[at + 1]);
    return little ? first | second << 8 : first << 8 | second;
  };
  std::string text;
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code >= 0xD800 && code < 0xE000) {
      const std::uint32_t low = unit(at + 2);
      const bool pair = code < 0xDC00 && low >= 0xDC00 && low < 0xE000;
      code = pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
      if (pair) at += 2;
    }
    append_utf8(text, code);
  }
  return text;
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace ecg
