#include "io/csv_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "io/csv_header.h"
#include "io/csv_time.h"
#include "io/text_table.h"
#include "io/units.h"

namespace ecg {
namespace {

/// A table of no more lines than this, each with many numbers, holds one lead per line.
constexpr std::size_t kMostLeadLines = 64;

/// The numbers of a table, line after line.
struct Numbers {
  std::vector<float> values;  ///< lines x columns
  std::size_t columns = 0;
  PrintedTimes first;   ///< the first column again, precisely
  bool clocks = false;  ///< it holds clock times, here in seconds

  std::size_t lines() const { return columns == 0 ? 0 : values.size() / columns; }
};

/// A table with what its header says, while it becomes a recording.
struct Table {
  CsvHeader header;
  TableDialect dialect;
  Numbers numbers;
  bool first_is_lead = true;
  bool by_lines = false;  ///< one lead per line
};

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
  while (!before.empty() && seconds < before.back() - kDay_s / 2) seconds += kDay_s;
  return seconds;
}

Result<void> add_line(const TextLine& line, const std::vector<std::string_view>& fields,
                      TableDialect dialect, Numbers& numbers, const NamedBytes& file) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto number = table_number(fields[i], dialect);
    if (!number && i == 0) {
      number = clock_seconds(fields[0], dialect);
      if (number) number = unwrapped(*number, numbers.first.values);
      numbers.clocks = numbers.clocks || number;
    }
    if (!number) {
      return csv_error(ErrorCode::kBadValue,
                       "\"" + utf8_from_bytes(fields[i].substr(0, 40)) + "\" in line " +
                           std::to_string(line.number) + " of the table is no number",
                       "leave the field empty where a sample is missing", file, line.byte_offset);
    }
    if (i == 0) {
      numbers.first.values.push_back(*number);
      const std::string_view digits = fields[0].substr(fields[0].rfind(':') + 1);  // npos + 1 is 0
      note_digits(digits, dialect.decimal_comma ? ',' : '.', numbers.first);
    }
    numbers.values.push_back(static_cast<float>(*number));
  }
  return {};
}

Result<Numbers> read_numbers(std::string_view text, const TextTable& table,
                             const NamedBytes& file) {
  Numbers numbers;
  numbers.columns = table.columns;
  std::vector<std::string_view> fields;
  LineReader reader(text.substr(table.data_begin));
  while (auto line = reader.next()) {
    if (is_comment_line(line->text)) continue;
    line->byte_offset += static_cast<std::int64_t>(table.data_begin);
    split_table_line(line->text, table.dialect, fields);
    if (fields.size() != table.columns) {
      const bool last = line->text.data() + line->text.size() == text.data() + text.size();
      return bad_line(*line, fields.size(), table.columns, last, file);
    }
    if (auto added = add_line(*line, fields, table.dialect, numbers, file); !added)
      return added.error();
  }
  return numbers;
}

bool is_named_like_time(const std::string& name) {
  const std::string lower = lower_case(name);
  for (const char* start : {"time", "elapsed", "sec", "millis", "clock", "date"}) {
    if (lower.starts_with(start)) return true;
  }
  return lower == "t" || lower == "s" || lower == "ms";
}

bool is_named_like_count(const std::string& name) {
  const std::string lower = lower_case(name);
  return lower.empty() || lower == "n" || lower == "#" || lower == "index" || lower == "i" ||
         lower == "no" || lower == "no." || lower.starts_with("sample");
}

/// Seconds of one step of a time unit; 0 if the unit is not stated or none of time.
double seconds_of(const ColumnLabel& label) {
  const std::string unit = lower_case(label.unit.empty() ? label.name : label.unit);
  if (unit == "s" || unit.starts_with("sec")) return 1;
  if (unit == "ms" || unit.starts_with("msec") || unit.starts_with("milli")) return 1e-3;
  if (unit == "us" || unit.starts_with("micro")) return 1e-6;
  return unit == "min" || unit == "minutes" ? 60 : 0;
}

/// Seconds or milliseconds, whichever gives a rate between 50 Hz and 32 kHz: never both do.
double guess_seconds_of(const std::vector<double>& times, std::vector<std::string>& warnings) {
  const double step =
      times.size() < 2 ? 0 : (times.back() - times.front()) / static_cast<double>(times.size() - 1);
  const auto plausible = [&](double seconds) {
    return step * seconds >= 1.0 / 32000 && step * seconds <= 1.0 / 50;
  };
  for (const double seconds : {1.0, 1e-3}) {
    if (!plausible(seconds)) continue;
    warnings.push_back(std::string("The unit of the time column is not stated; its steps fit ") +
                       (seconds == 1 ? "seconds" : "milliseconds") + " only.");
    return seconds;
  }
  return 0;
}

/// A first column that nobody named and that rises evenly is no lead.
bool rises_evenly(const PrintedTimes& times) {
  return times.values.size() >= 8 && rate_from_times(times, 1, {}).has_value() &&
         std::is_sorted(times.values.begin(), times.values.end());
}

/// Decides what the first column is; the rate it states, if any.
Result<std::optional<double>> take_first_column(Table& table, bool rate_is_stated,
                                                std::vector<std::string>& warnings,
                                                const NamedBytes& file) {
  const PrintedTimes& first = table.numbers.first;
  const bool named = !table.header.columns.empty();
  const ColumnLabel label = named ? table.header.columns.front() : ColumnLabel{};
  if (table.numbers.columns < 2 || table.by_lines) return std::optional<double>();
  if (is_named_like_count(label.name) && label.unit.empty() && counts_samples(first.values)) {
    table.first_is_lead = false;
    return std::optional<double>();
  }
  const bool is_time = table.numbers.clocks || (named && is_named_like_time(label.name));
  if (!is_time && (named || !rises_evenly(first))) return std::optional<double>();
  table.first_is_lead = false;
  if (rate_is_stated) return std::optional<double>();
  double seconds = table.numbers.clocks ? 1 : seconds_of(label);
  if (seconds == 0) seconds = guess_seconds_of(first.values, warnings);
  if (seconds == 0) return std::optional<double>();
  const auto rate = rate_from_times(first, seconds, file.name);
  if (!rate) return rate.error();
  return std::optional<double>(*rate);
}

/// Nothing but empty fields in a last column that nobody named: each line ends with a separator.
void drop_column_behind_separator(Table& table) {
  Numbers& numbers = table.numbers;
  const std::size_t n = numbers.columns;
  if (n < 2 || table.by_lines) return;
  const auto empty = [&](std::size_t column) {
    for (std::size_t i = column; i < numbers.values.size(); i += n)
      if (!std::isnan(numbers.values[i])) return false;
    return true;
  };
  const bool named = !table.header.columns.empty();
  if (named && !table.header.columns.back().name.empty()) return;
  if (!empty(n - 1) || (!named && empty(n - 2))) return;
  std::size_t to = 0;
  for (std::size_t i = 0; i < numbers.values.size(); ++i)
    if (i % n != n - 1) numbers.values[to++] = numbers.values[i];
  numbers.values.resize(to);
  numbers.columns = n - 1;
  if (named) table.header.columns.pop_back();
}

ColumnLabel label_of_lead(const Table& table, std::size_t lead, const ReadOptions& options) {
  ColumnLabel label;
  const std::size_t column = lead + (table.first_is_lead ? 0 : 1);
  if (!table.by_lines && column < table.header.columns.size()) label = table.header.columns[column];
  if (label.name.empty() && lead < table.header.labels.size())
    label.name = table.header.labels[lead];
  if (lead < options.leads.size()) label.name = options.leads[lead];
  if (label.name.empty()) label.name = "column " + std::to_string(lead + 1);
  if (!options.unit.empty()) label.unit = options.unit;
  if (label.unit.empty()) label.unit = table.header.unit;
  return label;
}

/// einthoven convert names its first column so, and no units: they are mV.
bool is_own_table(const Table& table) {
  const auto& columns = table.header.columns;
  if (columns.empty() || columns.front().name != "time" || columns.front().unit != "s")
    return false;
  return std::all_of(columns.begin() + 1, columns.end(),
                     [](const ColumnLabel& label) { return label.unit.empty(); });
}

void fill_lead(const Table& table, std::size_t lead, double steps, std::span<float> samples) {
  const Numbers& numbers = table.numbers;
  const std::size_t column = lead + (table.first_is_lead ? 0 : 1);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const float value = table.by_lines ? numbers.values[lead * numbers.columns + i]
                                       : numbers.values[i * numbers.columns + column];
    samples[i] = static_cast<float>(static_cast<double>(value) / steps);
  }
}

Result<Recording> build(Table& table, double rate_hz, const ReadOptions& options,
                        std::vector<std::string> warnings) {
  const Numbers& numbers = table.numbers;
  const std::size_t leads =
      table.by_lines ? numbers.lines() : numbers.columns - (table.first_is_lead ? 0 : 1);
  const std::size_t samples = table.by_lines ? numbers.columns : numbers.lines();
  Recording recording;
  recording.info = std::move(table.header.info);
  recording.info.source_format = "CSV";
  std::vector<LeadLabel> labels;
  std::vector<double> steps;
  for (std::size_t lead = 0; lead < leads; ++lead) {
    ColumnLabel label = label_of_lead(table, lead, options);
    const double per_mv = steps_per_mv(label.unit);
    if (per_mv == 0)
      warnings.push_back(label.name + " is in \"" + label.unit + "\", not in a unit of voltage.");
    steps.push_back(per_mv == 0 ? 1 : per_mv);
    // The step of a printed number is not known unless counts or whole units stand there.
    const std::string unit = label.unit.substr(per_mv == 0 ? 0 : label.unit.find('/') + 1);
    recording.calibrations.push_back({per_mv > 1 ? per_mv : 0, 0, 0, unit, "text"});
    labels.push_back(label_from_name(label.name));
  }
  recording.signal = Signal(std::move(labels), static_cast<SampleIndex>(samples), rate_hz);
  for (std::size_t lead = 0; lead < leads; ++lead)
    fill_lead(table, lead, steps[lead], recording.signal.lead(lead));
  recording.warnings = std::move(warnings);
  return recording;
}

bool lacks_unit(const Table& table, const ReadOptions& options) {
  const std::size_t leads = table.by_lines ? table.numbers.lines()
                                           : table.numbers.columns - (table.first_is_lead ? 0 : 1);
  for (std::size_t lead = 0; lead < leads; ++lead) {
    if (label_of_lead(table, lead, options).unit.empty()) return true;
  }
  return false;
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

Result<Table> read_table(const NamedBytes& file) {
  std::string converted;
  const std::string_view text = text_in(file, file.bytes.size(), converted);
  const auto found = find_table(text);
  if (!found) {
    return csv_error(ErrorCode::kBadHeader, "no table of numbers begins in the first 100 lines",
                     "write one line per sample and one column per lead", file, 0);
  }
  auto numbers = read_numbers(text, *found, file);
  if (!numbers) return numbers.error();
  Table table{parse_csv_header(*found), found->dialect, std::move(*numbers)};
  const std::size_t lines = table.numbers.lines();
  table.by_lines =
      lines <= kMostLeadLines && table.numbers.columns >= 32 && table.numbers.columns >= 8 * lines;
  drop_column_behind_separator(table);
  return table;
}

void warn_of_contradiction(const CsvHeader& header, const ReadOptions& options,
                           std::vector<std::string>& warnings) {
  const auto stated = header.sampling_rate_hz;
  if (options.sampling_rate_hz && stated && *stated != *options.sampling_rate_hz)
    warnings.push_back("The file states " + shortest_decimal(*stated) + " Hz; read at the " +
                       shortest_decimal(*options.sampling_rate_hz) + " Hz asked for.");
  if (!options.unit.empty() && !header.unit.empty() &&
      steps_per_mv(header.unit) != steps_per_mv(options.unit))
    warnings.push_back("The file states the unit " + header.unit + "; read in " + options.unit +
                       " as asked for.");
}

}  // namespace

bool is_csv(const NamedBytes& file) {
  constexpr std::size_t kLooked = 1u << 18;
  std::string converted;
  const std::string_view text = text_in(file, kLooked, converted);
  return !has_control_bytes(text.substr(0, 2048)) && find_table(text).has_value();
}

Result<Recording> read_csv(const FileSet&, const NamedBytes& file, const ReadOptions& options) {
  if (auto checked = check_read_options(options); !checked) return checked.error();
  auto table = read_table(file);
  if (!table) return table.error();
  std::vector<std::string> warnings;
  warn_of_contradiction(table->header, options, warnings);
  auto rate = options.sampling_rate_hz ? options.sampling_rate_hz : table->header.sampling_rate_hz;
  const auto from_times = take_first_column(*table, rate.has_value(), warnings, file);
  if (!from_times) return from_times.error();
  if (!rate) rate = *from_times;
  if (options.unit.empty() && table->header.unit.empty() && is_own_table(*table))
    table->header.unit = "mV";
  if (table->by_lines && table->numbers.lines() > 1)
    warnings.push_back("The table is wider than long: each of its lines was read as one lead.");
  const bool unit_missing = lacks_unit(*table, options);
  if (!rate || unit_missing) return not_stated(!rate, unit_missing, file.name);
  if (!(*rate > 0 && *rate <= 1e6)) {
    return csv_error(ErrorCode::kBadValue, "a sampling rate of " + shortest_decimal(*rate) + " Hz",
                     "state the right one: --rate 500", file);
  }
  return build(*table, *rate, options, std::move(warnings));
}

Result<Recording> read_csv(const FileSet& files, const NamedBytes& file) {
  return read_csv(files, file, {});
}

}  // namespace ecg
