#include "io/edf_writer.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "io/edf_annotations.h"
#include "io/edf_header.h"
#include "io/edf_layout.h"
#include "io/stored_counts.h"
#include "io/text.h"

namespace ecg {
namespace {

constexpr CountRange kEdfRange{-32768, 32767, 0};

/// One signal of the file, ready to be stored.
struct EdfSignal {
  std::string label, transducer, prefilter;
  EdfLimits limits;
  std::vector<std::int32_t> counts;
};

/// Printable ASCII of that width, filled with blanks; other characters become '_'.
std::string column(std::string_view text, std::size_t width) {
  std::string field(text.substr(0, width));
  for (char& c : field) {
    if (c < ' ' || c > '~') c = '_';
  }
  field.resize(width, ' ');
  return field;
}

/// A subfield of the identification fields: no blanks; "X" where nothing is known.
std::string subfield(const std::optional<std::string>& text) {
  if (!text || trimmed(*text).empty()) return "X";
  std::string field(trimmed(*text));
  std::replace(field.begin(), field.end(), ' ', '_');
  return field;
}

/// "1951-05-02..." -> "02-MAY-1951"; "X" if it is no such date.
std::string edf_date(const std::optional<std::string>& iso) {
  if (!iso || iso->size() < 10 || (*iso)[4] != '-' || (*iso)[7] != '-') return "X";
  const auto year = parse_integer(iso->substr(0, 4)), month = parse_integer(iso->substr(5, 2)),
             day = parse_integer(iso->substr(8, 2));
  if (!year || !month || !day || *month < 1 || *month > 12) return "X";
  const auto name = kEdfMonths.substr(static_cast<std::size_t>(3 * (*month - 1)), 3);
  return iso->substr(8, 2) + '-' + std::string(name) + '-' + iso->substr(0, 4);
}

std::string patient_field(const RecordingInfo& info) {
  const std::string sex = info.sex == "male" ? "M" : info.sex == "female" ? "F" : "X";
  return subfield(info.patient_id) + ' ' + sex + ' ' + edf_date(info.identity.birth_date) + ' ' +
         subfield(info.identity.patient_name);
}

/// Start date and time: columns of eight characters each.
std::string start_columns(const std::optional<std::string>& iso) {
  std::string date = "01.01.85", time = "00.00.00";  // what EDF+ asks for where nothing is known
  if (edf_date(iso) != "X")
    date = iso->substr(8, 2) + '.' + iso->substr(5, 2) + '.' + iso->substr(2, 2);
  const std::size_t clock = iso ? iso->find(':') : std::string::npos;
  if (clock != std::string::npos && clock >= 2 && iso->size() >= clock + 6)
    time = iso->substr(clock - 2, 2) + '.' + iso->substr(clock + 1, 2) + '.' +
           iso->substr(clock + 4, 2);
  return column(date, 8) + column(time, 8);
}

std::string label_of_lead(const LeadLabel& label) {
  const bool standard = label.lead != Lead::kOther;
  return standard ? "ECG " + std::string(lead_name(label.lead)) : std::string(display_name(label));
}

/// The text that a file stated for this lead, {"prefilter of ECG I", "HP:0.05Hz"}.
std::string stated_of(const RecordingInfo& info, const std::string& kind, const LeadLabel& label) {
  for (const NamedText& one : info.technical) {
    const bool of_lead =
        one.name == kind + " of " + label.name || one.name == kind + " of " + label_of_lead(label);
    if (of_lead) return one.value;
  }
  return {};
}

Error missing_samples(std::string_view lead) {
  return {ErrorCode::kBadValue,
          "lead " + std::string(lead) + " has missing samples, which EDF cannot mark",
          "write a WFDB record (.hea) or DICOM, which can", "", std::nullopt};
}

Error not_statable(const std::string& what) {
  return {ErrorCode::kUnsupported, what + " does not fit in the eight characters of an EDF header",
          "write a WFDB record (.hea), which has room for it", "", std::nullopt};
}

Result<EdfSignal> signal_of(const Recording& recording, std::size_t row) {
  const LeadLabel& label = recording.signal.leads()[row];
  const auto values = recording.signal.lead(row);
  if (std::any_of(values.begin(), values.end(), [](float v) { return std::isnan(v); }))
    return missing_samples(display_name(label));
  const StoredScale scale = stored_scale(recording.signal, recording.calibrations, row, kEdfRange);
  auto counts = counts_of_lead(values, scale, kEdfRange, display_name(label));
  if (!counts) return counts.error();
  const auto [low, high] = std::minmax_element(counts->begin(), counts->end());
  auto limits = edf_limits(scale, *low, *high);
  if (!limits) return not_statable("the scale of lead " + std::string(display_name(label)));
  return EdfSignal{label_of_lead(label), stated_of(recording.info, "transducer", label),
                   stated_of(recording.info, "prefilter", label), std::move(*limits),
                   std::move(counts).value()};
}

std::string text_of_annotation(const Annotation& one, const std::vector<EdfSignal>& signals) {
  std::string text = one.symbol == "\"" ? one.text : one.symbol;
  if (one.symbol != "\"" && !one.text.empty()) text += ' ' + one.text;
  if (one.lead && *one.lead < signals.size()) text += "@@" + signals[*one.lead].label;
  return text;
}

/// The lists of every data record, each beginning with its time, padded to one even length.
std::vector<std::string> annotation_blocks(const Recording& recording, const EdfRecords& records,
                                           const std::vector<EdfSignal>& signals) {
  const double rate_hz = recording.signal.sampling_rate_hz();
  std::vector<std::string> blocks;
  for (std::int64_t i = 0; i < records.record_count; ++i) {
    blocks.push_back(
        edf_annotation_list(static_cast<double>(i * records.samples_per_record) / rate_hz, ""));
  }
  const auto add = [&](SampleIndex sample, std::string_view text) {
    const auto record =
        std::clamp<SampleIndex>(sample / records.samples_per_record, 0, records.record_count - 1);
    blocks[static_cast<std::size_t>(record)] +=
        edf_annotation_list(static_cast<double>(sample) / rate_hz, text);
  };
  for (const Annotation& one : recording.annotations)
    add(one.sample, text_of_annotation(one, signals));
  const SampleIndex end = recording.signal.sample_count();
  if (end % records.samples_per_record != 0) add(end, kEdfRecordingEnds);
  std::size_t longest = 0;
  for (const std::string& block : blocks) longest = std::max(longest, block.size());
  for (std::string& block : blocks) block.resize(longest + longest % 2, '\0');
  return blocks;
}

/// The columns of all signals and of the annotations behind them.
std::string signal_columns(const std::vector<EdfSignal>& signals, const EdfRecords& records,
                           std::size_t annotation_samples) {
  std::string text;
  const auto each = [&](std::size_t width, auto field, const std::string& of_annotations) {
    for (const EdfSignal& signal : signals) text += column(field(signal), width);
    text += column(of_annotations, width);
  };
  each(
      16, [](const EdfSignal& s) { return s.label; }, "EDF Annotations");
  each(
      80, [](const EdfSignal& s) { return s.transducer; }, "");
  each(
      8, [](const EdfSignal& s) { return s.limits.unit; }, "");
  each(
      8, [](const EdfSignal& s) { return s.limits.physical_min; }, "-1");
  each(
      8, [](const EdfSignal& s) { return s.limits.physical_max; }, "1");
  each(
      8, [](const EdfSignal& s) { return std::to_string(s.limits.digital_min); }, "-32768");
  each(
      8, [](const EdfSignal& s) { return std::to_string(s.limits.digital_max); }, "32767");
  each(
      80, [](const EdfSignal& s) { return s.prefilter; }, "");
  const std::string samples = std::to_string(records.samples_per_record);
  each(
      8, [&](const EdfSignal&) { return samples; }, std::to_string(annotation_samples));
  each(
      32, [](const EdfSignal&) { return std::string(); }, "");
  return text;
}

std::string header_of(const Recording& recording, const std::vector<EdfSignal>& signals,
                      const EdfRecords& records, std::size_t annotation_samples) {
  const RecordingInfo& info = recording.info;
  const std::size_t count = signals.size() + 1;
  return column("0", 8) + column(patient_field(info), 80) +
         column("Startdate " + edf_date(info.start_time) + " X X " + subfield(info.device), 80) +
         start_columns(info.start_time) + column(std::to_string(256 * (count + 1)), 8) +
         column("EDF+C", 44) + column(std::to_string(records.record_count), 8) +
         column(records.duration, 8) + column(std::to_string(count), 4) +
         signal_columns(signals, records, annotation_samples);
}

/// One lead's part of a data record; behind the recording its last count is repeated.
void append_counts(const EdfSignal& signal, std::int64_t first, std::int64_t samples,
                   std::vector<std::uint8_t>& bytes) {
  const auto last = static_cast<std::int64_t>(signal.counts.size()) - 1;
  for (std::int64_t i = first; i < first + samples; ++i) {
    const auto bits =
        static_cast<std::uint32_t>(signal.counts[static_cast<std::size_t>(std::min(i, last))]);
    bytes.push_back(static_cast<std::uint8_t>(bits & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(bits >> 8 & 0xFF));
  }
}

}  // namespace

Result<std::vector<std::uint8_t>> edf_from_recording(const Recording& recording) {
  constexpr std::size_t kMostLeads = 9998;
  const Signal& signal = recording.signal;
  if (signal.lead_count() == 0 || signal.sample_count() == 0) {
    return Error{ErrorCode::kInsufficientData, "the recording holds no samples",
                 "choose a recording with signals", "", std::nullopt};
  }
  if (signal.lead_count() > kMostLeads) return not_statable("the number of leads");
  const auto records = edf_records(signal.sample_count(), signal.sampling_rate_hz(),
                                   static_cast<std::int64_t>(signal.lead_count()));
  if (!records || records->record_count > 99999999)
    return not_statable("the sampling rate or number of data records");
  std::vector<EdfSignal> signals;
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    auto one = signal_of(recording, row);
    if (!one) return one.error();
    signals.push_back(std::move(one).value());
  }
  const auto blocks = annotation_blocks(recording, *records, signals);
  const std::string header = header_of(recording, signals, *records, blocks[0].size() / 2);
  std::vector<std::uint8_t> bytes(header.begin(), header.end());
  for (std::int64_t i = 0; i < records->record_count; ++i) {
    for (const EdfSignal& one : signals)
      append_counts(one, i * records->samples_per_record, records->samples_per_record, bytes);
    const std::string& block = blocks[static_cast<std::size_t>(i)];
    bytes.insert(bytes.end(), block.begin(), block.end());
  }
  return bytes;
}

}  // namespace ecg
