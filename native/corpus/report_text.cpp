#include "corpus/report_text.h"

#include <cstdint>

namespace ecg {
namespace {

constexpr std::uint32_t kMalformed = 0xFFFFFFFF;

bool is_digit_or_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == kUnknownCharacter;
}

// Bytes of a UTF-8 sequence from its first; 0 = cannot begin one.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// Takes one character off the front; a byte that begins none is taken alone and malformed.
std::uint32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = sequence_length(first);
  std::uint32_t code = length == 1 ? first : first & (0x7Fu >> length);
  bool whole = length > 0 && length <= text.size();
  for (std::size_t i = 1; whole && i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    whole = (next & 0xC0) == 0x80;
    code = code << 6 | (next & 0x3F);
  }
  text.remove_prefix(whole ? length : 1);
  return whole ? code : kMalformed;
}

// Letters without their accents, U+00C0 to U+017F, in order; '?' where none suits.
constexpr std::string_view kLatin =
    "aaaaaa?ceeeeiiiidnooooo?ouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllll"
    "lllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

struct Fold {
  std::uint32_t code;
  std::string_view plain;
};

constexpr Fold kFolds[] = {
    {0xC6, "ae"},   {0xE6, "ae"},    {0xDE, "th"},  {0xFE, "th"},  {0xDF, "ss"},    {0x1E9E, "ss"},
    {0x132, "ij"},  {0x133, "ij"},   {0x152, "oe"}, {0x153, "oe"}, {0xD7, "x"},     {0xF7, "/"},
    {0xA0, " "},    {0xAD, ""},      {0xB5, "u"},   {0x3BC, "u"},  {0xB0, " deg "}, {0xB1, "+-"},
    {0xB2, "2"},    {0xB3, "3"},     {0xB4, "'"},   {0xB7, "."},   {0xB9, "1"},     {0xAB, "\""},
    {0xBB, "\""},   {0x2018, "'"},   {0x2019, "'"}, {0x201A, "'"}, {0x201C, "\""},  {0x201D, "\""},
    {0x201E, "\""}, {0x2026, "..."}, {0x2022, "."}, {0x2212, "-"}, {0x2264, "<="},  {0x2265, ">="},
    {0x202F, " "},  {0x3000, " "},   {0xFEFF, ""},
};

void append_folded(std::uint32_t code, std::string& out) {
  for (const Fold& fold : kFolds) {
    if (fold.code != code) continue;
    out += fold.plain;
    return;
  }
  const bool accent = code >= 0x300 && code < 0x370;
  if (accent || (code >= 0x200B && code < 0x2010)) return;  // marks, joiners, directions
  if (code >= 0x2000 && code < 0x200B) {
    out += ' ';
  } else if (code >= 0x2010 && code < 0x2016) {
    out += '-';
  } else if (code >= 0xC0 && code < 0xC0 + kLatin.size() && kLatin[code - 0xC0] != '?') {
    out += kLatin[code - 0xC0];
  } else {
    out += kUnknownCharacter;
  }
}

}  // namespace

std::string normalise_report(std::string_view report) {
  std::string out;
  out.reserve(report.size());
  while (!report.empty()) {
    const std::uint32_t code = take_character(report);
    if (code >= 0x80) {
      append_folded(code, out);
    } else if (code < 0x20) {
      out += ' ';
    } else {
      out += static_cast<char>(code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code);
    }
  }
  return out;
}

std::vector<std::string_view> split_words(std::string_view normalised) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < normalised.size();) {
    std::size_t end = begin + 1;
    if (is_digit_or_letter(normalised[begin])) {
      while (end < normalised.size() && is_digit_or_letter(normalised[end])) ++end;
    }
    if (normalised[begin] != ' ') words.push_back(normalised.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

std::string plain_words(std::string_view report) {
  const std::string normalised = normalise_report(report);
  std::string text;
  for (const std::string_view word : split_words(normalised)) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

}  // namespace ecg
