#include "io/dicom_writer.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include "io/dicom_elements.h"
#include "io/scp_leads.h"
#include "io/stored_counts.h"
#include "io/text.h"
#include "io/units.h"
#include "io/wfdb_samples.h"

namespace ecg {
namespace {

constexpr std::string_view kExplicitLittleEndian = "1.2.840.10008.1.2.1";
constexpr std::string_view kOwnScheme = "99EINTHOVEN";

/// The limits of one class of waveform objects (PS3.3 A.34.3 to A.34.5).
struct WaveformClass {
  std::string_view uid;
  double lowest_hz, highest_hz;
  std::size_t most_leads, most_groups;
  std::int64_t most_samples;

  bool takes(const Signal& signal) const {
    const double rate_hz = signal.sampling_rate_hz();
    return rate_hz >= lowest_hz && rate_hz <= highest_hz && signal.lead_count() >= 1 &&
           signal.lead_count() <= most_leads && signal.sample_count() >= 1 &&
           signal.sample_count() <= most_samples;
  }
};

constexpr std::int64_t kAnyLength = std::numeric_limits<std::uint32_t>::max() / 64;
constexpr WaveformClass kClasses[] = {
    {"1.2.840.10008.5.1.4.1.1.9.1.1", 200, 1000, 13, 5, 16384},
    {"1.2.840.10008.5.1.4.1.1.9.1.2", 200, 1000, 24, 4, kAnyLength},
    {"1.2.840.10008.5.1.4.1.1.9.1.3", 50, 1000, 12, 1, kAnyLength},
};

/// One multiplex group to be.
struct Group {
  std::string label;
  const Signal& signal;
  std::span<const Calibration> calibrations;
};

bool has_missing(const Signal& signal) {
  for (const float value : signal.values()) {
    if (std::isnan(value)) return true;
  }
  return false;
}

/// The digits of an ISO date ("2002-03-05" -> "20020305") or clock ("08:26:04" -> "082604").
std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

/// Date and time of an ISO moment, each empty where it is not told.
std::pair<std::string, std::string> date_and_time(const std::optional<std::string>& iso) {
  if (!iso) return {};
  const std::size_t mark = iso->find('T');
  const bool is_date = iso->size() >= 10 && (*iso)[4] == '-';
  const std::string date = is_date ? digits_of(iso->substr(0, 10)) : "";
  std::string_view clock = *iso;
  if (mark != std::string::npos) clock.remove_prefix(mark + 1);
  const bool is_clock = clock.size() >= 8 && clock[2] == ':' && clock[5] == ':';
  return {date.size() == 8 ? date : "", is_clock ? digits_of(clock.substr(0, 8)) : ""};
}

/// "051Y"; below two years in months, below two months in days, as DICOM has it.
std::string age_text(double years) {
  const double days = years * 365.25;
  const auto write = [](double value, char unit) {
    char text[16];
    std::snprintf(text, sizeof text, "%03d%c", static_cast<int>(value + 0.5), unit);
    return std::string(text);
  };
  if (!(years >= 0 && years < 999)) return "";
  if (years >= 2) return write(std::floor(years), 'Y');
  return days >= 60.875 ? write(years * 12, 'M') : write(days, 'D');
}

void add_code_of_lead(const LeadLabel& label, DicomElements& channel) {
  const std::string name(display_name(label));
  if (const int number = scp_number_of_lead(label.lead); number > 0) {
    channel.code(0x003A0208, "2:" + std::to_string(number), "MDC",
                 "Lead " + std::string(lead_name(label.lead)));
  } else {
    channel.code(0x003A0208, name, kOwnScheme, name);
  }
}

DicomElements channel_of(const LeadLabel& label, const StoredScale& scale) {
  DicomElements channel;
  channel.text(0x003A0203, "SH", display_name(label), 16);
  add_code_of_lead(label, channel);
  const bool voltage = units_per_mv(scale.unit) > 0;
  StoredScale stated = scale;
  if (voltage && stated.unit != "mV") stated.unit = "uV";
  const double step = 1 / stated.counts_per_unit();
  channel.decimal(0x003A0210, step);
  channel.code(0x003A0211, stated.unit.empty() ? "1" : stated.unit, "UCUM",
               stated.unit == "uV"   ? "microvolt"
               : stated.unit == "mV" ? "millivolt"
               : stated.unit.empty() ? "no units"
                                     : stated.unit);
  channel.decimal(0x003A0212, 1);
  channel.decimal(0x003A0213, scale.baseline == 0 ? 0 : -scale.baseline * step);
  channel.decimal(0x003A0215, 0);  // no skew between channels
  channel.unsigned_short(0x003A021A, {16});
  return channel;
}

/// One item of the waveform sequence.
Result<DicomElements> group_item(const Group& group) {
  const std::size_t leads = group.signal.lead_count();
  const bool padded = has_missing(group.signal);
  const CountRange range = padded ? CountRange{} : CountRange{-32768, 32767, 0};
  std::vector<std::int32_t> frames(group.signal.values().size());
  std::vector<DicomElements> channels;
  for (std::size_t row = 0; row < leads; ++row) {
    const LeadLabel& label = group.signal.leads()[row];
    const StoredScale scale = stored_scale(group.signal, group.calibrations, row, range);
    const auto counts = counts_of_lead(group.signal.lead(row), scale, range, display_name(label));
    if (!counts) return counts.error();
    for (std::size_t i = 0; i < counts->size(); ++i) frames[i * leads + row] = (*counts)[i];
    channels.push_back(channel_of(label, scale));
  }
  DicomElements item;
  item.text(0x003A0004, "CS", "ORIGINAL", 16);
  item.unsigned_short(0x003A0005, {static_cast<std::uint32_t>(leads)});
  item.unsigned_long(0x003A0010, static_cast<std::uint32_t>(group.signal.sample_count()));
  item.decimal(0x003A001A, group.signal.sampling_rate_hz());
  item.text(0x003A0020, "SH", group.label, 16);
  item.sequence(0x003A0200, channels);
  item.unsigned_short(0x54001004, {16});
  item.text(0x54001006, "CS", "SS", 16);
  if (padded) item.other(0x5400100A, "OW", encode_wfdb_samples(16, std::vector{range.missing}));
  item.other(0x54001010, "OW", encode_wfdb_samples(16, frames));
  return item;
}

/// Statements, measurements and annotations of the main signal as waveform annotations.
std::vector<DicomElements> annotation_items(const Recording& recording) {
  std::vector<DicomElements> items;
  for (const std::string& statement : recording.info.statements) {
    DicomElements item;
    item.unsigned_short(0x0040A0B0, {1, 0});  // group 1, all channels
    item.text(0x00700006, "ST", statement, 1024);
    items.push_back(std::move(item));
  }
  for (const FileMeasurement& one : recording.info.measurements) {
    DicomElements item;
    const std::string unit = one.unit == "bpm" ? "/min" : one.unit;
    item.code(0x004008EA, unit.empty() ? "1" : unit, "UCUM", unit.empty() ? "no units" : unit);
    item.code(0x0040A043, one.name, kOwnScheme, one.name);
    item.unsigned_short(0x0040A0B0, {1, 0});
    item.decimal(0x0040A30A, one.value);
    items.push_back(std::move(item));
  }
  for (const Annotation& one : recording.annotations) {
    const std::string name = one.symbol == "\"" ? one.text : one.symbol;
    if (name.empty() || one.sample < 0) continue;
    DicomElements item;
    const std::size_t channel = one.lead ? *one.lead + 1 : 0;
    item.unsigned_short(0x0040A0B0, {1, static_cast<std::uint32_t>(channel)});
    item.text(0x0040A130, "CS", "POINT", 16);
    item.unsigned_long(0x0040A132, static_cast<std::uint32_t>(one.sample) + 1);  // counted from 1
    const bool more = one.symbol != "\"" && !one.text.empty();
    item.text(0x00700006, "ST", more ? name + ' ' + one.text : name, 1024);
    items.push_back(std::move(item));
  }
  return items;
}

/// What identifiers are made of: samples, and what tells equal ones apart.
std::vector<std::uint8_t> fingerprint_of(const Recording& recording) {
  std::string text = shortest_decimal(recording.signal.sampling_rate_hz());
  for (const auto* field : {&recording.info.patient_id, &recording.info.start_time,
                            &recording.info.identity.patient_name}) {
    text += '|' + field->value_or("");
  }
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  for (const float value : recording.signal.values()) {
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
  }
  return bytes;
}

std::string sex_code(const std::optional<std::string>& sex) {
  return sex == "male" ? "M" : sex == "female" ? "F" : "";
}

/// Patient, study, series and equipment; empty elements are those that must be there.
void add_facts(const RecordingInfo& info, std::span<const std::uint8_t> fingerprint,
               std::string_view class_uid, DicomElements& set) {
  const auto [date, time] = date_and_time(info.start_time);
  set.text(0x00080005, "CS", "ISO_IR 192", 16);
  set.text(0x00080016, "UI", class_uid);
  set.text(0x00080018, "UI", dicom_uid(fingerprint, "instance"));
  set.text(0x00080020, "DA", date);
  set.text(0x00080023, "DA", date);
  set.text(0x0008002A, "DT", date.empty() ? "" : date + time);
  set.text(0x00080030, "TM", time);
  set.text(0x00080033, "TM", time);
  set.text(0x00080050, "SH", "");
  set.text(0x00080060, "CS", "ECG");
  set.text(0x00080070, "LO", info.device.value_or(""));
  if (info.identity.institution) set.text(0x00080080, "LO", *info.identity.institution);
  set.text(0x00080090, "PN", "");
  set.text(0x00100010, "PN", info.identity.patient_name.value_or(""));
  set.text(0x00100020, "LO", info.patient_id.value_or(""));
  set.text(0x00100030, "DA", date_and_time(info.identity.birth_date).first);
  set.text(0x00100040, "CS", sex_code(info.sex));
  if (info.age_years) set.text(0x00101010, "AS", age_text(*info.age_years));
  if (info.identity.device_serial) set.text(0x00181000, "LO", *info.identity.device_serial);
  set.text(0x0020000D, "UI", dicom_uid(fingerprint, "study"));
  set.text(0x0020000E, "UI", dicom_uid(fingerprint, "series"));
  set.text(0x00200010, "SH", "");
  set.text(0x00200011, "IS", "");
  set.text(0x00200013, "IS", "1");
  set.sequence(0x00400555, {});  // acquisition context: none told
}

/// Preamble and file meta information (PS3.10).
std::vector<std::uint8_t> file_head(std::string_view class_uid, std::string_view instance_uid) {
  const std::uint8_t version[] = {0, 1};
  DicomElements meta;
  meta.other(0x00020001, "OB", version);
  meta.text(0x00020002, "UI", class_uid);
  meta.text(0x00020003, "UI", instance_uid);
  meta.text(0x00020010, "UI", kExplicitLittleEndian);
  meta.text(0x00020012, "UI", dicom_uid({}, "Einthoven"));
  meta.text(0x00020013, "SH", "EINTHOVEN", 16);
  DicomElements length;
  length.unsigned_long(0x00020000, static_cast<std::uint32_t>(meta.bytes().size()));
  std::vector<std::uint8_t> bytes(128, 0);
  for (const char c : {'D', 'I', 'C', 'M'}) bytes.push_back(static_cast<std::uint8_t>(c));
  bytes.insert(bytes.end(), length.bytes().begin(), length.bytes().end());
  bytes.insert(bytes.end(), meta.bytes().begin(), meta.bytes().end());
  return bytes;
}

const WaveformClass* class_of(const Signal& signal) {
  for (const WaveformClass& one : kClasses) {
    if (one.takes(signal)) return &one;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<std::uint8_t>> dicom_from_recording(const Recording& recording) {
  if (recording.signal.empty()) {
    return Error{ErrorCode::kInsufficientData, "the recording holds no samples",
                 "choose a recording with signals", "", std::nullopt};
  }
  const WaveformClass* object = class_of(recording.signal);
  if (object == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "no DICOM ECG object takes " + std::to_string(recording.signal.lead_count()) +
                     " leads at " + shortest_decimal(recording.signal.sampling_rate_hz()) + " Hz",
                 "choose at most 24 leads of 200 to 1000 Hz, or 12 of 50 to 1000 Hz", "",
                 std::nullopt};
  }
  std::vector<Group> groups{{"RHYTHM", recording.signal, recording.calibrations}};
  for (const SignalGroup& one : recording.groups) {
    if (groups.size() < object->most_groups && object->takes(one.signal))
      groups.push_back({one.name, one.signal, one.calibrations});
  }
  std::vector<DicomElements> items;
  for (const Group& group : groups) {
    auto item = group_item(group);
    if (!item) return item.error();
    items.push_back(std::move(item).value());
  }
  const auto fingerprint = fingerprint_of(recording);
  DicomElements set;
  add_facts(recording.info, fingerprint, object->uid, set);
  const auto annotations = annotation_items(recording);
  if (!annotations.empty()) set.sequence(0x0040B020, annotations);
  set.sequence(0x54000100, items);
  auto bytes = file_head(object->uid, dicom_uid(fingerprint, "instance"));
  bytes.insert(bytes.end(), set.bytes().begin(), set.bytes().end());
  return bytes;
}

}  // namespace ecg
