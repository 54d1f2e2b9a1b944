#pragma once
// Numbers as binary arrays store them: integers and IEEE floats of either byte order.

#include <cstddef>
#include <cstdint>
#include <span>

namespace ecg {

/// How one number is stored.
struct StoredNumber {
  enum class Kind : std::uint8_t { kSigned, kUnsigned, kFloat };
  Kind kind = Kind::kFloat;
  std::size_t bytes = 4;  ///< 1, 2, 4 or 8; floats 2, 4 or 8
  bool big_endian = false;
};

/// The number that `bytes` begins with. Precondition: as many bytes as `how` says.
double stored_number(std::span<const std::uint8_t> bytes, StoredNumber how);

/// The whole numbers that begin every `stride` bytes of `bytes`; those above 2^31 wrap.
/// Preconditions: `how` says integers of 1 to 4 bytes, 3 included, and there are bytes for all of
/// `numbers`.
void stored_integers(std::span<const std::uint8_t> bytes, StoredNumber how, std::size_t stride,
                     std::span<std::int32_t> numbers);

/// The whole numbers that `bytes` begins with, one behind the other.
inline void stored_integers(std::span<const std::uint8_t> bytes, StoredNumber how,
                            std::span<std::int32_t> numbers) {
  stored_integers(bytes, how, how.bytes, numbers);
}

}  // namespace ecg
