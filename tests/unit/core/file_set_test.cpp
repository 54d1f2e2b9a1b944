#include "core/file_set.h"

#include <catch2/catch_test_macros.hpp>

using namespace ecg;

TEST_CASE("paths are taken apart", "[file_set]") {
  CHECK(file_name_of("a/b/c.hea") == "c.hea");
  CHECK(file_name_of("C:\\ecg\\c.hea") == "c.hea");
  CHECK(stem_of("a/b.c/d.e.hea") == "d.e");
  CHECK(stem_of(".hidden") == ".hidden");
  CHECK(extension_of("x.HEA") == "hea");
  CHECK(extension_of("x").empty());
}

TEST_CASE("files are found by name, exactly first, then without folder", "[file_set]") {
  const FileSet set{{{"a/x.dat", {1}}, {"b/x.dat", {2}}}};
  CHECK(set.find("b/x.dat")->bytes[0] == 2);
  CHECK(set.find("x.dat")->bytes[0] == 1);
  CHECK(set.find("y.dat") == nullptr);
}
