// einthoven-train as people run it: exit codes, messages, signals, and a run killed again and
// again.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <set>

#include "core/philox.h"
#include "program.h"
#include "toy_run.h"
#include "train/checkpoint.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {}  // namespace

TEST_CASE("Mistakes on the command line end with code 2, a remedy, and the nearest name") {
  Outcome outcome = run({"pretrain", "--preset", "dmeo", "--corpus", "x", "-o", "y"});
  CHECK(outcome.code == 2);
  CHECK_THAT(outcome.text, ContainsSubstring("did you mean 'demo'"));
  outcome = run({"pretrain", "--preset", "demo", "--set", "model.witdh=3", "-o", "y"});
  CHECK(outcome.code == 2);
  CHECK_THAT(outcome.text, ContainsSubstring("'model.width'"));
  CHECK(run({"pretrain", "--preset", "demo", "-o", "y"}).code == 2);
  CHECK(run({"prepare", "-o", "y"}).code == 2);
  outcome = run({"prepare", "a", "b", "-o", "y", "--licence", "CC BY 4.0"});
  CHECK(outcome.code == 2);
  CHECK_THAT(outcome.text, ContainsSubstring("--licence is there 1 times for 2 folders"));
  CHECK(run({"no-such-command"}).code == 2);
  outcome =
      run({"pretrain", "--preset", "demo", "--corpus", "/nonexistent", "-o", "/nonexistent/run"});
  CHECK(outcome.code == 3);
  CHECK_THAT(outcome.text, ContainsSubstring("einthoven-train prepare"));
}

TEST_CASE("The effective configuration is printed as TOML that can be read back") {
  const Outcome outcome =
      run({"pretrain", "--preset", "demo", "--set", "seed=77", "--print-config"});
  CHECK(outcome.code == 0);
  TrainConfig config;
  REQUIRE(apply_toml(config, outcome.text, "x").has_value());
  CHECK(config.seed == 77);
  CHECK(config.name == "demo");
}

TEST_CASE("Prepare, pretrain, stop by signal, resume, export") {
  const TemporaryFolder folder;
  const std::string preset = toy_preset(folder, 100000);
  const std::string corpus = (folder / "corpus").string(), out = (folder / "run").string();
  Outcome outcome =
      run({"prepare", "--simulate", "40", "--seed", "3", "--preset", preset, "-o", corpus});
  INFO(outcome.text);
  REQUIRE(outcome.code == 0);
  CHECK_THAT(outcome.text, ContainsSubstring("data hash"));
  CHECK(run({"prepare", "--simulate", "40", "--preset", preset, "-o", corpus}).code == 2);

  const Arguments pretrain{"pretrain", "--preset", preset, "--corpus", corpus, "-o", out};
  const pid_t child = start(pretrain, folder / "log");
  wait_for_checkpoint(out, 0);
  ::kill(child, SIGTERM);
  CHECK(end_of(child) == 75);
  CHECK_THAT(text_of_file(folder / "log"), ContainsSubstring("--resume"));
  const std::int64_t stopped_at = steps_saved(out);
  CHECK(stopped_at > 0);
  CHECK(run(pretrain).code == 2);  // the folder holds a run

  outcome = run(with(pretrain, {"--resume", "--max-seconds", "0.01"}));
  CHECK(outcome.code == 75);
  CHECK_THAT(outcome.text, ContainsSubstring("resumed at step"));
  CHECK(steps_saved(out) > stopped_at);
  outcome = run({"export", out, "-o", (folder / "bundle").string()});
  INFO(outcome.text);
  CHECK(outcome.code == 0);
  CHECK(fs::exists(folder / "bundle" / "model.json"));
}

TEST_CASE("SIGUSR1 and SIGINT stop a run as SIGTERM does") {
  const TemporaryFolder folder;
  const std::string preset = toy_preset(folder, 100000);
  make_toy_corpus(folder / "corpus", 40);
  Arguments pretrain{"pretrain",
                     "--preset",
                     preset,
                     "--corpus",
                     (folder / "corpus").string(),
                     "--resume",
                     "-o",
                     (folder / "run").string()};
  for (const int signal : {SIGUSR1, SIGINT}) {
    const std::int64_t before = steps_saved(folder / "run");
    const pid_t child = start(pretrain, folder / "log");
    wait_for_checkpoint(folder / "run", before);
    ::kill(child, signal);
    CHECK(end_of(child) == 75);
    CHECK(steps_saved(folder / "run") > before);
  }
}

TEST_CASE("A run killed twenty times at random steps ends with the bits of one left alone") {
  const TemporaryFolder folder;
  const std::string preset = toy_preset(folder, 500);
  make_toy_corpus(folder / "corpus", 40);
  const Arguments common{"pretrain", "--preset", preset, "--corpus", (folder / "corpus").string(),
                         "-o"};
  const fs::path alone = folder / "alone", killed = folder / "killed";
  REQUIRE(run(with(common, {alone.string()})).code == 0);

  RandomStream random({1, 0, 0, 0, RandomPurpose::kTest});
  std::set<std::int64_t> places;  // steps at which it was killed
  for (int kills = 0; kills < 20; ++kills) {
    const pid_t child = start(with(common, {killed.string(), "--resume"}), folder / "log");
    wait_for_step(killed, steps_saved(killed) + 1 + random.below(40));
    ::usleep(random.below(5000));
    ::kill(child, SIGKILL);
    INFO(text_of_file(folder / "log"));
    REQUIRE(end_of(child) == 128 + SIGKILL);
    places.insert(steps_logged(killed) - steps_saved(killed));
  }
  CHECK(places.size() > 5);
  REQUIRE(run(with(common, {killed.string(), "--resume"})).code == 0);
  CHECK(differing_tensors(alone, killed).empty());
}
