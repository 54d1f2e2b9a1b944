#include "allocation_meter.h"

#include <cstdlib>
#include <new>

namespace {
std::uint64_t total_bytes = 0;
}  // namespace

namespace ecg::test {
std::uint64_t allocated_bytes() { return total_bytes; }
}  // namespace ecg::test

// Those forms of new and delete that the standard containers and algorithms use.
void* operator new(std::size_t size) {
  total_bytes += size;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  total_bytes += size;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
