#include "io/inflate.h"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>

using namespace ecg;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes zlib_of(const Bytes& plain) {
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  Bytes packed(size);
  REQUIRE(compress2(packed.data(), &size, plain.data(), static_cast<uLong>(plain.size()), 9) ==
          Z_OK);
  packed.resize(size);
  return packed;
}

Bytes varied(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * i / 7);
  return bytes;
}

}  // namespace

TEST_CASE("inflating undoes deflating, in both framings", "[io][inflate]") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{70000}}) {
    const Bytes plain = varied(size), packed = zlib_of(plain);
    const auto zlib = inflate_bytes(packed, DeflateFraming::kZlib, size, "f");
    REQUIRE(zlib.has_value());
    CHECK(*zlib == plain);
    // The raw stream lies between the two bytes of zlib's header and its four of checksum.
    const auto raw =
        inflate_bytes({packed.data() + 2, packed.size() - 6}, DeflateFraming::kRaw, size, "f");
    REQUIRE(raw.has_value());
    CHECK(*raw == plain);
  }
}

TEST_CASE("a stored block made by hand", "[io][inflate]") {
  const Bytes stored = {0x01, 0x03, 0x00, 0xFC, 0xFF, 'E', 'C', 'G', 0xAA};  // 0xAA: not its own
  const auto plain = inflate_bytes(stored, DeflateFraming::kRaw, 3, "f");
  REQUIRE(plain.has_value());
  CHECK(*plain == Bytes{'E', 'C', 'G'});
}

TEST_CASE("nothing beyond the limit comes out", "[io][inflate]") {
  const Bytes bomb = zlib_of(Bytes(1 << 22, 0));
  CHECK(bomb.size() < 5000);
  const auto refused =
      inflate_bytes(bomb, DeflateFraming::kZlib, inflate_limit(bomb.size()), "bomb.zip");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kTooLarge);
  CHECK(refused.error().file == "bomb.zip");
  CHECK_FALSE(refused.error().hint.empty());
  CHECK(inflate_bytes(bomb, DeflateFraming::kZlib, (1 << 22) - 1, "f").has_value() == false);
  CHECK(inflate_bytes(bomb, DeflateFraming::kZlib, 1 << 22, "f").has_value());
}

TEST_CASE("every truncation and a wrong checksum are errors", "[io][inflate]") {
  Bytes packed = zlib_of(varied(300));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto cut = inflate_bytes({packed.data(), size}, DeflateFraming::kZlib, 1000, "f");
    REQUIRE_FALSE(cut.has_value());
    CHECK(cut.error().code == ErrorCode::kTruncated);
  }
  packed.back() ^= 1;
  CHECK(inflate_bytes(packed, DeflateFraming::kZlib, 1000, "f").error().code ==
        ErrorCode::kBadValue);
}
