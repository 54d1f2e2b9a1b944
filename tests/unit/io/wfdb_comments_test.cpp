#include "io/wfdb_comments.h"

#include <catch2/catch_test_macros.hpp>

using namespace ecg;
using Lines = std::vector<std::string>;

namespace {

RecordingInfo read(const Lines& comments) {
  RecordingInfo info;
  read_wfdb_comments(comments, info);
  return info;
}

}  // namespace

TEST_CASE("the comments of the PhysioNet challenges are understood", "[wfdb][comments]") {
  const RecordingInfo info =
      read({"Age: 49", "Sex: Female", "Dx: 426783006,164889003", "Rx: Unknown"});
  CHECK(info.age_years == 49);
  CHECK(info.sex == "female");
  CHECK(info.statements == Lines{"426783006", "164889003"});
}

TEST_CASE("bracketed keys share a line, and diagnoses follow in lines of their own",
          "[wfdb][comments]") {
  const RecordingInfo info =
      read({"<age>: 25  <sex>: M", "<diagnoses>:", "Rhythm: Sinus bradycardia.",
            "Electric axis: normal"});
  CHECK(info.age_years == 25);
  CHECK(info.sex == "male");
  CHECK(info.statements == Lines{"Rhythm: Sinus bradycardia.", "Electric axis: normal"});
  CHECK(
      read({"<age>: 25  <sex>: M  <diagnoses>: (none)  <medications>: (none)"}).statements.empty());
}

TEST_CASE("the MIT-BIH line is understood", "[wfdb][comments]") {
  const RecordingInfo info = read({"69 M 1085 1629 x1", "Aldomet, Inderal"});
  CHECK(info.age_years == 69);
  CHECK(info.sex == "male");
  CHECK(info.statements.empty());
}

TEST_CASE("what is unknown stays absent", "[wfdb][comments]") {
  const RecordingInfo info = read({"Age: NaN", "Sex: Unknown", "Dx: Unknown", "-1 M 0"});
  CHECK_FALSE(info.age_years.has_value());
  CHECK(info.statements.empty());
  CHECK_FALSE(read({"Sex: Unknown"}).sex.has_value());
}
