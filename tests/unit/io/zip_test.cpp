// Archives made by hand, entry by entry, so that every field can be wrong.

#include "io/zip.h"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "hostile.h"
#include "io/formats.h"
#include "io/inflate.h"
#include "io/read_recording.h"
#include "made_zip.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_zip;

namespace {

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
