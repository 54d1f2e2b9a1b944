// einthoven synth and pretext: what they write and print, and how they refuse.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "io/wfdb_annotations.h"
#include "pretext/augmentation_catalogue.h"
#include "pretext/mask_catalogue.h"
#include "support/temporary_folder.h"
#include "support/test_data.h"
#include "synth/simulate.h"

using namespace ecg;
using namespace ecg::cli;
using Catch::Approx;

namespace {

/// A folder of its own, by names as arguments want them.
class Folder {
 public:
  std::string path(const std::string& name = "") const { return (folder_ / name).string(); }

 private:
  test::TemporaryFolder folder_;
};

/// Runs a subcommand with its output to a file; returns the output.
std::string run(std::vector<std::string> arguments) {
  CLI::App program;
  add_synth(program);
  add_pretext(program);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants a vector
  const auto capture =
      std::filesystem::temp_directory_path() / ("einthoven_out_" + std::to_string(getpid()));
  std::fflush(stdout);
  const int kept = dup(STDOUT_FILENO);
  REQUIRE(std::freopen(capture.c_str(), "w", stdout) != nullptr);
  const auto restore = [kept] {
    std::fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
  };
  try {
    program.parse(arguments);
  } catch (...) {
    restore();
    std::filesystem::remove(capture);
    throw;
  }
  restore();
  const auto bytes = test::read_file(capture);
  std::filesystem::remove(capture);
  return {bytes.begin(), bytes.end()};
}

Error refused(const std::vector<std::string>& arguments) {
  try {
    run(arguments);
  } catch (const CliError& error) {
    CHECK(error.exit_code() == kExitUsage);
    return error.error();
  }
  FAIL("nothing was refused");
  return {};
}

}  // namespace

TEST_CASE("synth writes a record that reads back as it was simulated", "[synth]") {
  const Folder folder;
  const auto json = nlohmann::json::parse(
      run({"synth", "--seed", "7", "--index", "3", "-o", folder.path(), "--json"}));
  CHECK(json["record"] == "synth_7_3");
  const Recording read = load_recording(folder.path("synth_7_3.hea"));
  SimulationOptions options;
  options.seed = 7;
  options.index = 3;
  const Simulation made = simulate(options).value();
  REQUIRE(read.signal.sample_count() == 5000);
  float worst = 0;
  for (std::size_t i = 0; i < read.signal.values().size(); ++i) {
    worst = std::max(worst, std::abs(read.signal.values()[i] - made.recording.signal.values()[i]));
  }
  CHECK(worst <= 0.000501f);  // half a count of 1 uV
  CHECK(worst > 0);
  const auto bytes = test::read_file(folder.path("synth_7_3.atr"));
  const auto marks = parse_wfdb_annotations(bytes, "synth_7_3.atr");
  REQUIRE(marks);
  const auto& expected = made.recording.annotations;
  REQUIRE(marks->annotations.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(marks->annotations[i].sample == expected[i].sample);
    CHECK(marks->annotations[i].symbol == expected[i].symbol);
    CHECK(marks->annotations[i].number == expected[i].number);
  }
}

TEST_CASE("the truth file holds every beat in seconds and intervals in ms", "[synth]") {
  const Folder folder;
  run({"synth", "--heart-rate", "60", "--duration", "20", "-o", folder.path()});
  const auto bytes = test::read_file(folder.path("synth_1_0.truth.json"));
  const auto truth = nlohmann::json::parse(bytes.begin(), bytes.end());
  REQUIRE((truth["beats"].size() >= 18 && truth["beats"].size() <= 22));
  const auto& beat = truth["beats"][1];
  CHECK(beat["p"]["onset_s"].get<double>() < beat["qrs"]["onset_s"].get<double>());
  CHECK(beat["qrs"]["offset_s"].get<double>() < beat["t"]["offset_s"].get<double>());
  CHECK(truth["intervals"]["heart_rate_bpm"].get<double>() == Approx(60).margin(3));
  CHECK(truth["options"]["heart_rate_bpm"] == 60);
}

TEST_CASE("synth lists what it can do and refuses what it cannot", "[synth]") {
  CHECK(run({"synth", "--list"}).find("sinus") != std::string::npos);
  const Folder folder;
  CHECK(refused({"synth", "--rhythm", "waltz", "-o", folder.path()}).hint.find("--list") !=
        std::string::npos);
  CHECK_FALSE(refused({"synth"}).hint.empty());
  CHECK_FALSE(refused({"synth", "--morphology", "rbbb,tall", "-o", folder.path()}).hint.empty());
  CHECK_FALSE(refused({"synth", "--defect", "mains,ghost", "-o", folder.path()}).hint.empty());
  CHECK(run({"synth", "--list"}).find("inferior_stemi") != std::string::npos);
  CHECK(refused({"synth", "--duration", "0", "-o", folder.path()}).message.find("duration") == 0);
  CHECK_FALSE(refused({"synth", "--leads", "II,Q9", "-o", folder.path()}).hint.empty());
}

TEST_CASE("pretext prints the mask that the library draws", "[pretext]") {
  const Folder folder;
  run({"synth", "-o", folder.path()});
  const std::string record = folder.path("synth_1_0.hea");
  const auto json =
      nlohmann::json::parse(run({"pretext", record, "--method", "stdm", "--seed", "7", "--json"}));
  CHECK(json["tokens"]["leads"] == 12);
  CHECK(json["tokens"]["columns"] == 20);
  CHECK(json["tokens"]["patch_samples"] == 250);
  CHECK(json["hidden_tokens"] == 140);
  CHECK(json["visible"].get<std::string>().size() == 240);
  const auto other = nlohmann::json::parse(run({"pretext", record, "--seed", "8", "--json"}));
  CHECK(other["visible"] != json["visible"]);
  const auto random = nlohmann::json::parse(
      run({"pretext", record, "--method", "random", "--ratio", "0.5", "--json"}));
  CHECK(random["hidden_tokens"] == 120);
  CHECK(run({"pretext", record}).find("140 of 240 tokens hidden") != std::string::npos);
  CHECK_FALSE(refused({"pretext", record, "--method", "guess"}).hint.empty());
  CHECK_FALSE(refused({"pretext", record, "--patch", "11"}).hint.empty());
}

TEST_CASE("pretext shows an augmented view and what it breaks", "[pretext]") {
  const Folder folder;
  run({"synth", "-o", folder.path()});
  const std::string record = folder.path("synth_1_0.hea");
  const std::string csv = folder.path("view.csv");
  const auto worst = [&](const std::string& method) {
    const auto json =
        nlohmann::json::parse(run({"pretext", record, "--method", method, "--json", "-o", csv}));
    double error = 0;
    for (const auto& row : json["identity_errors"]) {
      error = std::max(error, row["after_mv"].get<double>() - row["before_mv"].get<double>());
    }
    CHECK(json["identity_errors"].size() == 6);
    CHECK(json["preserves"]["limb_lead_identities"] == (error < 1e-5));
    CHECK(json["largest_difference_mv"] > 0.01);
    return error;
  };
  CHECK(worst("emg") < 1e-5);
  CHECK(worst("lead_drop") > 0.05);
  const auto bytes = test::read_file(csv);
  const std::string text(bytes.begin(), bytes.end());
  CHECK(text.find("aVR view") != std::string::npos);
  CHECK(text.find("V6 difference") != std::string::npos);
  const auto crop =
      nlohmann::json::parse(run({"pretext", record, "--method", "crop_at_r", "--json"}));
  CHECK(crop["samples"] == nlohmann::json({5000, 2500}));
  CHECK(crop["largest_difference_mv"].is_null());
  CHECK(run({"pretext", "--list"}).find("vcg") != std::string::npos);
  CHECK_FALSE(refused({"pretext", record, "--method", "emg", "--strength", "3"}).hint.empty());
  CHECK_FALSE(refused({"pretext", record, "--method", "emg", "-o", "view.txt"}).hint.empty());
}

TEST_CASE("synth draws a sheet of every rhythm and morphology", "[synth]") {
  const Folder folder;
  const auto json = nlohmann::json::parse(
      run({"synth", "--sheets", "svg", "--seed", "3", "-o", folder.path(), "--json"}));
  const std::size_t sheets = rhythm_catalogue().size() + morphology_catalogue().size();
  REQUIRE(json["written"].size() == sheets + 1);
  const auto page = test::read_file(folder.path("index.html"));
  const std::string text(page.begin(), page.end());
  for (const auto& entry : rhythm_catalogue()) {
    const std::string name = "rhythm_" + std::string(entry.name) + ".svg";
    CHECK(text.find("\"" + name + "\"") != std::string::npos);
    const auto svg = test::read_file(folder.path(name));
    CHECK(std::string(svg.begin(), svg.end()).find(std::string(entry.name)) != std::string::npos);
  }
}

TEST_CASE("pretext draws every mask and augmentation", "[pretext]") {
  const Folder folder;
  run({"synth", "--seed", "3", "-o", folder.path(), "--json"});
  const std::string record = folder.path("synth_3_0.hea");
  const auto drawing = [&](std::string_view method) {
    const std::string out = folder.path(std::string(method) + ".svg");
    run({"pretext", record, "--method", std::string(method), "-o", out});
    const auto bytes = test::read_file(out);
    return std::string(bytes.begin(), bytes.end());
  };
  for (const MaskMethod& method : mask_methods()) {
    INFO(std::string(method.name));
    const std::string svg = drawing(method.name);
    CHECK(svg.find(">original<") != std::string::npos);
    CHECK(svg.find(">visible to the encoder: " + std::string(method.name) + "<") !=
          std::string::npos);
    CHECK(svg.find(">hidden<") != std::string::npos);
  }
  for (const AugmentationMethod& method : augmentation_methods()) {
    INFO(std::string(method.name));
    const std::string svg = drawing(method.name);
    CHECK(svg.find(">view: " + std::string(method.name)) != std::string::npos);
    CHECK((svg.find(">difference<") != std::string::npos) == method.preserves.length);
  }
  CHECK(drawing("lead_drop").find("off its sum of I and II: ") != std::string::npos);
  CHECK(drawing("wander").find("limb leads keep their sums") != std::string::npos);
  CHECK(refused({"pretext", record, "-o", folder.path("mask.txt")}).hint.find(".svg") !=
        std::string::npos);
}
