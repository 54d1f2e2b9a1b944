// Files about texts: prompts of classes, vectors made by a language model elsewhere.

#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <fstream>
#include <limits>

#include "core/philox.h"
#include "corpus/class_prompts.h"
#include "corpus/failure.h"
#include "corpus/text_vectors.h"
#include "support/temporary_folder.h"

using namespace ecg;
using namespace ecg::test;
namespace fs = std::filesystem;

namespace {

// As numpy.save writes a '<f4' matrix.
std::string npy(std::string header, const std::vector<float>& values, char version = 1) {
  const std::size_t prefix = version == 1 ? 10 : 12;
  header.resize((prefix + header.size() + 64) / 64 * 64 - prefix - 1, ' ');
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  for (std::size_t i = 0; i < prefix - 8; ++i) {
    bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  }
  bytes += header;
  std::string data(values.size() * sizeof(float), '\0');
  if (!values.empty()) std::memcpy(data.data(), values.data(), data.size());
  return bytes + data;
}

constexpr const char* kHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

Result<NpyMatrix> read(const std::string& bytes) {
  return npy_matrix_from_bytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

ErrorCode code_of(const std::string& bytes) {
  const auto matrix = read(bytes);
  REQUIRE_FALSE(matrix.has_value());
  return matrix.error().code;
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("Prompts are read by class, in order, comments and blanks left out") {
  const auto classes = value_or_throw(class_prompts_from_text(
      "# two names\n\naf: atrial fibrillation\r\nnormal : Normal ECG: no findings\n"
      "  af:irregularly irregular"));
  const std::vector<ClassPrompts> expected{{"af", {"atrial fibrillation", "irregularly irregular"}},
                                           {"normal", {"Normal ECG: no findings"}}};
  CHECK(classes == expected);
}

TEST_CASE("A line that is no prompt is refused with its number") {
  for (const char* line : {"no colon", ": text", "label:", "label: \t "}) {
    const auto refused = class_prompts_from_text(std::string("# x\n") + line + "\n");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::kBadValue);
    CHECK(refused.error().message.find("line 2") == 0);
  }
  CHECK(class_prompts_from_text("# nothing\n").error().code == ErrorCode::kEmptyFile);
}

TEST_CASE("A NumPy matrix is read in every version of the format") {
  for (const char version : {'\1', '\2', '\3'}) {
    const auto matrix = value_or_throw(read(npy(kHeader, {1, 2, 3, 4, 5, 6}, version)));
    CHECK(matrix.rows == 2);
    CHECK(matrix.columns == 3);
    CHECK(matrix.values == std::vector<float>{1, 2, 3, 4, 5, 6});
  }
}

TEST_CASE("Other matrices, damaged and hostile ones are refused") {
  const std::vector<float> six{1, 2, 3, 4, 5, 6};
  const auto with = [&](const std::string& type, const std::string& order,
                        const std::string& shape) {
    return npy(
        "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }", six);
  };
  CHECK(code_of(with("<f8", "False", "(2, 3)")) == ErrorCode::kUnsupported);
  CHECK(code_of(with("<f4", "True", "(2, 3)")) == ErrorCode::kUnsupported);
  CHECK(code_of(with("<f4", "False", "(6,)")) == ErrorCode::kBadHeader);
  CHECK(code_of(with("<f4", "False", "(2, 0)")) == ErrorCode::kBadHeader);
  CHECK(code_of(with("<f4", "False", "(3, 3)")) == ErrorCode::kTruncated);
  CHECK(code_of(with("<f4", "False", "(18446744073709551615, 2)")) == ErrorCode::kTruncated);
  CHECK(code_of(with("<f4", "False", "(99999999999999999999, 2)")) == ErrorCode::kBadHeader);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(code_of(npy(kHeader, {1, 2, 3, 4, 5, nan})) == ErrorCode::kBadValue);
  const std::string good = npy(kHeader, six);
  for (std::size_t length = 0; length < good.size(); ++length) {
    CHECK_FALSE(read(good.substr(0, length)).has_value());
  }
  for (std::uint64_t i = 0; i < 300; ++i) {
    RandomStream random({3, 0, i, 0, RandomPurpose::kTest});
    std::string damaged = good;
    damaged[random.below(static_cast<std::uint32_t>(damaged.size()))] =
        static_cast<char>(random.below(256));
    (void)read(damaged);
  }
}

TEST_CASE("Vectors are found by a text's words") {
  const TemporaryFolder folder;
  write(folder / "t.npy", npy(kHeader, {1, 2, 3, 4, 5, 6}));
  write(folder / "t.txt", "Sinus Rhythm\nVorhofflimmern, AF\n");
  const auto vectors = value_or_throw(TextVectors::read(folder / "t"));
  CHECK(vectors.width() == 3);
  CHECK(vectors.size() == 2);
  const auto found = vectors.find("vorhofflimmern,  af");
  CHECK(std::vector<float>(found.begin(), found.end()) == std::vector<float>{4, 5, 6});
  CHECK(vectors.find("other").empty());
  write(folder / "t.txt", "only one\n");
  CHECK(TextVectors::read(folder / "t").error().code == ErrorCode::kInconsistent);
  CHECK(TextVectors::read(folder / "u").error().code == ErrorCode::kMissingFile);
}
