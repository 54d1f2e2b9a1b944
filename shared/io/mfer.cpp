#include "io/mfer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "io/mfer_elements.h"
#include "io/scp_leads.h"
#include "io/text.h"

namespace ecg {
namespace {

constexpr int kVolt = 0, kHertz = 0, kSecond = 1;

Error mfer_error(ErrorCode code, const NamedBytes& file, std::string what, std::int64_t at,
                 std::string hint = "the file is damaged: export it again") {
  return {code, std::move(what), std::move(hint), file.name, at};
}

/// 10^exponent, exactly rounded where a double can; 0 beyond +-30, which no unit needs.
double power_of_ten(int exponent) {
  if (exponent < -30 || exponent > 30) return 0;
  double power = 1;
  for (int i = 0; i < std::abs(exponent); ++i) power *= 10;
  return exponent < 0 ? 1 / power : power;
}

/// Samples per second; 0 if none is stated or it is a distance.
double rate_of(const MferChannel& channel) {
  if (!channel.interval || channel.interval->mantissa <= 0) return 0;
  const auto mantissa = static_cast<double>(channel.interval->mantissa);
  const int exponent = channel.interval->exponent;
  if (channel.interval->unit == kHertz) return mantissa * power_of_ten(exponent);
  if (channel.interval->unit == kSecond) return power_of_ten(-exponent) / mantissa;
  return 0;
}

bool is_voltage(const MferChannel& channel) {
  return channel.resolution && channel.resolution->unit == kVolt &&
         channel.resolution->mantissa > 0 && power_of_ten(channel.resolution->exponent) > 0;
}

std::string unit_name(int unit) {
  constexpr const char* kNames[] = {"V", "mmHg", "Pa",   "cmH2O", "mmHg/s", "dyn",
                                    "N", "%",    "degC", "/min",  "/s",     "Ohm"};
  return unit >= 0 && unit < 12 ? kNames[unit] : "unit " + std::to_string(unit);
}

/// A number in the type of the channel; integers may be shorter than it.
std::optional<double> number_of(const std::optional<MferBytes>& stored, int type) {
  if (!stored) return std::nullopt;
  std::vector<std::uint8_t> bytes(stored->bytes.begin(), stored->bytes.end());
  const auto size = static_cast<std::size_t>(mfer_type_size(type));
  if (bytes.size() != size) return std::nullopt;
  return mfer_value(bytes.data(), type, stored->big_endian);
}

Calibration calibration_of(const MferChannel& channel) {
  constexpr const char* kStorage[] = {"int16", "uint16", "int32",   "uint8",  "status16",
                                      "int8",  "uint32", "float32", "float64"};
  const int type = channel.type.value_or(0);
  Calibration scale{1, 0, 8 * mfer_type_size(type), "", kStorage[type]};
  if (const auto offset = number_of(channel.offset, type)) scale.baseline = -*offset;
  if (!channel.resolution || channel.resolution->mantissa <= 0) return scale;
  scale.unit = unit_name(channel.resolution->unit);
  const int per_mv = channel.resolution->unit == kVolt ? 3 : 0;  // 1 V is 1000 mV
  const double power = power_of_ten(-channel.resolution->exponent - per_mv);
  if (power > 0) scale.counts_per_mv = power / static_cast<double>(channel.resolution->mantissa);
  return scale;
}

LeadLabel label_of_channel(const MferChannel& channel, std::size_t index) {
  const std::int64_t code = channel.lead.value_or(0);
  const Lead lead = lead_of_scp_number(code);
  if (lead != Lead::kOther) return {lead, channel.lead_text};
  if (!channel.lead_text.empty()) return label_from_name(channel.lead_text);
  if (code != 0) return {Lead::kOther, "lead code " + std::to_string(code)};
  return {Lead::kOther, "channel " + std::to_string(index + 1)};
}

std::string name_of_type(std::uint32_t type) {
  constexpr std::pair<std::uint32_t, const char*> kNames[] = {
      {1, "standard 12-lead ECG"}, {2, "long-term ECG"},    {3, "vectorcardiogram"},
      {4, "stress ECG"},           {9, "dominant beat"},    {20, "long-term monitoring"},
      {21, "monitoring"},          {30, "phonocardiogram"}, {31, "pulse wave"}};
  for (const auto& [code, name] : kNames) {
    if (code == type) return name;
  }
  return "waveform type " + std::to_string(type);
}

/// Where the values of each channel lie in a frame.
struct Layout {
  std::int64_t sequences = 0;
  std::int64_t sequence_bytes = 0;
  std::vector<std::int64_t> first_byte;  ///< of each channel's block in a sequence
};

Result<Layout> layout_of(const MferFrame& frame, const NamedBytes& file) {
  Layout layout;
  std::optional<std::uint32_t> stated;
  for (const MferChannel& channel : frame.channels) {
    const std::int64_t block = channel.block.value_or(1);
    if (block == 0)
      return mfer_error(ErrorCode::kBadValue, file, "a data block has no samples",
                        frame.byte_offset);
    layout.first_byte.push_back(layout.sequence_bytes);
    layout.sequence_bytes += block * mfer_type_size(channel.type.value_or(0));
    if (&channel == &frame.channels.front()) stated = channel.sequences;
    if (channel.sequences != stated) {
      return mfer_error(ErrorCode::kUnsupported, file,
                        "channels with different numbers of sequences are not supported",
                        frame.byte_offset, "export the recording with equal channels");
    }
  }
  const auto size = static_cast<std::int64_t>(frame.data.bytes.size());
  layout.sequences = stated ? *stated : size / layout.sequence_bytes;
  const bool fits = layout.sequences <= size / layout.sequence_bytes;
  if (layout.sequences == 0 || !fits) {
    return mfer_error(ErrorCode::kTruncated, file,
                      "the waveform data hold " + std::to_string(size / layout.sequence_bytes) +
                          " of " + std::to_string(layout.sequences) + " sequences",
                      frame.byte_offset, "the copy is incomplete: fetch the file again");
  }
  return layout;
}

void fill_lead(const MferFrame& frame, const Layout& layout, std::size_t index,
               const Calibration& scale, std::span<float> out) {
  const MferChannel& channel = frame.channels[index];
  const int type = channel.type.value_or(0);
  const auto missing = number_of(channel.null_value, type);
  const auto block = static_cast<std::int64_t>(channel.block.value_or(1));
  std::size_t to = 0;
  for (std::int64_t sequence = 0; sequence < layout.sequences; ++sequence) {
    const std::uint8_t* from =
        frame.data.bytes.data() + sequence * layout.sequence_bytes + layout.first_byte[index];
    for (std::int64_t i = 0; i < block; ++i, from += mfer_type_size(type)) {
      const double stored = mfer_value(from, type, frame.data.big_endian);
      const bool absent = (missing && stored == *missing) || !std::isfinite(stored);
      const double value = (stored - scale.baseline) / scale.counts_per_mv;
      const bool fits = std::fabs(value) <= static_cast<double>(std::numeric_limits<float>::max());
      out[to++] =
          absent || !fits ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(value);
    }
  }
}

/// Channels that can share one matrix.
auto kind_of(const MferChannel& channel) {
  return std::tuple(channel.block.value_or(1), rate_of(channel), is_voltage(channel));
}

Result<std::vector<SignalGroup>> groups_of(const MferFrame& frame, const NamedBytes& file) {
  const auto layout = layout_of(frame, file);
  if (!layout) return layout.error();
  std::vector<SignalGroup> groups;
  std::vector<bool> done(frame.channels.size(), false);
  for (std::size_t first = 0; first < frame.channels.size(); ++first) {
    if (done[first]) continue;
    const auto kind = kind_of(frame.channels[first]);
    const double rate_hz = std::get<1>(kind);
    if (!(rate_hz > 0) || !std::isfinite(rate_hz)) {
      return mfer_error(ErrorCode::kBadHeader, file, "the file states no sampling interval in time",
                        frame.byte_offset, "export the recording with its sampling rate");
    }
    std::vector<std::size_t> members;
    std::vector<LeadLabel> labels;
    for (std::size_t i = first; i < frame.channels.size(); ++i) {
      if (kind_of(frame.channels[i]) != kind) continue;
      done[i] = true;
      members.push_back(i);
      labels.push_back(label_of_channel(frame.channels[i], i));
    }
    SignalGroup group;
    group.name = name_of_type(frame.channels[first].waveform_type.value_or(0));
    group.signal = Signal(std::move(labels), layout->sequences * std::get<0>(kind), rate_hz);
    for (std::size_t row = 0; row < members.size(); ++row) {
      group.calibrations.push_back(calibration_of(frame.channels[members[row]]));
      fill_lead(frame, *layout, members[row], group.calibrations.back(), group.signal.lead(row));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

/// The groups of a frame, and of those that continue it.
using Run = std::vector<std::vector<SignalGroup>>;

bool same_scale(const Calibration& a, const Calibration& b) {
  return a.counts_per_mv == b.counts_per_mv && a.baseline == b.baseline && a.unit == b.unit &&
         a.storage == b.storage;
}

bool same_channels(const SignalGroup& a, const SignalGroup& b) {
  const auto leads = a.signal.leads(), others = b.signal.leads();
  return a.name == b.name && a.signal.sampling_rate_hz() == b.signal.sampling_rate_hz() &&
         std::equal(leads.begin(), leads.end(), others.begin(), others.end()) &&
         std::equal(a.calibrations.begin(), a.calibrations.end(), b.calibrations.begin(),
                    b.calibrations.end(), same_scale);
}

/// True if a frame goes on where `run` ends: the same channels, and no other beginning stated.
/// Beats (9) stand for themselves.
bool continues(const Run& run, const std::vector<SignalGroup>& next, const MferFrame& frame) {
  constexpr std::uint32_t kDominantBeat = 9;
  if (frame.channels[0].waveform_type == kDominantBeat) return false;
  const auto& last = run.back();
  if (!std::equal(last.begin(), last.end(), next.begin(), next.end(), same_channels)) return false;
  if (!frame.pointer) return true;
  std::int64_t so_far = 0;
  for (const auto& groups : run) so_far += groups[0].signal.sample_count();
  return *frame.pointer == so_far;
}

/// The groups of a run, each joined over its frames.
std::vector<SignalGroup> joined(Run run) {
  if (run.size() == 1) return std::move(run[0]);
  std::vector<SignalGroup> groups;
  for (std::size_t i = 0; i < run[0].size(); ++i) {
    SampleIndex length = 0;
    for (const auto& frame : run) length += frame[i].signal.sample_count();
    const auto leads = run[0][i].signal.leads();
    Signal whole =
        Signal::unfilled({leads.begin(), leads.end()}, length, run[0][i].signal.sampling_rate_hz());
    for (std::size_t row = 0; row < leads.size(); ++row) {
      auto to = whole.lead(row).begin();
      for (const auto& frame : run) {
        const auto from = std::as_const(frame[i].signal).lead(row);
        to = std::copy(from.begin(), from.end(), to);
      }
    }
    groups.push_back({run[0][i].name, std::move(whole), std::move(run[0][i].calibrations), {}});
  }
  return groups;
}

/// The groups of all frames, with those joined that only go on.
Result<std::vector<SignalGroup>> all_groups(const MferFile& parsed, const NamedBytes& file) {
  std::vector<SignalGroup> all;
  Run run;
  const auto end_run = [&] {
    if (run.empty()) return;
    for (SignalGroup& group : joined(std::exchange(run, {}))) all.push_back(std::move(group));
  };
  for (const MferFrame& frame : parsed.frames) {
    auto groups = groups_of(frame, file);
    if (!groups) return groups.error();
    if (!run.empty() && !continues(run, *groups, frame)) end_run();
    run.push_back(*std::move(groups));
  }
  end_run();
  return all;
}

/// Voltages first, then the longest, then most leads.
std::size_t main_group(const std::vector<SignalGroup>& groups) {
  const auto score = [&](std::size_t i) {
    return std::tuple(groups[i].calibrations[0].unit == "V", groups[i].signal.duration_s(),
                      groups[i].signal.lead_count());
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    if (score(i) > score(best)) best = i;
  }
  return best;
}

std::optional<std::string> text_at(const MferFile& file, int tag) {
  const auto found = file.texts.find(tag);
  if (found == file.texts.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

void fill_info(const MferFile& file, RecordingInfo& info) {
  info.source_format = "MFER";
  info.start_time = file.time;
  info.age_years = file.age_years;
  if (file.sex == 1 || file.sex == 2) info.sex = file.sex == 1 ? "male" : "female";
  info.patient_id = text_at(file, kMferPatientId);
  info.identity.patient_name = text_at(file, kMferPatientName);
  info.identity.birth_date = file.birth_date;
  if (const auto device = text_at(file, kMferDevice)) {  // manufacturer^model^version^serial number
    const std::size_t first = device->find('^'), second = device->find('^', first + 1);
    info.device = device->substr(0, first);
    if (first != std::string::npos)
      *info.device += ' ' + device->substr(first + 1, second - first - 1);
    const std::size_t third = second == std::string::npos ? second : device->find('^', second + 1);
    if (third != std::string::npos) info.identity.device_serial = device->substr(third + 1);
  }
  for (const std::string& filter : file.filters) info.technical.push_back({"filter", filter});
  info.comments = file.comments;
}

void add_events(const MferFile& file, Recording& recording) {
  for (const MferEvent& event : file.events) {
    if (event.sample < 0 || event.sample >= recording.signal.sample_count()) continue;
    const std::string text =
        event.text.empty() ? "event " + std::to_string(event.code) : event.text;
    recording.annotations.push_back({event.sample, std::nullopt, "\"", text, 0, 0});
  }
  sort_by_sample(recording.annotations);
}

}  // namespace

bool recognises_mfer(const NamedBytes& file) {
  const std::string_view text = text_of(file.bytes);
  return text.size() >= 6 && text[0] == '\x40' && text.substr(2, 4) == "MFR ";
}

Result<Recording> read_mfer(const FileSet&, const NamedBytes& file) {
  const auto parsed = parse_mfer(file);
  if (!parsed) return parsed.error();
  auto found = all_groups(*parsed, file);
  if (!found) return found.error();
  std::vector<SignalGroup>& groups = *found;
  if (groups.empty()) {
    return mfer_error(ErrorCode::kNotFound, file, "the file holds no waveform data",
                      static_cast<std::int64_t>(file.bytes.size()),
                      "the copy is incomplete, or the file describes something else");
  }
  Recording recording;
  fill_info(*parsed, recording.info);
  const std::size_t main = main_group(groups);
  recording.signal = std::move(groups[main].signal);
  recording.calibrations = std::move(groups[main].calibrations);
  groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(main));
  recording.groups = std::move(groups);
  if (recording.calibrations[0].unit != "V")
    recording.warnings.push_back("The signals are not voltages: the values are as in the file.");
  add_events(*parsed, recording);
  return recording;
}

std::vector<FoundPart> describe_mfer(const NamedBytes& file) {
  std::vector<FoundPart> parts;
  const auto parsed = parse_mfer(file);
  if (!parsed) return parts;
  for (const MferFrame& frame : parsed->frames) {
    parts.push_back({"frame of " + name_of_type(frame.channels[0].waveform_type.value_or(0)),
                     std::to_string(frame.channels.size()) + " channels, " +
                         std::to_string(frame.data.bytes.size()) + " bytes",
                     file.name, frame.byte_offset});
  }
  return parts;
}

}  // namespace ecg
