#include "io/recording_list.h"

#include <catch2/catch_test_macros.hpp>

#include "io/csv_writer.h"
#include "io/read_recording.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

NamedBytes file(const std::string& name, const std::string& text) {
  return {name, {text.begin(), text.end()}};
}

std::vector<std::string> names_of(const FileSet& files, const RecordingFiles& recording) {
  std::vector<std::string> names;
  for (const NamedBytes& one : files_of(files, recording).files) names.push_back(one.name);
  return names;
}

NamedBytes table(const std::string& name) {
  std::string text = "time_s,I,II\n";
  for (int i = 0; i < 600; ++i) text += std::to_string(i * 0.002) + ",0.1,0.2\n";
  return file(name, text);
}

}  // namespace

TEST_CASE("WFDB records take along what they name and what lies beside them", "[list]") {
  const FileSet files{{file("d/r10.hea", "r10 1 500 2\nr10.dat 16 200 16 0 0 0 0 I\n"),
                       file("d/r10.dat", "1234"),
                       file("d/r2.hea", "r2 1 500 2\nsignals.bin 16 200 16 0 0 0 0 I\n"),
                       file("d/signals.bin", "1234"), file("d/r2.atr", "xx"),
                       file("e/r2.atr", "xx"), file("d/notes.txt", "hello")}};
  const auto recordings = recordings_in(files);
  REQUIRE(recordings.size() == 2);
  CHECK(recordings[0].name == "d/r2.hea");
  CHECK(names_of(files, recordings[0]) ==
        std::vector<std::string>{"d/r2.hea", "d/r2.atr", "d/signals.bin"});
  CHECK(names_of(files, recordings[1]) == std::vector<std::string>{"d/r10.hea", "d/r10.dat"});
}

TEST_CASE("segments belong to the record that strings them together", "[list]") {
  const FileSet files{{file("m.hea", "m/2 1 500 4\ns1 2\ns2 2\n"),
                       file("s1.hea", "s1 1 500 2\ns1.dat 16 200\n"), file("s1.dat", "1234"),
                       file("s2.hea", "s2 1 500 2\ns2.dat 16 200\n"), file("s2.dat", "1234")}};
  const auto recordings = recordings_in(files);
  REQUIRE(recordings.size() == 1);
  CHECK(recordings[0].files.size() == 5);
}

TEST_CASE("other formats stand alone, and tables beside recordings are not mistaken for one",
          "[list]") {
  CHECK(recordings_in({{table("a.csv"), table("b.csv"), file("c.txt", "nothing")}}).size() == 2);
  FileSet mixed = small_record();
  mixed.files.push_back(file("labels.csv", "record,label\nr,NORM\n"));
  CHECK(recordings_in(mixed).size() == 1);
  CHECK(recordings_in({}).empty());
}

TEST_CASE("of several recordings the first is read and the others are named", "[list]") {
  const auto recording = read_first_recording({{table("b10.csv"), table("b9.csv")}});
  REQUIRE(recording.has_value());
  CHECK(recording->info.record_name == "b9");
  REQUIRE_FALSE(recording->warnings.empty());
  CHECK(recording->warnings.back().find("b10.csv") != std::string::npos);
  const auto alone = read_first_recording(small_record());
  REQUIRE(alone.has_value());
  CHECK(alone->warnings == read_recording(small_record())->warnings);
}

TEST_CASE("what a table leaves unsaid is told, with what is in it", "[list]") {
  std::string counts;
  for (int i = 0; i < 400; ++i) counts += std::to_string(i % 50) + "," + std::to_string(-i) + "\n";
  const auto both = unstated_facts({{file("a.csv", counts)}});
  REQUIRE(both.has_value());
  CHECK(both->rate);
  CHECK(both->unit);
  CHECK(both->leads == 2);
  CHECK(both->samples == 400);
  CHECK(both->largest == 399);
  const auto rate = unstated_facts({{file("a.csv", "# unit: uV\n" + counts)}});
  REQUIRE(rate.has_value());
  CHECK(rate->rate);
  CHECK_FALSE(rate->unit);
  const auto unit = unstated_facts({{file("a.csv", "# sampling rate: 250 Hz\n" + counts)}});
  REQUIRE(unit.has_value());
  CHECK_FALSE(unit->rate);
  CHECK(unit->unit);
  CHECK_FALSE(unstated_facts({{table("a.csv")}}).has_value());
  CHECK_FALSE(unstated_facts({{file("a.dat", "no table")}}).has_value());
  CHECK_FALSE(unstated_facts({}).has_value());
  const auto opened =
      read_first_recording({{file("a.csv", counts)}}, {.sampling_rate_hz = 400, .unit = "uV"});
  REQUIRE(opened.has_value());
  CHECK(opened->signal.duration_s() == 1);
  CHECK(opened->signal.lead(1)[399] == -0.399f);
}
