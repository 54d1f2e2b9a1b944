// The data sets of benchmark_table.h, each from the files it is published as.

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/file_set.h"
#include "corpus/corpus.h"
#include "corpus/csv_table.h"
#include "corpus/header_diagnoses.h"
#include "downstream/benchmark_table.h"
#include "downstream/challenge_score.h"
#include "downstream/labels.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// Positions of several columns, or the error of the first that is missing.
Result<std::vector<std::size_t>> columns_of(const CsvTable& table, const Names& names) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const auto place = table.column(name);
    if (!place) return place.error();
    places.push_back(*place);
  }
  return places;
}

void add_once(Names& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::string with_count(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what;
}

Error not_a_class(const std::string& value, const CsvTable& table) {
  return {ErrorCode::kBadValue,
          "'" + value + "' is no class of CPSC2018",
          "classes are numbered 1 to 9",
          table.file.string(),
          {}};
}

}  // namespace

Result<BenchmarkTable> ptbxl_table(const fs::path& folder, bool low_rate) {
  static const Names kTasks{"all",  "diagnostic", "subdiagnostic", "superdiagnostic",
                            "form", "rhythm"};
  const auto csv = read_csv_table(folder / "ptbxl_database.csv");
  if (!csv) return csv.error();
  const auto at = columns_of(
      *csv, {low_rate ? "filename_lr" : "filename_hr", "patient_id", "strat_fold", "scp_codes"});
  if (!at) return at.error();
  BenchmarkTable table;
  table.tasks = kTasks;
  std::vector<std::map<std::string, std::string>> classes;
  for (const std::string& task : kTasks) {
    auto of_task = ptbxl_classes(folder / "scp_statements.csv", task);
    if (!of_task) return of_task.error();
    classes.push_back(*std::move(of_task));
  }
  for (const auto& row : csv->rows) {
    const auto fold = whole_number_of(row[(*at)[2]], *csv);
    if (!fold) return fold.error();
    const auto patient = whole_number_of(row[(*at)[1]], *csv);
    if (!patient) return patient.error();
    const auto codes = codes_from_scp(row[(*at)[3]]);
    if (!codes) return codes.error();
    BenchmarkRecord record{row[(*at)[0]], std::to_string(*patient), "ptb-xl", *fold, {}};
    for (const auto& of_task : classes) {
      std::set<std::string> names;
      for (const std::string& code : *codes) {
        if (const auto known = of_task.find(code); known != of_task.end())
          names.insert(known->second);
      }
      record.labels.emplace_back(names.begin(), names.end());
    }
    table.records.push_back(std::move(record));
  }
  return table;
}

Result<BenchmarkTable> cpsc2018_table(const fs::path& folder) {
  static const Names kClasses{"Normal", "AF", "I-AVB", "LBBB", "RBBB", "PAC", "PVC", "STD", "STE"};
  const auto file = find_file(folder, "REFERENCE.csv");
  if (!file) return file.error();
  const auto csv = read_csv_table(*file);
  if (!csv) return csv.error();
  const auto at = columns_of(*csv, {"Recording", "First_label", "Second_label", "Third_label"});
  if (!at) return at.error();
  BenchmarkTable table;
  table.tasks = {"labels"};
  for (const auto& row : csv->rows) {
    const std::string& name = row[(*at)[0]];
    BenchmarkRecord record{name, name, "cpsc_2018", 0, {{}}};
    for (std::size_t i = 1; i < at->size(); ++i) {
      const std::string& value = row[(*at)[i]];
      if (value.empty()) continue;
      const auto number = whole_number_of(value, *csv);
      if (!number || *number < 1 || *number > 9) return not_a_class(value, *csv);
      add_once(record.labels[0], kClasses[static_cast<std::size_t>(*number - 1)]);
    }
    table.records.push_back(std::move(record));
  }
  table.notes.push_back("CPSC2018 names no patients: each record counts as one");
  return table;
}

namespace {

struct HeaderTable {
  BenchmarkTable table;
  std::vector<HeaderDiagnoses> headers;
};

// One record per header, without labels yet.
Result<HeaderTable> table_of_headers(const fs::path& folder, const std::string& source) {
  HeaderTable found;
  std::size_t unreadable = 0;
  auto headers = read_header_diagnoses(folder, unreadable);
  if (!headers) return headers.error();
  found.headers = *std::move(headers);
  found.table.tasks = {"labels"};
  for (const HeaderDiagnoses& header : found.headers) {
    const std::string stem(stem_of(header.record));
    found.table.records.push_back({header.record, stem, source, 0, {{}}});
  }
  if (unreadable > 0) {
    found.table.notes.push_back(with_count(unreadable, "unreadable headers were left out"));
  }
  return found;
}

}  // namespace

Result<BenchmarkTable> csn_table(const fs::path& folder) {
  const auto file = find_file(folder, "ConditionNames_SNOMED-CT.csv");
  if (!file) return file.error();
  const auto csv = read_csv_table(*file);
  if (!csv) return csv.error();
  const auto at = columns_of(*csv, {"Acronym Name", "Snomed_CT"});
  if (!at) return at.error();
  std::map<std::string, std::string> acronyms;
  std::string merged;
  for (const auto& row : csv->rows) {
    const auto [first, added] = acronyms.emplace(row[(*at)[1]], row[(*at)[0]]);
    if (!added) merged += " " + row[(*at)[0]] + "=" + first->second;
  }
  auto found = table_of_headers(folder, "ecg-arrhythmia");
  if (!found) return found.error();
  std::set<std::string> unknown;
  for (std::size_t r = 0; r < found->headers.size(); ++r) {
    for (const std::string& code : found->headers[r].codes) {
      const auto known = acronyms.find(code);
      if (known == acronyms.end()) unknown.insert(code);
      add_once(found->table.records[r].labels[0], known == acronyms.end() ? code : known->second);
    }
  }
  auto& notes = found->table.notes;
  if (!merged.empty()) notes.push_back("acronyms of one code, the first is used:" + merged);
  if (!unknown.empty()) notes.push_back(with_count(unknown.size(), "codes are not in the list"));
  notes.push_back("ecg-arrhythmia names no patients: each record counts as one");
  return std::move(found->table);
}

namespace {

/// Data sets of the challenge by how their records are named.
std::string challenge_source(const std::string& stem) {
  static const std::pair<const char*, const char*> kPrefixes[] = {{"HR", "ptb-xl"},
                                                                  {"JS", "chapman_shaoxing_ningbo"},
                                                                  {"A", "cpsc_2018"},
                                                                  {"E", "georgia"},
                                                                  {"Q", "cpsc_2018_extra"},
                                                                  {"S", "ptb"},
                                                                  {"I", "st_petersburg_incart"}};
  for (const auto& [prefix, source] : kPrefixes) {
    if (stem.starts_with(prefix)) return source;
  }
  return "";
}

/// Patient and fold of PTB-XL's records by their number.
using PtbxlFacts = std::map<int, std::pair<std::string, int>>;

Result<PtbxlFacts> read_ptbxl_facts(const fs::path& database) {
  PtbxlFacts facts;
  if (database.empty()) return facts;
  const auto csv = read_csv_table(database);
  if (!csv) return csv.error();
  const auto at = columns_of(*csv, {"ecg_id", "patient_id", "strat_fold"});
  if (!at) return at.error();
  for (const auto& row : csv->rows) {
    const auto number = whole_number_of(row[(*at)[0]], *csv);
    const auto patient = whole_number_of(row[(*at)[1]], *csv);
    const auto fold = whole_number_of(row[(*at)[2]], *csv);
    for (const auto* value : {&number, &patient, &fold}) {
      if (!*value) return value->error();
    }
    facts[*number] = {"ptb-xl " + std::to_string(*patient), *fold};
  }
  return facts;
}

void add_ptbxl_facts(BenchmarkRecord& record, const PtbxlFacts& facts) {
  const std::string stem(stem_of(record.record));
  if (!stem.starts_with("HR")) return;
  const auto found = facts.find(std::atoi(stem.c_str() + 2));
  if (found == facts.end()) return;
  record.patient = found->second.first;
  record.fold = found->second.second;
}

}  // namespace

Result<BenchmarkTable> cinc2021_table(const fs::path& folder, const fs::path& weights,
                                      const fs::path& ptbxl_database) {
  std::map<std::string, std::string> scored;  // code -> the first code that means the same
  if (!weights.empty()) {
    const auto read = read_challenge_weights(weights);
    if (!read) return read.error();
    for (const auto& names : read->classes) {
      for (const std::string& name : names) scored[name] = names[0];
    }
  }
  const auto facts = read_ptbxl_facts(ptbxl_database);
  if (!facts) return facts.error();
  auto found = table_of_headers(folder, "");
  if (!found) return found.error();
  std::size_t left_out = 0;
  for (std::size_t r = 0; r < found->headers.size(); ++r) {
    BenchmarkRecord& record = found->table.records[r];
    record.source = challenge_source(std::string(stem_of(record.record)));
    add_ptbxl_facts(record, *facts);
    for (const std::string& code : found->headers[r].codes) {
      const auto known = scored.find(code);
      left_out += !scored.empty() && known == scored.end();
      if (scored.empty())
        add_once(record.labels[0], code);
      else if (known != scored.end())
        add_once(record.labels[0], known->second);
    }
  }
  if (left_out > 0) {
    found->table.notes.push_back(with_count(left_out, "codes are not scored and were left out"));
  }
  if (ptbxl_database.empty()) {
    found->table.notes.push_back(
        "without ptbxl_database.csv the records HR... count as people of their own, though PTB-XL "
        "has several of some");
  }
  return std::move(found->table);
}

namespace {

/// Where a task of MERL's lies, and which columns hold what.
struct MerlTask {
  const char *name, *files;      ///< files: folder and beginning of the three names
  const char *record, *patient;  ///< columns; patient "" = each record one
  std::size_t first_class;       ///< column
};

constexpr MerlTask kMerlTasks[] = {
    {"super", "ptbxl/super_class/ptbxl_super_class", "filename_hr", "patient_id", 6},
    {"sub", "ptbxl/sub_class/ptbxl_sub_class", "filename_hr", "patient_id", 6},
    {"form", "ptbxl/form/ptbxl_form", "filename_hr", "patient_id", 6},
    {"rhythm", "ptbxl/rhythm/ptbxl_rhythm", "filename_hr", "patient_id", 6},
    {"cpsc2018", "icbeb/icbeb", "filename", "", 7},
    {"csn", "chapman/chapman", "ecg_path", "", 3},
};

Names acronyms_of(const std::string& text) {
  Names names(1);
  for (const char c : text) {
    if (c == ',')
      names.emplace_back();
    else if (c != ' ')
      names.back() += c;
  }
  return names;
}

// Adds the records of one of the three files, and its fold.
Result<void> add_merl_part(BenchmarkTable& table, const MerlTask& task, const fs::path& file,
                           int fold) {
  const auto csv = read_csv_table(file);
  if (!csv) return csv.error();
  const auto record_at = csv->column(task.record);
  if (!record_at) return record_at.error();
  const auto patient_at = *task.patient ? csv->column(task.patient) : record_at;
  if (!patient_at) return patient_at.error();
  const auto diagnoses_at = table.tasks.size() > 1 ? csv->column("diagnose") : record_at;
  if (!diagnoses_at) return diagnoses_at.error();
  for (const auto& row : csv->rows) {
    const std::string stem(stem_of(row[*record_at]));
    BenchmarkRecord record{stem, *task.patient ? row[*patient_at] : stem, "merl", fold, {{}}};
    for (std::size_t c = task.first_class; c < row.size(); ++c) {
      if (row[c] == "1" || row[c] == "1.0") record.labels[0].push_back(csv->columns[c]);
    }
    if (table.tasks.size() > 1) {
      Names exact;
      for (const std::string& name : acronyms_of(row[*diagnoses_at])) {
        const auto first = csv->columns.begin() + static_cast<std::ptrdiff_t>(task.first_class);
        if (std::find(first, csv->columns.end(), name) != csv->columns.end()) add_once(exact, name);
      }
      record.labels.push_back(std::move(exact));
    }
    table.records.push_back(std::move(record));
  }
  return {};
}

}  // namespace

const std::vector<std::string>& merl_tasks() {
  static const Names names = [] {
    Names all;
    for (const MerlTask& task : kMerlTasks) all.emplace_back(task.name);
    return all;
  }();
  return names;
}

Result<BenchmarkTable> merl_table(const fs::path& folder, const std::string& name) {
  const auto* task = std::find_if(std::begin(kMerlTasks), std::end(kMerlTasks),
                                  [&](const MerlTask& t) { return name == t.name; });
  if (task == std::end(kMerlTasks)) {
    return Error{ErrorCode::kNotFound,
                 "MERL's protocol has no task '" + name + "'",
                 "super, sub, form, rhythm, cpsc2018 or csn",
                 {},
                 {}};
  }
  BenchmarkTable table;
  table.tasks = {"labels"};
  if (name == "csn") table.tasks.push_back("exact");
  const std::pair<const char*, int> kParts[] = {
      {"_train.csv", 1}, {"_val.csv", kChooseFold}, {"_test.csv", kReportFold}};
  for (const auto& [ending, fold] : kParts) {
    const auto added =
        add_merl_part(table, *task, folder / (task->files + std::string(ending)), fold);
    if (!added) return added.error();
  }
  return table;
}

Result<BenchmarkTable> corpus_table(const fs::path& folder) {
  const auto corpus = Corpus::open(folder);
  if (!corpus) return corpus.error();
  BenchmarkTable table{{"labels"}, {}, {}};
  const auto& index = corpus->index();
  for (std::uint32_t i = 0; i < index.size(); ++i) {
    auto details = corpus->read_details(i);
    if (!details) return details.error();
    const int fold = index[i].split == Split::kTrain        ? 1
                     : index[i].split == Split::kValidation ? kChooseFold
                                                            : kReportFold;
    const std::string name(index[i].name);
    const std::string patient(index[i].patient.empty() ? index[i].name : index[i].patient);
    table.records.push_back({name, patient, "corpus", fold, {std::move(details->labels)}});
  }
  return table;
}

}  // namespace ecg
