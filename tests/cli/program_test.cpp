// Drives the built program as a user does: arguments in; output, errors and exit code out.

#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "run_program.h"
#include "support/temporary_folder.h"

namespace fs = std::filesystem;
using Json = nlohmann::json;
using namespace ecg::test;

namespace {

/// A folder of its own for each test case, with a record of two leads and three samples.
struct Folder {
  TemporaryFolder folder;
  fs::path path = folder.path();

  Folder() {
    write("r.hea",
          "r 2 250 3\nr.dat 16 1000(0)/mV 16 0 100 -32468 0 I\nr.dat 16 200(1024)/mV 12 1024 1024 "
          "3272 0 II\n# <age>: 51 <sex>: F\n");
    const unsigned char counts[] = {100, 0, 0, 4,   200, 0,
                                    200, 4, 0, 128, 0,   4};  // the last of lead I is missing
    write("r.dat", std::string(counts, counts + sizeof counts));
    const unsigned char beat[] = {0x01, 0x04, 0, 0};
    write("r.atr", std::string(beat, beat + sizeof beat));
  }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path / name, std::ios::binary) << bytes;
  }
};

/// Runs `einthoven` in the folder.
Run run(const Folder& folder, const std::string& arguments) {
  return run_program(folder.path, arguments);
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("a file of another format beside a header of its name is read itself", "[cli]") {
  Folder folder;
  folder.write("r.edf", "0       cut off");
  const Run edf = run(folder, "info r.edf");
  CHECK(edf.exit_code == 3);
  CHECK(edf.err.find("r.edf") != std::string::npos);
  CHECK(run(folder, "info r.dat").exit_code == 0);
}

TEST_CASE("info tells people what a record holds, and that it is not for diagnosis", "[cli]") {
  const Folder folder;
  const Run info = run(folder, "info r.hea");
  CHECK(info.exit_code == 0);
  CHECK(info.err.empty());
  for (const char* part :
       {"r (WFDB)", "250 Hz", "3 samples per lead", "51 years", "female", "N x 1", "aVR"}) {
    INFO(part << " in\n" << info.out);
    CHECK(contains(info.out, part) == (std::string_view(part) != "aVR"));
  }
  CHECK(count_of(info.out, "not for diagnosis") == 1);
}

TEST_CASE("info --json prints the agreed keys, null for what is missing", "[cli]") {
  const Folder folder;
  const Run info = run(folder, "info --json r.hea");
  REQUIRE(info.exit_code == 0);
  const Json json = Json::parse(info.out);
  for (const char* key : {"format", "record", "sampling_rate_hz", "samples", "duration_s", "leads",
                          "info", "annotations", "groups", "checks", "warnings"}) {
    INFO(key);
    CHECK(json.contains(key));
  }
  CHECK(json["format"] == "WFDB");
  CHECK(json["samples"] == 3);
  CHECK(json["leads"][1]["name"] == "II");
  CHECK(json["leads"][1]["counts_per_mv"] == 200);
  CHECK(json["leads"][1]["baseline"] == 1024);
  CHECK(json["info"]["age_years"] == 51);
  CHECK(json["info"]["patient_id"].is_null());
  CHECK(json["checks"]["limb_lead_residual_mv"].is_null());
  CHECK(json["checks"]["missing_samples"] == 1);
  CHECK(json["annotations"][0] == Json{{"sample", 1}, {"lead", nullptr}, {"symbol", "N"}});
}

TEST_CASE("any file of a record names it, and a record named twice is one", "[cli]") {
  const Folder folder;
  CHECK(Json::parse(run(folder, "info --json r.dat").out)["record"] == "r");
  CHECK(Json::parse(run(folder, "info --json r.hea r.dat r.atr").out)["record"] == "r");
  folder.write("s.hea", "s 1 250 3\nr.dat 16+0 100\n");
  CHECK(Json::parse(run(folder, "info --json r.hea s.hea").out)["recordings"].size() == 2);
}

TEST_CASE("convert writes CSV, JSON and WFDB, and says what it wrote", "[cli]") {
  const Folder folder;
  CHECK(run(folder, "convert r.hea out.csv").out == "written: out.csv\n");
  CHECK(text_of_file(folder.path / "out.csv") ==
        "time_s,I,II\n0,0.100000001,0\n0.004,0.200000003,1\n0.008,,0\n");

  CHECK(Json::parse(run(folder, "convert --json r.hea out.json").out) ==
        Json{{"written", {"out.json"}}});
  const Json json = Json::parse(text_of_file(folder.path / "out.json"));
  CHECK(json["samples_mv"] == Json::parse("[[0.1,0.2,null],[0.0,1.0,0.0]]"));

  CHECK(run(folder, "convert r.hea copy.hea").out ==
        "written: copy.hea\nwritten: copy.dat\nwritten: copy.atr\n");
  CHECK(text_of_file(folder.path / "copy.dat") == text_of_file(folder.path / "r.dat"));
  const Json first = Json::parse(run(folder, "info --json r.hea").out),
             second = Json::parse(run(folder, "info --json copy.hea").out);
  CHECK(first["leads"] == second["leads"]);
  CHECK(second["warnings"] == first["warnings"]);  // checksums hold
}

TEST_CASE("convert writes a NumPy array of the leads", "[cli]") {
  const Folder folder;
  CHECK(run(folder, "convert r.hea out.npy").out == "written: out.npy\n");
  const std::string bytes = text_of_file(folder.path / "out.npy");
  CHECK(contains(bytes, "'shape': (2, 3)"));
  CHECK(bytes.size() == 128 + 2 * 3 * 4);
}

TEST_CASE("convert writes EDF+ and DICOM, and WFDB in format 212", "[cli]") {
  const Folder folder;
  folder.write("t.csv", "time_s,I,II\n0,0.1,-1\n0.004,0.2,1\n0.008,0.3,0\n0.012,0,0\n");
  for (const char* out : {"t2.edf", "t2.dcm", "t2.hea"}) {
    const Run convert = run(folder, std::string("convert --wfdb-format 212 t.csv ") + out);
    INFO(convert.err);
    REQUIRE(convert.exit_code == 0);
    CHECK(contains(convert.out, out));
    const Json json = Json::parse(run(folder, std::string("info --json ") + out).out);
    CHECK(json["sampling_rate_hz"] == 250);
    CHECK(json["samples"] == 4);
    CHECK(json["leads"][1]["name"] == "II");
  }
  CHECK(fs::file_size(folder.path / "t2.dat") == 12);
  CHECK(run(folder, "convert --wfdb-format 80 t.csv x.hea").exit_code == 2);
  CHECK(run(folder, "convert t.csv x.gif").exit_code == 2);
}

TEST_CASE("tables of numbers are read at the rate and unit that are stated", "[cli]") {
  const Folder folder;
  folder.write("bare.txt", "100,200\n300,400\n500,-600\n");
  const Run bare = run(folder, "info bare.txt");
  CHECK(bare.exit_code == 3);
  CHECK(contains(bare.err, "--rate"));
  const Run stated = run(folder, "info --json --rate 500 --unit uV --leads II,V1 bare.txt");
  REQUIRE(stated.exit_code == 0);
  const Json json = Json::parse(stated.out);
  CHECK(json["sampling_rate_hz"] == 500);
  CHECK(json["leads"][1]["name"] == "V1");
  CHECK(run(folder, "info --rate 500 r.hea").exit_code == 2);
}

TEST_CASE("every command that reads takes the rate, unit and leads of a table", "[cli]") {
  const Folder folder;
  std::string table;
  for (int i = 0; i < 4000; ++i)
    table += std::string(i % 500 < 20 ? "1.5," : "0,") + std::to_string(i % 7 * 0.001) + "\n";
  folder.write("bare.csv", table);
  for (const char* line : {"info bare.csv", "convert bare.csv b.csv", "beats bare.csv",
                           "measure bare.csv", "render bare.csv -o b.svg", "pretext bare.csv"}) {
    INFO(line);
    const std::string command = line;
    CHECK(run(folder, command).exit_code == 3);
    CHECK(run(folder, command + " --rate 500 --unit mV --leads II,V1").exit_code == 0);
    CHECK(run(folder, command + " --rate -1 --unit mV").exit_code == 2);
  }
}

TEST_CASE("convert --deidentify leaves no text of the file in any output", "[cli]") {
  const Folder folder;
  folder.write("doe.hea",
               "doe 2 250 3 10:11:12 01/02/1993\nr.dat 16 1000(0)/mV 16 0 100 -32468 0 Jane\nr.dat "
               "16 200(1024)/mV 12 1024 1024 3272 0 II\n# <age>: 51 <sex>: F\n# Seen by Jane\n");
  for (const char* out : {"a.json", "a.csv", "a.hea", "a.dcm", "a.npy"}) {
    const Run convert = run(folder, std::string("convert --deidentify doe.hea ") + out);
    INFO(out << ": " << convert.err);
    REQUIRE(convert.exit_code == 0);
    CHECK(contains(convert.err, "removed: comment"));
    const std::string text = text_of_file(folder.path / out);
    for (const char* gone : {"Jane", "doe", "1993", "Doe"}) CHECK_FALSE(contains(text, gone));
  }
  CHECK(Json::parse(text_of_file(folder.path / "a.json"))["info"]["age_years"] == 51);
  CHECK(run(folder, "convert --deidentify doe.hea new_Doe.csv").exit_code == 2);
}

TEST_CASE("info --table walks folders, one line per record", "[cli]") {
  const Folder folder;
  fs::create_directory(folder.path / "sub");
  folder.write("sub/t.csv", "time_s,II\n0,0.1\n0.004,0.2\n0.008,0.1\n");
  folder.write("sub/photo.bin", "no ECG");
  folder.write("lost.hea", "lost 1 250 3\nlost.dat 16 200\n");
  const Run text = run(folder, "info --table sub r.hea lost.hea");
  CHECK(text.exit_code == 0);
  for (const char* part : {"r.hea", "WFDB", "t.csv", "CSV", "photo.bin", "refused (unknown_format)",
                           "refused (missing_file)", "4 records: 1 open, 1 open with warnings"}) {
    INFO(part << " in\n" << text.out);
    CHECK(contains(text.out, part));
  }
  CHECK_FALSE(contains(text.out, "r.dat "));  // part of r.hea
  const Json json = Json::parse(run(folder, "info --table --json sub").out);
  REQUIRE(json["files"].size() == 2);
  CHECK(json["refused"] == 1);
  CHECK(json["opens"] == 1);
  CHECK(json["files"][0]["error"]["code"] == "unknown_format");
  CHECK(json["files"][1]["sampling_rate_hz"] == 250);
  CHECK(run(folder, "info --table nowhere").exit_code == 3);
}

TEST_CASE("the input is never overwritten", "[cli]") {
  const Folder folder;
  const std::string before = text_of_file(folder.path / "r.hea");
  const Run convert = run(folder, "convert r.hea r.hea");
  CHECK(convert.exit_code == 2);
  CHECK(text_of_file(folder.path / "r.hea") == before);
}

TEST_CASE("errors name the file, the place and the remedy, with their exit codes", "[cli]") {
  const Folder folder;
  folder.write("cut.hea", "cut 1 250 100\ncut.dat 16 200\n");
  folder.write("cut.dat", "abcd");
  const Run cut = run(folder, "info cut.hea");
  CHECK(cut.exit_code == 3);
  CHECK(cut.out.empty());
  CHECK(cut.err ==
        "einthoven: cut.dat: the file ends after 2 of the 100 samples per signal that the header "
        "promises (at byte 4): "
        "the copy is incomplete: fetch the file again\n");

  const Run parts = run(folder, "info --parts cut.hea");
  CHECK(parts.exit_code == 0);
  CHECK(contains(parts.out, "cut.hea: format WFDB header"));
  CHECK(contains(parts.out, "cut.dat"));

  folder.write("lone.hea", "lone 1 250 100\nelsewhere.dat 16 200\n");
  const Run lone = run(folder, "info lone.hea");
  CHECK(lone.exit_code == 3);
  CHECK(contains(lone.err, "einthoven: lone.hea: the header asks for \"elsewhere.dat\""));
  CHECK(contains(lone.err, "lone.hea and elsewhere.dat together"));

  CHECK(run(folder, "info absent.hea").exit_code == 3);
  CHECK(
      contains(run(folder, "info absent.hea").err, "einthoven: absent.hea: there is no such file"));
  CHECK(run(folder, "convert r.hea out.xyz").exit_code == 2);
  CHECK(run(folder, "convert r.hea nowhere/out.csv").exit_code == 1);
}

TEST_CASE("of several files the readable ones are reported, and the exit code tells of the others",
          "[cli]") {
  const Folder folder;
  folder.write("bad.hea", "bad 1 250 x\n");
  const Run info = run(folder, "info bad.hea r.hea");
  CHECK(info.exit_code == 3);
  CHECK(contains(info.out, "r (WFDB)"));
  CHECK(contains(info.err, "einthoven: bad.hea: line 1: "));
}

TEST_CASE("wrong usage exits with 2 and help with 0", "[cli]") {
  const Folder folder;
  CHECK(run(folder, "").exit_code == 2);
  CHECK(run(folder, "info").exit_code == 2);
  CHECK(run(folder, "nonsense").exit_code == 2);
  CHECK(run(folder, "info --nonsense r.hea").exit_code == 2);
  CHECK(run(folder, "info").err.starts_with("einthoven: "));
  const Run help = run(folder, "--help");
  CHECK(help.exit_code == 0);
  CHECK(contains(help.out, "info"));
  CHECK(contains(help.out, "convert"));
  CHECK(contains(help.out, "Examples:"));
  CHECK(run(folder, "convert --help").exit_code == 0);
  CHECK(run(folder, "--version").exit_code == 0);
}
