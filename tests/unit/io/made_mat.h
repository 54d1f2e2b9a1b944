#pragma once
// MATLAB v5 files made in the test, element by element.

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "synthetic_record.h"

namespace ecg::test::made_mat {

/// Writes elements in one byte order.
struct Writer {
  bool big_endian = false;

  std::string number(std::uint64_t value, int size) const {
    std::string text;
    for (int i = 0; i < size; ++i)
      text += static_cast<char>(value >> 8 * (big_endian ? size - 1 - i : i) & 0xFF);
    return text;
  }
  std::string element(std::uint32_t type, const std::string& data) const {
    const auto size = static_cast<std::uint32_t>(data.size());
    if (size > 0 && size <= 4)
      return number(size << 16 | type, 4) + (data + std::string(4, '\0')).substr(0, 4);
    return number(type, 4) + number(size, 4) + data + std::string((8 - size % 8) % 8, '\0');
  }
  std::string head(std::uint32_t kind, std::uint32_t rows, std::uint32_t columns,
                   const std::string& name) const {
    return element(6, number(kind, 4) + number(0, 4)) +
           element(5, number(rows, 4) + number(columns, 4)) + element(1, name);
  }
  /// Numbers column after column, stored as 16-bit integers.
  std::string matrix(const std::string& name, std::uint32_t rows,
                     const std::vector<int>& values) const {
    std::string data;
    for (const int value : values) data += number(static_cast<std::uint64_t>(value), 2);
    const auto columns = static_cast<std::uint32_t>(values.size()) / rows;
    return element(14, head(6, rows, columns, name) + element(3, data));
  }
  std::string text(const std::string& name, const std::string& value) const {
    std::string data;
    for (const char c : value) data += number(static_cast<unsigned char>(c), 2);
    return element(14,
                   head(4, 1, static_cast<std::uint32_t>(value.size()), name) + element(4, data));
  }
  std::string cell(const std::string& name, const std::vector<std::string>& arrays) const {
    std::string all;
    for (const std::string& array : arrays) all += array;
    return element(14, head(1, 1, static_cast<std::uint32_t>(arrays.size()), name) + all);
  }
  std::string structure(const std::string& name, const std::vector<std::string>& fields,
                        const std::vector<std::string>& arrays) const {
    std::string names, all;
    for (std::string field : fields) names += (field.resize(16), field);
    for (const std::string& array : arrays) all += array;
    return element(14, head(2, 1, 1, name) + element(5, number(16, 4)) + element(1, names) + all);
  }
  FileSet file(const std::string& variables) const {
    std::string header = "MATLAB 5.0 MAT-file, Platform: test";
    header.resize(124, ' ');
    header += number(0x0100, 2) + (big_endian ? "MI" : "IM");
    return {{{"x.mat", bytes_of(header + variables)}}};
  }
};

inline std::string compressed(const std::string& element) {
  std::string out(element.size() + 100, '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size,
           reinterpret_cast<const Bytef*>(element.data()), element.size());
  const Writer w;
  return w.number(15, 4) + w.number(size, 4) + out.substr(0, size);
}

/// Two leads of 40 samples: 0, 1, ... and 0, -2, ...; one lead per row.
inline std::vector<int> two_leads() {
  std::vector<int> values;
  for (int i = 0; i < 40; ++i) values.insert(values.end(), {i, -2 * i});
  return values;
}

inline std::string rich(const Writer& w) {
  return w.structure("ECG", {"data", "fs", "sex", "age"},
                     {w.matrix("", 2, two_leads()), w.matrix("", 1, {250}), w.text("", "Male"),
                      w.matrix("", 1, {52})}) +
         w.text("units", "uV") + w.cell("leads", {w.text("", "I"), w.text("", "V2")}) +
         w.text("note", "seen by Dr X");
}

}  // namespace ecg::test::made_mat
