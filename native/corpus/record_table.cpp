#include "corpus/record_table.h"

#include <algorithm>
#include <functional>

#include "core/file_set.h"
#include "corpus/csv_table.h"

namespace ecg {
namespace {

// "a/b/c.hea" -> "a/b/c".
std::string_view without_ending(std::string_view name) {
  const std::string_view file = file_name_of(name);
  const std::size_t dot = file.rfind('.');
  return dot == std::string_view::npos || dot == 0
             ? name
             : name.substr(0, name.size() - (file.size() - dot));
}

// Texts in quotes, in order.
std::vector<std::string> quoted_texts(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t at = text.find_first_of("'\""); at != std::string_view::npos;) {
    const std::size_t end = text.find(text[at], at + 1);
    if (end == std::string_view::npos) break;
    found.emplace_back(text.substr(at + 1, end - at - 1));
    at = text.find_first_of("'\"", end + 1);
  }
  return found;
}

std::vector<std::string> labels_of(const std::string& text) {
  if (!text.empty() && (text[0] == '[' || text[0] == '{')) return quoted_texts(text);
  std::vector<std::string> labels;
  std::string label;
  for (const char c : text + ";") {
    const bool between = c == ';' || c == '|' || c == ' ';
    if (!between) label += c;
    if (between && !label.empty()) labels.push_back(std::exchange(label, {}));
  }
  return labels;
}

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

Split split_of(const std::string& text, const TableColumns& columns) {
  if (contains(columns.validation_values, text)) return Split::kValidation;
  return contains(columns.test_values, text) ? Split::kTest : Split::kTrain;
}

// Value of a row in a column; empty where no such column was named.
using Column = std::function<std::string(const std::vector<std::string>&)>;

Result<Column> column_of(const CsvTable& table, const std::string& name) {
  if (name.empty()) return Column([](const auto&) { return std::string(); });
  const auto place = table.column(name);
  if (!place) return place.error();
  return Column([at = *place](const std::vector<std::string>& row) { return row[at]; });
}

// Tables written by pandas make patient 17 into 17.0.
std::string whole_number(std::string text) {
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

}  // namespace

Result<RecordTable> RecordTable::read(const std::filesystem::path& file,
                                      const TableColumns& columns) {
  const auto csv = read_csv_table(file);
  if (!csv) return csv.error();
  const std::string names[] = {columns.record, columns.patient, columns.split, columns.labels,
                               columns.report};
  std::vector<Column> value;
  for (const std::string& name : names) {
    auto column = column_of(*csv, name);
    if (!column) return column.error();
    value.push_back(*std::move(column));
  }
  RecordTable table;
  for (const auto& row : csv->rows) {
    const std::string record = value[0](row);
    if (table.facts_.contains(without_ending(record))) {
      return Error{ErrorCode::kInconsistent,
                   "the table names record '" + record + "' twice",
                   "leave one of the lines out",
                   file.string(),
                   {}};
    }
    RecordFacts facts;
    facts.patient = whole_number(value[1](row));
    if (!columns.split.empty()) facts.split = split_of(whole_number(value[2](row)), columns);
    facts.labels = labels_of(value[3](row));
    facts.report = value[4](row);
    table.add(record, std::move(facts));
  }
  return table;
}

void RecordTable::add(std::string_view name, RecordFacts facts) {
  const std::string path(without_ending(name));
  const auto known = path_of_stem_.find(stem_of(name));
  const bool shared = known != path_of_stem_.end() && known->second != path;
  path_of_stem_.insert_or_assign(std::string(stem_of(name)), shared ? std::string() : path);
  facts_.insert_or_assign(path, std::move(facts));
}

const RecordFacts* RecordTable::find(std::string_view name) const {
  const std::string_view whole = without_ending(name);
  if (const auto found = facts_.find(whole); found != facts_.end()) return &found->second;
  const auto path = path_of_stem_.find(stem_of(name));
  if (path == path_of_stem_.end()) return nullptr;
  const auto found = facts_.find(path->second);
  return found == facts_.end() ? nullptr : &found->second;
}

}  // namespace ecg
