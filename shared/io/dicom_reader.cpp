#include "io/dicom_reader.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "io/count_scale.h"
#include "io/dicom_dataset.h"
#include "io/scp_leads.h"
#include "io/stored_numbers.h"
#include "io/text.h"
#include "io/units.h"

namespace ecg {
namespace {

constexpr std::uint32_t kWaveforms = 0x54000100;
constexpr std::uint32_t kChannels = 0x003A0200;

Error dicom_error(ErrorCode code, const NamedBytes& file, std::string what, std::string hint) {
  return {code, std::move(what), std::move(hint), file.name, std::nullopt};
}

/// Lead of a code "2:61" (MDC) or "5.6.3-9-61" (SCP-ECG): both end in the number of EN 1064.
Lead lead_of_code(std::string_view code) {
  std::string_view digits;
  for (const std::string_view start : {"2:", "5.6.3-9-"}) {
    if (code.starts_with(start)) digits = code.substr(start.size());
  }
  return lead_of_scp_number(parse_integer(digits).value_or(0));
}

LeadLabel label_of_channel(const DicomDataset& channel, std::size_t index) {
  std::string name = channel.text(0x003A0203);
  Lead lead = Lead::kOther;
  if (const DicomDataset* source = channel.item(0x003A0208)) {
    lead = lead_of_code(source->text(0x00080100));
    if (const std::string meaning = source->text(0x00080104); !meaning.empty()) name = meaning;
  }
  if (lead == Lead::kOther) lead = lead_from_name(name);
  if (name.empty()) name = "channel " + std::to_string(index + 1);
  return {lead, std::move(name)};
}

/// How raw values of one channel become physical ones.
Calibration calibration_of(const DicomDataset& channel, const std::string& storage) {
  Calibration result{1, 0, 0, "", storage};
  if (const auto bits = channel.unsigned_number(0x003A021A); bits && *bits <= 64)
    result.resolution_bits = static_cast<int>(*bits);
  const auto sensitivity = channel.number(0x003A0210);
  if (const DicomDataset* unit = channel.item(0x003A0211)) result.unit = unit->text(0x00080100);
  if (!sensitivity || *sensitivity == 0) {
    result.unit.clear();
    return result;
  }
  double step = *sensitivity * channel.number(0x003A0212).value_or(1);
  if (step == 0) step = *sensitivity;
  const double per_mv = units_per_mv(result.unit);
  result.counts_per_mv = (per_mv > 0 ? per_mv : 1.0) / step;
  result.baseline = -channel.number(0x003A0213).value_or(0) / step;
  return result;
}

/// Sample layout of one multiplex group.
struct GroupShape {
  std::int64_t samples = 0;
  std::size_t channels = 0;
  double rate_hz = 0;
  int bytes = 2;
  bool is_signed = true;
  const DicomElement* data = nullptr;
};

Result<GroupShape> shape_of(const DicomDataset& group, const NamedBytes& file) {
  GroupShape shape;
  shape.samples = group.unsigned_number(0x003A0010).value_or(0);
  shape.channels = group.items(kChannels).size();
  shape.rate_hz = group.number(0x003A001A).value_or(0);
  shape.data = group.find(0x54001010);
  const std::string type = group.text(0x54001006);
  if (type != "SS" && type != "US" && type != "SB" && type != "UB") {
    return dicom_error(ErrorCode::kUnsupported, file,
                       "waveform samples of the type \"" + type + "\" are not supported",
                       "export the recording with 16-bit samples (SS)");
  }
  shape.bytes = type[1] == 'S' ? 2 : 1;
  shape.is_signed = type[0] == 'S';
  const auto stated = group.unsigned_number(0x003A0005).value_or(0);
  if (shape.samples == 0 || shape.channels == 0 || stated != shape.channels ||
      !(shape.rate_hz > 0) || shape.data == nullptr) {
    return dicom_error(ErrorCode::kBadValue, file,
                       "a multiplex group has no samples, channels, rate or data, or their "
                       "numbers contradict each other",
                       "the file is damaged: export it again");
  }
  const auto there = static_cast<std::int64_t>(shape.data->value.size());
  if (there / shape.bytes / static_cast<std::int64_t>(shape.channels) < shape.samples) {
    Error error = dicom_error(ErrorCode::kTruncated, file,
                              "the waveform data holds fewer samples than declared",
                              "the copy is incomplete: fetch the file again");
    error.byte_offset = shape.data->byte_offset;
    return error;
  }
  return shape;
}

StoredNumber stored_as(const GroupShape& shape, bool big_endian) {
  return {shape.is_signed ? StoredNumber::Kind::kSigned : StoredNumber::Kind::kUnsigned,
          static_cast<std::size_t>(shape.bytes), big_endian};
}

/// The raw value that marks missing samples; nullopt if there is none. Writers exist that state 0,
/// which is an ordinary value: only one that all other samples lie on the same side of is a mark.
std::optional<std::int32_t> padding_of(const DicomDataset& group, const GroupShape& shape) {
  const DicomElement* padding = group.find(0x5400100A);
  const StoredNumber how = stored_as(shape, group.big_endian);
  if (padding == nullptr || padding->value.size() < how.bytes) return std::nullopt;
  std::int32_t mark = 0;
  stored_integers(padding->value, how, {&mark, 1});
  bool below = false, above = false;
  std::vector<std::int32_t> raw(kCountsAtOnce);
  const std::size_t count = static_cast<std::size_t>(shape.samples) * shape.channels;
  for (std::size_t at = 0; at < count; at += raw.size()) {
    raw.resize(std::min(raw.size(), count - at));
    stored_integers(shape.data->value.subspan(at * how.bytes), how, raw);
    const auto [lowest, highest] = extremes_of_counts(raw);
    below |= lowest < mark;
    above |= highest > mark;
    if (below && above) return std::nullopt;
  }
  return mark;
}

/// Decodes block by block, so that no count leaves the nearest cache.
void fill_leads(const GroupShape& shape, const StoredNumber& how,
                const std::vector<CountScale>& scales, Signal& signal) {
  const std::size_t channels = shape.channels;
  const auto samples = static_cast<std::size_t>(shape.samples);
  const std::size_t block = std::max<std::size_t>(1, kCountsAtOnce / channels);
  std::vector<std::int32_t> own;
  for (std::size_t at = 0; at < samples; at += block) {
    own.resize(std::min(block, samples - at));
    for (std::size_t row = 0; row < channels; ++row) {
      const auto bytes = shape.data->value.subspan((at * channels + row) * how.bytes);
      stored_integers(bytes, how, channels * how.bytes, own);
      values_of_counts(own, scales[row], signal.lead(row).subspan(at, own.size()));
    }
  }
}

Result<SignalGroup> read_group(const DicomDataset& group, const NamedBytes& file) {
  const auto shape = shape_of(group, file);
  if (!shape) return shape.error();
  SignalGroup out;
  out.name = group.text(0x003A0020);
  std::vector<LeadLabel> labels;
  std::vector<CountScale> scales;
  const auto channels = group.items(kChannels);
  const std::string storage = group.text(0x54001006);
  const auto padding = padding_of(group, *shape);
  for (std::size_t i = 0; i < channels.size(); ++i) {
    labels.push_back(label_of_channel(channels[i], i));
    out.calibrations.push_back(calibration_of(channels[i], storage));
    const Calibration& stated = out.calibrations.back();
    scales.push_back({stated.counts_per_mv, stated.baseline, padding, 8 * shape->bytes + 1});
  }
  out.signal = Signal::unfilled(std::move(labels), shape->samples, shape->rate_hz);
  fill_leads(*shape, stored_as(*shape, group.big_endian), scales, out.signal);
  return out;
}

/// "19980302", "082604.5" -> "1998-03-02T08:26:04"; empty parts are left out.
std::string iso_time(const std::string& date, const std::string& time) {
  std::string text;
  if (date.size() >= 8)
    text = date.substr(0, 4) + '-' + date.substr(4, 2) + '-' + date.substr(6, 2);
  if (!text.empty() && time.size() >= 6)
    text += 'T' + time.substr(0, 2) + ':' + time.substr(2, 2) + ':' + time.substr(4, 2);
  return text;
}

std::optional<std::string> stated(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

void fill_info(const DicomDataset& set, RecordingInfo& info) {
  const std::string moment = set.text(0x0008002A);  // acquisition date and time in one
  std::string start = moment.size() >= 14 ? iso_time(moment.substr(0, 8), moment.substr(8))
                                          : iso_time(set.text(0x00080022), set.text(0x00080032));
  if (start.empty()) start = iso_time(set.text(0x00080020), set.text(0x00080030));
  info.start_time = stated(std::move(start));
  info.patient_id = stated(set.text(0x00100020));
  const std::string sex = set.text(0x00100040);
  if (!sex.empty()) info.sex = sex == "M" ? "male" : sex == "F" ? "female" : sex;
  const std::string age = set.text(0x00101010);
  if (age.size() == 4) {
    const double per_year = age[3] == 'Y' ? 1 : age[3] == 'M' ? 12 : age[3] == 'W' ? 52.18 : 365.25;
    if (const auto value = parse_integer(age.substr(0, 3)))
      info.age_years = static_cast<double>(*value) / per_year;
  }
  const std::string model = set.text(0x00081090);
  info.device = stated(set.text(0x00080070) + (model.empty() ? "" : " " + model));
  info.identity.patient_name = stated(set.text(0x00100010));
  info.identity.birth_date = stated(iso_time(set.text(0x00100030), ""));
  info.identity.institution = stated(set.text(0x00080080));
  info.identity.device_serial = stated(set.text(0x00181000));
  constexpr std::pair<std::uint32_t, const char*> kOthers[] = {
      {0x00080050, "accession number"},
      {0x00080090, "referring physician"},
      {0x00081048, "physician of record"},
      {0x00081050, "performing physician"},
      {0x00081060, "reading physician"},
      {0x00081070, "operator"},
      {0x00081010, "station"},
      {0x00200010, "study identification"}};
  for (const auto& [tag, name] : kOthers) {
    if (std::string value = set.text(tag); !value.empty())
      info.identity.other.push_back({name, std::move(value)});
  }
}

/// The units that people do not read in UCUM's spelling.
std::string plain_unit(std::string ucum) {
  return ucum == "{H.B.}/min" || ucum == "/min" || ucum == "{beats}/min" ? "bpm" : ucum;
}

constexpr std::uint32_t kChannelsMeant = 0x0040A0B0, kSamplesMeant = 0x0040A132;

/// Texts and concepts at a sample (counted from 1) of the main signal; others are left out.
void read_marks(const DicomDataset& item, std::size_t main, Recording& recording) {
  constexpr std::size_t kLongText = 16;  // is not multiplied by a list of places
  std::string text = item.text(0x00700006);
  const DicomDataset* concept_name = item.item(0x0040A043);
  if (text.empty() && concept_name != nullptr) text = concept_name->text(0x00080104);
  const bool of_main = item.unsigned_at(kChannelsMeant, 0, 2).value_or(0) == main + 1;
  if (text.empty() || !of_main || item.find(0x0040A30A) != nullptr) return;
  Annotation mark{0, std::nullopt, "\"", std::move(text), 0, 0};
  const std::size_t channel = item.unsigned_at(kChannelsMeant, 1, 2).value_or(0);
  if (channel > 0 && channel <= recording.signal.lead_count()) mark.lead = channel - 1;
  const std::size_t places = item.find(kSamplesMeant)->value.size() / 4;
  for (std::size_t i = 0; i < (mark.text.size() < kLongText ? places : 1); ++i) {
    mark.sample = static_cast<SampleIndex>(item.unsigned_at(kSamplesMeant, i, 4).value_or(0)) - 1;
    if (mark.sample >= 0 && mark.sample < recording.signal.sample_count())
      recording.annotations.push_back(mark);
  }
}

/// Waveform annotations: marks, and statements and measurements that name no place in time.
void read_annotations(const DicomDataset& set, std::size_t main, Recording& recording) {
  for (const DicomDataset& item : set.items(0x0040B020)) {
    if (item.find(kSamplesMeant) != nullptr) {
      read_marks(item, main, recording);
      continue;
    }
    if (std::string text = item.text(0x00700006); !text.empty()) {
      recording.info.statements.push_back(std::move(text));
      continue;
    }
    const DicomDataset* concept_name = item.item(0x0040A043);
    const auto value = item.number(0x0040A30A);
    if (concept_name == nullptr || !value) continue;
    const DicomDataset* unit = item.item(0x004008EA);
    recording.info.measurements.push_back(
        {concept_name->text(0x00080104), *value,
         unit == nullptr ? "" : plain_unit(unit->text(0x00080100))});
  }
  sort_by_sample(recording.annotations);
}

/// The recording itself: the longest group, then the one with most leads.
std::size_t main_group(const std::vector<SignalGroup>& groups) {
  const auto score = [&](std::size_t i) {
    return std::tuple(groups[i].signal.duration_s(), groups[i].signal.lead_count());
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    if (score(i) > score(best)) best = i;
  }
  return best;
}

void warn_of_units(const std::vector<Calibration>& calibrations,
                   std::vector<std::string>& warnings) {
  for (const Calibration& calibration : calibrations) {
    if (units_per_mv(calibration.unit) > 0) continue;
    warnings.push_back(calibration.unit.empty()
                           ? "The file states no sensitivity: values are counts, not mV."
                           : "Signals in the unit " + calibration.unit +
                                 " are no voltages: values are as in the file.");
    return;
  }
}

}  // namespace

Result<Recording> read_dicom(const FileSet&, const NamedBytes& file) {
  const auto parsed = parse_dicom(file);
  if (!parsed) return parsed.error();
  const auto waveforms = parsed->dataset.items(kWaveforms);
  if (waveforms.empty()) {
    return dicom_error(ErrorCode::kNotFound, file, "this DICOM file holds no waveform",
                       "open the object that holds the ECG signals, not a report or picture");
  }
  std::vector<SignalGroup> groups;
  for (const DicomDataset& waveform : waveforms) {
    auto group = read_group(waveform, file);
    if (!group) return group.error();
    if (group->name.empty()) group->name = "group " + std::to_string(groups.size() + 1);
    groups.push_back(std::move(group).value());
  }
  Recording recording;
  recording.info.source_format = "DICOM";
  fill_info(parsed->dataset, recording.info);
  const std::size_t main = main_group(groups);
  recording.signal = std::move(groups[main].signal);
  recording.calibrations = std::move(groups[main].calibrations);
  groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(main));
  recording.groups = std::move(groups);
  read_annotations(parsed->dataset, main, recording);
  warn_of_units(recording.calibrations, recording.warnings);
  return recording;
}

std::vector<FoundPart> describe_dicom(const NamedBytes& file) {
  std::vector<FoundPart> parts;
  const auto parsed = parse_dicom(file);
  if (!parsed) return parts;
  for (const DicomDataset& group : parsed->dataset.items(kWaveforms)) {
    parts.push_back({"group " + group.text(0x003A0020),
                     std::to_string(group.items(kChannels).size()) + " leads, " +
                         group.text(0x003A001A) + " Hz",
                     file.name, std::nullopt});
  }
  return parts;
}

}  // namespace ecg
