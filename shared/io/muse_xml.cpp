#include "io/muse_xml.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "io/base64.h"
#include "io/text.h"
#include "io/units.h"
#include "io/xml.h"

namespace ecg {
namespace {

using Samples = std::vector<float>;

/// One waveform while its leads are being collected.
struct Waveform {
  std::string name;
  double sampling_rate_hz = 0;
  std::vector<LeadLabel> labels;
  std::vector<Calibration> calibrations;
  std::vector<Samples> leads;
};

Error muse_error(ErrorCode code, std::string message, const NamedBytes& file) {
  return {code, std::move(message), "export the recording from MUSE again", file.name,
          std::nullopt};
}

Result<Samples> decode_samples(pugi::xml_node lead, double mv_per_count, const std::string& name,
                               const NamedBytes& file) {
  const auto bytes = bytes_from_base64(lead.child("WaveFormData").text().get());
  if (!bytes || bytes->size() % 2 != 0)
    return muse_error(ErrorCode::kBadValue, "the samples of lead " + name + " are no base64", file);
  const auto stated = parse_integer(child_text(lead, "LeadSampleCountTotal"));
  if (stated && *stated != static_cast<std::int64_t>(bytes->size() / 2)) {
    return muse_error(ErrorCode::kInconsistent,
                      "lead " + name + " holds " + std::to_string(bytes->size() / 2) +
                          " samples, not the " + std::to_string(*stated) + " it states",
                      file);
  }
  Samples samples(bytes->size() / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const int low = (*bytes)[2 * i], high = (*bytes)[2 * i + 1];
    const auto count = static_cast<std::int16_t>(high << 8 | low);
    samples[i] = static_cast<float>(count * mv_per_count);
  }
  return samples;
}

Result<void> add_lead(pugi::xml_node lead, Waveform& waveform, const NamedBytes& file) {
  const std::string name = child_text(lead, "LeadID");
  const std::string unit = child_text(lead, "LeadAmplitudeUnits");
  const auto per_bit = parse_number(child_text(lead, "LeadAmplitudeUnitsPerBit"));
  const double units = units_per_mv(unit);
  const std::string size = child_text(lead, "LeadSampleSize");
  if (name.empty() || !per_bit || *per_bit <= 0 || units == 0 || (!size.empty() && size != "2")) {
    return muse_error(ErrorCode::kBadHeader,
                      "a lead (\"" + name +
                          "\") lacks its name, its amplitude per bit in a unit of "
                          "voltage, or the sample size 2",
                      file);
  }
  auto samples = decode_samples(lead, *per_bit / units, name, file);
  if (!samples) return samples.error();
  if (!waveform.leads.empty() && waveform.leads.front().size() != samples->size())
    return muse_error(ErrorCode::kInconsistent,
                      "lead " + name + " is longer or shorter than others", file);
  waveform.labels.push_back(label_from_name(name));
  waveform.calibrations.push_back({units / *per_bit, 0, 16, unit, "int16"});
  waveform.leads.push_back(std::move(samples).value());
  return {};
}

std::optional<std::size_t> row_of(const Waveform& waveform, Lead lead) {
  for (std::size_t i = 0; i < waveform.labels.size(); ++i) {
    if (waveform.labels[i].lead == lead) return i;
  }
  return std::nullopt;
}

/// A limb lead as a sum of I and II.
struct LimbSum {
  Lead lead;
  double of_i, of_ii;
};

constexpr LimbSum kLimbSums[] = {
    {Lead::kIII, -1, 1}, {Lead::kAvr, -0.5, -0.5}, {Lead::kAvl, 1, -0.5}, {Lead::kAvf, -0.5, 1}};

/// Adds the limb leads that follow from I and II, after them; returns their names.
std::string derive_limb_leads(Waveform& waveform) {
  const auto i = row_of(waveform, Lead::kI), ii = row_of(waveform, Lead::kII);
  std::string names;
  if (!i || !ii) return names;
  std::size_t at = std::max(*i, *ii) + 1;
  for (const LimbSum& sum : kLimbSums) {
    if (row_of(waveform, sum.lead)) continue;
    Samples samples(waveform.leads[*i].size());
    for (std::size_t k = 0; k < samples.size(); ++k) {
      samples[k] = static_cast<float>(sum.of_i * static_cast<double>(waveform.leads[*i][k]) +
                                      sum.of_ii * static_cast<double>(waveform.leads[*ii][k]));
    }
    Calibration calibration = waveform.calibrations[*i];
    calibration.counts_per_mv *= 2;  // halves of counts occur
    calibration.storage = "computed";
    const auto offset = static_cast<std::ptrdiff_t>(at);
    waveform.leads.insert(waveform.leads.begin() + offset, std::move(samples));
    waveform.calibrations.insert(waveform.calibrations.begin() + offset, calibration);
    waveform.labels.insert(waveform.labels.begin() + offset, label_of(sum.lead));
    names += (names.empty() ? "" : ", ") + std::string(lead_name(sum.lead));
    ++at;
  }
  return names;
}

/// SampleBase x 10^SampleExponent; 0 if the file does not give a usable rate.
double rate_of(pugi::xml_node node) {
  const auto base = parse_number(child_text(node, "SampleBase"));
  const auto exponent = parse_integer(child_text(node, "SampleExponent")).value_or(0);
  if (!base || exponent < -6 || exponent > 6) return 0;
  double rate = *base;
  for (std::int64_t i = 0; i < exponent; ++i) rate *= 10;
  for (std::int64_t i = 0; i > exponent; --i) rate /= 10;
  return rate > 0 && rate <= 1e6 ? rate : 0;
}

Result<Waveform> read_waveform(pugi::xml_node node, const NamedBytes& file) {
  Waveform waveform;
  waveform.name = child_text(node, "WaveformType");
  waveform.sampling_rate_hz = rate_of(node);
  if (waveform.sampling_rate_hz == 0)
    return muse_error(ErrorCode::kBadValue, "a waveform has no usable sampling rate", file);
  for (const pugi::xml_node lead : node.children("LeadData")) {
    if (auto added = add_lead(lead, waveform, file); !added) return added.error();
  }
  if (waveform.leads.empty() || waveform.leads.front().empty())
    return muse_error(ErrorCode::kInsufficientData, "a waveform holds no samples", file);
  return waveform;
}

SignalGroup group_from(Waveform waveform) {
  SignalGroup group;
  group.name = waveform.name;
  group.signal =
      Signal(std::move(waveform.labels), static_cast<SampleIndex>(waveform.leads.front().size()),
             waveform.sampling_rate_hz);
  group.calibrations = std::move(waveform.calibrations);
  for (std::size_t row = 0; row < waveform.leads.size(); ++row)
    std::copy(waveform.leads[row].begin(), waveform.leads[row].end(),
              group.signal.lead(row).begin());
  return group;
}

Result<void> read_waveforms(pugi::xml_node root, Recording& recording, const NamedBytes& file) {
  std::vector<SignalGroup> groups;
  std::optional<std::size_t> main;
  for (const pugi::xml_node node : root.children("Waveform")) {
    auto waveform = read_waveform(node, file);
    if (!waveform) return waveform.error();
    const std::string derived = derive_limb_leads(*waveform);
    if (!derived.empty())
      recording.warnings.push_back(waveform->name + ": " + derived +
                                   " are not stored; they are computed from I and II.");
    if (!main && lower_case(waveform->name) == "rhythm") main = groups.size();
    groups.push_back(group_from(std::move(waveform).value()));
  }
  if (groups.empty())
    return muse_error(ErrorCode::kInsufficientData, "the file holds no waveform", file);
  if (!main)
    recording.warnings.push_back("The file holds no rhythm: its " + groups.front().name +
                                 " waveform is shown.");
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == main.value_or(0)) {
      recording.signal = std::move(groups[i].signal);
      recording.calibrations = std::move(groups[i].calibrations);
    } else {
      recording.groups.push_back(std::move(groups[i]));
    }
  }
  return {};
}

void read_statements(pugi::xml_node root, RecordingInfo& info) {
  std::string line;
  for (const pugi::xml_node statement : root.child("Diagnosis").children("DiagnosisStatement")) {
    const std::string text = child_text(statement, "StmtText");
    line += (line.empty() || text.empty() ? "" : " ") + text;
    bool ends = false;
    for (const pugi::xml_node flag : statement.children("StmtFlag"))
      ends = ends || std::string_view(flag.text().get()) == "ENDSLINE";
    if (ends && !line.empty()) info.statements.push_back(std::exchange(line, {}));
  }
  if (!line.empty()) info.statements.push_back(line);
}

/// "MM-DD-YYYY" and "HH:MM:SS" -> ISO 8601; another form stays as it is.
std::string iso_time(const std::string& date, const std::string& time) {
  std::string text = date;
  if (date.size() == 10 && date[2] == '-' && date[5] == '-')
    text = date.substr(6) + '-' + date.substr(0, 5);
  return time.empty() ? text : text + 'T' + time;
}

/// Unit of a measurement; empty for counts and for sample numbers of the median beat.
std::string_view unit_of(std::string_view name) {
  if (name.ends_with("Rate")) return "bpm";
  if (name.ends_with("Axis")) return "deg";
  const bool time = name == "PRInterval" || name == "QRSDuration" || name.starts_with("QT");
  return time ? "ms" : "";
}

/// Whatever points at a person, a place or one exemplar of a device.
void read_identity(pugi::xml_node patient, pugi::xml_node test, Identity& identity) {
  const std::string last = child_text(patient, "PatientLastName"),
                    first = child_text(patient, "PatientFirstName");
  const std::string name = last + (last.empty() || first.empty() ? "" : ", ") + first;
  if (!name.empty()) identity.patient_name = name;
  if (const auto born = child_text(patient, "DateofBirth"); !born.empty())
    identity.birth_date = iso_time(born, "");
  if (const auto site = child_text(test, "SiteName"); !site.empty()) identity.institution = site;
}

void read_facts(pugi::xml_node root, RecordingInfo& info) {
  info.source_format = "GE MUSE XML";
  const pugi::xml_node patient = root.child("PatientDemographics"),
                       test = root.child("TestDemographics");
  const auto age = parse_number(child_text(patient, "PatientAge"));
  const std::string unit = lower_case(child_text(patient, "AgeUnits"));
  if (age && *age >= 0 && (unit.empty() || unit == "years")) info.age_years = age;
  if (const auto id = child_text(patient, "PatientID"); !id.empty()) info.patient_id = id;
  if (const auto sex = child_text(patient, "Gender"); !sex.empty()) info.sex = lower_case(sex);
  if (const auto device = child_text(test, "AcquisitionDevice"); !device.empty())
    info.device = device;
  const std::string date = child_text(test, "AcquisitionDate");
  if (!date.empty()) info.start_time = iso_time(date, child_text(test, "AcquisitionTime"));
  for (const pugi::xml_node node : root.child("RestingECGMeasurements").children()) {
    const auto value = parse_number(trimmed(node.text().get()));
    if (value)
      info.measurements.push_back({node.name(), *value, std::string(unit_of(node.name()))});
  }
  read_identity(patient, test, info.identity);
  read_statements(root, info);
}

}  // namespace

bool is_muse_xml(const NamedBytes& file) { return xml_root_name(file) == "RestingECG"; }

Result<Recording> read_muse_xml(const FileSet&, const NamedBytes& file) {
  const auto document = parse_xml(file);
  if (!document) return document.error();
  const pugi::xml_node root = (*document)->child("RestingECG");
  Recording recording;
  recording.info.record_name = std::string(stem_of(file.name));
  read_facts(root, recording.info);
  if (auto read = read_waveforms(root, recording, file); !read) return read.error();
  return recording;
}

}  // namespace ecg
