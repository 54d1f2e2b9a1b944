#include "program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "train/run_record.h"

extern char** environ;

namespace ecg::test {

namespace fs = std::filesystem;

pid_t start(const Arguments& arguments, const fs::path& output) {
  std::vector<char*> argv{const_cast<char*>(EINTHOVEN_TRAIN)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0644);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child = -1;
  const int failed =
      ::posix_spawn(&child, EINTHOVEN_TRAIN, &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error(std::string("cannot start: ") + std::strerror(failed));
  return child;
}

int end_of(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("cannot wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Outcome run(const Arguments& arguments) {
  const TemporaryFolder folder;
  const int code = end_of(start(arguments, folder / "output"));
  return {code, text_of_file(folder / "output")};
}

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::string toy_preset(const TemporaryFolder& folder, std::int64_t steps) {
  TrainConfig config = toy_config();
  config.steps = steps;
  config.checkpoint_every = 20;
  config.validate_every = 40;
  write_text_file(folder / "toy.toml", toml_from_config(config));
  return (folder / "toy.toml").string();
}

std::int64_t steps_saved(const fs::path& run) {
  std::int64_t newest = 0;
  std::error_code failed;
  for (fs::directory_iterator entry(run / "checkpoints", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const fs::path& path = entry->path();
    if (path.extension() != ".safetensors" || path.stem().string().rfind("step-", 0) != 0) continue;
    newest = std::max<std::int64_t>(newest, std::stoll(path.stem().string().substr(5)));
  }
  return newest;
}

std::int64_t steps_logged(const fs::path& run) {
  const std::string text = text_of_file(run / kMetricsFile);
  const std::size_t end = text.rfind('\n');
  if (end == std::string::npos || end == 0) return 0;
  return std::strtoll(text.c_str() + text.rfind('\n', end - 1) + 1, nullptr, 10);
}

void wait_for_checkpoint(const fs::path& run, std::int64_t step) {
  for (int i = 0; i < 6000 && steps_saved(run) <= step; ++i) ::usleep(10000);
}

void wait_for_step(const fs::path& run, std::int64_t step) {
  for (int i = 0; i < 30000 && steps_logged(run) < step; ++i) ::usleep(2000);
}

}  // namespace ecg::test
