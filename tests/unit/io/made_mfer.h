#pragma once
// MFER files made in the test, tag by tag.

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "synthetic_record.h"

namespace ecg::test::made_mfer {

/// Writes numbers in one byte order.
struct Writer {
  bool big_endian = true;

  std::string number(std::int64_t value, int size) const {
    std::string text;
    for (int i = 0; i < size; ++i)
      text += static_cast<char>(value >> 8 * (big_endian ? size - 1 - i : i) & 0xFF);
    return text;
  }
  /// Unit, exponent, mantissa of two bytes.
  std::string quantity(int unit, int exponent, int mantissa) const {
    return number(unit, 1) + number(exponent, 1) + number(mantissa, 2);
  }
  std::string samples(const std::vector<int>& values, int size = 2) const {
    std::string text;
    for (const int value : values) text += number(value, size);
    return text;
  }
};

inline std::string tag(int code, const std::string& value) {
  std::string length(1, static_cast<char>(value.size()));
  if (value.size() > 127)
    length = std::string("\x82") + static_cast<char>(value.size() >> 8) +
             static_cast<char>(value.size() & 0xFF);
  return static_cast<char>(code) + length + value;
}

inline std::string of_channel(int channel, const std::string& definitions) {
  return std::string("\x3F") + static_cast<char>(channel) + static_cast<char>(definitions.size()) +
         definitions;
}

inline NamedBytes file(const std::string& tags) {
  return {"x.mwf", bytes_of(tag(0x40, "MFR made for a test") + tags)};
}

/// Two channels, two sequences of blocks of two: I (5 uV) and III (2.5 uV) at 500 Hz.
inline std::string two_channels(const Writer& w) {
  return tag(0x01, w.big_endian ? std::string(1, '\0') : "\1") + tag(0x81, "Doe^^Jane") +
         tag(0x82, "P-7") +
         tag(0x83, w.number(51, 1) + w.number(0, 2) + w.number(1951, 2) + "\5\2") +
         tag(0x84, "\2") + tag(0x85, w.number(2002, 2) + std::string("\3\5\10\32\4", 5)) +
         tag(0x17, "Maker^Model^1.0^SN5") + tag(0x11, "HPF=0.05") + tag(0x16, "a note") +
         tag(0x08, w.number(1, 2)) + tag(0x04, w.number(2, 4)) + tag(0x05, w.number(2, 1)) +
         tag(0x06, w.number(2, 2)) + tag(0x0B, w.quantity(1, -3, 2)) +
         tag(0x0C, w.quantity(0, -6, 5)) + of_channel(0, tag(0x09, w.number(1, 2))) +
         of_channel(1, tag(0x09, w.number(61, 2)) + tag(0x0C, w.quantity(0, -7, 25))) +
         tag(0x41, w.number(7, 2) + w.number(3, 4) + w.number(0, 4) + "mark") +
         tag(0x1E, w.samples({100, 200, -100, 32767, 1, 2, 3, 4}));
}

}  // namespace ecg::test::made_mfer
