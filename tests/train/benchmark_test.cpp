// Tables of public data sets, from small trees made the way they are published.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <map>
#include <set>

#include "corpus/csv_table.h"
#include "corpus/failure.h"
#include "corpus/header_diagnoses.h"
#include "corpus/prepare.h"
#include "corpus/record_table.h"
#include "corpus/simulated_source.h"
#include "downstream/benchmark_table.h"
#include "support/temporary_folder.h"
#include "support/test_data.h"

using namespace ecg;
using ecg::test::TemporaryFolder;
using Names = std::vector<std::string>;

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

void write_header(const std::filesystem::path& path, const std::string& codes) {
  const std::string stem = path.stem().string();
  write(path, stem + " 1 500 5000\n" + stem +
                  ".mat 16+24 1000/mV 16 0 0 0 0 I\n#Age: 59\n#Dx: " + codes + "\n");
}

const BenchmarkRecord& named(const BenchmarkTable& table, const std::string& record) {
  const auto found = std::find_if(table.records.begin(), table.records.end(),
                                  [&](const BenchmarkRecord& r) { return r.record == record; });
  REQUIRE(found != table.records.end());
  return *found;
}

}  // namespace

TEST_CASE("Folds keep people together and spread every class") {
  BenchmarkTable table;
  table.tasks = {"labels"};
  for (int r = 0; r < 400; ++r) {
    Names labels{r % 2 ? "often" : "mostly"};
    if (r % 20 == 0) labels.push_back("rare");  // 20 records
    table.records.push_back(
        {"r" + std::to_string(r), "p" + std::to_string(r / 2), "", 0, {labels}});
  }
  BenchmarkTable again = table, other = table;
  assign_folds(table, 1);
  assign_folds(again, 1);
  assign_folds(other, 2);
  std::map<std::string, std::set<int>> folds_of;
  std::map<int, int> records, rare;
  bool same = true, differs = false;
  for (std::size_t r = 0; r < table.records.size(); ++r) {
    const auto& record = table.records[r];
    folds_of[record.patient].insert(record.fold);
    ++records[record.fold];
    rare[record.fold] += record.labels[0].size() == 2;
    same = same && again.records[r].fold == record.fold;
    differs = differs || other.records[r].fold != record.fold;
  }
  CHECK(same);
  CHECK(differs);
  CHECK(records.size() == kFolds);
  for (const auto& [patient, folds] : folds_of) CHECK(folds.size() == 1);
  for (int fold = 1; fold <= kFolds; ++fold) {
    CHECK(records[fold] == 40);
    CHECK(rare[fold] == 2);
  }
}

TEST_CASE("Folds that a data set has stay, and are filled up evenly") {
  BenchmarkTable table;
  table.tasks = {"labels"};
  for (int r = 0; r < 40; ++r) {
    const int fold = r < 20 ? 1 : 0;
    table.records.push_back({std::to_string(r), std::to_string(r), "", fold, {{"A"}}});
  }
  assign_folds(table, 1);
  int of_first = 0;
  for (const auto& record : table.records) of_first += record.fold == 1;
  CHECK(of_first == 20);
}

TEST_CASE("A table is read back by prepare and probe") {
  const TemporaryFolder folder;
  BenchmarkTable table;
  table.tasks = {"labels", "other"};
  table.records = {{"a/JS1", "p,1", "set", 1, {{"AF", "LVH"}, {}}},
                   {"a/JS2", "p2", "set", kChooseFold, {{}, {"x"}}},
                   {"a/JS3", "p3", "set", kReportFold, {{"AF"}, {}}}};
  write(folder / "table.csv", csv_of_table(table));
  const auto csv = read_csv_table(folder / "table.csv");
  REQUIRE(csv);
  CHECK(csv->rows[0] == Names{"a/JS1", "p,1", "1", "train", "set", "AF|LVH", ""});
  const auto records = RecordTable::read(folder / "table.csv", {.record = "record",
                                                                .patient = "patient",
                                                                .split = "split",
                                                                .labels = "labels",
                                                                .report = ""});
  REQUIRE(records);
  CHECK(records->find("a/JS1")->labels == Names{"AF", "LVH"});
  CHECK(records->find("a/JS2")->split == Split::kValidation);
  CHECK(records->find("elsewhere/JS3")->split == Split::kTest);
}

TEST_CASE("Fields with commas, quotes and breaks survive a table") {
  const TemporaryFolder folder;
  const Names fields{"a,b", "say \"x\"", "two\nlines", ""};
  write(folder / "t.csv",
        "\xEF\xBB\xBF" + csv_line({"one", "two", "three", "four"}) + csv_line(fields));
  const auto csv = read_csv_table(folder / "t.csv");
  REQUIRE(csv);
  CHECK(csv->columns[0] == "one");  // not the byte order mark
  CHECK(csv->rows[0] == fields);
}

TEST_CASE("Rare classes are dropped by name") {
  BenchmarkTable table;
  table.tasks = {"labels"};
  table.records = {{"1", "1", "", 0, {{"A", "B"}}}, {"2", "2", "", 0, {{"A"}}}};
  drop_rare_classes(table, 2);
  CHECK(table.records[0].labels[0] == Names{"A"});
  CHECK_THAT(table.notes.at(0), Catch::Matchers::ContainsSubstring("B (1)"));
}

TEST_CASE("PTB-XL comes with its folds, people and six tasks") {
  const TemporaryFolder folder;
  write(folder / "ptbxl_database.csv",
        "ecg_id,patient_id,scp_codes,strat_fold,filename_lr,filename_hr\n"
        "1,15709.0,\"{'NORM': 100.0, 'SR': 0.0}\",3,records100/00001_lr,records500/00001_hr\n"
        "2,13243.0,\"{'IMI': 15.0}\",10,records100/00002_lr,records500/00002_hr\n");
  write(folder / "scp_statements.csv",
        ",diagnostic,form,rhythm,diagnostic_class,diagnostic_subclass\n"
        "NORM,1.0,,,NORM,NORM\nIMI,1.0,,,MI,IMI\nSR,,,1.0,,\n");
  const auto table = ptbxl_table(folder.path());
  REQUIRE(table);
  const auto& first = named(*table, "records500/00001_hr");
  CHECK(first.patient == "15709");
  CHECK(first.fold == 3);
  CHECK(first.labels[3] == Names{"NORM"});
  CHECK(first.labels[5] == Names{"SR"});
  CHECK(first.labels[4].empty());
  CHECK(named(*table, "records500/00002_hr").labels[3] == Names{"MI"});
  CHECK(named(*ptbxl_table(folder.path(), true), "records100/00002_lr").fold == 10);
}

TEST_CASE("CPSC2018's numbers become names") {
  const TemporaryFolder folder;
  write(
      folder / "TrainingSet1/REFERENCE.csv",
      "Recording,First_label,Second_label,Third_label\r\nA0001,5,,\r\nA0002,2,7,\r\nA0003,1,,\r\n");
  const auto table = cpsc2018_table(folder.path());
  REQUIRE(table);
  CHECK(named(*table, "A0001").labels[0] == Names{"RBBB"});
  CHECK(named(*table, "A0002").labels[0] == Names{"AF", "PVC"});
  CHECK(named(*table, "A0003").labels[0] == Names{"Normal"});
  write(folder / "TrainingSet1/REFERENCE.csv",
        "Recording,First_label,Second_label,Third_label\nA0001,10,,\n");
  CHECK(cpsc2018_table(folder.path()).error().code == ErrorCode::kBadValue);
  const TemporaryFolder empty;
  CHECK(cpsc2018_table(empty.path()).error().code == ErrorCode::kMissingFile);
}

TEST_CASE("CSN's labels are the codes of the header and nothing more") {
  const TemporaryFolder folder;
  write(
      folder / "ConditionNames_SNOMED-CT.csv",
      "Acronym Name,Full Name,Snomed_CT\nAFIB,Atrial Fibrillation,164889003\n"
      "AF,Atrial Flutter,164890007\nST,Sinus Tachycardia,427084000\nSTTC,ST-T Change,428750005\n");
  write_header(folder / "WFDBRecords/01/010/JS00001.hea", "164889003,428750005");
  write_header(folder / "WFDBRecords/01/010/JS00002.hea", "164890007, 427084000");
  write_header(folder / "WFDBRecords/01/011/JS00003.hea", "55827005");
  write(folder / "WFDBRecords/01/011/JS00004.hea", "");
  const auto table = csn_table(folder.path());
  REQUIRE(table);
  CHECK(table->records.size() == 3);
  // A match by parts of words would add AF and ST here.
  CHECK(named(*table, "WFDBRecords/01/010/JS00001").labels[0] == Names{"AFIB", "STTC"});
  CHECK(named(*table, "WFDBRecords/01/010/JS00002").labels[0] == Names{"AF", "ST"});
  CHECK(named(*table, "WFDBRecords/01/011/JS00003").labels[0] == Names{"55827005"});
  std::string notes;
  for (const auto& note : table->notes) notes += note + "\n";
  CHECK_THAT(notes, Catch::Matchers::ContainsSubstring("1 unreadable headers"));
  CHECK_THAT(notes, Catch::Matchers::ContainsSubstring("1 codes are not in the list"));
}

TEST_CASE("The challenge's records keep scored classes, and PTB-XL's people") {
  const TemporaryFolder folder;
  write_header(folder / "training/georgia/g1/E00001.hea", "59118001,164884008");
  write_header(folder / "training/ptb-xl/g1/HR00007.hea", "713427006,59118001");
  write_header(folder / "training/ptb-xl/g1/HR00009.hea", "426783006");
  write(folder / "weights.csv",
        ",713427006|59118001,426783006\n713427006|59118001,1,0.4\n426783006,0.3,1\n");
  write(folder / "ptbxl_database.csv", "ecg_id,patient_id,strat_fold\n7,99.0,10\n9,99.0,10\n");
  const auto table =
      cinc2021_table(folder / "training", folder / "weights.csv", folder / "ptbxl_database.csv");
  REQUIRE(table);
  const auto& georgia = named(*table, "georgia/g1/E00001");
  CHECK(georgia.source == "georgia");
  CHECK(georgia.labels[0] == Names{"713427006"});
  CHECK(georgia.fold == 0);
  const auto& ptbxl = named(*table, "ptb-xl/g1/HR00007");
  CHECK(ptbxl.labels[0] == Names{"713427006"});  // both codes mean the same
  CHECK(ptbxl.patient == named(*table, "ptb-xl/g1/HR00009").patient);
  CHECK(ptbxl.fold == 10);
  CHECK(named(*cinc2021_table(folder / "training"), "georgia/g1/E00001").labels[0] ==
        Names{"59118001", "164884008"});
}

TEST_CASE("MERL's tasks keep their three parts; CSN also gets exact labels") {
  const TemporaryFolder folder;
  const std::string head = "ecg_path,age,diagnose,AF,AFIB,ST\n";
  write(folder / "chapman/chapman_train.csv",
        head + "/chapman/WFDBRecords/44/448/JS1.mat,12,\"AFIB,TWC\",1,1,0\n");
  write(folder / "chapman/chapman_val.csv",
        head + "/chapman/WFDBRecords/44/448/JS2.mat,12,ST,0,0,1\n");
  write(folder / "chapman/chapman_test.csv",
        head + "/chapman/WFDBRecords/44/448/JS3.mat,12,AF,1,0,0\n");
  const auto table = merl_table(folder.path(), "csn");
  REQUIRE(table);
  CHECK(table->tasks == Names{"labels", "exact"});
  CHECK(named(*table, "JS1").labels == std::vector<Names>{{"AF", "AFIB"}, {"AFIB"}});
  CHECK(named(*table, "JS1").fold == 1);
  CHECK(named(*table, "JS2").fold == kChooseFold);
  CHECK(named(*table, "JS3").fold == kReportFold);
  CHECK(merl_table(folder.path(), "everything").error().code == ErrorCode::kNotFound);
  CHECK(merl_table(folder.path(), "super").error().code == ErrorCode::kMissingFile);
}

TEST_CASE("Diagnoses of real challenge headers") {
  const auto data = ecg::test::data_folder();
  if (!data) SKIP("no real ECGs at EINTHOVEN_DATA or ../shared/data");
  const auto table = cinc2021_table(*data / "challenge");
  REQUIRE(table);
  CHECK(table->records.size() == 70);
  std::map<std::string, int> sources;
  int labelled = 0;
  for (const auto& record : table->records) {
    ++sources[record.source];
    labelled += !record.labels[0].empty();
  }
  CHECK(labelled == 70);
  CHECK(sources["georgia"] == 10);
  CHECK(sources["chapman_shaoxing_ningbo"] == 20);
  CHECK(named(*table, "A0001").labels[0] == Names{"59118001"});
}

TEST_CASE("A corpus gives the labels that its records hold, and its splits as folds") {
  const TemporaryFolder folder;
  SimulatedMix mix;
  throw_on_error(set_rhythms(mix, "all=0,sinus=1,af=1"));
  PrepareOptions options;
  options.shares = {0.25, 0.25};
  const RecordSource source = simulated_source(5, 40, options.spec.duration_s(), mix);
  const auto summary = prepare_corpus({source}, folder / "c", options, {});
  REQUIRE(summary);
  const auto table = corpus_table(folder / "c");
  REQUIRE(table);
  REQUIRE(table->records.size() == 40);
  std::map<int, std::uint64_t> folds;
  for (std::size_t i = 0; i < table->records.size(); ++i) {
    const BenchmarkRecord& record = table->records[i];
    ++folds[record.fold];
    CHECK(record.record == source.names[i]);
    CHECK(record.labels[0] == value_or_throw(source.read(i)).labels);
  }
  const auto& counts = summary->info.records;
  CHECK(folds == std::map<int, std::uint64_t>{
                     {1, counts[0]}, {kChooseFold, counts[1]}, {kReportFold, counts[2]}});
  CHECK(corpus_table(folder / "nowhere").error().code == ErrorCode::kMissingFile);
}
