#include "io/text_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ecg {
namespace {

constexpr std::size_t kMostHeadLines = 100;
constexpr int kLinesTried = 8;
constexpr int kFewestLines = 3;
constexpr std::size_t kWideLine = 32;

/// In this order the first that fits is right: a separator other than the comma leaves the comma
/// to the numbers.
constexpr TableDialect kDialects[] = {{'\t', false}, {'\t', true},  {';', false},
                                      {';', true},   {',', false},  {' ', false},
                                      {' ', true},   {'\0', false}, {'\0', true}};

std::string_view unquoted(std::string_view field) {
  field = trimmed(field);
  const bool quoted = field.size() >= 2 && (field.front() == '"' || field.front() == '\'') &&
                      field.back() == field.front();
  return quoted ? trimmed(field.substr(1, field.size() - 2)) : field;
}

/// Position of the next separator that stands in no quotes.
std::size_t end_of_field(std::string_view line, std::size_t begin, char separator) {
  char quote = '\0';
  bool blank_so_far = true;
  for (std::size_t at = begin; at < line.size(); ++at) {
    const char c = line[at];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == separator) {
      return at;
    } else if (blank_so_far && (c == '"' || c == '\'')) {
      quote = c;
    }
    blank_so_far = blank_so_far && (c == ' ' || c == '\t');
  }
  return line.size();
}

/// Numbers in all fields; a clock may stand in the first.
bool is_data_line(std::string_view line, TableDialect dialect,
                  std::vector<std::string_view>& fields) {
  split_table_line(line, dialect, fields);
  bool any = false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto number = table_number(fields[i], dialect);
    if (!number && i == 0) number = clock_seconds(fields[i], dialect);
    if (!number) return false;
    any = any || !std::isnan(*number);
  }
  return any;
}

/// "0,05" in every line may be two columns or one with a decimal comma: a zero in front of further
/// digits shows the latter.
bool looks_like_decimals(const std::vector<std::string_view>& fields) {
  return fields.size() == 2 && fields[1].size() > 1 && fields[1][0] == '0' &&
         fields[0].find('.') == std::string_view::npos &&
         fields[1].find('.') == std::string_view::npos;
}

bool is_used(std::string_view line, char separator) {
  if (separator == '\0') return true;
  if (separator == ' ') return trimmed(line).find_first_of(" \t") != std::string_view::npos;
  return line.find(separator) != std::string_view::npos;
}

/// Columns of the table that begins at `text` in this dialect; 0 if none does.
std::size_t columns_here(std::string_view text, TableDialect dialect,
                         std::vector<std::string_view>& fields) {
  LineReader reader(text);
  std::size_t columns = 0;
  int lines = 0;
  bool decimals = false;
  while (const auto line = reader.next()) {
    if (is_comment_line(line->text)) continue;
    if (lines == 0 && !is_used(line->text, dialect.separator)) return 0;
    if (!is_data_line(line->text, dialect, fields)) return 0;
    if (lines > 0 && fields.size() != columns) return 0;
    columns = fields.size();
    decimals = decimals || (dialect.separator == ',' && looks_like_decimals(fields));
    if (++lines == kLinesTried) break;
  }
  const bool enough = lines >= kFewestLines || columns >= kWideLine;
  return enough && !decimals ? columns : 0;
}

}  // namespace

bool is_comment_line(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.empty() || text.front() == '#' || text.front() == '%' || text.starts_with("//");
}

void split_table_line(std::string_view line, TableDialect dialect,
                      std::vector<std::string_view>& fields) {
  fields.clear();
  if (dialect.separator == '\0') return fields.push_back(unquoted(line));
  const bool quotes =
      line.find('"') != std::string_view::npos || line.find('\'') != std::string_view::npos;
  std::size_t at = 0;
  while (at <= line.size()) {
    if (dialect.separator == ' ') {
      at = std::min(line.find_first_not_of(" \t", at), line.size());
      if (at == line.size()) return;
      const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
      fields.push_back(unquoted(line.substr(at, end - at)));
      at = end;
    } else {
      const std::size_t end = quotes ? end_of_field(line, at, dialect.separator)
                                     : std::min(line.find(dialect.separator, at), line.size());
      fields.push_back(unquoted(line.substr(at, end - at)));
      at = end + 1;
    }
  }
}

bool add_plain_numbers(std::string_view line, TableDialect dialect, std::vector<double>& numbers) {
  if (dialect.decimal_comma || dialect.separator == '\0') return false;
  const std::size_t before = numbers.size();
  while (const auto number = take_short_decimal(line)) {
    numbers.push_back(*number);
    if (line.empty()) return true;
    if (line.front() != dialect.separator) break;
    line.remove_prefix(1);
  }
  numbers.resize(before);
  return false;
}

std::optional<double> table_number(std::string_view field, TableDialect dialect) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  if (field.empty()) return kMissing;
  if (!dialect.decimal_comma) {
    if (const auto number = parse_number(field)) return number;
  } else if (field.find('.') == std::string_view::npos && field.size() <= 64) {
    std::string text(field);
    std::replace(text.begin(), text.end(), ',', '.');
    if (const auto number = parse_number(text)) return number;
  }
  if (field.size() > 4) return std::nullopt;
  const std::string mark = lower_case(field);
  for (const std::string_view missing : {"nan", "na", "n/a", "-", "--", "null", "?"}) {
    if (mark == missing) return kMissing;
  }
  return std::nullopt;
}

std::optional<double> clock_seconds(std::string_view field, TableDialect dialect) {
  // A date in front, with its dashes, is passed over.
  const std::size_t gap = field.find_first_of(" T");
  if (gap != std::string_view::npos && field.substr(0, gap).find('-') != std::string_view::npos)
    field = trimmed(field.substr(gap + 1));
  if (field.size() > 24 || field.find(':') == std::string_view::npos) return std::nullopt;
  double seconds = 0;
  for (int part = 0; part < 3; ++part) {
    const std::size_t end = std::min(field.find(':'), field.size());
    const bool last = end == field.size();
    const std::string_view digits = field.substr(0, end);
    const auto value = table_number(digits, last ? dialect : TableDialect{});
    if (!value || !(*value >= 0) || (!last && !parse_integer(digits))) return std::nullopt;
    seconds = seconds * 60 + *value;
    if (last) return seconds;
    field.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<TextTable> find_table(std::string_view text) {
  TextTable table;
  std::vector<std::string_view> fields;
  LineReader reader(text);
  while (const auto line = reader.next()) {
    if (trimmed(line->text).empty()) continue;
    if (!is_comment_line(line->text)) {
      const auto begin = static_cast<std::size_t>(line->byte_offset);
      for (const TableDialect dialect : kDialects) {
        table.columns = columns_here(text.substr(begin), dialect, fields);
        if (table.columns == 0) continue;
        table.dialect = dialect;
        table.data_begin = begin;
        return table;
      }
    }
    if (table.head_lines.size() == kMostHeadLines) break;
    table.head_lines.push_back(*line);
  }
  return std::nullopt;
}

}  // namespace ecg
