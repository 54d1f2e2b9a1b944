#include "io/npy_writer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

using namespace ecg;

TEST_CASE("a .npy file by hand: preamble, header of a multiple of 64, rows of float32",
          "[io][npy]") {
  Signal signal({label_of(Lead::kI), label_of(Lead::kII)}, 3, 250);
  signal.lead(0)[0] = 1;      // 00 00 80 3F
  signal.lead(0)[2] = -0.5f;  // 00 00 00 BF
  signal.lead(1)[1] = std::numeric_limits<float>::quiet_NaN();
  const std::string bytes = npy_from_signal(signal);
  CHECK(bytes.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t header =
      static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  CHECK((10 + header) % 64 == 0);
  REQUIRE(bytes.size() == 10 + header + 2 * 3 * 4);
  CHECK(bytes[10 + header - 1] == '\n');
  CHECK(
      bytes.substr(10).starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"));
  const std::string rows = bytes.substr(10 + header);
  CHECK(rows.substr(0, 12) == std::string("\0\0\x80\x3F\0\0\0\0\0\0\0\xBF", 12));
  CHECK(rows.substr(12, 4) == std::string(4, '\0'));
  CHECK((rows[18] & 0x80) != 0);  // NaN: all exponent bits set
  CHECK((rows[19] & 0x7F) == 0x7F);
}

TEST_CASE("a part of a signal is written row by row", "[io][npy]") {
  Signal signal({label_of(Lead::kI), label_of(Lead::kII)}, 4, 250);
  signal.lead(1)[2] = 1;
  const std::string bytes = npy_from_signal(signal.view().samples(2, 3));
  CHECK(bytes.substr(bytes.size() - 8) == std::string("\0\0\0\0\0\0\x80\x3F", 8));
}
