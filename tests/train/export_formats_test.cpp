// Number formats and messages of the export: SHA-256, half precision, 8-bit weights, ONNX fields.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <protozero/pbf_reader.hpp>
#include <string>

#include "core/philox.h"
#include "export/onnx_writer.h"
#include "export/quantise.h"
#include "export/sha256.h"

using namespace ecg;

TEST_CASE("SHA-256 gives the digests that FIPS 180-4 publishes") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("every half-precision value survives the way to float32 and back") {
  int wrong = 0;
  for (std::uint32_t half = 0; half < 65536; ++half) {
    const auto bits = static_cast<std::uint16_t>(half);
    const float value = float_from_half(bits);
    if (std::isnan(value)) {
      wrong += std::isnan(float_from_half(half_from_float(value))) ? 0 : 1;
    } else {
      wrong += half_from_float(value) == bits ? 0 : 1;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("half precision rounds to nearest, ties to even") {
  CHECK(half_from_float(1.0F) == 0x3c00);
  CHECK(half_from_float(1.0F + 0x1p-11F) == 0x3c00);             // tie, even below
  CHECK(half_from_float(1.0F + 0x3p-11F) == 0x3c02);             // tie, even above
  CHECK(half_from_float(1.0F + 0x1p-11F + 0x1p-20F) == 0x3c01);  // above the tie
  CHECK(half_from_float(2.0F - 0x1p-12F) == 0x4000);             // carries into the exponent
  CHECK(half_from_float(65504.0F) == 0x7bff);
  CHECK(half_from_float(65520.0F) == 0x7c00);
  CHECK(half_from_float(-std::numeric_limits<float>::infinity()) == 0xfc00);
  CHECK(half_from_float(0x1p-14F - 0x1p-26F) == 0x0400);  // subnormal rounds up to normal
  CHECK(half_from_float(0x1p-25F) == 0x0000);             // tie, even below
  CHECK(half_from_float(-0x1.8p-24F) == 0x8002);          // tie, even above
}

TEST_CASE("quantised weights are within half a step and use no more than seven bits") {
  RandomStream random({7, 0, 0, 0, RandomPurpose::kTest});
  constexpr std::int64_t kRows = 37, kColumns = 11;
  std::vector<float> matrix(kRows * kColumns);
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const bool empty_column = i % kColumns == 4;
    matrix[i] = empty_column ? 0.0F : static_cast<float>(random.normal(0, std::exp2(i % kColumns)));
  }
  const QuantisedMatrix quantised = quantise_columns(matrix, kRows, kColumns);
  REQUIRE(quantised.scale.size() == kColumns);
  std::map<std::size_t, int> largest;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const std::size_t column = i % kColumns;
    const float step = quantised.scale[column];
    CHECK(std::abs(matrix[i] - static_cast<float>(quantised.levels[i]) * step) <= 0.5001F * step);
    largest[column] = std::max(largest[column], std::abs(static_cast<int>(quantised.levels[i])));
  }
  for (const auto& [column, level] : largest) CHECK(level == (column == 4 ? 0 : kWeightLevels));
}

TEST_CASE("ONNX bytes carry the fields of onnx.proto") {
  OnnxModel model;
  model.name = "sum";
  model.nodes.push_back({"Softmax", "n", {"x", ""}, {"y"}, {{"axis", std::int64_t{-1}}}});
  model.constants.push_back(
      {"c", OnnxType::kInt64, {2}, raw_bytes(std::vector<std::int64_t>{3, -4})});
  model.inputs.push_back({"x", OnnxType::kFloat, {1, 5}});
  model.outputs.push_back({"y", OnnxType::kFloat, {1, 5}});
  model.metadata = {{"key", "text"}};
  const std::string bytes = bytes_from_onnx(model);

  std::string graph;
  protozero::pbf_reader message(bytes);
  std::int64_t ir = 0, opset = 0;
  std::string metadata;
  while (message.next()) {
    if (message.tag() == 1) {
      ir = message.get_int64();
    } else if (message.tag() == 7) {
      graph = message.get_bytes();
    } else if (message.tag() == 8) {
      auto entry = message.get_message();
      while (entry.next()) entry.tag() == 2 ? void(opset = entry.get_int64()) : entry.skip();
    } else if (message.tag() == 14) {
      auto entry = message.get_message();
      while (entry.next()) metadata += entry.get_string() + ';';
    } else {
      message.skip();
    }
  }
  CHECK(ir == 9);
  CHECK(opset == 20);
  CHECK(metadata == "key;text;");

  std::map<std::uint32_t, int> fields;
  protozero::pbf_reader parts(graph);
  while (parts.next()) {
    ++fields[parts.tag()];
    if (parts.tag() == 5) {
      auto tensor = parts.get_message();
      while (tensor.next()) {
        if (tensor.tag() == 9) {
          CHECK(tensor.get_bytes() ==
                std::string("\3\0\0\0\0\0\0\0\xfc\xff\xff\xff\xff\xff\xff\xff", 16));
        } else {
          tensor.skip();
        }
      }
    } else {
      parts.skip();
    }
  }
  CHECK(fields == std::map<std::uint32_t, int>{{1, 1}, {2, 1}, {5, 1}, {11, 1}, {12, 1}});
}
