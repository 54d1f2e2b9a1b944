#include "io/deidentify.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "io/text.h"
#include "io/units.h"
#include "io/wfdb_annotation_codes.h"

namespace ecg {
namespace {

constexpr double kOldestKept_years = 89;  // as in common practice: higher ages are too rare

/// Names of leads beyond the standard ones that tell nothing about anyone.
constexpr std::string_view kLeadNames[] = {
    "MLI", "MLII", "MLIII", "MV1", "MV2",   "MV5",   "CM2", "CM4",   "CM5",  "CC5",  "ML2",
    "ML5", "D3",   "D4",    "V",   "V1-V2", "V4-V5", "ECG", "ECG1",  "ECG2", "ECG3", "EKG",
    "ABP", "ART",  "PAP",   "CVP", "BP",    "ICP",   "PPG", "PLETH", "SpO2", "RESP", "Resp",
    "EEG", "EMG",  "EOG",   "CO2", "CO",    "SV",    "HR",  "STAT",  "ES",   "AS",   "AI"};

constexpr std::string_view kUnits[] = {"mmHg", "bpm", "ms", "s", "%", "deg", "adu"};

/// Texts that annotations may keep: rhythms of WFDB and waves.
constexpr std::string_view kAnnotationTexts[] = {
    "(AB", "(AFIB", "(AFL", "(B",    "(BII", "(IVR",  "(N",  "(NOD",
    "(P",  "(PREX", "(SBR", "(SVTA", "(T",   "(VFL",  "(VT", "P",
    "QRS", "T",     "Q",    "R",     "S",    "U",     "p",   "t",
    "N",   "AFIB",  "AFL",  "SBR",   "TS",   "MISSB", "PSE", "Recording ends"};

/// Names of measurements as MUSE, SCP-ECG, DICOM and HL7 write them.
constexpr std::string_view kMeasurements[] = {"VentricularRate",
                                              "AtrialRate",
                                              "PRInterval",
                                              "QRSDuration",
                                              "QTInterval",
                                              "QTCorrected",
                                              "PAxis",
                                              "RAxis",
                                              "TAxis",
                                              "QRSCount",
                                              "QOnset",
                                              "QOffset",
                                              "POnset",
                                              "POffset",
                                              "TOffset",
                                              "QTcFrederica",
                                              "QTcBazett",
                                              "QTcFramingham",
                                              "average RR interval",
                                              "average PP interval",
                                              "P onset",
                                              "P offset",
                                              "QRS onset",
                                              "QRS offset",
                                              "T offset",
                                              "P axis",
                                              "QRS axis",
                                              "T axis",
                                              "Ventricular Heart Rate",
                                              "Atrial Heart Rate",
                                              "Heart Rate",
                                              "RR Interval",
                                              "PR Interval",
                                              "PP Interval",
                                              "QRS Duration",
                                              "QT Interval",
                                              "QTc Interval",
                                              "P Duration",
                                              "P Axis",
                                              "QRS Axis",
                                              "T Axis",
                                              "MDC_ECG_HEART_RATE",
                                              "MDC_ECG_TIME_PD_PR",
                                              "MDC_ECG_TIME_PD_PQ",
                                              "MDC_ECG_TIME_PD_QRS",
                                              "MDC_ECG_TIME_PD_QT",
                                              "MDC_ECG_TIME_PD_QTc",
                                              "MDC_ECG_TIME_PD_QTC",
                                              "MDC_ECG_TIME_PD_RR",
                                              "MDC_ECG_TIME_PD_PP",
                                              "MDC_ECG_TIME_PD_P",
                                              "MDC_ECG_ANGLE_P_FRONT",
                                              "MDC_ECG_ANGLE_QRS_FRONT",
                                              "MDC_ECG_ANGLE_T_FRONT"};

constexpr std::string_view kFilters[] = {"high-pass filter", "low-pass filter", "notch filter"};

template <std::size_t kCount>
bool is_listed(std::string_view text, const std::string_view (&list)[kCount]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

/// Spellings of volts are a short list too.
std::string plain_unit(const std::string& unit) {
  return units_per_mv(unit) > 0 || is_listed(unit, kUnits) ? unit : "";
}

/// Counts what goes, by kind.
class Removals {
 public:
  void note(const std::string& kind, std::size_t count = 1) {
    if (count == 0) return;
    for (auto& [name, total] : kinds_) {
      if (name == kind) {
        total += count;
        return;
      }
    }
    kinds_.emplace_back(kind, count);
  }
  std::vector<std::string> list() const {
    std::vector<std::string> lines;
    for (const auto& [name, total] : kinds_)
      lines.push_back(total == 1 ? name : name + " (" + std::to_string(total) + ")");
    return lines;
  }

 private:
  std::vector<std::pair<std::string, std::size_t>> kinds_;
};

LeadLabel plain_label(const LeadLabel& label, std::size_t row, Removals& removed) {
  if (label.lead != Lead::kOther) return label_of(label.lead);
  if (is_listed(label.name, kLeadNames)) return label;
  removed.note("lead name");
  return {Lead::kOther, "lead " + std::to_string(row + 1)};
}

std::vector<Calibration> plain_calibrations(const std::vector<Calibration>& calibrations) {
  std::vector<Calibration> plain;
  for (const Calibration& one : calibrations) {
    plain.push_back(
        {one.counts_per_mv, one.baseline, one.resolution_bits, plain_unit(one.unit), ""});
  }
  return plain;
}

Signal plain_signal(const Signal& signal, Removals& removed) {
  std::vector<LeadLabel> labels;
  for (std::size_t row = 0; row < signal.lead_count(); ++row)
    labels.push_back(plain_label(signal.leads()[row], row, removed));
  Signal plain(std::move(labels), signal.sample_count(), signal.sampling_rate_hz());
  std::copy(signal.values().begin(), signal.values().end(), plain.values().begin());
  return plain;
}

std::vector<Annotation> plain_annotations(const std::vector<Annotation>& annotations,
                                          Removals& removed) {
  std::vector<Annotation> plain;
  for (const Annotation& one : annotations) {
    const bool keeps_text = is_listed(one.text, kAnnotationTexts);
    const bool is_note = one.symbol == "\"" || !annotation_code(one.symbol);
    if (is_note && !keeps_text) {
      removed.note("note or mark of one's own");
      continue;
    }
    Annotation kept = one;
    if (is_note) kept.symbol = "\"";
    if (!keeps_text && !one.text.empty()) {
      kept.text.clear();
      removed.note("text of an annotation");
    }
    plain.push_back(std::move(kept));
  }
  return plain;
}

std::string plain_group_name(const std::string& name, std::size_t index) {
  const std::string lower = lower_case(name);
  for (const char* known : {"median", "reference", "representative"}) {
    if (lower.find(known) == std::string::npos) continue;
    return known == std::string_view("median") ? "median beat" : "reference beat";
  }
  return lower.find("rhythm") != std::string::npos ? "rhythm"
                                                   : "group " + std::to_string(index + 1);
}

/// "0.05 Hz", "0.05-150 Hz": nothing but numbers and their unit.
bool is_plain_filter(const NamedText& text) {
  std::string_view value = text.value;
  if (value.ends_with(" Hz")) value.remove_suffix(3);
  return is_listed(text.name, kFilters) && value.size() <= 16 &&
         value.find_first_not_of("0123456789.-") == std::string_view::npos;
}

/// "MDC_ECG_TIME_PD_QT (beat 3)": the name behind which a number of a beat may stand.
bool is_plain_measurement(std::string_view name) {
  const std::size_t beat = name.find(" (beat ");
  if (beat != std::string_view::npos && name.ends_with(")") &&
      parse_integer(name.substr(beat + 7, name.size() - beat - 8)))
    name = name.substr(0, beat);
  return is_listed(name, kMeasurements);
}

std::optional<std::string> plain_sex(const std::optional<std::string>& sex) {
  const std::string lower = lower_case(sex.value_or(""));
  if (lower == "male" || lower == "m") return "male";
  if (lower == "female" || lower == "f") return "female";
  return std::nullopt;
}

std::optional<double> plain_age(const std::optional<double>& age_years) {
  if (!age_years || !(*age_years >= 0 && *age_years <= kOldestKept_years)) return std::nullopt;
  return std::floor(*age_years);
}

void note_identity(const RecordingInfo& info, Removals& removed) {
  const auto note = [&](const char* kind, const std::optional<std::string>& value) {
    removed.note(kind, value.has_value() ? 1 : 0);
  };
  note("patient name", info.identity.patient_name);
  note("patient identifier", info.patient_id);
  note("birth date", info.identity.birth_date);
  note("start time", info.start_time);
  note("institution", info.identity.institution);
  note("device", info.device);
  note("device serial number", info.identity.device_serial);
  removed.note("further text about the person or the place", info.identity.other.size());
  removed.note("statement", info.statements.size());
  removed.note("comment", info.comments.size());
}

std::vector<std::string> comments_of(const RecordingInfo& plain) {
  std::string line;
  if (plain.age_years) line = "<age>: " + std::to_string(static_cast<int>(*plain.age_years));
  if (plain.sex)
    line += std::string(line.empty() ? "" : " ") + "<sex>: " + (*plain.sex == "male" ? "M" : "F");
  if (line.empty()) return {};
  return {line};
}

RecordingInfo plain_info(const RecordingInfo& info, std::string record_name, Removals& removed) {
  RecordingInfo plain;
  plain.record_name = std::move(record_name);
  plain.source_format = info.source_format;  // a name of ours, never text of the file
  plain.sex = plain_sex(info.sex);
  plain.age_years = plain_age(info.age_years);
  if (info.age_years && !plain.age_years) removed.note("age of 90 years or more");
  for (const FileMeasurement& one : info.measurements) {
    if (!is_plain_measurement(one.name)) {
      removed.note("measurement of an unlisted name");
      continue;
    }
    plain.measurements.push_back({one.name, one.value, plain_unit(one.unit)});
  }
  for (const NamedText& text : info.technical) {
    if (is_plain_filter(text)) {
      plain.technical.push_back(text);
    } else {
      removed.note("technical text");
    }
  }
  note_identity(info, removed);
  plain.comments = comments_of(plain);
  return plain;
}

}  // namespace

Deidentified deidentified(const Recording& recording, std::string record_name) {
  Deidentified out;
  Removals removed;
  Recording& plain = out.recording;
  plain.signal = plain_signal(recording.signal, removed);
  plain.calibrations = plain_calibrations(recording.calibrations);
  plain.annotations = plain_annotations(recording.annotations, removed);
  plain.info = plain_info(recording.info, std::move(record_name), removed);
  for (std::size_t i = 0; i < recording.groups.size(); ++i) {
    const SignalGroup& group = recording.groups[i];
    plain.groups.push_back({plain_group_name(group.name, i), plain_signal(group.signal, removed),
                            plain_calibrations(group.calibrations),
                            plain_annotations(group.annotations, removed)});
  }
  removed.note("warning", recording.warnings.size());
  out.removed = removed.list();
  return out;
}

}  // namespace ecg
