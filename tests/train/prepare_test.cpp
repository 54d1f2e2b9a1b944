// Making corpora: tables, details, stops on the way, leaks between splits, and corpora of a
// million.

#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <set>

#include "corpus/crc32.h"
#include "corpus/failure.h"
#include "corpus/prepare.h"
#include "corpus/simulated_source.h"
#include "support/test_data.h"
#include "toy.h"

using namespace ecg;
using namespace ecg::test;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

PrepareOptions toy_options() {
  PrepareOptions options;
  options.spec = toy_config().input;
  options.shares = {0.2, 0.2};
  options.records_per_shard = 8;
  return options;
}

RecordSource toy_source(std::size_t count) {
  return simulated_source(7, count, toy_config().input.duration_s());
}

// The same without reports. With `r_peaks` off its records have no details.
RecordSource silent_source(std::size_t count) {
  RecordSource source = toy_source(count);
  source.read = [read = source.read](std::size_t index) {
    auto silent = read(index);
    silent->recording.info.statements.clear();
    silent->labels.clear();
    return silent;
  };
  return source;
}

bool same_corpus(const fs::path& a, const fs::path& b) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(a)) {
    ++files;
    if (text_of_file(entry.path()) != text_of_file(b / entry.path().filename())) return false;
  }
  return files == static_cast<std::size_t>(std::distance(fs::directory_iterator(b), {}));
}

/// Resident memory of this process in MB.
double resident_mb() {
  std::ifstream in("/proc/self/statm");
  double pages = 0;
  in >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

template <typename T>
void put(std::string& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

// Makes a shard claim `records` records, sparse on disk and zero but for the first.
void widen(const fs::path& shard, std::uint64_t records) {
  std::string header = text_of_file(shard).substr(0, 1024);
  std::uint64_t stride = 0;
  std::memcpy(&stride, header.data() + 24, sizeof stride);
  put(header, 16, records);
  put(header, 32, 1024 + records * stride);
  put(header, 56, std::uint64_t{0});
  const auto* first = reinterpret_cast<const std::uint8_t*>(header.data());
  put(header, 1020, crc32({first, 1020}));
  std::fstream(shard, std::ios::in | std::ios::out | std::ios::binary).write(header.data(), 1024);
  fs::resize_file(shard, 1024 + records * stride);
}

}  // namespace

TEST_CASE("A table gives patient, split, labels and report, in whatever way it writes them") {
  const TemporaryFolder folder;
  write_text_file(folder / "t.csv",
                  "file,who,fold,codes,text\n"
                  "a/1.hea,17.0,9.0,\"{'NORM': 100.0, 'SR': 0.0}\",\"sinus, \"\"normal\"\"\"\n"
                  "a/2.hea,18,10,AFIB;PVC,\n"
                  "b/3.hea,,1,,x\n");
  TableColumns columns{"file", "who", "fold", "codes", "text", {"9"}, {"10"}};
  const RecordTable table = value_or_throw(RecordTable::read(folder / "t.csv", columns));
  REQUIRE(table.find("a/1"));
  CHECK(table.find("a/1")->patient == "17");
  CHECK(table.find("1")->split == Split::kValidation);
  CHECK(table.find("1")->labels == std::vector<std::string>{"NORM", "SR"});
  CHECK(table.find("1")->report == "sinus, \"normal\"");
  CHECK(table.find("x/y/2.edf")->split == Split::kTest);
  CHECK(table.find("2")->labels == std::vector<std::string>{"AFIB", "PVC"});
  CHECK(table.find("3")->patient.empty());
  CHECK(table.find("4") == nullptr);
  write_text_file(folder / "twice.csv", "file\na/1\na/1.hea\n");
  columns = {};
  columns.record = "file";
  CHECK(RecordTable::read(folder / "twice.csv", columns).error().code == ErrorCode::kInconsistent);
}

TEST_CASE("Labels, report and R peaks travel with a record, and their damage is seen") {
  const TemporaryFolder folder;
  PrepareOptions options = toy_options();
  options.table.add("simulated/7/3", {"p3", Split::kTest, {"A", "B"}, "Sinusrhythmus, \u00e4"});
  value_or_throw(prepare_corpus({toy_source(12)}, folder / "c", options, {}));
  const Corpus corpus = value_or_throw(Corpus::open(folder / "c"));
  CHECK(corpus.index()[3].patient == "p3");
  CHECK(corpus.index()[3].split == Split::kTest);
  const RecordDetails details = value_or_throw(corpus.read_details(3));
  CHECK(details.labels == std::vector<std::string>{"A", "B"});
  CHECK(details.report == "Sinusrhythmus, \u00e4");
  // Two seconds at the heart rates of people at rest.
  std::size_t peaks = 0;
  for (std::uint32_t i = 0; i < 12; ++i) {
    const auto found = value_or_throw(corpus.read_details(i)).r_peaks;
    peaks += found.size();
    CHECK(std::is_sorted(found.begin(), found.end()));
    for (const auto peak : found) CHECK((peak >= 0 && peak < 200));
    CHECK(value_or_throw(corpus.read(i)).details.r_peaks == found);
  }
  CHECK(peaks >= 12);
  CHECK(peaks <= 60);
  const fs::path shard = folder / "c" / "shard-00000.ecgs";
  std::string bytes = text_of_file(shard);
  bytes[bytes.find("Sinusrhythmus")] ^= 1;
  write_text_file(shard, bytes);
  const Corpus damaged = value_or_throw(Corpus::open(folder / "c"));
  CHECK(damaged.read_details(3).error().code == ErrorCode::kBadChecksum);
  CHECK(damaged.read_details(4).has_value());
}

TEST_CASE("Preparing that is killed goes on after the last whole shard, with the same bytes") {
  const TemporaryFolder folder;
  const PrepareOptions options = toy_options();
  RecordSource source = toy_source(300);
  source.read = [inner = source.read](std::size_t index) -> Result<SourceRecord> {
    if (index % 50 == 7) return Error{ErrorCode::kTruncated, "cut", "", "x.dat", 12};
    return inner(index);
  };
  value_or_throw(prepare_corpus({source}, folder / "whole", options, {}));
  for (const std::size_t stop_at : {std::size_t{40}, std::size_t{140}, std::size_t{270}}) {
    std::size_t read = 0;
    RecordSource failing = source;
    failing.read = [&](std::size_t index) -> Result<SourceRecord> {
      ++read;
      if (index == stop_at) throw std::runtime_error("killed");
      return source.read(index);
    };
    PrepareOptions one_thread = options;
    one_thread.threads = 1;
    CHECK_THROWS(prepare_corpus({failing}, folder / "c", one_thread, {}));
    CHECK_FALSE(fs::exists(folder / "c"));
  }
  std::size_t read = 0;
  RecordSource counted = source;
  counted.read = [&](std::size_t index) {
    ++read;
    return source.read(index);
  };
  PrepareOptions one_thread = options;
  one_thread.threads = 1;
  value_or_throw(prepare_corpus({counted}, folder / "c", one_thread, {}));
  CHECK(read < 60);
  CHECK(same_corpus(folder / "whole", folder / "c"));

  // Other options start over.
  CHECK_THROWS([&] {
    RecordSource failing = source;
    failing.read = [&](std::size_t index) -> Result<SourceRecord> {
      if (index == 200) throw std::runtime_error("killed");
      return source.read(index);
    };
    value_or_throw(prepare_corpus({failing}, folder / "d", one_thread, {}));
  }());
  one_thread.seed = 2;
  read = 0;
  value_or_throw(prepare_corpus({counted}, folder / "d", one_thread, {}));
  CHECK(read == 300);
}

TEST_CASE("A patient in two splits is refused by name") {
  const TemporaryFolder folder;
  PrepareOptions options = toy_options();
  options.table.add("simulated/7/0", {"anna", Split::kTrain, {}, {}});
  options.table.add("simulated/7/1", {"anna", Split::kTest, {}, {}});
  const auto refused = prepare_corpus({toy_source(10)}, folder / "c", options, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::kInconsistent);
  CHECK_THAT(refused.error().message, ContainsSubstring("patient 'anna'"));
  CHECK_FALSE(fs::exists(folder / "c"));
}

TEST_CASE("A folder of several formats becomes one corpus") {
  const auto data = data_folder();
  if (!data) SKIP("the real ECGs are not here (EINTHOVEN_DATA)");
  const TemporaryFolder folder;
  PrepareOptions options = toy_options();
  options.most_quarantined = 0.9;
  options.windows_per_record = 1;
  const auto source = value_or_throw(folder_source(*data / "formats" / "ecgtoolkit_examples"));
  CHECK(source.names.size() >= 3);
  const auto summary = value_or_throw(prepare_corpus({source}, folder / "c", options, {}));
  CHECK(value_or_throw(Corpus::open(folder / "c")).index().size() >= 3);  // SCP, DICOM, HL7 aECG
}

TEST_CASE("A corpus of a million records opens in a second and 200 MB") {
  const TemporaryFolder folder;
  PrepareOptions options = toy_options();
  options.shares = {0, 0};
  options.r_peaks = false;
  value_or_throw(prepare_corpus({silent_source(1)}, folder / "c", options, {}));
  const CorpusInfo one = value_or_throw(info_from_text(text_of_file(folder / "c" / kCorpusFile)));
  constexpr std::uint32_t kShards = 250, kRows = 4000;
  widen(folder / "c" / shard_file_name(0), kRows);
  std::string index(kIndexHeader);
  for (std::uint32_t shard = 0; shard < kShards; ++shard) {
    if (shard > 0) {
      fs::create_hard_link(folder / "c" / shard_file_name(0),
                           folder / "c" / shard_file_name(shard));
    }
    for (std::uint32_t row = 0; row < kRows; ++row) {
      const std::string number = std::to_string(shard * kRows + row);
      index += index_line({shard, row, Split::kTrain, 0,
                           "files/p1000/p1000" + number + "/s4000" + number, "1000" + number});
    }
  }
  write_text_file(folder / "c" / kIndexFile, index);
  CorpusInfo info = one;
  info.data_hash = hash_of_index(index);
  write_text_file(folder / "c" / kCorpusFile, text_of_info(info));
  index = {};
  const double before_mb = resident_mb();
  const std::clock_t start = std::clock();  // processor time: other programs do not count
  const Corpus corpus = value_or_throw(Corpus::open(folder / "c"));
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const double grown_mb = resident_mb() - before_mb;
  CHECK(corpus.index().size() == 1'000'000);
  CHECK(corpus.records_of(Split::kTrain).size() == 1'000'000);
  CHECK(value_or_throw(corpus.read(0)).values.size() == corpus.shape().values());
  WARN("opened in " << seconds << " s, " << grown_mb << " MB more resident");
  CHECK(seconds < 1);
  CHECK(grown_mb < 200);
}

TEST_CASE(
    "A simulated population shows rhythms and morphologies as often as asked, with their labels") {
  SimulatedMix mix;
  throw_on_error(set_rhythms(mix, "all=0,sinus=3,af=1"));
  throw_on_error(set_morphologies(mix, "rbbb=0.25,lvh=0"));
  constexpr std::size_t kCount = 240;
  const RecordSource source = simulated_source(11, kCount, 10, mix);
  CHECK_THAT(source.description, ContainsSubstring("af=1") && ContainsSubstring("rbbb=0.25"));
  double af = 0, rbbb = 0, lvh = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto labels = value_or_throw(source.read(i)).labels;
    const auto has = [&](const char* name) {
      return std::count(labels.begin(), labels.end(), name);
    };
    REQUIRE_FALSE(labels.empty());
    af += static_cast<double>(has("af")) / kCount;
    rbbb += static_cast<double>(has("rbbb")) / kCount;
    lvh += static_cast<double>(has("lvh")) / kCount;
  }
  // Three standard deviations of a share of 240.
  CHECK(std::abs(af - 0.25) < 0.085);
  CHECK(std::abs(rbbb - 0.25) < 0.085);
  CHECK(lvh < 0.02);
}

TEST_CASE("A simulated patient keeps morphology and split over several recordings") {
  const TemporaryFolder folder;
  SimulatedMix mix;
  mix.recordings_per_patient = 3;
  throw_on_error(set_morphologies(mix, "rbbb=0.5"));
  PrepareOptions options = toy_options();
  const RecordSource source = simulated_source(4, 60, options.spec.duration_s(), mix);
  value_or_throw(prepare_corpus({source}, folder / "c", options, {}));
  const Corpus corpus = value_or_throw(Corpus::open(folder / "c"));
  REQUIRE(corpus.index().size() == 60);
  std::map<std::string_view, std::set<bool>> blocks;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const auto labels = value_or_throw(corpus.read_details(i)).labels;
    REQUIRE_FALSE(labels.empty());
    blocks[corpus.index()[i].patient].insert(std::count(labels.begin(), labels.end(), "rbbb") > 0);
  }
  CHECK(blocks.size() == 20);
  std::set<bool> seen;
  for (const auto& [patient, has] : blocks) {
    CHECK(has.size() == 1);
    seen.insert(*has.begin());
  }
  CHECK(seen.size() == 2);
  throw_on_error(check_no_leakage(corpus.index()));
}

TEST_CASE("A mix that cannot be simulated is refused by the word that is wrong") {
  SimulatedMix mix;
  const auto refuses = [](const Result<void>& set, const char* word) {
    REQUIRE_FALSE(set.has_value());
    CHECK(set.error().code == ErrorCode::kInvalidArgument);
    CHECK_FALSE(set.error().hint.empty());
    CHECK_THAT(set.error().message, ContainsSubstring(word));
  };
  refuses(set_rhythms(mix, "sinus=1,flutters"), "flutters");
  refuses(set_rhythms(mix, "sinus=x"), "sinus=x");
  refuses(set_rhythms(mix, "sinus=-1"), "sinus=-1");
  refuses(set_rhythms(mix, "all=0"), "no rhythm");
  refuses(set_rhythms(mix, ""), "''");
  refuses(set_morphologies(mix, "rbbb"), "rbbb");
  refuses(set_morphologies(mix, "rbbb=1.5"), "rbbb");
  CHECK(mix.rhythms.size() == 1);
}
