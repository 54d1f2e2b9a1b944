#pragma once
// Whether a device may compute the same thing in different ways.

namespace ecg {

/// From here on this process computes only by kernels whose results are the same in every run on
/// the same machine, and an operation that has none ends with an error (true); or whichever is
/// fastest (false). CPU kernels are of the first kind either way. Call before the device computes
/// anything.
void compute_deterministically(bool yes);

}  // namespace ecg
