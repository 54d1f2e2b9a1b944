#include "io/hl7_aecg_series.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "io/hl7_time.h"
#include "io/text.h"
#include "io/units.h"

namespace ecg {
namespace {

using Samples = std::vector<float>;

/// Where the samples of a set lie in time.
struct TimeAxis {
  bool absolute = false;
  double begin_s = 0;
  double step_s = 0;
};

/// A sequence set while its leads are being collected.
struct SequenceSet {
  std::optional<TimeAxis> time;
  std::vector<LeadLabel> labels;
  std::vector<Calibration> calibrations;
  std::vector<Samples> leads;
};

Error aecg_error(ErrorCode code, std::string message, const std::string& file) {
  return {code, std::move(message), "export the annotated ECG again from the system it came from",
          file, std::nullopt};
}

std::string_view attribute(pugi::xml_node node, const char* name) {
  return trimmed(node.attribute(name).as_string());
}

/// The type of a value: xsi:type, whatever the prefix is called, without its own prefix.
std::string_view type_of(pugi::xml_node value) {
  for (const pugi::xml_attribute one : value.attributes()) {
    const std::string_view name = one.name();
    if (name != "type" && !name.ends_with(":type")) continue;
    const std::string_view type = trimmed(one.value());
    return type.substr(type.rfind(':') + 1);  // npos + 1 is 0
  }
  return {};
}

/// A quantity of time in seconds; nullopt if the unit is no time.
std::optional<double> seconds_of(pugi::xml_node quantity) {
  const auto value = parse_number(attribute(quantity, "value"));
  const std::string_view unit = attribute(quantity, "unit");
  if (!value) return std::nullopt;
  if (unit == "s") return *value;
  if (unit == "ms") return *value / 1000;
  if (unit == "us") return *value / 1e6;
  return std::nullopt;
}

std::optional<double> time_of(pugi::xml_node point, bool absolute) {
  return absolute ? seconds_of_hl7_time(attribute(point, "value")) : seconds_of(point);
}

Result<void> read_time_axis(pugi::xml_node value, bool absolute, SequenceSet& set,
                            const std::string& file) {
  const auto step_s = seconds_of(value.child("increment"));
  if (!step_s || !(*step_s > 1e-6) || *step_s > 1e4)
    return aecg_error(ErrorCode::kBadHeader, "a sequence set has no usable time step", file);
  set.time = TimeAxis{absolute, time_of(value.child("head"), absolute).value_or(0), *step_s};
  return {};
}

/// The numbers of a list separated by white space; false if one is no number.
bool parse_digits(std::string_view text, double origin, double scale, Samples& samples) {
  constexpr std::string_view kBlanks = " \t\r\n";
  samples.reserve(text.size() / 4);
  std::size_t at = text.find_first_not_of(kBlanks);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    const std::string_view field = text.substr(at, end - at);
    double digit = 0;
    if (const auto whole = parse_integer(field)) {
      digit = static_cast<double>(*whole);
    } else if (const auto number = parse_number(field)) {
      digit = *number;
    } else {
      return false;
    }
    samples.push_back(static_cast<float>(origin + digit * scale));
    at = text.find_first_not_of(kBlanks, end);
  }
  return true;
}

Result<void> add_lead(std::string_view code, pugi::xml_node value, SequenceSet& set,
                      AecgContent& content, const std::string& file) {
  const std::string name(code);
  if (type_of(value) != "SLIST_PQ") {
    return aecg_error(
        ErrorCode::kUnsupported,
        "lead " + name + " is stored as \"" + std::string(type_of(value)) + "\", not as SLIST_PQ",
        file);
  }
  const pugi::xml_node scale_node = value.child("scale"), origin_node = value.child("origin");
  const auto scale = parse_number(attribute(scale_node, "value"));
  const double origin = parse_number(attribute(origin_node, "value")).value_or(0);
  const std::string unit = utf8_from_bytes(attribute(scale_node, "unit"));
  const std::string_view origin_unit = attribute(origin_node, "unit");
  if (!scale || *scale == 0 || (origin != 0 && origin_unit != attribute(scale_node, "unit")))
    return aecg_error(ErrorCode::kBadHeader,
                      "lead " + name + " has no scale, or its origin is in another unit", file);
  double per_mv = units_per_mv(unit);
  if (per_mv == 0) {
    content.warnings.push_back("Lead " + name + " is in the unit \"" + unit +
                               "\", no voltage: values are as in the file.");
    per_mv = 1;
  }
  Samples samples;
  if (!parse_digits(value.child("digits").text().get(), origin / per_mv, *scale / per_mv, samples))
    return aecg_error(ErrorCode::kBadValue, "a digit of lead " + name + " is no number", file);
  if (!set.leads.empty() && set.leads.front().size() != samples.size())
    return aecg_error(ErrorCode::kInconsistent,
                      "lead " + name + " is longer or shorter than others of its set", file);
  set.labels.push_back(label_from_name(name));
  set.calibrations.push_back({per_mv / *scale, -origin / *scale, 0, unit, "SLIST_PQ"});
  set.leads.push_back(std::move(samples));
  return {};
}

Result<SequenceSet> read_sequence_set(pugi::xml_node node, AecgContent& content,
                                      const std::string& file) {
  SequenceSet set;
  for (const pugi::xml_node component : node.children("component")) {
    const pugi::xml_node sequence = component.child("sequence"), value = sequence.child("value");
    const std::string_view code = attribute(sequence.child("code"), "code");
    const bool is_time = code == "TIME_ABSOLUTE" || code == "TIME_RELATIVE";
    auto read = is_time ? read_time_axis(value, code == "TIME_ABSOLUTE", set, file)
                        : add_lead(code, value, set, content, file);
    if (!read) return read.error();
  }
  if (set.leads.empty() || set.leads.front().empty())
    return aecg_error(ErrorCode::kInsufficientData, "a sequence set holds no samples", file);
  if (!set.time)
    return aecg_error(ErrorCode::kBadHeader, "a sequence set states no time step", file);
  return set;
}

SignalGroup group_from(SequenceSet& set, std::string name) {
  SignalGroup group;
  group.name = std::move(name);
  group.signal = Signal(std::move(set.labels), static_cast<SampleIndex>(set.leads.front().size()),
                        1 / set.time->step_s);
  group.calibrations = std::move(set.calibrations);
  for (std::size_t row = 0; row < set.leads.size(); ++row)
    std::copy(set.leads[row].begin(), set.leads[row].end(), group.signal.lead(row).begin());
  return group;
}

/// The part of a series that an annotation is about.
struct Region {
  bool absolute = false;
  std::optional<double> low_s, high_s;
  std::string_view lead;  ///< MDC name; empty = all leads
};

Region region_of(pugi::xml_node annotation) {
  Region region;
  const pugi::xml_node roi = annotation.child("support").child("supportingROI");
  for (const pugi::xml_node component : roi.children("component")) {
    const pugi::xml_node boundary = component.child("boundary"), value = boundary.child("value");
    const std::string_view code = attribute(boundary.child("code"), "code");
    if (code == "TIME_ABSOLUTE" || code == "TIME_RELATIVE") {
      region.absolute = code == "TIME_ABSOLUTE";
      region.low_s = time_of(value.child("low"), region.absolute);
      region.high_s = time_of(value.child("high"), region.absolute);
    } else if (code.starts_with("MDC_ECG_LEAD_")) {
      region.lead = code;
    }
  }
  return region;
}

/// The groups of one series and where they lie in time.
struct SeriesSignals {
  std::size_t first_group = 0;
  std::vector<TimeAxis> times;
};

/// Puts a mark at a time into the first set of the series that covers it and has its lead.
void add_mark(double time_s, const Region& region, Annotation mark, const SeriesSignals& series,
              AecgContent& content) {
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    const TimeAxis& time = series.times[i];
    SignalGroup& group = content.groups[series.first_group + i];
    const double position = std::round((time_s - time.begin_s) / time.step_s);
    const auto end = static_cast<double>(group.signal.sample_count());
    if (time.absolute != region.absolute || !(position >= 0 && position <= end)) continue;
    if (!region.lead.empty()) {
      const auto leads = group.signal.leads();
      const auto found = std::find_if(leads.begin(), leads.end(), [&](const LeadLabel& label) {
        return label.name == region.lead;
      });
      if (found == leads.end()) continue;
      mark.lead = static_cast<std::size_t>(found - leads.begin());
    }
    // The upper boundary may be the end of the recording, which is one past its last sample.
    mark.sample = static_cast<SampleIndex>(std::min(position, end - 1));
    group.annotations.push_back(std::move(mark));
    return;
  }
}

struct WaveCode {
  std::string_view code;
  const char* name;
  int number;
};

constexpr WaveCode kWaves[] = {{"MDC_ECG_WAVC_PWAVE", "P", 0},
                               {"MDC_ECG_WAVC_QRSWAVE", "QRS", 1},
                               {"MDC_ECG_WAVC_TWAVE", "T", 2}};

void add_wave(std::string_view wave_code, const Region& region, const SeriesSignals& series,
              AecgContent& content) {
  Annotation mark;
  mark.text = std::string(wave_code);
  for (const WaveCode& wave : kWaves) {
    if (wave.code != wave_code) continue;
    mark.text = wave.name;
    mark.number = wave.number;
  }
  for (const bool opens : {true, false}) {
    const auto& time_s = opens ? region.low_s : region.high_s;
    mark.symbol = opens ? "(" : ")";
    if (time_s) add_mark(*time_s, region, mark, series, content);
  }
}

void add_beat(std::string_view code, const Region& region, const SeriesSignals& series,
              AecgContent& content) {
  constexpr std::pair<std::string_view, const char*> kBeats[] = {{"MDC_ECG_BEAT_NORMAL", "N"},
                                                                 {"MDC_ECG_BEAT_V_P_C", "V"},
                                                                 {"MDC_ECG_BEAT_ATR_P_C", "A"},
                                                                 {"MDC_ECG_BEAT_SV_P_C", "S"}};
  Annotation mark;
  mark.symbol = "Q";
  mark.text = std::string(code);
  for (const auto& [name, symbol] : kBeats) {
    if (name == code) mark.symbol = symbol;
  }
  if (region.low_s) add_mark(*region.low_s, region, std::move(mark), series, content);
}

bool is_statement(std::string_view code) {
  return code == "MDC_ECG_RHY" || code.starts_with("MDC_ECG_INTERPRETATION");
}

/// Text of a coded or plain value: what a person reads, or else the code.
std::string text_of_value(pugi::xml_node value) {
  std::string text = utf8_from_bytes(trimmed(value.text().get()));
  if (text.empty()) text = utf8_from_bytes(attribute(value, "displayName"));
  return text.empty() ? utf8_from_bytes(attribute(value, "code")) : text;
}

void read_annotation(pugi::xml_node annotation, int beat, const SeriesSignals& series,
                     AecgContent& content) {
  const std::string_view code = attribute(annotation.child("code"), "code");
  const pugi::xml_node value = annotation.child("value");
  if (is_statement(code)) {
    if (std::string text = text_of_value(value); !text.empty())
      content.statements.push_back(std::move(text));
  } else if (code == "MDC_ECG_WAVC") {
    add_wave(attribute(value, "code"), region_of(annotation), series, content);
  } else if (code == "MDC_ECG_BEAT") {
    add_beat(attribute(value, "code"), region_of(annotation), series, content);
  } else if (const auto number = parse_number(attribute(value, "value"));
             number && type_of(value) == "PQ") {
    const std::string which = beat > 0 ? " (beat " + std::to_string(beat) + ")" : "";
    content.measurements.push_back(
        {std::string(code) + which, *number, utf8_from_bytes(attribute(value, "unit"))});
  }
}

/// Annotations lie inside annotations (waves in beats): walks all of them, counting beats. The
/// depth is bounded by parse_xml.
void read_annotations(pugi::xml_node parent, int beat, int& beats, const SeriesSignals& series,
                      AecgContent& content) {
  for (const pugi::xml_node component : parent.children("component")) {
    const pugi::xml_node annotation = component.child("annotation");
    if (!annotation) continue;
    const bool is_beat = attribute(annotation.child("code"), "code") == "MDC_ECG_BEAT";
    const int own_beat = is_beat ? ++beats : beat;
    read_annotation(annotation, own_beat, series, content);
    read_annotations(annotation, own_beat, beats, series, content);
  }
}

}  // namespace

Result<void> read_aecg_series(pugi::xml_node node, AecgContent& content, const std::string& file) {
  SeriesSignals series;
  series.first_group = content.groups.size();
  const std::string name = utf8_from_bytes(attribute(node.child("code"), "code"));
  for (const pugi::xml_node component : node.children("component")) {
    for (const pugi::xml_node set_node : component.children("sequenceSet")) {
      auto set = read_sequence_set(set_node, content, file);
      if (!set) return set.error();
      const std::size_t number = series.times.size() + 1;
      series.times.push_back(*set->time);
      content.groups.push_back(
          group_from(*set, number == 1 ? name : name + " " + std::to_string(number)));
    }
  }
  int beats = 0;
  for (const pugi::xml_node subject : node.children("subjectOf")) {
    for (const pugi::xml_node annotations : subject.children("annotationSet"))
      read_annotations(annotations, 0, beats, series, content);
  }
  for (std::size_t i = series.first_group; i < content.groups.size(); ++i) {
    auto& marks = content.groups[i].annotations;
    sort_by_sample(marks);
  }
  return {};
}

}  // namespace ecg
