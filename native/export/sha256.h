#pragma once
// SHA-256 (FIPS 180-4): the page checks downloaded graphs against it with the browser's own.

#include <string>
#include <string_view>

namespace ecg {

/// The digest of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace ecg
