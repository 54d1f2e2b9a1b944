#include "corpus/csv_table.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "corpus/files.h"

namespace ecg {
namespace {

// One line of the table; a quoted field may hold commas and line breaks. False at the end.
bool read_row(std::istream& in, std::vector<std::string>& fields) {
  fields.assign(1, {});
  bool quoted = false, any = false;
  for (int c = in.get(); c != std::char_traits<char>::eof(); c = in.get()) {
    any = true;
    if (quoted && c == '"' && in.peek() == '"') {
      fields.back() += static_cast<char>(in.get());
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      fields.emplace_back();
    } else if (!quoted && c == '\n') {
      break;
    } else if (quoted || c != '\r') {
      fields.back() += static_cast<char>(c);
    }
  }
  return any;
}

}  // namespace

Result<std::size_t> CsvTable::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  std::string known;
  for (const std::string& column : columns) known += (known.empty() ? "" : ", ") + column;
  return Error{ErrorCode::kNotFound,
               "the table has no column '" + name + "'",
               "its first line names: " + known,
               file.string(),
               {}};
}

Result<CsvTable> read_csv_table(const std::filesystem::path& file) {
  auto bytes = read_whole_file(file);
  if (!bytes) return bytes.error();
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string text(bytes->begin(), bytes->end());
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  std::istringstream in(text);
  CsvTable table;
  table.file = file;
  read_row(in, table.columns);
  std::vector<std::string> fields;
  for (std::size_t row = 2; read_row(in, fields); ++row) {
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() != table.columns.size()) {
      return Error{ErrorCode::kBadHeader,
                   "row " + std::to_string(row) + " has " + std::to_string(fields.size()) +
                       " columns, the first " + std::to_string(table.columns.size()),
                   "give every row as many columns as the first",
                   file.string(),
                   {}};
    }
    table.rows.push_back(fields);
  }
  return table;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line += c == '"' ? "\"\"" : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

}  // namespace ecg
