// Archives made by hand, entry by entry, so that every field can be wrong.

#include "io/zip.h"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "hostile.h"
#include "io/formats.h"
#include "io/inflate.h"
#include "io/read_recording.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Bytes deflated(const Bytes& plain) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(plain.size() + 64);
  stream.next_in = const_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
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

NamedBytes archive(const std::vector<Made>& files, const std::string& comment = "") {
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

NamedBytes record_archive(bool deflate) {
  std::vector<Made> files{{"__MACOSX/._r.hea", {1, 2}}, {"data/", {}}, {"data/.hidden", {1}}};
  for (const NamedBytes& file : small_record().files)
    files.push_back({"data/" + file.name, file.bytes, deflate});
  return archive(files, "a comment");
}

Error error_of(const NamedBytes& file) {
  const auto files = unzip(file);
  REQUIRE_FALSE(files.has_value());
  CHECK_FALSE(files.error().hint.empty());
  return files.error();
}

}  // namespace

TEST_CASE("a record in an archive opens as it does outside", "[zip]") {
  const auto outside = read_recording(small_record());
  REQUIRE(outside.has_value());
  for (const bool deflate : {false, true}) {
    const auto inside = read_recording({{record_archive(deflate)}});
    REQUIRE(inside.has_value());
    CHECK(inside->info.record_name == outside->info.record_name);
    REQUIRE(inside->signal.sample_count() == outside->signal.sample_count());
    for (std::size_t i = 0; i < outside->signal.lead(1).size(); ++i)
      CHECK(inside->signal.lead(1)[i] == outside->signal.lead(1)[i]);
  }
}

TEST_CASE("folders, hidden files and macOS's extras are passed over", "[zip]") {
  const auto files = unzip(record_archive(true));
  REQUIRE(files.has_value());
  CHECK(files->files.size() == small_record().files.size());
  CHECK(files->files[0].name.starts_with("a.zip/data/"));
}

TEST_CASE("what is in an archive is listed", "[zip]") {
  const auto parts = describe_files({{record_archive(true)}});
  REQUIRE(parts.size() > 2);
  CHECK(parts[0].detail.starts_with("ZIP archive"));
  CHECK(parts[1].file.starts_with("a.zip/data/"));
}

TEST_CASE("archives that cannot be unpacked are refused with the entry's name", "[zip]") {
  const Bytes plain(100, 7);
  CHECK(error_of(archive({{"secret", plain, false, 1}})).message.find("encrypted") !=
        std::string::npos);
  CHECK(error_of(archive({{"x", plain, false, 0, 12}})).code == ErrorCode::kUnsupported);
  CHECK(error_of(archive({{"inner.zip", archive({{"x", plain}}).bytes}})).code ==
        ErrorCode::kUnsupported);
  CHECK(error_of(archive({})).code == ErrorCode::kInsufficientData);
  CHECK(error_of(archive({{"x", plain, false, 0, 99, 0xFFFFFFFF}})).code ==
        ErrorCode::kUnsupported);
  CHECK(error_of(archive({{"x", plain, false, 0, 99, 101}})).code == ErrorCode::kBadChecksum);
  NamedBytes changed = archive({{"x", plain}});
  changed.bytes[40] ^= 1;
  CHECK(error_of(changed).code == ErrorCode::kBadChecksum);
}

TEST_CASE("bombs are refused before they unpack", "[zip]") {
  const Bytes zeros(4u << 20, 0);
  const NamedBytes bomb = archive({{"bomb", zeros, true}});
  REQUIRE(zeros.size() > inflate_limit(bomb.bytes.size()));
  CHECK(error_of(bomb).code == ErrorCode::kTooLarge);
  // The directory lies about the size.
  CHECK(error_of(archive({{"bomb", zeros, true, 0, 99, 1000}})).code == ErrorCode::kTooLarge);
  // Many entries, each within the limit, together beyond it.
  const std::vector<Made> many(8, {"part", Bytes(900000, 0), true});
  CHECK(error_of(archive(many)).code == ErrorCode::kTooLarge);
}

TEST_CASE("cut and damaged archives end in an error or a recording", "[zip][hostile]") {
  const FileSet whole{{record_archive(true)}};
  require_truncations_refused(whole);
  require_damage_survived({whole, {{record_archive(false)}}}, 2000, 41);
}
