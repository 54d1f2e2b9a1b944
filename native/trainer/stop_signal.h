#pragma once
// SIGINT, SIGTERM and SIGUSR1 as a wish to stop; a second SIGINT ends the program at once.

#include <atomic>

namespace ecg::trainer {

/// Catches the signals from now on; the returned flag turns true with the first. Writing beyond a
/// limit on file sizes becomes an ordinary error (SIGXFSZ is ignored).
const std::atomic<bool>& watch_stop_signals();

}  // namespace ecg::trainer
