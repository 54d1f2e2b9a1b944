// MATLAB 5 files built element by element, compressed and plain, whole and damaged.

#include "io/mat_reader.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <string>

#include "hostile.h"
#include "io/read_recording.h"
#include "made_mat.h"
#include "support/test_data.h"
#include "synthetic_record.h"

using namespace ecg;
using namespace ecg::test;
using namespace ecg::test::made_mat;
using Catch::Matchers::ContainsSubstring;

namespace {

void check_rich(const FileSet& files) {
  const auto recording = read_recording(files);
  if (!recording) FAIL(to_string(recording.error()));
  CHECK(recording->info.source_format == "MATLAB 5");
  CHECK(recording->signal.sampling_rate_hz() == 250);
  REQUIRE(recording->signal.lead_count() == 2);
  CHECK(recording->signal.leads()[1].lead == Lead::kV2);
  CHECK(recording->signal.lead(1)[39] == -0.078f);
  CHECK(recording->info.sex == "male");
  CHECK(recording->info.age_years == 52);
  CHECK(recording->info.comments == std::vector<std::string>{"note: seen by Dr X"});
}

}  // namespace

TEST_CASE("a MATLAB file says the same in both byte orders, plain and compressed", "[io][mat]") {
  const Writer little, big{true};
  check_rich(little.file(rich(little)));
  check_rich(big.file(rich(big)));
  std::string parts;
  for (const std::string& variable :
       {little.structure("ECG", {"data", "fs", "sex", "age"},
                         {little.matrix("", 2, two_leads()), little.matrix("", 1, {250}),
                          little.text("", "Male"), little.matrix("", 1, {52})}),
        little.text("units", "uV"),
        little.cell("leads", {little.text("", "I"), little.text("", "V2")}),
        little.text("note", "seen by Dr X")})
    parts += compressed(variable);
  check_rich(little.file(parts));
  CHECK(describe_mat(little.file(parts).files[0]).size() == 10);
}

TEST_CASE("gains and zeros beside the matrix are those of its leads", "[io][mat]") {
  const Writer w;
  const auto recording =
      read_recording(w.file(w.matrix("signal", 2, two_leads()) +
                            w.structure("header", {"freq", "gain", "adczero", "units"},
                                        {w.matrix("", 1, {500}), w.matrix("", 2, {200, 100}),
                                         w.matrix("", 2, {10, -8}), w.text("", "mV")})));
  REQUIRE(recording.has_value());
  CHECK(recording->signal.lead(0)[0] == -0.05f);
  CHECK(recording->signal.lead(1)[0] == 0.08f);
  CHECK(recording->calibrations[1].counts_per_mv == 100);
  CHECK(recording->calibrations[1].baseline == -8);
}

TEST_CASE("a first column of times states the rate of a matrix", "[io][mat]") {
  const Writer w;
  std::vector<int> values;
  for (int i = 0; i < 40; ++i) values.push_back(4 * i);
  for (int i = 0; i < 40; ++i) values.push_back(i % 7);
  const FileSet files = w.file(w.matrix("val", 40, values));
  const auto recording = read_recording(files, {.unit = "mV"});
  REQUIRE(recording.has_value());
  CHECK(recording->signal.sampling_rate_hz() == 250);
  CHECK(recording->signal.lead_count() == 1);
  CHECK_THAT(read_recording(files).error().message, ContainsSubstring("unit"));
}

TEST_CASE("files without samples, bombs and lies are refused", "[io][mat]") {
  const Writer w;
  const auto code = [](const FileSet& files) {
    const auto recording = read_recording(files, {.sampling_rate_hz = 500, .unit = "mV"});
    REQUIRE_FALSE(recording.has_value());
    CHECK_FALSE(recording.error().hint.empty());
    return recording.error().code;
  };
  CHECK(code(w.file("")) == ErrorCode::kInsufficientData);
  CHECK(code(w.file(w.text("val", std::string(100, 'x')))) == ErrorCode::kInsufficientData);
  CHECK(code(w.file(compressed(std::string(8u << 20, '\0')))) == ErrorCode::kTooLarge);
  const std::string lie = w.element(14, w.head(6, 65536, 65536, "val") + w.element(3, "xxxx"));
  CHECK(code(w.file(lie)) == ErrorCode::kTruncated);
  std::string deep = w.matrix("", 1, {1});
  for (int i = 0; i < 20; ++i) deep = w.cell("", {deep});
  CHECK(code(w.file(deep)) == ErrorCode::kTooLarge);
}

TEST_CASE("cut and damaged MATLAB files do no harm", "[io][mat][hostile]") {
  const Writer little, big{true};
  const FileSet one = little.file(compressed(little.matrix("val", 2, two_leads())) +
                                  compressed(little.matrix("fs", 1, {250})) +
                                  compressed(little.text("units", "mV")));
  // Cut between two variables a file is whole: each cut must do no harm, not be an error.
  for (const FileSet& whole : {one, little.file(rich(little)), big.file(rich(big))}) {
    REQUIRE(read_recording(whole).has_value());
    for (std::size_t size = 0; size < whole.files[0].bytes.size(); ++size) {
      FileSet cut = whole;
      cut.files[0].bytes.resize(size);
      if (!survives(cut)) FAIL("cut to " << size);
    }
  }
  require_damage_survived({one, little.file(rich(little)), big.file(rich(big))}, 15000, 32);
}

TEST_CASE("the MATLAB files at hand open, with what they do not state", "[io][mat][real]") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const auto read = [&](const char* name, const ReadOptions& options) {
    return read_recording(read_files({*data / name}), options);
  };
  const auto shape = [](const Result<Recording>& recording) {
    REQUIRE(recording.has_value());
    return std::pair{recording->signal.lead_count(), recording->signal.sample_count()};
  };
  using Shape = std::pair<std::size_t, SampleIndex>;
  const auto labelled = read("formats/mat/example_recording.mat", {});
  CHECK(shape(labelled) == Shape{10, 10000});
  CHECK(labelled->signal.sampling_rate_hz() == 250);
  CHECK(labelled->signal.leads()[3].lead == Lead::kIII);
  CHECK(labelled->signal.lead(2)[0] == static_cast<float>(-23.446364 / 1000));
  const auto timed = read("formats/mat/patient165_s0323lre.mat", {.unit = "mV"});
  CHECK(shape(timed) == Shape{15, 60000});
  CHECK(timed->signal.sampling_rate_hz() == 1000);
  CHECK(timed->signal.lead(14)[3] == -0.512f);
  const auto challenge =
      read("formats/mat/cpsc2018_struct_A1980.mat", {.sampling_rate_hz = 500, .unit = "mV"});
  CHECK(shape(challenge) == Shape{12, 5000});
  CHECK(challenge->info.age_years == 52);
  CHECK(shape(read("formats/mat/SampleECG1.mat", {.sampling_rate_hz = 128, .unit = "mV"})) ==
        Shape{1, 20000});
  for (const char* name : {"nstdb/BW.mat", "nstdb/EM.mat", "nstdb/MA.mat"})
    CHECK(shape(read(name, {.sampling_rate_hz = 360, .unit = "mV"})) == Shape{2, 650000});
  CHECK(read("nstdb/BW.mat", {}).error().code == ErrorCode::kBadHeader);
}
