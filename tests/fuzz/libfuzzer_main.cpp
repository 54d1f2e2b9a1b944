// One fuzz target (EINTHOVEN_FUZZ_TARGET) for libFuzzer, with the bound on memory watched.

#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "target.h"

namespace {

std::atomic<std::int64_t> alive_bytes{0}, peak_bytes{0};

void on_malloc(const volatile void*, std::size_t size) {
  alive_bytes += static_cast<std::int64_t>(size);
  if (alive_bytes > peak_bytes) peak_bytes = alive_bytes.load();
}

void on_free(const volatile void* memory) {
  if (memory != nullptr)
    alive_bytes -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(memory));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::int64_t before = alive_bytes;
  peak_bytes = before;
  ecg::fuzz::run_one(EINTHOVEN_FUZZ_TARGET, {data, size});
  const std::int64_t used = peak_bytes - before;
  if (used > static_cast<std::int64_t>(ecg::fuzz::allowed_bytes(size))) {
    std::fprintf(stderr, "%lld bytes were alive for an input of %zu\n",
                 static_cast<long long>(used), size);
    std::abort();
  }
  return 0;
}
