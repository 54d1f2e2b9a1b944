#include "trainer/child_program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "trainer/stop_signal.h"

namespace ecg::trainer {
namespace {

// In the child: output to the file, then the program. Only calls that are safe after fork.
[[noreturn]] void become_program(char** arguments, int log) {
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv("/proc/self/exe", arguments);
  ::_exit(127);
}

}  // namespace

int run_child(const std::vector<std::string>& arguments, const std::filesystem::path& log) {
  const std::atomic<bool>& stop = watch_stop_signals();
  const int file = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw Failure(system_error("cannot write", log));
  std::string program = "einthoven-train";
  std::vector<std::string> copies = arguments;
  std::vector<char*> pointers{program.data()};
  for (std::string& argument : copies) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) become_program(pointers.data(), file);
  ::close(file);
  if (child < 0) throw Failure(system_error("cannot start", "einthoven-train"));
  bool told = false;
  int status = 0;
  for (pid_t ended = 0; ended != child;) {
    ended = ::waitpid(child, &status, WNOHANG);
    if (ended < 0 && errno != EINTR) throw Failure(system_error("cannot wait for", "the child"));
    if (stop && !told) {
      ::kill(child, SIGTERM);
      told = true;
    }
    if (ended != child) ::usleep(50'000);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace ecg::trainer
