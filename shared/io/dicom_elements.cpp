#include "io/dicom_elements.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "io/text.h"

namespace ecg {
namespace {

/// 64-bit FNV-1a from a given start.
std::uint64_t fnv1a(std::span<const std::uint8_t> bytes, std::uint64_t hash) {
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001B3ull;
  return hash;
}

/// 128 bits, the most significant word first, as a decimal number.
std::string decimal_text(std::array<std::uint32_t, 4> words) {
  std::string digits;
  while (words != std::array<std::uint32_t, 4>{}) {
    std::uint64_t rest = 0;
    for (std::uint32_t& word : words) {
      const std::uint64_t value = rest << 32 | word;
      word = static_cast<std::uint32_t>(value / 10);
      rest = value % 10;
    }
    digits += static_cast<char>('0' + rest);
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::span<const std::uint8_t> bytes_of_text(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

void DicomElements::number(std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * i & 0xFF));
}

void DicomElements::head(std::uint32_t tag, std::string_view vr, std::size_t size) {
  number(tag >> 16, 2);
  number(tag & 0xFFFF, 2);
  bytes_.insert(bytes_.end(), vr.begin(), vr.end());
  const bool is_long = vr == "OB" || vr == "OW" || vr == "SQ";
  if (is_long) number(0, 2);
  number(static_cast<std::uint32_t>(size), is_long ? 4 : 2);
}

void DicomElements::text(std::uint32_t tag, std::string_view vr, std::string_view value,
                         std::size_t most) {
  std::string plain(trimmed(value));
  for (char& c : plain) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\\') c = ' ';
  }
  if (plain.size() > most) {
    while (most > 0 && (static_cast<unsigned char>(plain[most]) & 0xC0) == 0x80) --most;
    plain.resize(most);
  }
  if (plain.size() % 2 != 0) plain += vr == "UI" ? '\0' : ' ';
  head(tag, vr, plain.size());
  bytes_.insert(bytes_.end(), plain.begin(), plain.end());
}

void DicomElements::decimal(std::uint32_t tag, double value) {
  std::string digits = shortest_decimal(value);
  char shorter[40];
  for (int precision = 16; digits.size() > 16; --precision) {
    std::snprintf(shorter, sizeof shorter, "%.*g", precision, value);
    digits = shorter;
  }
  text(tag, "DS", digits, 16);
}

void DicomElements::unsigned_short(std::uint32_t tag, std::initializer_list<std::uint32_t> values) {
  head(tag, "US", 2 * values.size());
  for (const std::uint32_t value : values) number(value, 2);
}

void DicomElements::unsigned_long(std::uint32_t tag, std::uint32_t value) {
  head(tag, "UL", 4);
  number(value, 4);
}

void DicomElements::other(std::uint32_t tag, std::string_view vr,
                          std::span<const std::uint8_t> value) {
  head(tag, vr, value.size() + value.size() % 2);
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  if (value.size() % 2 != 0) bytes_.push_back(0);
}

void DicomElements::sequence(std::uint32_t tag, const std::vector<DicomElements>& items) {
  std::size_t size = 0;
  for (const DicomElements& item : items) size += 8 + item.bytes_.size();
  head(tag, "SQ", size);
  for (const DicomElements& item : items) {
    number(0xFFFE, 2);
    number(0xE000, 2);
    number(static_cast<std::uint32_t>(item.bytes_.size()), 4);
    bytes_.insert(bytes_.end(), item.bytes_.begin(), item.bytes_.end());
  }
}

void DicomElements::code(std::uint32_t tag, std::string_view value, std::string_view scheme,
                         std::string_view meaning) {
  DicomElements item;
  item.text(0x00080100, "SH", value, 16);
  item.text(0x00080102, "SH", scheme, 16);
  item.text(0x00080104, "LO", meaning);
  sequence(tag, {item});
}

std::string dicom_uid(std::span<const std::uint8_t> content, std::string_view purpose) {
  const auto words = [&](std::uint64_t start) {
    return fnv1a(bytes_of_text(purpose), fnv1a(content, start));
  };
  std::uint64_t high = words(0xCBF29CE484222325ull), low = words(0x9AE16A3B2F90404Full);
  high = (high & ~0xF000ull) | 0x8000ull;    // version 8 of RFC 9562: made by own rules
  low = (low & ~(3ull << 62)) | 2ull << 62;  // its variant
  return "2.25." +
         decimal_text({static_cast<std::uint32_t>(high >> 32), static_cast<std::uint32_t>(high),
                       static_cast<std::uint32_t>(low >> 32), static_cast<std::uint32_t>(low)});
}

}  // namespace ecg
