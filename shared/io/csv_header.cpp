#include "io/csv_header.h"

#include <algorithm>
#include <utility>

#include "io/table_facts.h"

namespace ecg {
namespace {

/// One "key: value" line.
struct KeyValue {
  std::string key;   ///< lower case letters and digits only: "samplingrate"
  std::string unit;  ///< in parentheses behind the key: "hz"
  std::string value;
};

std::string_view without_marks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of("#%/;\"' \t");
  return begin == std::string_view::npos ? std::string_view{} : trimmed(text.substr(begin));
}

std::string_view without_quotes(std::string_view text) {
  text = trimmed(text);
  while (!text.empty() && (text.front() == '"' || text.front() == '\'')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '"' || text.back() == '\'')) text.remove_suffix(1);
  return trimmed(text);
}

/// "I (mV)" -> {"I", "mV"}; also with [] and with '_', '/' or a blank before a known unit.
ColumnLabel split_unit(std::string_view text) {
  text = trimmed(text);
  for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'[', ']'}}) {
    const std::size_t at = text.rfind(open);
    if (at == std::string_view::npos || at == 0 || text.back() != close) continue;
    if (is_unit(trimmed(text.substr(at + 1, text.size() - at - 2))))
      return {std::string(trimmed(text.substr(0, at))),
              std::string(trimmed(text.substr(at + 1, text.size() - at - 2)))};
  }
  const std::size_t at = text.find_last_of("_/ ,");
  if (at != std::string_view::npos && at > 0) {
    const std::string_view unit = text.substr(at + 1);
    if (!unit.empty() && is_unit(unit))
      return {std::string(trimmed(text.substr(0, at))), std::string(unit)};
  }
  return {std::string(text), {}};
}

std::string without_doubled_quotes(std::string text) {
  for (std::size_t at = 0; (at = text.find("\"\"", at)) != std::string::npos; ++at)
    text.erase(at, 1);
  return text;
}

std::optional<KeyValue> key_value(std::string_view line, char separator) {
  line = without_marks(line);
  const char ends[] = {'=', ':', separator == ' ' || separator == '\0' ? ',' : separator, '\0'};
  const std::size_t at = line.find_first_of(ends);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const ColumnLabel key = split_unit(without_quotes(line.substr(0, at)));
  std::size_t begin = at + 1;
  if (line.substr(at, 2) == ":=") ++begin;
  return KeyValue{plain_key(key.name), lower_case(key.unit),
                  utf8_from_bytes(without_quotes(line.substr(begin)))};
}

/// "1000.00", "512 hertz", "0.5 kHz", or an interval "2 ms".
std::optional<double> rate_of(const KeyValue& line, bool is_interval) {
  const std::size_t digits =
      std::min(line.value.find_first_not_of("0123456789.+-eE"), line.value.size());
  const auto number = parse_number(trimmed(std::string_view(line.value).substr(0, digits)));
  if (!number || !(*number > 0)) return std::nullopt;
  std::string unit(trimmed(std::string_view(line.value).substr(digits)));
  unit = unit.empty() ? line.unit : lower_case(unit);
  if (is_interval) {
    if (unit == "s" || unit == "sec") return 1 / *number;
    if (unit == "ms" || unit == "msec") return 1000 / *number;
    return unit == "us" ? std::optional(1e6 / *number) : std::nullopt;
  }
  if (unit == "khz") return *number * 1000;
  const bool hertz = unit.empty() || unit == "hz" || unit == "hertz" || unit == "sps" ||
                     unit.starts_with("samples") || unit == "1/s";
  return hertz ? number : std::nullopt;
}

/// "Labels: I, II" by commas, else by blanks.
std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string_view> fields;
  const bool commas = list.find_first_of(",;\t") != std::string_view::npos;
  const char separator = list.find(';') != std::string_view::npos
                             ? ';'
                             : (list.find('\t') != std::string_view::npos ? '\t' : ',');
  split_table_line(list, {commas ? separator : ' ', false}, fields);
  return {fields.begin(), fields.end()};
}

/// Facts about the person and the recording; true if the key is one of them.
bool take_fact(const KeyValue& line, RecordingInfo& info) {
  const auto& [key, unit, value] = line;
  if (key == "name" || key == "patient" || key == "patientname") {
    info.identity.patient_name = value;
  } else if (key == "dateofbirth" || key == "birthdate" || key == "birthday" || key == "dob") {
    info.identity.birth_date = value;
  } else if (key == "patientid" || key == "id" || key == "subject") {
    info.patient_id = value;
  } else if (key == "recordeddate" || key == "date" || key == "starttime" || key == "start") {
    info.start_time = value;
  } else if (key == "device" || key == "model") {
    info.device = value;
  } else if (key == "sex" || key == "gender") {
    info.sex = lower_case(value);
  } else if (key == "classification" || key == "diagnosis") {
    info.statements.push_back(value);
  } else if (key == "softwareversion") {
    info.technical.push_back({"software version", value});
  } else if (key == "age" && parse_number(value)) {
    info.age_years = parse_number(value);
  } else {
    return false;
  }
  return true;
}

/// True if the line is a key that is known, and so no line of column names.
bool take_key(const KeyValue& line, TableFacts& header) {
  if (line.value.empty()) return false;
  const bool interval = names_interval(line.key);
  if (interval || names_rate(line.key)) {
    const auto rate = rate_of(line, interval);
    if (rate) header.sampling_rate_hz = rate;
    return rate.has_value();
  }
  if (names_unit(line.key)) {
    header.unit = line.value;
    return true;
  }
  if (names_leads(line.key)) {
    header.labels =
        line.key == "lead" || line.key == "label" ? std::vector{line.value} : names_of(line.value);
    return true;
  }
  return take_fact(line, header.info);
}

/// Names from one line, units from the line below it if that holds nothing else.
void take_columns(std::vector<std::vector<std::string>> rows, TableFacts& header) {
  const auto units_only = [](const std::vector<std::string>& row) {
    bool any = false;
    for (const std::string& text : row) {
      if (!text.empty() && text != "-" && !is_unit(text)) return false;
      any = any || is_unit(text);
    }
    return any;
  };
  std::vector<std::string> units;
  if (units_only(rows.back())) {
    units = std::move(rows.back());
    rows.pop_back();
  }
  const std::vector<std::string> names =
      rows.empty() ? std::vector<std::string>(units.size()) : rows.back();
  for (std::size_t i = 0; i < names.size(); ++i) {
    ColumnLabel label = split_unit(names[i]);
    if (!units.empty()) label = {names[i], units[i]};
    header.columns.push_back(std::move(label));
  }
}

}  // namespace

TableFacts parse_csv_header(const TextTable& table) {
  TableFacts header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string_view> fields;
  for (const TextLine& line : table.head_lines) {
    const bool comment = is_comment_line(line.text);
    const std::string_view text = comment ? without_marks(line.text) : line.text;
    split_table_line(text, table.dialect, fields);
    const bool is_row = !comment && table.columns > 2 && fields.size() == table.columns &&
                        text.find_first_of(":=") == std::string_view::npos;
    const auto pair = key_value(line.text, table.dialect.separator);
    if (!is_row && pair && take_key(*pair, header)) continue;
    if (fields.size() == table.columns && (table.columns > 1 || (!comment && !pair))) {
      std::vector<std::string> row;
      for (const std::string_view field : fields)
        row.push_back(without_doubled_quotes(utf8_from_bytes(field)));
      rows.push_back(std::move(row));
    } else if (!trimmed(text).empty()) {
      header.info.comments.push_back(utf8_from_bytes(trimmed(text)));
    }
  }
  if (!rows.empty()) take_columns(std::move(rows), header);
  return header;
}

}  // namespace ecg
