#include "io/csv_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "io/csv_header.h"
#include "io/sample_table.h"
#include "io/text_table.h"

namespace ecg {
namespace {

/// A table of no more lines than this, each with many numbers, holds one lead per line.
constexpr std::size_t kMostLeadLines = 64;

Error csv_error(ErrorCode code, std::string what, std::string hint, const NamedBytes& file,
                std::optional<std::int64_t> at = std::nullopt) {
  return {code, std::move(what), std::move(hint), file.name, at};
}

Error bad_line(const TextLine& line, std::size_t found, std::size_t columns, bool last,
               const NamedBytes& file) {
  const std::string what = "line " + std::to_string(line.number) + " of the table has " +
                           std::to_string(found) + " fields, not " + std::to_string(columns);
  if (last && found < columns)
    return csv_error(ErrorCode::kTruncated, what + ": the file ends in the middle of it",
                     "the copy is incomplete: fetch the file again", file, line.byte_offset);
  return csv_error(ErrorCode::kInconsistent, what, "give every line of the table as many fields",
                   file, line.byte_offset);
}

/// Midnight between two clock times is no step back.
double unwrapped(double seconds, const std::vector<double>& before) {
  constexpr double kDay_s = 86400;
  if (before.empty() || !(seconds < before.back() - kDay_s / 2)) return seconds;
  return seconds + kDay_s * std::ceil((before.back() - kDay_s / 2 - seconds) / kDay_s);
}

/// How precisely the first column is printed.
void note_first(std::string_view field, TableDialect dialect, SampleTable& table) {
  const std::string_view digits = field.substr(field.rfind(':') + 1);  // npos + 1 is 0
  note_digits(digits, dialect.decimal_comma ? ',' : '.', table.first);
}

Result<void> add_line(const TextLine& line, const std::vector<std::string_view>& fields,
                      TableDialect dialect, SampleTable& table, const NamedBytes& file) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto number = table_number(fields[i], dialect);
    if (!number && i == 0) {
      number = clock_seconds(fields[0], dialect);
      if (number) number = unwrapped(*number, table.first.values);
      table.clocks = table.clocks || number;
    }
    if (!number) {
      return csv_error(ErrorCode::kBadValue,
                       "\"" + utf8_from_bytes(fields[i].substr(0, 40)) + "\" in line " +
                           std::to_string(line.number) + " of the table is no number",
                       "leave the field empty where a sample is missing", file, line.byte_offset);
    }
    if (i == 0) {
      table.first.values.push_back(*number);
      note_first(fields[0], dialect, table);
    }
    table.values.push_back(*number);
  }
  return {};
}

/// The quick way for most lines; false leaves the line to add_line().
bool add_plain_line(std::string_view line, const TextTable& found, SampleTable& table) {
  const std::size_t before = table.values.size();
  if (!add_plain_numbers(line, found.dialect, table.values)) return false;
  if (table.values.size() != before + found.columns) {
    table.values.resize(before);
    return false;
  }
  table.first.values.push_back(table.values[before]);
  note_first(line.substr(0, line.find(found.dialect.separator)), found.dialect, table);
  return true;
}

Result<SampleTable> read_numbers(std::string_view text, const TextTable& found,
                                 const NamedBytes& file) {
  SampleTable table;
  table.columns = found.columns;
  std::vector<std::string_view> fields;
  LineReader reader(text.substr(found.data_begin));
  while (auto line = reader.next()) {
    if (is_comment_line(line->text)) continue;
    line->byte_offset += static_cast<std::int64_t>(found.data_begin);
    if (add_plain_line(line->text, found, table)) continue;
    split_table_line(line->text, found.dialect, fields);
    if (fields.size() != found.columns) {
      const bool last = line->text.data() + line->text.size() == text.data() + text.size();
      return bad_line(*line, fields.size(), found.columns, last, file);
    }
    if (auto added = add_line(*line, fields, found.dialect, table, file); !added)
      return added.error();
  }
  return table;
}

/// Nothing but empty fields in a last column that nobody named: each line ends with a separator.
void drop_column_behind_separator(SampleTable& table) {
  const std::size_t n = table.columns;
  if (n < 2 || table.by_lines) return;
  const auto empty = [&](std::size_t column) {
    for (std::size_t i = column; i < table.values.size(); i += n)
      if (!std::isnan(table.values[i])) return false;
    return true;
  };
  auto& names = table.facts.columns;
  if (!names.empty() && !names.back().name.empty()) return;
  if (!empty(n - 1) || (names.empty() && empty(n - 2))) return;
  std::size_t to = 0;
  for (std::size_t i = 0; i < table.values.size(); ++i)
    if (i % n != n - 1) table.values[to++] = table.values[i];
  table.values.resize(to);
  table.columns = n - 1;
  if (!names.empty()) names.pop_back();
}

/// einthoven convert names its first column so, and no units: they are mV.
bool is_own_table(const TableFacts& facts) {
  const auto& columns = facts.columns;
  if (columns.empty() || columns.front().name != "time" || columns.front().unit != "s")
    return false;
  return std::all_of(columns.begin() + 1, columns.end(),
                     [](const ColumnLabel& label) { return label.unit.empty(); });
}

/// UTF-8 text of the file; `converted` keeps it where the file is UTF-16.
std::string_view text_in(const NamedBytes& file, std::size_t most, std::string& converted) {
  std::string_view text = text_of(file.bytes);
  if (text.size() > most) {  // no number may be cut
    const std::size_t end = text.find_last_of("\n\r\t,; ", most);
    text = text.substr(0, end == std::string_view::npos ? most : end);
  }
  if (auto utf8 = utf8_from_utf16(text)) {
    converted = std::move(*utf8);
    return converted;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

bool has_control_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= 0 && c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7F;
  });
}

Result<SampleTable> read_table(const NamedBytes& file) {
  std::string converted;
  const std::string_view text = text_in(file, file.bytes.size(), converted);
  const auto found = find_table(text);
  if (!found) {
    return csv_error(ErrorCode::kBadHeader, "no table of numbers begins in the first 100 lines",
                     "write one line per sample and one column per lead", file, 0);
  }
  auto table = read_numbers(text, *found, file);
  if (!table) return table;
  table->facts = parse_csv_header(*found);
  table->facts.info.source_format = "CSV";
  if (table->facts.unit.empty() && is_own_table(table->facts)) table->facts.unit = "mV";
  const std::size_t lines = table->lines();
  table->by_lines = lines <= kMostLeadLines && table->columns >= 32 && table->columns >= 8 * lines;
  if (table->by_lines) table->facts.columns.clear();
  if (table->by_lines && lines > 1)
    table->warnings.push_back(
        "The table is wider than long: each of its lines was read as one lead.");
  drop_column_behind_separator(*table);
  return table;
}

}  // namespace

bool is_csv(const NamedBytes& file) {
  constexpr std::size_t kLooked = 1u << 18;
  std::string converted;
  const std::string_view text = text_in(file, kLooked, converted);
  return !has_control_bytes(text.substr(0, 2048)) && find_table(text).has_value();
}

Result<Recording> read_csv(const FileSet&, const NamedBytes& file, const ReadOptions& options) {
  auto table = read_table(file);
  if (!table) return table.error();
  return recording_from_table(std::move(*table), options, file);
}

Result<Recording> read_csv(const FileSet& files, const NamedBytes& file) {
  return read_csv(files, file, {});
}

}  // namespace ecg
