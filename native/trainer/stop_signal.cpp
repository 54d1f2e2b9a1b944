#include "trainer/stop_signal.h"

#include <unistd.h>

#include <csignal>

namespace ecg::trainer {
namespace {

std::atomic<bool> stop_wished{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // the handler may touch nothing else

extern "C" void wish_stop(int signal) {
  // Batch systems warn with SIGUSR1 and follow with SIGTERM; only people mean "at once" by a
  // second.
  if (stop_wished.exchange(true)) {
    if (signal == SIGINT) ::_exit(128 + signal);
    return;
  }
  constexpr char kText[] = "\nstopping after this step; press again to stop at once\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
}

}  // namespace

const std::atomic<bool>& watch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = wish_stop;
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) ::sigaction(signal, &action, nullptr);
  // A file that reaches a limit on its size is an error to report, not an end without a word.
  std::signal(SIGXFSZ, SIG_IGN);
  return stop_wished;
}

}  // namespace ecg::trainer
