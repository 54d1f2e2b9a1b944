#include "io/schiller_xml.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/number_list.h"
#include "io/text.h"
#include "io/units.h"
#include "io/xml.h"

namespace ecg {
namespace {

constexpr std::string_view kRoot = "com.xiriuz.sema.xml.schillerEDI.SchillerEDI";

/// Scale and rate of one element "wavedata".
struct WaveScale {
  double sampling_rate_hz = 0;
  double counts_per_mv = 0;
  std::string unit;
};

Error schiller_error(ErrorCode code, std::string message, const NamedBytes& file) {
  return {code, std::move(message), "export the recording again", file.name, std::nullopt};
}

std::optional<std::string> stated(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

Result<WaveScale> read_scale(pugi::xml_node wave, const NamedBytes& file) {
  const pugi::xml_node resolution = wave.child("resolution");
  const auto rate = parse_number(child_text(resolution.child("samplerate"), "value"));
  const auto per_bit = parse_number(child_text(resolution.child("yres"), "unitperbit"));
  const std::string unit = child_text(resolution.child("yres"), "units");
  const double units = units_per_mv(unit);
  if (!rate || !(*rate > 0 && *rate <= 1e6) || !per_bit || !(*per_bit > 0) || units == 0)
    return schiller_error(ErrorCode::kBadHeader,
                          "a wave lacks its sampling rate, or its units per bit in volts", file);
  return WaveScale{*rate, units / *per_bit, unit};
}

Result<std::vector<float>> read_samples(pugi::xml_node channel, const WaveScale& scale,
                                        const std::string& name, const NamedBytes& file) {
  const std::string type = child_text(channel, "datastype");
  if (!type.empty() && type != "COMMASEPARATE")
    return schiller_error(ErrorCode::kUnsupported, "samples stored as " + type, file);
  const auto numbers = parse_number_list(channel.child("data").text().get());
  if (!numbers)
    return schiller_error(ErrorCode::kBadValue, "a sample of lead " + name + " is no number", file);
  const auto count = parse_integer(child_text(channel, "samplecount"));
  if (count && *count != static_cast<std::int64_t>(numbers->size()))
    return schiller_error(ErrorCode::kInconsistent,
                          "lead " + name + " holds " + std::to_string(numbers->size()) +
                              " samples, not the " + std::to_string(*count) + " it states",
                          file);
  std::vector<float> samples;
  samples.reserve(numbers->size());
  for (const double number : *numbers)
    samples.push_back(static_cast<float>(number / scale.counts_per_mv));
  return samples;
}

Result<SignalGroup> read_wave(pugi::xml_node wave, const NamedBytes& file) {
  const auto scale = read_scale(wave, file);
  if (!scale) return scale.error();
  SignalGroup group;
  group.name = child_text(wave, "type");
  std::vector<LeadLabel> labels;
  std::vector<std::vector<float>> leads;
  for (const pugi::xml_node channel : wave.children("channel")) {
    const std::string name = child_text(channel, "name");
    if (name.empty()) return schiller_error(ErrorCode::kBadHeader, "a lead has no name", file);
    auto samples = read_samples(channel, *scale, name, file);
    if (!samples) return samples.error();
    if (!leads.empty() && leads.front().size() != samples->size())
      return schiller_error(ErrorCode::kInconsistent,
                            "lead " + name + " is longer or shorter than others", file);
    labels.push_back(label_from_name(name));
    leads.push_back(std::move(*samples));
    group.calibrations.push_back({scale->counts_per_mv, 0, 0, scale->unit, "text"});
  }
  if (leads.empty() || leads.front().empty())
    return schiller_error(ErrorCode::kInsufficientData, "a wave holds no samples", file);
  group.signal = Signal(std::move(labels), static_cast<SampleIndex>(leads.front().size()),
                        scale->sampling_rate_hz);
  for (std::size_t row = 0; row < leads.size(); ++row)
    std::copy(leads[row].begin(), leads[row].end(), group.signal.lead(row).begin());
  return group;
}

Result<void> read_waves(pugi::xml_node event, Recording& recording, const NamedBytes& file) {
  std::vector<SignalGroup> groups;
  std::size_t main = 0;
  for (const pugi::xml_node wave : event.children("wavedata")) {
    auto group = read_wave(wave, file);
    if (!group) return group.error();
    if (group->name.find("RHYTHM") != std::string::npos) main = groups.size();
    groups.push_back(std::move(*group));
  }
  if (groups.empty())
    return schiller_error(ErrorCode::kInsufficientData, "the file holds no waves", file);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == main) {
      recording.signal = std::move(groups[i].signal);
      recording.calibrations = std::move(groups[i].calibrations);
    } else {
      recording.groups.push_back(std::move(groups[i]));
    }
  }
  return {};
}

/// A list of samples at which a wave begins or ends.
struct Boundary {
  const char* name;
  const char* symbol;
  const char* wave;
  int number;  ///< WFDB's: 0 P, 1 QRS, 2 T
};

constexpr Boundary kBoundaries[] = {{"R_P_ON", "(", "P", 0},     {"R_P_OFF", ")", "P", 0},
                                    {"R_QRS_ON", "(", "QRS", 1}, {"R_QRS_OFF", ")", "QRS", 1},
                                    {"R_T_ON", "(", "T", 2},     {"R_T_OFF", ")", "T", 2}};

void read_boundaries(pugi::xml_node event, Recording& recording) {
  for (const pugi::xml_node list : event.children("rhythm_global")) {
    const std::string name = child_text(list, "name");
    const auto* boundary = std::find_if(std::begin(kBoundaries), std::end(kBoundaries),
                                        [&](const Boundary& one) { return name == one.name; });
    if (boundary == std::end(kBoundaries)) continue;
    for (const pugi::xml_node value : list.children("value")) {
      const auto sample = parse_integer(trimmed(value.text().get()));
      if (!sample || *sample < 0 || *sample >= recording.signal.sample_count()) continue;
      recording.annotations.push_back(
          {*sample, std::nullopt, boundary->symbol, boundary->wave, 0, boundary->number});
    }
  }
  sort_by_sample(recording.annotations);
}

std::string_view unit_of(std::string_view name) {
  if (name == "HR") return "bpm";
  if (name.starts_with("AXIS")) return "deg";
  const bool time =
      name == "RR" || name == "P" || name == "PQ" || name == "QRS" || name == "QT" || name == "QTC";
  return time ? "ms" : "";
}

void read_findings(pugi::xml_node event, RecordingInfo& info) {
  for (const pugi::xml_node one : event.children("annotation_global")) {
    const std::string name = child_text(one, "name");
    const auto value = parse_number(child_text(one, "value"));
    if (value) info.measurements.push_back({name, *value, std::string(unit_of(name))});
  }
  constexpr std::pair<std::string_view, const char*> kFilters[] = {
      {"HIGHPASS_CUTOFF_FREQ", "high-pass filter"},
      {"LOWPASS_CUTOFF_FREQ", "low-pass filter"},
      {"MAINS", "notch filter"}};
  for (const pugi::xml_node filter : event.child("filters_data").children("filter")) {
    const std::string value = child_text(filter, "value");
    for (const auto& [name, plain] : kFilters) {
      if (child_text(filter, "name") == name && parse_number(value))
        info.technical.push_back({plain, value + " Hz"});
    }
  }
  for (const pugi::xml_node text : event.children("textdata")) {
    std::string statement = child_text(text, "textdata");
    if (!statement.empty()) info.statements.push_back(std::move(statement));
  }
}

/// "19700101" and "101112000" -> "1970-01-01T10:11:12"; nullopt if they are not of that form.
std::optional<std::string> iso_start(const std::string& date, const std::string& time) {
  const auto digits = [](const std::string& text, std::size_t least) {
    return text.size() >= least && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!digits(date, 8)) return std::nullopt;
  std::string iso = date.substr(0, 4) + '-' + date.substr(4, 2) + '-' + date.substr(6, 2);
  if (digits(time, 6))
    iso += 'T' + time.substr(0, 2) + ':' + time.substr(2, 2) + ':' + time.substr(4, 2);
  return iso;
}

void read_person(pugi::xml_node patient, RecordingInfo& info) {
  info.patient_id = stated(child_text(patient, "id"));
  std::string name = child_text(patient, "lastname");
  const std::string first = child_text(patient, "firstname");
  if (!first.empty()) name += (name.empty() ? "" : ", ") + first;
  info.identity.patient_name = stated(std::move(name));
  info.identity.birth_date = stated(child_text(patient, "birthdate"));
  std::string sex = lower_case(child_text(patient, "gender"));
  if (sex != "undefined") info.sex = stated(std::move(sex));
}

void read_exam(pugi::xml_node exam, RecordingInfo& info) {
  const pugi::xml_node start = exam.child("startdatetime");
  info.start_time = iso_start(child_text(start, "date"), child_text(start, "time"));
  const pugi::xml_node hardware = exam.child("aquiringdevice").child("hardware");
  std::string device = child_text(hardware, "vendor");
  const std::string model = child_text(hardware, "model");
  if (!model.empty()) device += (device.empty() ? "" : " ") + model;
  info.device = stated(std::move(device));
  info.identity.device_serial = stated(child_text(hardware, "serialnum"));
  info.identity.institution = stated(child_text(exam, "institute_id"));
  for (const char* id : {"job_id", "user_id", "case_id", "order_id", "department_id"}) {
    std::string text = child_text(exam, id);
    if (!text.empty()) info.identity.other.push_back({id, std::move(text)});
  }
  const pugi::xml_node users = exam.child("idu");
  for (const char* user : {"aquiring_user", "referring_user"}) {
    std::string text = child_text(users.child(user), "id");
    if (!text.empty()) info.identity.other.push_back({user, std::move(text)});
  }
}

}  // namespace

bool is_schiller_xml(const NamedBytes& file) { return xml_root_name(file) == kRoot; }

Result<Recording> read_schiller_xml(const FileSet&, const NamedBytes& file) {
  const auto document = parse_xml(file);
  if (!document) return document.error();
  const pugi::xml_node root = (*document)->document_element();
  const pugi::xml_node event = root.child("eventdata").child("event");
  Recording recording;
  recording.info.source_format = "Schiller XML";
  read_person(root.child("patdata"), recording.info);
  read_exam(root.child("examdescript"), recording.info);
  read_findings(event, recording.info);
  if (auto read = read_waves(event, recording, file); !read) return read.error();
  read_boundaries(event, recording);
  if (event.next_sibling("event"))
    recording.warnings.push_back("The file holds several events: the first was read.");
  return recording;
}

}  // namespace ecg
