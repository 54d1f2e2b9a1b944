// einthoven beats and measure: keys, reasons, the lead asked for, and how they refuse.

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "run_program.h"
#include "support/temporary_folder.h"

using namespace ecg::test;
using Catch::Approx;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// A folder of its own with one simulated record, x.hea.
struct Simulated {
  TemporaryFolder folder;
  fs::path path = folder.path();
  std::string record;

  explicit Simulated(const std::string& options = "") {
    const Run made = run("synth --seed 7 " + options + " -o .");
    REQUIRE(made.exit_code == 0);
    record = "synth_7_0.hea";
  }

  Run run(const std::string& arguments) const { return run_program(path, arguments); }

  Json json(const std::string& arguments) const {
    const Run done = run(arguments + " " + record + " --json");
    REQUIRE(done.exit_code == 0);
    CHECK(done.err.empty());
    return Json::parse(done.out);
  }

  Json truth() const { return Json::parse(text_of_file(path / "synth_7_0.truth.json")); }
};

}  // namespace

TEST_CASE("beats lists R peaks with their class and the quality", "[cli]") {
  const Simulated folder("--heart-rate 70");
  const Json beats = folder.json("beats");
  CHECK(beats["sampling_rate_hz"] == 500);
  CHECK(beats["lead"].is_null());
  REQUIRE(beats["beats"].size() >= 10);
  CHECK(beats["classes"].size() == beats["beats"].size());
  CHECK(beats["quality"]["verdict"] == "good");
  const Json truth = folder.truth();
  CHECK(beats["beats"].size() == truth["beats"].size());
  for (std::size_t i = 0; i < beats["beats"].size(); ++i) {
    const double time_s = truth["beats"][i]["qrs"]["peak_s"];
    CHECK(beats["beats"][i].get<double>() / 500 == Approx(time_s).margin(0.04));
  }
  const Json one = folder.json("beats --lead aVF");
  CHECK(one["lead"] == "aVF");
  CHECK(one["quality"]["leads_used"] == Json({"aVF"}));
  const Run text = folder.run("beats " + folder.record);
  CHECK(contains(text.out, "not for diagnosis"));
  CHECK(contains(text.out, "R peak"));
}

TEST_CASE("measure prints every key of the interface, and numbers near the truth", "[cli]") {
  const Simulated folder("--heart-rate 70");
  const Json measured = folder.json("measure");
  const Json& global = measured["global"];
  for (const char* key : {"p_ms", "pr_ms", "qrs_ms", "qt_ms", "rr_ms", "heart_rate_bpm"}) {
    CAPTURE(key);
    CHECK(global[key].is_number());
  }
  for (const char* key : {"bazett", "fridericia", "framingham", "hodges"}) {
    CHECK(global["qtc_ms"][key].is_number());
  }
  for (const char* key : {"p", "qrs", "t"}) CHECK(global["axis_deg"][key].is_number());
  CHECK(global["heart_rate_bpm"].get<double>() == Approx(70).margin(4));
  REQUIRE(measured["beats"].size() >= 10);
  for (const char* key :
       {"p_on", "p_peak", "p_off", "qrs_on", "r_peak", "qrs_off", "t_on", "t_peak", "t_off"}) {
    CAPTURE(key);
    CHECK(measured["beats"][4][key].is_number_integer());
  }
  CHECK(measured["leads"].size() == 12);
  CHECK(measured["leads"]["II"]["beats"].size() == measured["beats"].size());
  CHECK(measured["leads"]["V2"]["amplitudes_mv"]["s"].get<double>() > 0);
  CHECK(measured["quality"]["leads"]["II"]["verdict"] == "good");
  CHECK(measured["warnings"].is_array());
  const Run text = folder.run("measure " + folder.record);
  for (const char* part : {"not for diagnosis", "QTc Fridericia", "axis QRS", "ST J", "aVR"}) {
    CHECK(contains(text.out, part));
  }
  CHECK_FALSE(contains(text.out, "-0.00"));
}

TEST_CASE("what was not found is null with a reason", "[cli]") {
  const Simulated folder("--rhythm af --duration 20 --leads II,V1");
  const Json measured = folder.json("measure");
  const Json& global = measured["global"];
  CHECK(global["pr_ms"].is_null());
  CHECK_FALSE(global["reasons"]["pr_ms"]["sentence"].get<std::string>().empty());
  CHECK(global["axis_deg"]["qrs"].is_null());
  CHECK(global["axis_deg"]["reasons"]["qrs"]["reason"] == "no_lead");
  CHECK(global["reasons"]["cornell_mv"]["reason"] == "no_lead");
  CHECK(measured["beats"][3]["p_on"].is_null());
  CHECK(measured["beats"][3]["reasons"]["p"].is_string());
  bool told = false;
  for (const Json& warning : measured["warnings"]) {
    told |= warning["warning"] == "irregular_without_p";
  }
  CHECK(told);
  CHECK(contains(folder.run("measure " + folder.record).out, "lacks a lead"));
}

TEST_CASE("measure says which electrodes seem swapped", "[cli]") {
  const Simulated right;
  CHECK(right.json("measure")["electrode_swap"].is_null());
  const Simulated wrong("--defect swapped_arms");
  const Json swap = wrong.json("measure")["electrode_swap"];
  CHECK(swap["suspected"].is_string());
  CHECK(swap["evidence"] > swap["evidence_needed"]);
  CHECK(contains(wrong.run("measure " + wrong.record).out, "electrodes"));
}

TEST_CASE("beats and measure name what is wrong", "[cli]") {
  const Simulated folder;
  const Run lead = folder.run("beats " + folder.record + " --lead V9");
  CHECK(lead.exit_code == 2);
  CHECK(contains(lead.err, "V9"));
  CHECK(contains(lead.err, "aVR"));  // the hint lists the leads there are
  CHECK(folder.run("measure").exit_code == 2);
  CHECK(folder.run("measure absent.hea").exit_code != 0);
}
