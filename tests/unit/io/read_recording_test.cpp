#include "io/read_recording.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;

namespace {

Error refuse(const FileSet& files) {
  const auto recording = read_recording(files);
  REQUIRE_FALSE(recording.has_value());
  CHECK_FALSE(recording.error().hint.empty());
  return recording.error();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a header is found by content when its name says nothing", "[read]") {
  FileSet files = small_record();
  files.files[0].name = "header.txt";
  CHECK(read_recording(files).has_value());
}

TEST_CASE("the order of the files does not matter, nor does the case of their names", "[read]") {
  FileSet files = small_record();
  std::swap(files.files[0], files.files[2]);
  files.files[1].name = "R.DAT";
  CHECK(read_recording(files).has_value());
}

TEST_CASE("a missing signal file is named, with the remedy", "[read]") {
  FileSet files = small_record();
  files.files.erase(files.files.begin() + 1);
  const Error error = refuse(files);
  CHECK(error.code == ErrorCode::kMissingFile);
  CHECK(error.file == "r.hea");
  CHECK(contains(error.message, "\"r.dat\""));
  CHECK(contains(error.hint, "r.hea and r.dat together"));
}

TEST_CASE("a signal file alone asks for its header", "[read]") {
  for (const char* name : {"r.dat", "r.mat", "r.atr", "r.v6"}) {
    const Error error = refuse({{{name, {1, 2, 3, 4}}}});
    CHECK(error.code == ErrorCode::kMissingFile);
    CHECK(contains(error.message, "r.hea"));
  }
}

TEST_CASE("several records at once are listed", "[read]") {
  FileSet files = small_record();
  FileSet other = record("s 1 100 1\ns.dat 16 100\n", {1, 0}, "s");
  files.files.insert(files.files.end(), other.files.begin(), other.files.end());
  const Error error = refuse(files);
  CHECK(error.code == ErrorCode::kInconsistent);
  CHECK(contains(error.message, "r.hea, s.hea"));
}

TEST_CASE("nothing, empty files and unknown bytes each get their own error", "[read]") {
  CHECK(refuse({}).code == ErrorCode::kEmptyFile);
  CHECK(refuse({{{"r.dat", {}}}}).code == ErrorCode::kEmptyFile);
  CHECK(refuse({{{"r.hea", {}}}}).code == ErrorCode::kEmptyFile);
  CHECK(refuse(record("r 1 100 1\nr.dat 16 100\n", {})).code == ErrorCode::kEmptyFile);
  CHECK(refuse({{{"photo.jpg", {0xFF, 0xD8, 0xFF}}}}).code == ErrorCode::kUnknownFormat);
}

TEST_CASE("formats that are known but not read yet are named", "[read]") {
  const Error error = refuse({{{"x.h5", bytes_of("\x89HDF" + std::string(600, '\0'))}}});
  CHECK(error.code == ErrorCode::kUnsupported);
  CHECK(contains(error.message, "HDF5"));
  CHECK(contains(refuse({{{"x.xml", bytes_of("\xEF\xBB\xBF<?xml version=\"1.0\"?>")}}}).message,
                 "XML"));
}
