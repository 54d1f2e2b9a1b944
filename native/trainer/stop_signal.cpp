#include "trainer/stop_signal.h"

#include <unistd.h>

#include <csignal>

namespace ecg::trainer {
namespace {

std::atomic<bool> stop_wished{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // the handler may touch nothing else

extern "C" void wish_stop(int signal) {
  if (stop_wished.exchange(true)) ::_exit(128 + signal);
  constexpr char kText[] = "\nstopping after this step; press again to stop at once\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
}

}  // namespace

const std::atomic<bool>& watch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = wish_stop;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return stop_wished;
}

}  // namespace ecg::trainer
