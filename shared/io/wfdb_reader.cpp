#include "io/wfdb_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "io/text.h"
#include "io/units.h"
#include "io/wfdb_annotations.h"
#include "io/wfdb_comments.h"
#include "io/wfdb_header.h"
#include "io/wfdb_segments.h"
#include "io/wfdb_signals.h"

namespace ecg {
namespace {

Calibration calibration_of(const WfdbSignalSpec& spec) {
  const double unit = units_per_mv(spec.unit);
  return {spec.gain * (unit > 0 ? unit : 1.0), spec.baseline, spec.resolution_bits, spec.unit,
          std::to_string(spec.format)};
}

/// One matrix with what its signals say about it.
SignalGroup make_group(WfdbSignals& all, std::size_t matrix) {
  SignalGroup group;
  group.signal = std::move(all.matrices[matrix]);
  bool is_voltage = false;
  for (const WfdbSignal& signal : all.signals) {
    if (signal.matrix != matrix) continue;
    group.calibrations.push_back(calibration_of(signal.spec));
    is_voltage = signal.is_voltage;
  }
  char name[64];
  std::snprintf(name, sizeof name, "%s at %.6g Hz", is_voltage ? "voltages" : "other signals",
                group.signal.sampling_rate_hz());
  group.name = name;
  return group;
}

/// The matrix that is the ECG: most standard leads, then most signals, then the higher rate.
std::size_t main_matrix(const WfdbSignals& all) {
  const auto score = [&](std::size_t matrix) {
    std::array<std::int64_t, 4> result{};  // voltages, standard leads, signals, rate
    for (const WfdbSignal& signal : all.signals) {
      if (signal.matrix != matrix) continue;
      result[0] = signal.is_voltage;
      if (signal.is_voltage && lead_from_name(signal.spec.description) != Lead::kOther) ++result[1];
      ++result[2];
      result[3] = signal.spec.samples_per_frame;
    }
    return result;
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < all.matrices.size(); ++i) {
    if (score(i) > score(best)) best = i;
  }
  return best;
}

void warn_of_units(const Recording& recording, const std::vector<WfdbSignal>& signals,
                   std::vector<std::string>& warnings) {
  std::set<std::string> units;
  for (const WfdbSignal& signal : signals) {
    if (!signal.is_voltage) units.insert(signal.spec.unit);
  }
  if (units.empty()) return;
  std::string list;
  for (const std::string& unit : units) list += (list.empty() ? "" : ", ") + unit;
  const bool in_main =
      !recording.calibrations.empty() && units_per_mv(recording.calibrations[0].unit) == 0;
  warnings.push_back(in_main ? "The signals are not voltages (unit " + list +
                                   "): the values are as in the file, not mV."
                             : "Signals that are not voltages (unit " + list +
                                   ") are kept apart, as in the file.");
}

/// For each signal of the file its row in the main signal; nullopt if it is in a group.
using MainRows = std::vector<std::optional<std::size_t>>;

/// Splits the signals into the main one and the groups.
MainRows place_signals(WfdbSignals& all, Recording& recording) {
  const std::size_t main = main_matrix(all);
  MainRows rows;
  for (const WfdbSignal& signal : all.signals)
    rows.push_back(signal.matrix == main ? std::optional(signal.row) : std::nullopt);
  for (std::size_t i = 0; i < all.matrices.size(); ++i) {
    SignalGroup group = make_group(all, i);
    if (i == main) {
      recording.signal = std::move(group.signal);
      recording.calibrations = std::move(group.calibrations);
      continue;
    }
    recording.groups.push_back(std::move(group));
  }
  for (const SignalGroup& group : recording.groups) {
    if (group.signal.sampling_rate_hz() == recording.signal.sampling_rate_hz()) continue;
    recording.warnings.push_back("Signals at another sampling rate are kept apart as \"" +
                                 group.name + "\".");
  }
  warn_of_units(recording, all.signals, recording.warnings);
  return rows;
}

/// Puts the annotations of one file on the time base and rows of the main signal.
void attach(WfdbAnnotations found, const NamedBytes& file, double frame_rate_hz,
            const MainRows& rows, Recording& recording) {
  const double scale =
      recording.signal.sampling_rate_hz() / found.time_resolution_hz.value_or(frame_rate_hz);
  const Lead file_lead = lead_from_name(extension_of(file.name));
  std::size_t outside = 0;
  for (Annotation& annotation : found.annotations) {
    annotation.sample =
        static_cast<SampleIndex>(std::floor(static_cast<double>(annotation.sample) * scale + 0.5));
    if (annotation.sample >= recording.signal.sample_count()) {
      ++outside;
      continue;
    }
    if (file_lead != Lead::kOther) {
      annotation.lead = recording.signal.find(file_lead);
    } else if (annotation.lead) {
      annotation.lead = *annotation.lead < rows.size() ? rows[*annotation.lead] : std::nullopt;
    }
    recording.annotations.push_back(std::move(annotation));
  }
  if (outside > 0) {
    recording.warnings.push_back(std::to_string(outside) + " annotations of " +
                                 std::string(file_name_of(file.name)) +
                                 " lie after the end of the signal; they are left out.");
  }
  for (std::string& warning : found.warnings) recording.warnings.push_back(std::move(warning));
}

/// Annotation files of this record: those of single leads, and one for the whole record (.atr
/// before others).
std::vector<const NamedBytes*> annotation_files(const FileSet& files, const WfdbHeader& header,
                                                std::string_view stem,
                                                std::vector<std::string>& warnings) {
  std::vector<const NamedBytes*> of_leads, of_record;
  for (const NamedBytes& file : files.files) {
    const std::string extension = extension_of(file.name);
    const bool is_signal =
        std::any_of(header.signals.begin(), header.signals.end(), [&](const WfdbSignalSpec& s) {
          return file_name_of(s.file_name) == file_name_of(file.name);
        });
    if (is_signal || stem_of(file.name) != stem || !is_annotation_extension(extension)) continue;
    (lead_from_name(extension) != Lead::kOther ? of_leads : of_record).push_back(&file);
  }
  std::stable_sort(of_record.begin(), of_record.end(),
                   [](const NamedBytes* a, const NamedBytes* b) {
                     return (extension_of(a->name) == "atr") > (extension_of(b->name) == "atr");
                   });
  for (std::size_t i = 1; i < of_record.size(); ++i) {
    warnings.push_back("The annotations of " + std::string(file_name_of(of_record[i]->name)) +
                       " are left out: those of " + std::string(file_name_of(of_record[0]->name)) +
                       " are shown.");
  }
  if (!of_record.empty()) of_leads.push_back(of_record[0]);
  return of_leads;
}

void attach_annotations(const FileSet& files, const WfdbHeader& header,
                        const NamedBytes& header_file, const MainRows& rows, Recording& recording) {
  for (const NamedBytes* file :
       annotation_files(files, header, stem_of(header_file.name), recording.warnings)) {
    auto found = parse_wfdb_annotations(file->bytes, file_name_of(file->name));
    if (found) {
      attach(std::move(found).value(), *file, header.frame_rate_hz, rows, recording);
    } else {
      recording.warnings.push_back("The annotations were not read: " + to_string(found.error()));
    }
  }
  sort_by_sample(recording.annotations);
}

bool is_header_name(std::string_view name) { return extension_of(name) == "hea"; }

}  // namespace

std::vector<const NamedBytes*> wfdb_records_in(const FileSet& files) {
  std::vector<const NamedBytes*> headers;
  for (const NamedBytes& file : files.files) {
    if (is_header_name(file.name)) headers.push_back(&file);
  }
  if (headers.empty()) {
    for (const NamedBytes& file : files.files) {
      if (looks_like_wfdb_header(text_of(file.bytes))) headers.push_back(&file);
    }
  }
  if (headers.size() < 2) return headers;
  std::set<std::string> parts;  // records that are segments of another one
  for (const NamedBytes* header : headers) {
    const auto parsed = parse_wfdb_header(text_of(header->bytes), header->name);
    if (!parsed) continue;
    for (const WfdbSegmentSpec& segment : parsed->segments) parts.insert(segment.record_name);
  }
  std::vector<const NamedBytes*> records;
  for (const NamedBytes* header : headers) {
    if (!parts.contains(std::string(stem_of(header->name)))) records.push_back(header);
  }
  return records.empty() ? headers : records;
}

Result<Recording> read_wfdb(const FileSet& files, const NamedBytes& header_file) {
  auto header = parse_wfdb_header(text_of(header_file.bytes), header_file.name);
  if (!header) return header.error();
  auto signals = header->is_multi_segment() ? read_wfdb_segments(files, *header, header_file.name)
                                            : read_wfdb_signals(files, *header, header_file.name);
  if (!signals) return signals.error();

  Recording recording;
  recording.info.record_name = header->record_name;
  recording.info.source_format = "WFDB";
  recording.info.start_time = header->start_time;
  recording.info.comments = header->comments;
  read_wfdb_comments(header->comments, recording.info);
  recording.warnings = std::move(header->warnings);
  for (std::string& warning : signals->warnings) recording.warnings.push_back(std::move(warning));
  const MainRows rows = place_signals(*signals, recording);
  attach_annotations(files, *header, header_file, rows, recording);
  return recording;
}

}  // namespace ecg
