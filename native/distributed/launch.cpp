#include "distributed/launch.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#ifdef EINTHOVEN_GLOO
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

extern char** environ;

namespace ecg {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kGrace{30};

constexpr int kPassedOn[] = {SIGINT, SIGTERM, SIGUSR1};
volatile std::sig_atomic_t signal_to_pass = 0;

extern "C" void note_signal(int signal) { signal_to_pass = signal; }

/// The processes that run, and what became of the others.
struct Children {
  std::map<pid_t, int> running;  ///< rank by process
  std::vector<int> codes;        ///< exit code by rank; 128 + signal if it was killed
};

std::vector<std::string> environment_of(int rank, int ranks, int port) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry; ++entry) variables.emplace_back(*entry);
  const auto set = [&](const char* name, const std::string& value) {
    const std::string prefix = std::string(name) + "=";
    std::erase_if(variables,
                  [&](const std::string& v) { return v.compare(0, prefix.size(), prefix) == 0; });
    variables.push_back(prefix + value);
  };
  for (const char* name : {"RANK", "LOCAL_RANK"}) set(name, std::to_string(rank));
  for (const char* name : {"WORLD_SIZE", "LOCAL_WORLD_SIZE"}) set(name, std::to_string(ranks));
  set("MASTER_ADDR", "127.0.0.1");
  set("MASTER_PORT", std::to_string(port));
  set("TORCHELASTIC_USE_AGENT_STORE", "True");
  return variables;
}

// A process group of its own, so that the terminal's Ctrl-C reaches it once, through us.
pid_t start(char** argv, std::vector<std::string> variables) {
  std::vector<char*> pointers;
  for (std::string& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = -1;
  const int failed =
      ::posix_spawn(&child, "/proc/self/exe", nullptr, &attributes, argv, pointers.data());
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0)
    throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(failed));
  return child;
}

void pass_on(const Children& children, int signal) {
  for (const auto& [process, rank] : children.running) ::kill(process, signal);
}

// Takes note of one process that has ended, if there is one.
bool reap(Children& children) {
  int status = 0;
  const pid_t ended = ::waitpid(-1, &status, WNOHANG);
  const auto found = children.running.find(ended);
  if (ended <= 0 || found == children.running.end()) return false;
  const int rank = found->second;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (WIFSIGNALED(status)) {
    std::fprintf(stderr, "einthoven-train: rank %d was killed by signal %d\n", rank,
                 WTERMSIG(status));
  } else if (code != 0 && code != kExitResumable) {
    std::fprintf(stderr, "einthoven-train: rank %d failed with code %d\n", rank, code);
  }
  children.codes[static_cast<std::size_t>(rank)] = code;
  children.running.erase(found);
  return true;
}

void wait_for_all(Children& children) {
  Clock::time_point first_failure = Clock::time_point::max();
  while (!children.running.empty()) {
    if (const int signal = signal_to_pass) {
      signal_to_pass = 0;
      pass_on(children, signal);
    }
    const bool ended = reap(children);
    for (const int code : children.codes) {
      if (code > 0 && first_failure == Clock::time_point::max()) first_failure = Clock::now();
    }
    if (first_failure != Clock::time_point::max() && Clock::now() - first_failure > kGrace) {
      pass_on(children, SIGKILL);
    }
    if (!ended) ::usleep(20000);
  }
}

int code_of(const std::vector<int>& codes) {
  if (codes[0] == kExitResumable) return kExitResumable;
  for (const int code : codes) {
    if (code != 0 && code != kExitResumable) return code > 128 ? 1 : code;
  }
  return codes[0];
}

}  // namespace

int launch(int ranks, char** argv) {
#ifdef EINTHOVEN_GLOO
  c10d::TCPStoreOptions options;
  options.port = 0;
  options.isServer = true;
  options.waitWorkers = false;
  const auto store = c10::make_intrusive<c10d::TCPStore>("127.0.0.1", options);
  struct sigaction action = {};
  action.sa_handler = note_signal;
  for (const int signal : kPassedOn) ::sigaction(signal, &action, nullptr);
  Children children;
  children.codes.assign(static_cast<std::size_t>(ranks), -1);
  for (int rank = 0; rank < ranks; ++rank) {
    children.running[start(argv, environment_of(rank, ranks, store->getPort()))] = rank;
  }
  wait_for_all(children);
  return code_of(children.codes);
#else
  (void)argv;
  throw std::runtime_error("this program was built without process groups and cannot launch " +
                           std::to_string(ranks) + ": build it with Gloo's headers (libgloo-dev)");
#endif
}

}  // namespace ecg
