#include "io/size_limits.h"

#include <algorithm>

namespace ecg {

std::int64_t allowed_values(const FileSet& files) {
  constexpr std::int64_t kAlways = 1 << 20;  // 4 MiB of values
  constexpr std::int64_t kPerByte = 16;      // 64 bytes of values for each byte read
  constexpr std::int64_t kMost = 1ll << 29;  // 2 GiB: more fits no browser
  std::int64_t bytes = 0;
  for (const NamedBytes& file : files.files) bytes += static_cast<std::int64_t>(file.bytes.size());
  return std::min(kMost, kAlways + kPerByte * bytes);
}

}  // namespace ecg
