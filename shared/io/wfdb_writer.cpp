#include "io/wfdb_writer.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/stored_counts.h"
#include "io/text.h"
#include "io/wfdb_samples.h"

namespace ecg {
namespace {

constexpr CountRange kRange16{-32767, 32767, -32768};
constexpr CountRange kRange212{-2047, 2047, -2048};

/// The scale of one lead. WFDB states a whole baseline, and a unit without blanks.
StoredScale scale_of(const Recording& recording, std::size_t lead, int format) {
  const StoredScale fallback = format == 212 ? StoredScale{200, 0, "mV", 12} : StoredScale{};
  const CountRange range = format == 212 ? kRange212 : kRange16;
  StoredScale scale = stored_scale(recording.signal, recording.calibrations, lead, range, fallback);
  if (scale.baseline != std::round(scale.baseline)) return fallback;
  return scale.unit.find_first_of(" \t\r\n/") == std::string::npos ? scale : fallback;
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
Result<std::string> store_lead(const Recording& recording, std::size_t lead, int format,
                               const std::string& file_name, std::span<std::int32_t> frames) {
  const StoredScale scale = scale_of(recording, lead, format);
  const std::string name(one_line(display_name(recording.signal.leads()[lead])));
  const auto counts = counts_of_lead(recording.signal.lead(lead), scale,
                                     format == 212 ? kRange212 : kRange16, name);
  if (!counts) return counts.error();
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < counts->size(); ++i) {
    frames[i * recording.signal.lead_count() + lead] = (*counts)[i];
    sum += static_cast<std::uint32_t>((*counts)[i]);
  }
  return file_name + ' ' + std::to_string(format) + ' ' +
         shortest_decimal(scale.counts_per_unit()) + '(' + shortest_decimal(scale.baseline) + ")/" +
         scale.unit + ' ' + std::to_string(scale.resolution_bits) + " 0 " +
         std::to_string(counts->front()) + ' ' +
         std::to_string(static_cast<std::int16_t>(static_cast<std::uint16_t>(sum & 0xFFFFu))) +
         " 0 " + name + '\n';
}

}  // namespace

Result<FileSet> wfdb_from_recording(const Recording& recording, std::string_view record_name,
                                    int format) {
  const Signal& signal = recording.signal;
  if (format != 16 && format != 212) {
    return Error{ErrorCode::kInvalidArgument,
                 "WFDB format " + std::to_string(format) + " is not written",
                 "choose 16 (two bytes per sample) or 212 (12 bits)", "", std::nullopt};
  }
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
  std::string header = name + ' ' + std::to_string(signal.lead_count()) + ' ' +
                       shortest_decimal(signal.sampling_rate_hz()) + ' ' +
                       std::to_string(signal.sample_count()) +
                       time_fields(recording.info.start_time) + '\n';
  std::vector<std::int32_t> frames(signal.values().size());
  for (std::size_t lead = 0; lead < signal.lead_count(); ++lead) {
    const auto line = store_lead(recording, lead, format, name + ".dat", frames);
    if (!line) return line.error();
    header += *line;
  }
  for (const std::string& comment : recording.info.comments)
    header += "# " + one_line(comment) + '\n';

  FileSet files;
  files.files.push_back({name + ".hea", {header.begin(), header.end()}});
  files.files.push_back({name + ".dat", encode_wfdb_samples(format, frames)});
  return files;
}

}  // namespace ecg
