#pragma once
// DICOM files made in the test, element by element.

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "synthetic_record.h"

namespace ecg::test::made_dicom {

/// Writes elements in one transfer syntax.
struct Writer {
  bool is_explicit = true;
  bool big_endian = false;

  std::string number(std::uint32_t value, int size) const {
    std::string text;
    for (int i = 0; i < size; ++i) {
      const int shift = 8 * (big_endian ? size - 1 - i : i);
      text += static_cast<char>(value >> shift & 0xFF);
    }
    return text;
  }
  std::string tag(std::uint32_t tag) const {
    return number(tag >> 16, 2) + number(tag & 0xFFFF, 2);
  }

  std::string element(std::uint32_t at, const std::string& vr, std::string value) const {
    if (value.size() % 2 != 0) value += vr == "UI" ? '\0' : ' ';
    const auto size = static_cast<std::uint32_t>(value.size());
    if (!is_explicit) return tag(at) + number(size, 4) + value;
    const bool is_long = vr == "SQ" || vr == "OW" || vr == "OB";
    return tag(at) + vr + (is_long ? number(0, 2) + number(size, 4) : number(size, 2)) + value;
  }
  std::string sequence(std::uint32_t at, const std::vector<std::string>& items) const {
    std::string all;
    for (const std::string& item : items)
      all += tag(0xFFFEE000) + number(static_cast<std::uint32_t>(item.size()), 4) + item;
    return element(at, "SQ", all);
  }
  std::string samples(const std::vector<int>& values) const {
    std::string text;
    for (const int value : values) text += number(static_cast<std::uint32_t>(value), 2);
    return text;
  }

  std::string channel(const std::string& code, const std::string& meaning,
                      const std::string& sensitivity, const std::string& unit,
                      const std::string& correction, const std::string& baseline) const {
    const std::string source = element(0x00080100, "SH", code) + element(0x00080104, "LO", meaning);
    return sequence(0x003A0208, {source}) + element(0x003A0210, "DS", sensitivity) +
           sequence(0x003A0211, {element(0x00080100, "SH", unit)}) +
           element(0x003A0212, "DS", correction) + element(0x003A0213, "DS", baseline) +
           element(0x003A021A, "US", number(12, 2));
  }
  std::string group(const std::string& label, const std::string& rate,
                    const std::vector<int>& values) const {
    return element(0x003A0005, "US", number(2, 2)) +
           element(0x003A0010, "UL", number(static_cast<std::uint32_t>(values.size() / 2), 4)) +
           element(0x003A001A, "DS", rate) + element(0x003A0020, "SH", label) +
           sequence(kChannelTag, {channel("2:1", "Lead I", "2.5", "uV", "2", "50"),
                                  channel("5.6.3-9-61", "wrong", "0.005", "mV", "1", "0")}) +
           element(0x54001004, "US", number(16, 2)) + element(0x54001006, "CS", "SS") +
           element(0x5400100A, "OW", number(0x8000, 2)) +
           element(0x54001010, "OW", samples(values));
  }
  static constexpr std::uint32_t kChannelTag = 0x003A0200;

  std::string dataset() const {
    return element(0x0008002A, "DT", "20020302082604.000") + element(0x00080070, "LO", "Maker") +
           element(0x00100010, "PN", "Doe^Jane") + element(0x00100020, "LO", "MCH-7") +
           element(0x00100040, "CS", "F") + element(0x00101010, "AS", "051Y") +
           sequence(0x0040B020, {element(0x00700006, "ST", "Sinus rhythm")}) +
           sequence(0x54000100, {group("MEDIAN BEAT", "500", {7, 8}),
                                 group("RHYTHM", "500", {100, 200, -32768, -200, 0, 1000})});
  }
};

inline FileSet dicom(const std::string& syntax, const Writer& writer, bool preamble = true) {
  const std::string meta = Writer{}.element(0x00020010, "UI", syntax);
  return {{{"x.dcm", bytes_of((preamble ? std::string(128, '\0') + "DICM" : std::string()) + meta +
                              writer.dataset())}}};
}

inline const char* kExplicit = "1.2.840.10008.1.2.1";

}  // namespace ecg::test::made_dicom
