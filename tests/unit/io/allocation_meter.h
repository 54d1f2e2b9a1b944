#pragma once
// Counts what a piece of code allocates, to show that hostile headers cannot make a reader ask for
// much.

#include <cstdint>

namespace ecg::test {

/// Bytes asked of operator new since the program began, freed or not.
std::uint64_t allocated_bytes();

}  // namespace ecg::test
