#include "io/sample_table.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "io/text.h"

namespace ecg {
namespace {

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
  const double steps = static_cast<double>(times.size()) - 1;
  const double step = steps < 1 ? 0 : (times.back() - times.front()) / steps;
  for (const double seconds : {1.0, 1e-3}) {
    if (step * seconds < 1.0 / 32000 || step * seconds > 1.0 / 50) continue;
    warnings.push_back(std::string("The unit of the time column is not stated; its steps fit ") +
                       (seconds == 1 ? "seconds" : "milliseconds") + " only.");
    return seconds;
  }
  return 0;
}

/// So many lines show that a first column that nobody named tells the time or counts.
constexpr std::size_t kFewestTimes = 8;

/// A first column that nobody named and that rises evenly is no lead.
bool rises_evenly(const PrintedTimes& times) {
  return times.values.size() >= kFewestTimes && rate_from_times(times, 1, {}).has_value() &&
         std::is_sorted(times.values.begin(), times.values.end());
}

/// A table while its first column is being understood.
struct Reading {
  SampleTable& table;
  const ReadOptions& options;
  const NamedBytes& file;
  bool first_is_lead = true;

  std::size_t lead_count() const {
    return table.by_lines ? table.lines() : table.columns - (first_is_lead ? 0 : 1);
  }
  std::size_t sample_count() const { return table.by_lines ? table.columns : table.lines(); }
};

/// The first column as times; those of binary tables are as precise as their numbers.
void fill_first(SampleTable& table) {
  constexpr int kDoubleDigits = 15;
  PrintedTimes& first = table.first;
  if (!first.values.empty()) return;
  for (std::size_t i = 0; i < table.values.size(); i += table.columns)
    first.values.push_back(table.values[i]);
  if (first.most_digits == 0) first.most_digits = first.most_decimals = kDoubleDigits;
}

/// Decides what the first column is; the rate it states, if any.
Result<std::optional<double>> take_first_column(Reading& reading, bool rate_is_stated) {
  using Rate = std::optional<double>;
  SampleTable& table = reading.table;
  if (table.columns < 2 || table.by_lines) return Rate();
  fill_first(table);
  const bool named = !table.facts.columns.empty();
  const ColumnLabel label = named ? table.facts.columns.front() : ColumnLabel{};
  const bool enough = named || table.lines() >= kFewestTimes;
  if (enough && is_named_like_count(label.name) && label.unit.empty() &&
      counts_samples(table.first.values)) {
    reading.first_is_lead = false;
    return Rate();
  }
  const bool is_time = table.clocks || (named && is_named_like_time(label.name));
  if (!is_time && (named || !rises_evenly(table.first))) return Rate();
  reading.first_is_lead = false;
  if (rate_is_stated) return Rate();
  double seconds = table.clocks ? 1 : seconds_of(label);
  if (seconds == 0) seconds = guess_seconds_of(table.first.values, table.warnings);
  if (seconds == 0) return Rate();
  const auto rate = rate_from_times(table.first, seconds, reading.file.name);
  if (!rate) return rate.error();
  return Rate(*rate);
}

ColumnLabel label_of_lead(const Reading& reading, std::size_t lead) {
  const TableFacts& facts = reading.table.facts;
  ColumnLabel label;
  const std::size_t column = lead + (reading.first_is_lead ? 0 : 1);
  if (column < facts.columns.size()) label = facts.columns[column];
  if (label.name.empty() && lead < facts.labels.size()) label.name = facts.labels[lead];
  if (lead < reading.options.leads.size()) label.name = reading.options.leads[lead];
  if (label.name.empty()) label.name = "column " + std::to_string(lead + 1);
  if (!reading.options.unit.empty()) label.unit = reading.options.unit;
  if (label.unit.empty()) label.unit = facts.unit;
  return label;
}

/// value in mV = (number - baseline) / (gain x steps per mV).
struct Scale {
  double divisor = 1;
  double baseline = 0;
};

Scale scale_of(const TableFacts& facts, std::size_t lead, double per_mv) {
  const double gain = lead < facts.gains.size() ? facts.gains[lead] : 1;
  return {(per_mv == 0 ? 1 : per_mv) * gain,
          lead < facts.baselines.size() ? facts.baselines[lead] : 0};
}

void fill_lead(const Reading& reading, std::size_t lead, Scale scale, std::span<float> samples) {
  const SampleTable& table = reading.table;
  const std::size_t column = lead + (reading.first_is_lead ? 0 : 1);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double value = table.by_lines ? table.values[lead * table.columns + i]
                                        : table.values[i * table.columns + column];
    samples[i] = static_cast<float>((value - scale.baseline) / scale.divisor);
  }
}

Recording build(Reading& reading, double rate_hz) {
  SampleTable& table = reading.table;
  Recording recording;
  std::vector<LeadLabel> labels;
  std::vector<Scale> scales;
  for (std::size_t lead = 0; lead < reading.lead_count(); ++lead) {
    const ColumnLabel label = label_of_lead(reading, lead);
    const double per_mv = steps_per_mv(label.unit);
    if (per_mv == 0)
      table.warnings.push_back(label.name + " is in \"" + label.unit +
                               "\", not in a unit of voltage.");
    const Scale scale = scale_of(table.facts, lead, per_mv);
    scales.push_back(scale);
    // The step of a number in mV is not known; counts and whole microvolts are steps themselves.
    const bool steps = per_mv > 1 || !table.facts.gains.empty();
    const std::string unit = label.unit.substr(per_mv == 0 ? 0 : label.unit.find('/') + 1);
    recording.calibrations.push_back({steps ? scale.divisor : 0, scale.baseline, 0, unit, "table"});
    labels.push_back(label_from_name(label.name));
  }
  const auto samples = static_cast<SampleIndex>(reading.sample_count());
  recording.signal = Signal(std::move(labels), samples, rate_hz);
  for (std::size_t lead = 0; lead < scales.size(); ++lead)
    fill_lead(reading, lead, scales[lead], recording.signal.lead(lead));
  recording.info = std::move(table.facts.info);
  recording.warnings = std::move(table.warnings);
  return recording;
}

bool lacks_unit(const Reading& reading) {
  for (std::size_t lead = 0; lead < reading.lead_count(); ++lead) {
    if (label_of_lead(reading, lead).unit.empty()) return true;
  }
  return false;
}

void warn_of_contradiction(SampleTable& table, const ReadOptions& options) {
  const TableFacts& facts = table.facts;
  const auto stated = facts.sampling_rate_hz;
  if (options.sampling_rate_hz && stated && *stated != *options.sampling_rate_hz)
    table.warnings.push_back("The file states " + shortest_decimal(*stated) + " Hz; read at the " +
                             shortest_decimal(*options.sampling_rate_hz) + " Hz asked for.");
  if (!options.unit.empty() && !facts.unit.empty() &&
      steps_per_mv(facts.unit) != steps_per_mv(options.unit))
    table.warnings.push_back("The file states the unit " + facts.unit + "; read in " +
                             options.unit + " as asked for.");
}

}  // namespace

Result<Recording> recording_from_table(SampleTable table, const ReadOptions& options,
                                       const NamedBytes& file) {
  if (auto checked = check_read_options(options); !checked) return checked.error();
  warn_of_contradiction(table, options);
  Reading reading{table, options, file};
  auto rate = options.sampling_rate_hz ? options.sampling_rate_hz : table.facts.sampling_rate_hz;
  const auto from_times = take_first_column(reading, rate.has_value());
  if (!from_times) return from_times.error();
  if (!rate) rate = *from_times;
  const bool unit_missing = lacks_unit(reading);
  if (!rate || unit_missing) return not_stated(!rate, unit_missing, file.name);
  if (!(*rate > 0 && *rate <= 1e6)) {
    return Error{ErrorCode::kBadValue,
                 "a sampling rate of " + shortest_decimal(*rate) + " Hz is impossible",
                 "state the right one: --rate 500", file.name, std::nullopt};
  }
  return build(reading, *rate);
}

}  // namespace ecg
