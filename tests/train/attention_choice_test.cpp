// The kernel of attention: every one gives the same run up to rounding, and a choice is kept.

#include <c10/util/Logging.h>  // has a CHECK of its own: Catch2's must come after it

#include <ATen/Functions.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "corpus/failure.h"
#include "support/temporary_folder.h"
#include "toy_run.h"
#include "train/attention_choice.h"
#include "train/run_record.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<double> losses_with(const std::string& attention, const std::filesystem::path& run) {
  PretrainJob job = toy_job(run);
  job.config.attention = attention;
  std::vector<double> losses;
  job.step_done = [&](std::int64_t, double loss) { losses.push_back(loss); };
  pretrain(job);
  return losses;
}

}  // namespace

TEST_CASE("The fastest of several is taken if it is clearly faster") {
  const auto chosen = [](std::map<std::string, double> seconds) {
    return fastest_of({"a", "b", "c"}, [=](const std::string& name) { return seconds.at(name); });
  };
  CHECK(chosen({{"a", 1.0}, {"b", 0.97}, {"c", 2.0}}) == "a");
  CHECK(chosen({{"a", 1.0}, {"b", 0.9}, {"c", 0.5}}) == "c");
  CHECK(chosen({{"a", 1.0}, {"b", 0.9}, {"c", 0.89}}) == "b");
  CHECK(fastest_of({"only"}, [](const std::string&) -> double { throw 1; }) == "only");
}

TEST_CASE("Every kernel of attention learns the same") {
  const TemporaryFolder folder;
  const auto usual = losses_with("usual", folder / "usual");
  for (const auto& name : attention_candidates(toy_config(), at::kCPU)) {
    INFO(name);
    const auto losses = losses_with(name, folder / name);
    REQUIRE(losses.size() == usual.size());
    for (std::size_t i = 0; i < losses.size(); ++i) {
      CHECK(std::abs(losses[i] - usual[i]) < 1e-4 * usual[i]);
    }
  }
}

TEST_CASE("A kernel chosen by time is the run's from then on, a resumed one's too") {
  const TemporaryFolder folder;
  PretrainJob timed = toy_job(folder / "timed");
  timed.config.attention = "timed";
  std::vector<std::string> said;
  timed.say = [&](const std::string& text) { said.push_back(text); };
  CHECK(stopped_and_resumed(timed, 7).finished);
  CHECK(std::count_if(said.begin(), said.end(), [](const std::string& text) {
          return text.find("the fastest for these data") != std::string::npos;
        }) == 1);
  const RunRecord record = value_or_throw(read_run_record(timed.run));
  const auto names = attention_candidates(toy_config(), at::kCPU);
  const std::string chosen = record.config.attention;
  CHECK(std::count(names.begin(), names.end(), chosen) == 1);

  PretrainJob named = toy_job(folder / "named");
  named.config.attention = chosen;
  pretrain(named);
  CHECK(differing_tensors(timed.run, named.run).empty());
  named.resume = true;
  named.config.attention = chosen == "math" ? "kept" : "math";
  CHECK_THROWS_WITH(pretrain(named), ContainsSubstring("run.attention was " + chosen));
}
