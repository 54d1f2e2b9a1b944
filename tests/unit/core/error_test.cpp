#include "core/error.h"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "core/result.h"

using namespace ecg;

TEST_CASE("every error code has its own name and a sentence", "[error]") {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kIo); ++code) {
    names.insert(error_code_name(static_cast<ErrorCode>(code)));
    CHECK(error_code_sentence(static_cast<ErrorCode>(code)).ends_with('.'));
  }
  CHECK(names.size() == static_cast<std::size_t>(ErrorCode::kIo) + 1);
  CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("an error prints file, what, place and hint", "[error]") {
  const Error error{ErrorCode::kTruncated, "12 of 20 samples present", "copy the file again",
                    "a.dat", 24};
  CHECK(to_string(error) == "a.dat: 12 of 20 samples present (at byte 24): copy the file again");
  CHECK(to_string(Error{ErrorCode::kEmptyFile, {}, {}, {}, {}}) == "The file is empty.");
}

TEST_CASE("a result holds a value or an error", "[result]") {
  const Result<int> good = 3;
  const Result<int> bad = Error{ErrorCode::kIo, "no", "", "", {}};
  CHECK(good.has_value());
  CHECK(*good == 3);
  CHECK(bad.value_or(7) == 7);
  CHECK(bad.error().code == ErrorCode::kIo);
  CHECK(Result<void>().has_value());
  CHECK_FALSE(Result<void>(bad.error()).has_value());
}
