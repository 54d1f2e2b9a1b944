#pragma once
// Several ranks in one test: threads of this process, joined by Gloo.

#include <cstdint>
#include <functional>

#include "distributed/communicator.h"

namespace ecg::test {

/// A port of this machine that was free a moment ago.
std::uint16_t free_port();

/// Runs `work` as rank 0 to size - 1 of a Gloo group, a thread each; the first exception comes out.
void with_ranks(int size, const std::function<void(const Communicator&)>& work);

}  // namespace ecg::test
