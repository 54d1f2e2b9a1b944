// FNV-1a against the published test vectors.

#include "core/fnv1a.h"

#include <catch2/catch_test_macros.hpp>

using namespace ecg;

TEST_CASE("FNV-1a gives the published values") {
  CHECK(fnv1a("") == 0xcbf29ce484222325ull);
  CHECK(fnv1a("a") == 0xaf63dc4c8601ec8cull);
  CHECK(fnv1a("foobar") == 0x85944171f73967e8ull);
  CHECK(fnv1a("\xff") == 0xaf64724c8602eb6eull);
}

TEST_CASE("Folded to 48 bits, the upper 16 are mixed into the lower") {
  CHECK(fnv1a_48("a") == 0xdc4c860143efull);
}
