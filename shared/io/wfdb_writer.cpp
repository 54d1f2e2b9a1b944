#include "io/wfdb_writer.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "io/text.h"
#include "io/units.h"

namespace ecg {
namespace {

constexpr std::int16_t kMissingCount = -32768;
constexpr double kDefaultCountsPerMv = 1000;

/// How one lead is stored.
struct Scale {
  double counts_per_mv = kDefaultCountsPerMv;
  double baseline = 0;
  std::string unit = "mV";
  int resolution_bits = 16;
};

std::optional<std::int16_t> count_of(float value_mv, const Scale& scale) {
  if (std::isnan(value_mv)) return kMissingCount;
  const double count =
      std::round(static_cast<double>(value_mv) * scale.counts_per_mv + scale.baseline);
  if (!(count > -32768 && count <= 32767)) return std::nullopt;
  return static_cast<std::int16_t>(count);
}

/// True if every sample is a 16-bit count in this scale, as it is when the lead was read in it.
bool restores_counts(std::span<const float> values_mv, const Scale& scale) {
  for (const float value : values_mv) {
    const auto count = count_of(value, scale);
    if (!count) return false;
    if (std::isnan(value)) continue;
    const auto restored = static_cast<float>((*count - scale.baseline) / scale.counts_per_mv);
    if (restored != value) return false;
  }
  return true;
}

Scale scale_of(const Recording& recording, std::size_t lead) {
  if (lead >= recording.calibrations.size()) return {};
  const Calibration& stated = recording.calibrations[lead];
  if (!std::isfinite(stated.counts_per_mv) || stated.counts_per_mv == 0) return {};
  // WFDB stores the baseline as an integer.
  if (stated.baseline != std::round(stated.baseline)) return {};
  Scale scale{stated.counts_per_mv, stated.baseline, stated.unit.empty() ? "mV" : stated.unit, 16};
  if (stated.resolution_bits > 0) scale.resolution_bits = stated.resolution_bits;
  if (scale.unit.find_first_of(" \t\r\n/") != std::string::npos) return {};
  const bool voltage = units_per_mv(scale.unit) > 0;
  // Values that are no voltages have no other scale than their own.
  return !voltage || restores_counts(recording.signal.lead(lead), scale) ? scale : Scale{};
}

bool is_record_name(std::string_view name) {
  if (name.empty() || name.size() > 200) return false;
  for (const char c : name) {
    const bool allowed = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    if (!allowed) return false;
  }
  return true;
}

/// One line of text: what WFDB puts in descriptions and comments cannot hold line ends.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\0') c = ' ';
  }
  return line;
}

/// "1994-10-26T08:26:04" -> " 08:26:04 26/10/1994"; empty if there is no clock time.
std::string time_fields(const std::optional<std::string>& iso) {
  if (!iso) return {};
  const std::size_t clock = iso->find('T');
  if (clock == 10)
    return ' ' + iso->substr(11) + ' ' + iso->substr(8, 2) + '/' + iso->substr(5, 2) + '/' +
           iso->substr(0, 4);
  return iso->find(':') == 2 ? ' ' + *iso : std::string{};
}

/// Stores one lead in its place of every frame; returns the line of the header.
Result<std::string> store_lead(const Recording& recording, std::size_t lead,
                               const std::string& file_name, std::vector<std::uint8_t>& bytes) {
  const Scale scale = scale_of(recording, lead);
  const std::string name(one_line(display_name(recording.signal.leads()[lead])));
  const auto values = recording.signal.lead(lead);
  std::uint32_t sum = 0;
  std::int16_t first = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto count = count_of(values[i], scale);
    if (!count) {
      return Error{ErrorCode::kBadValue,
                   "lead " + name + " reaches " + shortest_decimal(static_cast<double>(values[i])) + " " +
                       scale.unit + ", beyond 16 bits at " + shortest_decimal(scale.counts_per_mv) +
                       " counts per mV",
                   "write it as CSV instead", "", std::nullopt};
    }
    if (i == 0) first = *count;
    const auto bits = static_cast<std::uint16_t>(*count);
    sum += bits;
    const std::size_t at = 2 * (i * recording.signal.lead_count() + lead);
    bytes[at] = static_cast<std::uint8_t>(bits & 0xFF);
    bytes[at + 1] = static_cast<std::uint8_t>(bits >> 8);
  }
  const double unit = units_per_mv(scale.unit);
  const std::string gain = shortest_decimal(unit > 0 ? scale.counts_per_mv / unit : scale.counts_per_mv);
  return file_name + " 16 " + gain + '(' + shortest_decimal(scale.baseline) + ")/" + scale.unit + ' ' +
         std::to_string(scale.resolution_bits) + " 0 " + std::to_string(first) + ' ' +
         std::to_string(static_cast<std::int16_t>(static_cast<std::uint16_t>(sum & 0xFFFFu))) +
         " 0 " + name + '\n';
}

}  // namespace

Result<FileSet> wfdb_from_recording(const Recording& recording, std::string_view record_name) {
  const Signal& signal = recording.signal;
  if (!is_record_name(record_name)) {
    return Error{ErrorCode::kInvalidArgument,
                 "\"" + std::string(record_name) + "\" is no WFDB record name",
                 "use letters, digits, '-' and '_' only", "", std::nullopt};
  }
  if (signal.lead_count() == 0 || signal.sample_count() == 0) {
    return Error{ErrorCode::kInsufficientData, "the recording holds no samples", "", "",
                 std::nullopt};
  }
  const std::string name(record_name);
  std::string header =
      name + ' ' + std::to_string(signal.lead_count()) + ' ' + shortest_decimal(signal.sampling_rate_hz()) +
      ' ' + std::to_string(signal.sample_count()) + time_fields(recording.info.start_time) + '\n';
  std::vector<std::uint8_t> bytes(2 * signal.values().size());
  for (std::size_t lead = 0; lead < signal.lead_count(); ++lead) {
    const auto line = store_lead(recording, lead, name + ".dat", bytes);
    if (!line) return line.error();
    header += *line;
  }
  for (const std::string& comment : recording.info.comments)
    header += "# " + one_line(comment) + '\n';

  FileSet files;
  files.files.push_back({name + ".hea", {header.begin(), header.end()}});
  files.files.push_back({name + ".dat", std::move(bytes)});
  return files;
}

}  // namespace ecg
