// Real files of every single-file format, cut at many places: an error or a shorter recording, in
// memory that the bytes justify. (WFDB records, made of several files, are cut in
// hostile_input_test.cpp.)

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <vector>

#include "hostile.h"
#include "io/formats.h"
#include "support/test_data.h"

using namespace ecg;
using namespace ecg::test;
namespace fs = std::filesystem;

namespace {

// Cuts every file at `cuts` places; returns how many files there were.
std::size_t cut_real_files(const fs::path& data, std::size_t cuts) {
  constexpr std::size_t kLargest = std::size_t{1} << 20;
  std::size_t tried = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data / "formats")) {
    if (!entry.is_regular_file() || entry.file_size() > kLargest) continue;
    if (entry.path().string().find("/wfdb/") != std::string::npos) continue;
    const FileSet whole = read_files({entry.path()});
    const std::size_t size = whole.files.front().bytes.size();
    for (std::size_t cut = 1; cut <= cuts; ++cut) {
      FileSet part = whole;
      // Near the start, where headers are, cuts lie closer together.
      part.files.front().bytes.resize(
          std::max<std::size_t>(
              1, static_cast<std::size_t>(std::uint64_t{size} * cut * cut / (cuts * cuts))) -
          (cut == cuts ? 1 : 0));
      INFO(entry.path() << " cut to " << part.files.front().bytes.size());
      CHECK(survives(part, {.allowance_bytes = 8u << 20}));
    }
    ++tried;
  }
  return tried;
}

}  // namespace

TEST_CASE("real files cut anywhere do no harm", "[io][hostile][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  CHECK(cut_real_files(*data, 16) > 25);
}

// Takes minutes; run by name: io_test "[thorough]".
TEST_CASE("real files cut at a thousand places do no harm", "[.][thorough]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  CHECK(cut_real_files(*data, 1000) > 25);
}
