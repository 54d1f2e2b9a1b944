#include "io/mat_reader.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "io/sample_table.h"
#include "io/table_facts.h"
#include "io/text.h"
#include "io/wfdb_time.h"

namespace ecg {
namespace {

constexpr std::size_t kFewestSamples = 32;
constexpr std::size_t kMostComments = 50;
constexpr std::size_t kLongestText = 400;

using Kind = MatArray::Kind;

bool may_be_signal(const MatArray& array) {
  return array.kind == Kind::kNumbers && std::max(array.rows, array.columns) >= kFewestSamples;
}

const MatArray* signal_of(const MatFile& file) {
  const MatArray* largest = nullptr;
  const auto size = [](const MatArray& array) {
    return static_cast<std::uint64_t>(array.rows) * array.columns;
  };
  for (const MatArray& array : file.arrays) {
    if (may_be_signal(array) && (largest == nullptr || size(array) > size(*largest)))
      largest = &array;
  }
  return largest;
}

/// "header.freq" -> "freq"; "leads{2}" -> "leads".
std::string key_of(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  const std::string name = path.substr(dot == std::string::npos ? 0 : dot + 1);
  return plain_key(name.substr(0, name.find('{')));
}

std::string parent_of(const std::string& path) {
  return path.substr(0, std::min(path.rfind('.'), path.size()));
}

/// Line after line, time downwards or to the right as in the matrix.
SampleTable table_from(const MatArray& array) {
  SampleTable table;
  table.columns = array.columns;
  table.by_lines = array.rows < array.columns;
  table.values.reserve(array.rows * array.columns);
  for (std::size_t row = 0; row < array.rows; ++row) {
    for (std::size_t column = 0; column < array.columns; ++column)
      table.values.push_back(array.at(row, column));
  }
  if (array.number.kind == StoredNumber::Kind::kFloat && array.number.bytes == 4)
    table.first.most_digits = table.first.most_decimals = 7;
  return table;
}

std::vector<double> numbers_of(const MatArray& array) {
  std::vector<double> numbers;
  for (std::size_t column = 0; column < array.columns; ++column)
    for (std::size_t row = 0; row < array.rows; ++row) numbers.push_back(array.at(row, column));
  return numbers;
}

void take_number(const MatArray& array, std::size_t leads, TableFacts& facts) {
  const std::string key = key_of(array.path);
  const std::uint64_t count = static_cast<std::uint64_t>(array.rows) * array.columns;
  if (count == 1 && names_rate(key) && !facts.sampling_rate_hz)
    facts.sampling_rate_hz = array.at(0, 0);
  if (count == 1 && key == "age") facts.info.age_years = array.at(0, 0);
  if (count == leads && (key == "gain" || key == "gains" || key == "adcgain"))
    facts.gains = numbers_of(array);
  if (count == leads && (key == "adczero" || key == "baseline"))
    facts.baselines = numbers_of(array);
}

/// Texts of units and leads; true if it was one of them.
bool take_labels(const MatArray& array, TableFacts& facts, std::vector<std::string>& units) {
  const std::string key = key_of(array.path);
  if (!names_leads(key) && !names_unit(key)) return false;
  auto& list = names_leads(key) ? facts.labels : units;
  for (std::string& text : array.texts()) list.push_back(std::move(text));
  return true;
}

void take_text(const MatArray& array, TableFacts& facts, std::vector<std::string>& units) {
  const std::uint64_t count = static_cast<std::uint64_t>(array.rows) * array.columns;
  if (count == 0 || count > 64 * kLongestText || take_labels(array, facts, units)) return;
  const std::string key = key_of(array.path), text = array.texts().front();
  RecordingInfo& info = facts.info;
  if (key == "sex" || key == "gender") {
    info.sex = lower_case(text);
  } else if (key == "recname" || key == "recordname") {
    info.record_name = text;
  } else if (info.comments.size() < kMostComments) {
    info.comments.push_back(array.path + ": " + text.substr(0, kLongestText));
  }
}

/// The start that structs of WFDB toolboxes hold in two texts.
void take_start(const MatFile& file, RecordingInfo& info) {
  std::string time, date;
  for (const MatArray& array : file.arrays) {
    if (array.kind != Kind::kText || array.rows != 1 || array.columns > 40) continue;
    if (key_of(array.path) == "btime") time = array.texts().front();
    if (key_of(array.path) == "bdate") date = array.texts().front();
  }
  if (!time.empty()) info.start_time = iso_time_from_wfdb(time, date);
}

/// Gains without zeros, or the other way round, may mean anything.
void drop_half_scales(TableFacts& facts) {
  const bool positive =
      std::all_of(facts.gains.begin(), facts.gains.end(), [](double gain) { return gain > 0; });
  if (facts.gains.size() == facts.baselines.size() && positive) return;
  facts.gains.clear();
  facts.baselines.clear();
}

void take_units(std::vector<std::string> units, std::size_t leads, SampleTable& table) {
  TableFacts& facts = table.facts;
  if (units.empty()) return;
  const bool all_same =
      std::all_of(units.begin(), units.end(), [&](const std::string& u) { return u == units[0]; });
  if (all_same) {
    facts.unit = units[0];
  } else if (units.size() == leads && facts.labels.size() == leads) {
    for (std::size_t i = 0; i < leads; ++i)
      facts.columns.push_back({facts.labels[i], std::move(units[i])});
  }
}

/// What stands beside the signal, in its own struct first.
void take_facts(const MatFile& file, const MatArray& signal, SampleTable& table) {
  const std::size_t leads = std::min(signal.rows, signal.columns);
  std::vector<std::string> units;
  for (const bool beside : {true, false}) {
    for (const MatArray& array : file.arrays) {
      if ((parent_of(array.path) == parent_of(signal.path)) != beside || &array == &signal)
        continue;
      if (array.kind == Kind::kNumbers) take_number(array, leads, table.facts);
      if (array.kind == Kind::kText) take_text(array, table.facts, units);
    }
  }
  take_start(file, table.facts.info);
  drop_half_scales(table.facts);
  take_units(std::move(units), leads, table);
}

std::string shape_of(const MatArray& array) {
  return std::to_string(array.rows) + " x " + std::to_string(array.columns);
}

}  // namespace

Result<Recording> read_mat(const FileSet&, const NamedBytes& file, const ReadOptions& options) {
  const auto parsed = parse_mat_file(file);
  if (!parsed) return parsed.error();
  const MatArray* signal = signal_of(*parsed);
  if (signal == nullptr) {
    return Error{ErrorCode::kInsufficientData, "no matrix of real numbers holds 32 samples or more",
                 "see what is in the file: einthoven info --parts", file.name, std::nullopt};
  }
  SampleTable table = table_from(*signal);
  table.facts.info.source_format = "MATLAB 5";
  take_facts(*parsed, *signal, table);
  table.facts.info.technical.push_back({"matrix", signal->path + ", " + shape_of(*signal)});
  for (const MatArray& other : parsed->arrays) {
    if (&other != signal && may_be_signal(other) && std::min(other.rows, other.columns) > 0)
      table.warnings.push_back("The matrix " + other.path + " (" + shape_of(other) +
                               ") is not shown; the largest is.");
  }
  return recording_from_table(std::move(table), options, file);
}

Result<Recording> read_mat(const FileSet& files, const NamedBytes& file) {
  return read_mat(files, file, {});
}

std::vector<FoundPart> describe_mat(const NamedBytes& file) {
  std::vector<FoundPart> parts;
  const auto parsed = parse_mat_file(file);
  if (!parsed) return parts;
  for (const MatArray& array : parsed->arrays) {
    const char* kind = array.kind == Kind::kNumbers ? " numbers"
                       : array.kind == Kind::kText  ? " characters"
                                                    : " others";
    parts.push_back({"variable " + array.path, shape_of(array) + kind, file.name, std::nullopt});
  }
  return parts;
}

}  // namespace ecg
