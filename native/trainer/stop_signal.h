#pragma once
// SIGINT and SIGTERM as a wish to stop; a second one ends the program at once.

#include <atomic>

namespace ecg::trainer {

/// Catches both signals from now on; the returned flag turns true with the first.
const std::atomic<bool>& watch_stop_signals();

}  // namespace ecg::trainer
