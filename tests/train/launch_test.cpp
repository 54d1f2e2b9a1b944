// Several processes as one run: the same weights as one process, stops, losses and other numbers of
// them.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <ATen/Functions.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <csignal>
#include <sstream>

#include "corpus/failure.h"
#include "program.h"
#include "toy_run.h"
#include "train/checkpoint.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

// How far the models of two runs are apart: norm of the difference / norm of the first. (Single
// weights say little: where a gradient is nothing but rounding, AdamW still takes whole steps.)
double distance(const fs::path& a, const fs::path& b) {
  const auto mine = newest_tensors(a), theirs = newest_tensors(b);
  double apart = 0, length = 0;
  for (const auto& [name, tensor] : mine) {
    if (name.rfind("model.", 0) != 0) continue;
    apart += at::sub(tensor, theirs.at(name)).square().sum().item<double>();
    length += tensor.square().sum().item<double>();
  }
  return std::sqrt(apart / length);
}

// Processes that the launcher has started.
std::vector<pid_t> children_of(pid_t launcher) {
  const std::string id = std::to_string(launcher);
  std::istringstream list(text_of_file("/proc/" + id + "/task/" + id + "/children"));
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

Arguments toy_run(const TemporaryFolder& folder, std::int64_t steps, const std::string& run) {
  if (!fs::exists(folder / "corpus")) make_toy_corpus(folder / "corpus", 40);
  return {"pretrain",
          "--preset",
          toy_preset(folder, steps),
          "--corpus",
          (folder / "corpus").string(),
          "-o",
          (folder / run).string()};
}

}  // namespace

TEST_CASE("Two and four ranks, and micro-batches, end with the weights of one process") {
  const TemporaryFolder folder;
  REQUIRE(run(toy_run(folder, 40, "one")).code == 0);
  Outcome outcome = run(with(toy_run(folder, 40, "two"), {"--launch", "2"}));
  INFO(outcome.text);
  REQUIRE(outcome.code == 0);
  CHECK_THAT(outcome.text, ContainsSubstring("finished at step 40"));
  CHECK(run(with(toy_run(folder, 40, "four"), {"--launch", "4"})).code == 0);
  CHECK(run(with(toy_run(folder, 40, "parts"), {"--set", "optimiser.micro_batches=3"})).code == 0);
  for (const char* other : {"two", "four", "parts"}) {
    INFO(other << ' ' << distance(folder / "one", folder / other));
    CHECK(distance(folder / "one", folder / other) < 1e-4);
  }
}

TEST_CASE("When a rank is killed the run ends with a checkpoint, and goes on with other ranks") {
  const TemporaryFolder folder;
  const fs::path broken = folder / "broken";
  REQUIRE(run(toy_run(folder, 200, "whole")).code == 0);
  const pid_t launcher =
      start(with(toy_run(folder, 200, "broken"), {"--launch", "2"}), folder / "log");
  wait_for_step(broken, 30);
  const auto ranks = children_of(launcher);
  REQUIRE(ranks.size() == 2);
  ::kill(ranks[1], SIGKILL);
  CHECK(end_of(launcher) == 75);
  const std::string log = text_of_file(folder / "log");
  INFO(log);
  CHECK_THAT(log, ContainsSubstring("another process of the run is gone") &&
                      ContainsSubstring("was killed by signal 9") && ContainsSubstring("--resume"));
  const std::int64_t saved = steps_saved(broken);
  CHECK(saved >= 30);
  CHECK(saved < 200);

  Outcome resumed = run(with(toy_run(folder, 200, "broken"), {"--resume", "--launch", "4"}));
  INFO(resumed.text);
  CHECK(resumed.code == 0);
  CHECK_THAT(resumed.text, ContainsSubstring("resumed at step " + std::to_string(saved)));
  CHECK(distance(folder / "whole", broken) < 1e-3);
}

TEST_CASE("When rank 0 is killed the last checkpoint stands and the launcher says so") {
  const TemporaryFolder folder;
  const fs::path broken = folder / "broken";
  const pid_t launcher =
      start(with(toy_run(folder, 100000, "broken"), {"--launch", "2"}), folder / "log");
  wait_for_checkpoint(broken, 0);
  const auto ranks = children_of(launcher);
  REQUIRE(ranks.size() == 2);
  ::kill(std::min(ranks[0], ranks[1]), SIGKILL);
  CHECK(end_of(launcher) == 1);
  CHECK_THAT(text_of_file(folder / "log"), ContainsSubstring("rank 0 was killed by signal 9"));
  CHECK(value_or_throw(load_newest_checkpoint(broken, {})).has_value());
}

TEST_CASE("A signal to the launcher stops all ranks after the same step") {
  const TemporaryFolder folder;
  const pid_t launcher =
      start(with(toy_run(folder, 100000, "a"), {"--launch", "2"}), folder / "log");
  wait_for_step(folder / "a", 5);
  ::kill(launcher, SIGTERM);
  CHECK(end_of(launcher) == 75);
  CHECK_THAT(text_of_file(folder / "log"), ContainsSubstring("go on with --resume"));
  CHECK(steps_saved(folder / "a") >= 5);
}

TEST_CASE("Mistakes are found before any process is launched") {
  const Outcome outcome =
      run({"pretrain", "--preset", "dmeo", "--corpus", "x", "-o", "y", "--launch", "2"});
  CHECK(outcome.code == 2);
  CHECK_THAT(outcome.text, ContainsSubstring("did you mean 'demo'"));
}
