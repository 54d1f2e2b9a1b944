#pragma once
// The chunk of a PNG that cairo does not write: its physical resolution.

#include <string>

namespace ecg::cli {

/// `png` with a pHYs chunk of `dpi` after its header chunk (PNG specification, 11.3.4.3).
/// Precondition: a PNG without such a chunk.
std::string png_with_resolution(const std::string& png, double dpi);

}  // namespace ecg::cli
