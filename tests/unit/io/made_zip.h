#pragma once
// Archives made in the test, entry by entry, so that every field can be wrong.

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "synthetic_record.h"

namespace ecg::test::made_zip {

using Bytes = std::vector<std::uint8_t>;

inline void put(Bytes& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

inline void put(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }

inline Bytes deflated(const Bytes& plain) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  Bytes out(plain.size() + 64);
  stream.next_in = const_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One file of an archive, and how its fields lie.
struct Made {
  std::string name;
  Bytes content;
  bool deflate = false;
  std::uint32_t flags = 0;
  std::uint32_t method = 99;  ///< 99: as `deflate` says
  std::uint32_t claimed = 0;  ///< size in the directory; 0: the true one
};

inline NamedBytes archive(const std::vector<Made>& files, const std::string& comment = "") {
  Bytes out, directory;
  for (const Made& file : files) {
    const Bytes data = file.deflate ? deflated(file.content) : file.content;
    const auto at = static_cast<std::uint32_t>(out.size());
    const std::uint32_t method = file.method != 99 ? file.method : file.deflate ? 8 : 0;
    const auto size =
        file.claimed != 0 ? file.claimed : static_cast<std::uint32_t>(file.content.size());
    const auto checksum = static_cast<std::uint32_t>(
        crc32(0, file.content.data(), static_cast<uInt>(file.content.size())));
    const auto fields = [&](Bytes& to) {
      put(to, 20, 2);
      put(to, file.flags, 2);
      put(to, method, 2);
      put(to, 0, 4);
      put(to, checksum, 4);
      put(to, static_cast<std::uint32_t>(data.size()), 4);
      put(to, size, 4);
      put(to, static_cast<std::uint32_t>(file.name.size()), 2);
      put(to, 0, 2);
    };
    put(out, bytes_of("PK\x03\x04"));
    fields(out);
    put(out, bytes_of(file.name));
    put(out, data);
    put(directory, bytes_of("PK\x01\x02"));
    put(directory, 20, 2);
    fields(directory);
    for (const int width : {2, 2, 2, 4}) put(directory, 0, width);
    put(directory, at, 4);
    put(directory, bytes_of(file.name));
  }
  const auto start = static_cast<std::uint32_t>(out.size());
  put(out, directory);
  put(out, bytes_of("PK\x05\x06"));
  put(out, 0, 4);
  put(out, static_cast<std::uint32_t>(files.size()), 2);
  put(out, static_cast<std::uint32_t>(files.size()), 2);
  put(out, static_cast<std::uint32_t>(directory.size()), 4);
  put(out, start, 4);
  put(out, static_cast<std::uint32_t>(comment.size()), 2);
  put(out, bytes_of(comment));
  return {"a.zip", out};
}

inline NamedBytes record_archive(bool deflate) {
  std::vector<Made> files{{"__MACOSX/._r.hea", {1, 2}}, {"data/", {}}, {"data/.hidden", {1}}};
  for (const NamedBytes& file : small_record().files)
    files.push_back({"data/" + file.name, file.bytes, deflate});
  return archive(files, "a comment");
}

}  // namespace ecg::test::made_zip
