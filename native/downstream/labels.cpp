#include "downstream/labels.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/file_set.h"
#include "core/philox.h"

namespace ecg {
namespace {

using Names = std::vector<std::string>;

Names split_names(std::string_view text, char separator) {
  Names names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

/// Row of the table -> class names.
class LabelColumn {
 public:
  static Result<LabelColumn> find(const CsvTable& table, const LabelSource& source) {
    LabelColumn found;
    const auto at = table.column(source.statements.empty() ? source.task : "scp_codes");
    if (!at) return at.error();
    found.at_ = *at;
    if (source.statements.empty()) return found;
    auto classes = ptbxl_classes(source.statements, source.task);
    if (!classes) return classes.error();
    found.classes_ = *std::move(classes);
    found.codes_ = true;
    return found;
  }

  Result<Names> names(const std::vector<std::string>& row) const {
    if (!codes_) return split_names(row[at_], '|');
    const auto codes = codes_from_scp(row[at_]);
    if (!codes) return codes.error();
    std::set<std::string> names;
    for (const std::string& code : *codes) {
      if (const auto known = classes_.find(code); known != classes_.end())
        names.insert(known->second);
    }
    return Names(names.begin(), names.end());
  }

 private:
  std::size_t at_ = 0;
  bool codes_ = false;
  std::map<std::string, std::string> classes_;
};

/// What the table says of one recording.
struct Row {
  std::string patient;
  int fold = 0;
  Names names;
};

Result<std::map<std::string, Row>> rows_by_stem(const LabelSource& source) {
  const auto table = read_csv_table(source.table);
  if (!table) return table.error();
  const auto record = table->column(source.record_column);
  const auto patient = table->column(source.patient_column);
  const auto fold = table->column(source.fold_column);
  for (const auto* column : {&record, &patient, &fold}) {
    if (!*column) return column->error();
  }
  const auto label = LabelColumn::find(*table, source);
  if (!label) return label.error();
  std::map<std::string, Row> rows;
  for (const auto& fields : table->rows) {
    const auto number = whole_number_of(fields[*fold], *table);
    if (!number) return number.error();
    auto names = label->names(fields);
    if (!names) return names.error();
    rows[std::string(stem_of(fields[*record]))] = {fields[*patient], *number, *std::move(names)};
  }
  return rows;
}

}  // namespace

Result<std::map<std::string, std::string>> ptbxl_classes(const std::filesystem::path& statements,
                                                         const std::string& task_name) {
  struct TaskColumns {
    const char *task, *member, *name;  // column that says 1, column with the class; "" = the code
  };
  static constexpr TaskColumns kTasks[] = {
      {"all", "", ""},
      {"diagnostic", "diagnostic", ""},
      {"subdiagnostic", "diagnostic", "diagnostic_subclass"},
      {"superdiagnostic", "diagnostic", "diagnostic_class"},
      {"form", "form", ""},
      {"rhythm", "rhythm", ""},
  };
  const auto* task = std::find_if(std::begin(kTasks), std::end(kTasks),
                                  [&](const TaskColumns& t) { return task_name == t.task; });
  if (task == std::end(kTasks)) {
    return Error{ErrorCode::kNotFound,
                 "PTB-XL has no task '" + task_name + "'",
                 "all, diagnostic, subdiagnostic, superdiagnostic, form or rhythm",
                 {},
                 {}};
  }
  const auto table = read_csv_table(statements);
  if (!table) return table.error();
  const auto column = [&](const char* name) {
    return *name ? table->column(name) : Result<std::size_t>(std::size_t{0});
  };
  const auto member = column(task->member), name = column(task->name);
  if (!member) return member.error();
  if (!name) return name.error();
  std::map<std::string, std::string> classes;
  for (const auto& row : table->rows) {
    const bool in_task = *task->member == '\0' || row[*member] == "1.0" || row[*member] == "1";
    if (in_task && !row[*name].empty())
      classes[row[0]] = row[*name];  // the first column is the code
  }
  return classes;
}

Result<int> whole_number_of(const std::string& text, const CsvTable& table) {
  int fold = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fold);
  const bool whole = error == std::errc() && (*end == '\0' || std::string_view(end) == ".0");
  if (whole) return fold;
  return Error{
      ErrorCode::kBadValue, "'" + text + "' is no whole number", {}, table.file.string(), {}};
}

Result<std::vector<std::string>> codes_from_scp(std::string_view text) {
  std::vector<std::string> codes;
  for (std::size_t at = text.find('\''); at != std::string_view::npos; at = text.find('\'', at)) {
    const std::size_t end = text.find('\'', at + 1);
    if (end == std::string_view::npos) {
      return Error{ErrorCode::kBadValue,
                   "the codes '" + std::string(text) + "' lack a closing quote",
                   "they look like {'NORM': 100.0, 'SR': 0.0}",
                   {},
                   {}};
    }
    codes.emplace_back(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return codes;
}

LabelledRecords LabelledRecords::subset(const std::vector<std::size_t>& records) const {
  LabelledRecords part;
  part.classes = classes;
  for (const std::size_t r : records) {
    part.positions.push_back(positions[r]);
    part.patients.push_back(patients[r]);
    part.folds.push_back(folds[r]);
    const auto row = labels.begin() + static_cast<std::ptrdiff_t>(r * classes.size());
    part.labels.insert(part.labels.end(), row, row + static_cast<std::ptrdiff_t>(classes.size()));
  }
  return part;
}

LabelledRecords LabelledRecords::of_folds(const std::vector<int>& wanted) const {
  std::vector<std::size_t> chosen;
  for (std::size_t r = 0; r < size(); ++r) {
    if (std::find(wanted.begin(), wanted.end(), folds[r]) != wanted.end()) chosen.push_back(r);
  }
  return subset(chosen);
}

Result<LabelledRecords> label_records(const Corpus& corpus, const LabelSource& source) {
  const auto rows = rows_by_stem(source);
  if (!rows) return rows.error();
  LabelledRecords records;
  std::vector<const Row*> kept;
  std::set<std::string> classes;
  for (std::uint32_t position = 0; position < corpus.index().size(); ++position) {
    const auto row = rows->find(std::string(stem_of(corpus.index()[position].name)));
    if (row == rows->end()) {
      ++records.without_row;
    } else if (row->second.names.empty()) {
      ++records.without_label;
    } else {
      records.positions.push_back(position);
      records.patients.push_back(row->second.patient);
      records.folds.push_back(row->second.fold);
      kept.push_back(&row->second);
      classes.insert(row->second.names.begin(), row->second.names.end());
    }
  }
  if (kept.empty()) {
    return Error{ErrorCode::kInsufficientData,
                 "no record of the corpus has a label '" + source.task + "' in the table",
                 "check the column of record names (--record-column)",
                 source.table.string(),
                 {}};
  }
  records.classes.assign(classes.begin(), classes.end());
  for (const Row* row : kept) {
    for (const std::string& name : records.classes) {
      records.labels.push_back(std::find(row->names.begin(), row->names.end(), name) !=
                               row->names.end());
    }
  }
  return records;
}

Result<LabelledRecords> with_classes(const LabelledRecords& records,
                                     const std::vector<std::string>& classes) {
  std::vector<std::size_t> column;  // of each class of the records
  for (const std::string& name : records.classes) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) {
      return Error{ErrorCode::kInconsistent,
                   "the classifier does not know the class '" + name + "'",
                   "name a table with the classes it was fitted to",
                   {},
                   {}};
    }
    column.push_back(static_cast<std::size_t>(found - classes.begin()));
  }
  LabelledRecords same = records;
  same.classes = classes;
  same.labels.assign(records.size() * classes.size(), 0);
  for (std::size_t r = 0; r < records.size(); ++r) {
    for (std::size_t c = 0; c < column.size(); ++c) {
      same.labels[r * classes.size() + column[c]] = records.labels[r * column.size() + c];
    }
  }
  return same;
}

LabelledRecords label_fraction(const LabelledRecords& records, double fraction,
                               std::uint64_t seed) {
  std::map<std::string, std::vector<std::size_t>> by_patient;
  for (std::size_t r = 0; r < records.size(); ++r) by_patient[records.patients[r]].push_back(r);
  std::vector<const std::vector<std::size_t>*> order;
  for (const auto& [patient, its_records] : by_patient) order.push_back(&its_records);
  RandomStream random({seed, 0, 0, 0, RandomPurpose::kLabelFraction});
  random.shuffle(std::span<const std::vector<std::size_t>*>(order));
  const auto wanted =
      static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(records.size())));
  std::vector<std::size_t> chosen;
  for (const auto* its_records : order) {
    if (chosen.size() >= wanted) break;
    chosen.insert(chosen.end(), its_records->begin(), its_records->end());
  }
  std::sort(chosen.begin(), chosen.end());
  return records.subset(chosen);
}

}  // namespace ecg
