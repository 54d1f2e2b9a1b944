#include "io/edf_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "io/count_scale.h"
#include "io/edf_annotations.h"
#include "io/edf_header.h"
#include "io/size_limits.h"
#include "io/stored_numbers.h"
#include "io/text.h"
#include "io/units.h"

namespace ecg {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// mV (or the unit of the file) per count of one signal.
struct Scale {
  double counts_per_unit = 1;
  double baseline = 0;
  bool is_voltage = false;
};

Scale scale_of(const EdfSignalSpec& spec) {
  const double counts = spec.digital_max - spec.digital_min;
  const double units = spec.physical_max - spec.physical_min;
  if (counts == 0 || units == 0 || !std::isfinite(counts / units)) return {};
  const double per_mv = units_per_mv(spec.unit);
  const double counts_per_unit = counts / units;
  const double baseline = spec.digital_min - spec.physical_min * counts_per_unit;
  return {counts_per_unit * (per_mv > 0 ? per_mv : 1.0), baseline, per_mv > 0};
}

/// Signals that can share one matrix.
struct GroupKey {
  std::int64_t samples_per_record = 0;
  bool is_voltage = false;
  bool operator==(const GroupKey&) const = default;
};

GroupKey key_of(const EdfSignalSpec& spec) {
  return {spec.samples_per_record, scale_of(spec).is_voltage};
}

/// When each data record begins, in seconds from the start of the file.
struct Timeline {
  std::vector<double> onsets_s;  ///< empty: records follow each other without gaps
  double first_s = 0;
  double end_s = 0;
  std::optional<double> recording_ends_s;  ///< inside the last record, which then is filled up
};

std::string_view annotation_bytes(const NamedBytes& file, const EdfHeader& header,
                                  const EdfSignalSpec& spec, std::int64_t record) {
  const std::int64_t first = record * header.samples_per_record + spec.first_sample;
  const std::int64_t at = header.header_bytes + first * header.sample_bytes();
  return text_of(file.bytes)
      .substr(static_cast<std::size_t>(at),
              static_cast<std::size_t>(spec.samples_per_record * header.sample_bytes()));
}

/// Reads the annotation signals; onsets of records only where the file has gaps.
Timeline read_annotations(const NamedBytes& file, const EdfHeader& header,
                          std::vector<EdfAnnotation>& annotations) {
  Timeline timeline;
  double expected_s = 0;
  for (std::int64_t record = 0; record < header.record_count; ++record) {
    bool first = true;
    double onset_s = expected_s;
    for (const EdfSignalSpec& spec : header.signals) {
      if (!spec.is_annotations) continue;
      auto found = parse_edf_annotations(annotation_bytes(file, header, spec, record));
      if (first && found.onset_s) onset_s = *found.onset_s;
      first = false;
      for (EdfAnnotation& one : found.annotations) annotations.push_back(std::move(one));
    }
    if (record == 0) timeline.first_s = onset_s;
    if (header.is_discontinuous) timeline.onsets_s.push_back(onset_s);
    expected_s = onset_s + header.record_duration_s;
    timeline.end_s = std::max(timeline.end_s, expected_s);
  }
  const double last_s = expected_s - header.record_duration_s;
  std::erase_if(annotations, [&](const EdfAnnotation& one) {
    const bool ends =
        one.text == kEdfRecordingEnds && one.onset_s > last_s && one.onset_s < expected_s;
    if (ends) timeline.recording_ends_s = one.onset_s;
    return ends;
  });
  return timeline;
}

/// First sample of a record in a signal of that many samples per record.
std::int64_t place_of(const Timeline& timeline, const EdfHeader& header, std::int64_t record,
                      std::int64_t per_record) {
  if (timeline.onsets_s.empty()) return record * per_record;
  const double rate_hz = static_cast<double>(per_record) / header.record_duration_s;
  const double since_s = timeline.onsets_s[static_cast<std::size_t>(record)] - timeline.first_s;
  return static_cast<std::int64_t>(std::floor(since_s * rate_hz + 0.5));
}

/// Samples per signal, gaps included, what fills up the last record not.
std::int64_t length_of(const Timeline& timeline, const EdfHeader& header, std::int64_t per_record) {
  std::int64_t length = 0;
  if (timeline.onsets_s.empty()) length = header.record_count * per_record;
  for (std::size_t record = 0; record < timeline.onsets_s.size(); ++record) {
    const auto at = place_of(timeline, header, static_cast<std::int64_t>(record), per_record);
    length = std::max(length, at + per_record);
  }
  if (!timeline.recording_ends_s) return length;
  const double rate_hz = static_cast<double>(per_record) / header.record_duration_s;
  const double end = std::floor((*timeline.recording_ends_s - timeline.first_s) * rate_hz + 0.5);
  return end >= 1 && end < static_cast<double>(length) ? static_cast<std::int64_t>(end) : length;
}

void fill_lead(const NamedBytes& file, const EdfHeader& header, const Timeline& timeline,
               const EdfSignalSpec& spec, std::span<float> out) {
  const Scale scale = scale_of(spec);
  const auto bytes_each = static_cast<std::size_t>(header.sample_bytes());
  const CountScale counts_mean{scale.counts_per_unit, scale.baseline, std::nullopt,
                               8 * header.sample_bytes()};
  std::vector<std::int32_t> counts(
      static_cast<std::size_t>(std::min<std::int64_t>(spec.samples_per_record, kCountsAtOnce)));
  if (!timeline.onsets_s.empty()) std::fill(out.begin(), out.end(), kMissing);
  for (std::int64_t record = 0; record < header.record_count; ++record) {
    const std::int64_t to = place_of(timeline, header, record, spec.samples_per_record);
    const std::int64_t from = record * header.samples_per_record + spec.first_sample;
    const std::int64_t room = static_cast<std::int64_t>(out.size()) - to;
    if (room <= 0) continue;
    auto values = out.subspan(static_cast<std::size_t>(to),
                              static_cast<std::size_t>(std::min(spec.samples_per_record, room)));
    auto bytes =
        std::span(file.bytes)
            .subspan(static_cast<std::size_t>(header.header_bytes + from * header.sample_bytes()));
    while (!values.empty()) {
      const auto some = std::span(counts).first(std::min(counts.size(), values.size()));
      stored_integers(bytes, {StoredNumber::Kind::kSigned, bytes_each, false}, some);
      values_of_counts(some, counts_mean, values.first(some.size()));
      values = values.subspan(some.size());
      bytes = bytes.subspan(some.size() * bytes_each);
    }
  }
}

Calibration calibration_of(const EdfHeader& header, const EdfSignalSpec& spec) {
  const Scale scale = scale_of(spec);
  return {scale.counts_per_unit, scale.baseline, 0, spec.unit, header.is_bdf ? "24" : "16"};
}

SignalGroup make_group(const NamedBytes& file, const EdfHeader& header, const Timeline& timeline,
                       GroupKey key) {
  std::vector<LeadLabel> labels;
  std::vector<const EdfSignalSpec*> members;
  for (const EdfSignalSpec& spec : header.signals) {
    if (spec.is_annotations || !(key_of(spec) == key)) continue;
    labels.push_back(label_from_name(spec.label));
    members.push_back(&spec);
  }
  const double rate_hz = static_cast<double>(key.samples_per_record) / header.record_duration_s;
  SignalGroup group;
  group.signal = Signal::unfilled(std::move(labels),
                                  length_of(timeline, header, key.samples_per_record), rate_hz);
  for (std::size_t row = 0; row < members.size(); ++row) {
    fill_lead(file, header, timeline, *members[row], group.signal.lead(row));
    group.calibrations.push_back(calibration_of(header, *members[row]));
  }
  char name[64];
  std::snprintf(name, sizeof name, "%s at %.6g Hz", key.is_voltage ? "voltages" : "other signals",
                rate_hz);
  group.name = name;
  return group;
}

std::vector<GroupKey> keys_of(const EdfHeader& header) {
  std::vector<GroupKey> keys;
  for (const EdfSignalSpec& spec : header.signals) {
    if (spec.is_annotations || spec.samples_per_record == 0) continue;
    if (std::find(keys.begin(), keys.end(), key_of(spec)) == keys.end())
      keys.push_back(key_of(spec));
  }
  const auto score = [&](GroupKey key) {
    std::int64_t standard = 0, count = 0;
    for (const EdfSignalSpec& spec : header.signals) {
      if (spec.is_annotations || !(key_of(spec) == key)) continue;
      ++count;
      standard += key.is_voltage && lead_from_name(spec.label) != Lead::kOther;
    }
    return std::array<std::int64_t, 4>{key.is_voltage, standard, count, key.samples_per_record};
  };
  std::stable_sort(keys.begin(), keys.end(),
                   [&](GroupKey a, GroupKey b) { return score(a) > score(b); });
  return keys;
}

/// Refuses times that cannot be, and gaps that would take far more memory than the file.
Result<void> check_timeline(const FileSet& files, const NamedBytes& file, const EdfHeader& header,
                            const Timeline& timeline) {
  if (header.record_duration_s <= 0) {
    return Error{ErrorCode::kBadValue, "data records with samples have a duration of 0 s",
                 "the sampling rate cannot be known: repair the header", file.name, 244};
  }
  for (const double onset_s : timeline.onsets_s) {
    if (!(onset_s >= timeline.first_s)) {
      return Error{ErrorCode::kInconsistent, "a data record begins before the first one",
                   "the time stamps are damaged: fetch the file again", file.name, std::nullopt};
    }
  }
  const double records = (timeline.end_s - timeline.first_s) / header.record_duration_s + 1;
  const double values = records * static_cast<double>(header.samples_per_record);
  if (timeline.onsets_s.empty() || values <= static_cast<double>(allowed_values(files))) return {};
  return Error{ErrorCode::kTooLarge,
               "the gaps between the data records are far longer than the recording itself",
               "split the file at its gaps", file.name, std::nullopt};
}

/// "02-MAY-1951" -> "1951-05-02"; other spellings stay.
std::string iso_date(std::string_view text) {
  const std::string date(text);
  if (date.size() != 11) return date;
  const std::size_t month = kEdfMonths.find(text.substr(3, 3));
  if (month == std::string_view::npos || month % 3 != 0) return date;
  const std::string number = std::to_string(100 + month / 3 + 1).substr(1);
  return date.substr(7) + '-' + number + '-' + date.substr(0, 2);
}

void fill_info(const EdfHeader& header, RecordingInfo& info) {
  info.source_format = std::string(header.is_bdf ? "BDF" : "EDF") +
                       (header.is_plus ? (header.is_discontinuous ? "+D" : "+C") : "");
  info.start_time = header.start_time;
  if (!header.recording.empty())
    info.identity.other.push_back({"recording identification", header.recording});
  const auto fields = split_fields(header.patient, 5);  // EDF+: code, sex, birth date, name
  if (header.is_plus && fields.size() >= 4) {
    if (fields[0] != "X") info.patient_id = std::string(fields[0]);
    if (fields[1] == "M") info.sex = "male";
    if (fields[1] == "F") info.sex = "female";
    if (fields[2] != "X") info.identity.birth_date = iso_date(fields[2]);
    if (fields[3] != "X") info.identity.patient_name = std::string(fields[3]);
  }
  if (!header.patient.empty())
    info.identity.other.push_back({"patient identification", header.patient});
  for (const EdfSignalSpec& spec : header.signals) {
    if (!spec.prefilter.empty())
      info.technical.push_back({"prefilter of " + spec.label, spec.prefilter});
    if (!spec.transducer.empty())
      info.technical.push_back({"transducer of " + spec.label, spec.transducer});
  }
}

/// "N@@ECG V1" belongs to the signal of that label.
void take_lead(const Signal& signal, Annotation& annotation) {
  const std::size_t mark = annotation.text.rfind("@@");
  if (mark == std::string::npos) return;
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    if (annotation.text.compare(mark + 2, std::string::npos, signal.leads()[row].name) != 0)
      continue;
    annotation.lead = row;
    annotation.text.resize(mark);
    return;
  }
}

/// Puts the texts on the time base of the main signal, in time order.
void attach(const std::vector<EdfAnnotation>& found, double first_s, Recording& recording) {
  std::size_t outside = 0;
  for (const EdfAnnotation& one : found) {
    const double at = (one.onset_s - first_s) * recording.signal.sampling_rate_hz() + 0.5;
    if (!(at >= 0 && at < static_cast<double>(recording.signal.sample_count()))) {
      ++outside;
      continue;
    }
    Annotation annotation{static_cast<SampleIndex>(at), std::nullopt, "\"", one.text, 0, 0};
    take_lead(recording.signal, annotation);
    recording.annotations.push_back(std::move(annotation));
  }
  sort_by_sample(recording.annotations);
  if (outside > 0) {
    recording.warnings.push_back(std::to_string(outside) +
                                 " annotations lie outside the signal; they are left out.");
  }
}

void warn_of_signals(const EdfHeader& header, std::vector<std::string>& warnings) {
  for (const EdfSignalSpec& spec : header.signals) {
    if (spec.is_annotations) continue;
    if (spec.digital_max == spec.digital_min || spec.physical_max == spec.physical_min)
      warnings.push_back("Signal " + spec.label +
                         " has no scale (equal limits): its values are counts, not mV.");
  }
}

}  // namespace

Result<Recording> read_edf(const FileSet& files, const NamedBytes& file) {
  auto header = parse_edf_header(file);
  if (!header) return header.error();
  const std::vector<GroupKey> keys = keys_of(*header);
  if (keys.empty()) {
    return Error{ErrorCode::kInsufficientData, "the file holds annotations only, no signal",
                 "open the recording that these annotations belong to", file.name, std::nullopt};
  }
  std::vector<EdfAnnotation> annotations;
  const Timeline timeline = read_annotations(file, *header, annotations);
  const auto possible = check_timeline(files, file, *header, timeline);
  if (!possible) return possible.error();
  Recording recording;
  fill_info(*header, recording.info);
  recording.warnings = std::move(header->warnings);
  warn_of_signals(*header, recording.warnings);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    SignalGroup group = make_group(file, *header, timeline, keys[i]);
    if (i > 0) {
      recording.warnings.push_back("Signals of another kind or rate are kept apart as \"" +
                                   group.name + "\".");
      recording.groups.push_back(std::move(group));
      continue;
    }
    recording.signal = std::move(group.signal);
    recording.calibrations = std::move(group.calibrations);
  }
  if (!keys[0].is_voltage)
    recording.warnings.push_back("The signals are not voltages: the values are as in the file.");
  if (timeline.recording_ends_s)
    recording.warnings.push_back(
        "What fills up the last data record behind the end of the recording is left out.");
  attach(annotations, timeline.first_s, recording);
  return recording;
}

std::vector<FoundPart> describe_edf(const NamedBytes& file) {
  std::vector<FoundPart> parts;
  const auto header = parse_edf_header(file);
  if (!header) return parts;
  for (const EdfSignalSpec& spec : header->signals) {
    parts.push_back({"signal " + spec.label,
                     std::to_string(spec.samples_per_record) + " samples per data record, unit \"" +
                         spec.unit + "\"",
                     file.name, header->header_bytes + spec.first_sample * header->sample_bytes()});
  }
  return parts;
}

}  // namespace ecg
