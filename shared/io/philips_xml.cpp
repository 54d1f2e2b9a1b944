#include "io/philips_xml.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "io/base64.h"
#include "io/calibration_pulse.h"
#include "io/number_list.h"
#include "io/philips_info.h"
#include "io/philips_xli.h"
#include "io/text.h"
#include "io/xml.h"

namespace ecg {
namespace {

using Counts = std::vector<std::int16_t>;

/// The waveform of one element before it becomes a signal.
struct Waveform {
  double sampling_rate_hz = 0;
  double uv_per_count = 0;
  double offset = 0;  ///< count of 0 uV
  std::string storage;
  std::vector<LeadLabel> labels;
  std::vector<Counts> leads;
};

Error philips_error(ErrorCode code, std::string message, const NamedBytes& file,
                    std::string hint = "export the recording again") {
  return {code, std::move(message), std::move(hint), file.name, std::nullopt};
}

std::string attribute(pugi::xml_node node, const char* name) {
  return std::string(trimmed(node.attribute(name).value()));
}

/// The attribute, or the first of the elements that states a number.
std::optional<double> number_of(pugi::xml_node node, const char* name, pugi::xml_node signal,
                                std::initializer_list<const char*> elements) {
  if (const auto number = parse_number(attribute(node, name))) return number;
  for (const char* element : elements) {
    if (const auto number = parse_number(child_text(signal, element))) return number;
  }
  return std::nullopt;
}

/// Names as the waveforms list them, or the twelve standard leads where the set is called so.
std::vector<LeadLabel> labels_of(pugi::xml_node node, pugi::xml_node signal) {
  std::vector<LeadLabel> labels;
  const std::string list = attribute(node, "leadlabels");
  for (const std::string_view name : split_fields(list, 64))
    labels.push_back(label_from_name(utf8_from_bytes(name)));
  if (const auto most = parse_integer(attribute(node, "numberofleads"));
      most && *most > 0 && static_cast<std::uint64_t>(*most) < labels.size())
    labels.resize(static_cast<std::size_t>(*most));
  if (!labels.empty()) return labels;
  for (const char* element : {"leadset", "acquisitiontype"}) {
    const std::string set = child_text(signal, element);
    if (set != "STD-12" && set != "10-WIRE") continue;
    for (const Lead lead : kTwelveLeads) labels.push_back(label_of(lead));
    break;
  }
  return labels;
}

/// As many equal parts as there are leads, each of 16-bit integers.
std::vector<Counts> leads_from_integers(const std::vector<std::uint8_t>& bytes, std::size_t leads) {
  if (leads == 0 || bytes.size() % (2 * leads) != 0) return {};
  const std::size_t count = bytes.size() / (2 * leads);
  std::vector<Counts> out(leads, Counts(count));
  for (std::size_t i = 0; i < leads * count; ++i) {
    const int bits = bytes[2 * i] | bytes[2 * i + 1] << 8;
    out[i / count][i % count] = static_cast<std::int16_t>(bits);
  }
  return out;
}

/// Likewise of numbers as text. Empty if one is no 16-bit integer.
std::vector<Counts> leads_from_text(std::string_view text, std::size_t leads) {
  const auto numbers = parse_number_list(text);
  if (!numbers || leads == 0 || numbers->size() % leads != 0) return {};
  const std::size_t count = numbers->size() / leads;
  std::vector<Counts> out(leads, Counts(count));
  for (std::size_t i = 0; i < numbers->size(); ++i) {
    const double number = (*numbers)[i];
    if (!(number >= INT16_MIN && number <= INT16_MAX) || number != std::floor(number)) return {};
    out[i / count][i % count] = static_cast<std::int16_t>(number);
  }
  return out;
}

std::optional<std::size_t> row_of(const Waveform& waveform, Lead lead) {
  for (std::size_t i = 0; i < waveform.labels.size(); ++i) {
    if (waveform.labels[i].lead == lead) return i;
  }
  return std::nullopt;
}

int floor_half(int value) { return value >= 0 ? value / 2 : -((1 - value) / 2); }

std::int16_t wrapped(int value) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(value & 0xFFFF));
}

/// What is stored of III, aVR, aVL and aVF is the difference from what I and II make of them.
void restore_limb_leads(Waveform& waveform) {
  const auto row = [&](Lead lead) { return row_of(waveform, lead); };
  const auto i = row(Lead::kI), ii = row(Lead::kII), iii = row(Lead::kIII);
  if (!i || !ii || !iii) return;
  auto& leads = waveform.leads;
  for (std::size_t k = 0; k < leads[*i].size(); ++k) {
    const int one = leads[*i][k], two = leads[*ii][k];
    const int three = leads[*iii][k] = wrapped(two - one - leads[*iii][k]);
    if (const auto r = row(Lead::kAvr))
      leads[*r][k] = wrapped(-floor_half(one + two) - leads[*r][k]);
    if (const auto l = row(Lead::kAvl))
      leads[*l][k] = wrapped(floor_half(one - three) - leads[*l][k]);
    if (const auto f = row(Lead::kAvf))
      leads[*f][k] = wrapped(floor_half(two + three) - leads[*f][k]);
  }
}

Result<void> decode_waveform(pugi::xml_node node, Waveform& waveform, const NamedBytes& file) {
  std::string method = attribute(node, "compressmethod");
  if (method.empty()) method = attribute(node, "compression");
  const std::string encoding = lower_case(attribute(node, "dataencoding"));
  const bool xli = method == "XLI" && attribute(node, "compressflag") != "False";
  if (!xli && !method.empty() && method != "XLI" && lower_case(method) != "uncompressed")
    return philips_error(ErrorCode::kUnsupported, "the waveforms are compressed by " + method, file,
                         "export the recording without compression");
  const char* text = node.text().get();
  const std::size_t leads = waveform.labels.size();
  if (encoding == "base64") {
    const auto bytes = bytes_from_base64(text);
    if (!bytes) return philips_error(ErrorCode::kBadValue, "the waveforms are no base64", file);
    auto decoded = xli ? leads_from_xli(*bytes) : leads_from_integers(*bytes, leads);
    if (!decoded)
      return philips_error(ErrorCode::kBadValue, "the compressed waveforms are damaged", file);
    waveform.leads = std::move(*decoded);
  } else {
    waveform.leads = leads_from_text(text, leads);
  }
  waveform.storage = xli ? "XLI" : (encoding == "base64" ? "int16" : "text");
  // Devices append empty channels.
  if (waveform.leads.size() > leads) waveform.leads.resize(leads);
  if (waveform.leads.size() < leads || waveform.leads.empty())
    return philips_error(ErrorCode::kInconsistent,
                         "the waveforms hold " + std::to_string(waveform.leads.size()) +
                             " leads of equal length, not " + std::to_string(leads),
                         file);
  for (const Counts& lead : waveform.leads) {
    if (lead.size() != waveform.leads.front().size() || lead.empty())
      return philips_error(ErrorCode::kInconsistent, "the leads differ in length", file);
  }
  if (xli) restore_limb_leads(waveform);
  return {};
}

Result<Waveform> read_waveform(pugi::xml_node root, const NamedBytes& file) {
  const pugi::xml_node node = root.child("waveforms").child("parsedwaveforms");
  if (!node)
    return philips_error(ErrorCode::kInsufficientData, "the file holds no waveforms", file);
  const pugi::xml_node signal = root.child("dataacquisition").child("signalcharacteristics");
  const auto rate = number_of(node, "samplespersecond", signal, {"samplingrate"});
  const auto resolution = number_of(node, "resolution", signal, {"resolution", "signalresolution"});
  const auto bits = number_of(node, "bitspersample", signal, {"bitspersample"});
  Waveform waveform;
  waveform.labels = labels_of(node, signal);
  if (!rate || !(*rate > 0 && *rate <= 1e6) || !resolution || !(*resolution > 0) ||
      waveform.labels.empty() || (bits && *bits != 16))
    return philips_error(ErrorCode::kBadHeader,
                         "the waveforms lack a usable sampling rate, resolution, list of leads or "
                         "the sample size 16",
                         file);
  waveform.sampling_rate_hz = *rate;
  waveform.uv_per_count = *resolution;
  waveform.offset = number_of(node, "signaloffset", signal, {"signaloffset"}).value_or(0);
  if (auto decoded = decode_waveform(node, waveform, file); !decoded) return decoded.error();
  return waveform;
}

/// The samples [begin, end) in mV.
Signal signal_from(const Waveform& waveform, std::size_t begin, std::size_t end) {
  Signal signal(waveform.labels, static_cast<SampleIndex>(end - begin), waveform.sampling_rate_hz);
  for (std::size_t row = 0; row < waveform.leads.size(); ++row) {
    for (std::size_t k = begin; k < end; ++k) {
      const double count = waveform.leads[row][k];
      signal.lead(row)[k - begin] =
          static_cast<float>((count - waveform.offset) * waveform.uv_per_count / 1000);
    }
  }
  return signal;
}

std::vector<Calibration> calibrations_of(const Waveform& waveform) {
  return {waveform.labels.size(),
          Calibration{1000 / waveform.uv_per_count, waveform.offset, 16, "uV", waveform.storage}};
}

/// Representative beats, each lead with its own samples.
std::optional<Waveform> read_beats(pugi::xml_node beats, std::vector<std::string>& warnings) {
  Waveform waveform;
  waveform.sampling_rate_hz = parse_number(attribute(beats, "samplespersec")).value_or(0);
  waveform.uv_per_count = parse_number(attribute(beats, "resolution")).value_or(0);
  waveform.storage = "int16";
  for (const pugi::xml_node beat : beats.children("repbeat")) {
    const auto bytes = bytes_from_base64(beat.child("waveform").text().get());
    auto lead = leads_from_integers(bytes ? *bytes : std::vector<std::uint8_t>(), 1);
    if (lead.empty() || lead[0].empty()) continue;
    waveform.leads.push_back(std::move(lead[0]));
    waveform.labels.push_back(label_from_name(utf8_from_bytes(attribute(beat, "leadname"))));
  }
  const bool equal =
      std::all_of(waveform.leads.begin(), waveform.leads.end(),
                  [&](const Counts& l) { return l.size() == waveform.leads.front().size(); });
  const bool usable = waveform.sampling_rate_hz > 0 && waveform.sampling_rate_hz <= 1e6 &&
                      waveform.uv_per_count > 0 && !waveform.leads.empty() && equal;
  if (!usable && beats) warnings.push_back("The representative beats cannot be read.");
  return usable ? std::optional(std::move(waveform)) : std::nullopt;
}

void add_group(std::string name, const Waveform& waveform, std::size_t begin,
               Recording& recording) {
  recording.groups.push_back({std::move(name),
                              signal_from(waveform, begin, waveform.leads.front().size()),
                              calibrations_of(waveform),
                              {}});
}

}  // namespace

bool is_philips_xml(const NamedBytes& file) { return xml_root_name(file) == "restingecgdata"; }

Result<Recording> read_philips_xml(const FileSet&, const NamedBytes& file) {
  const auto document = parse_xml(file);
  if (!document) return document.error();
  const pugi::xml_node root = (*document)->child("restingecgdata");
  Recording recording;
  recording.info.record_name = std::string(stem_of(file.name));
  fill_philips_info(root, recording.info);
  const auto waveform = read_waveform(root, file);
  if (!waveform) return waveform.error();
  const std::size_t samples = waveform->leads.front().size();
  recording.signal = signal_from(*waveform, 0, samples);
  const auto pulse = static_cast<std::size_t>(
      calibration_pulse_begin(recording.signal).value_or(recording.signal.sample_count()));
  recording.calibrations = calibrations_of(*waveform);
  if (pulse < samples) {
    recording.signal = signal_from(*waveform, 0, pulse);
    add_group("calibration pulse", *waveform, pulse, recording);
    recording.warnings.push_back("Every lead ends with a calibration pulse: kept apart.");
  }
  const auto beats = read_beats(root.child("waveforms").child("repbeats"), recording.warnings);
  if (beats) add_group("representative beat", *beats, 0, recording);
  return recording;
}

}  // namespace ecg
