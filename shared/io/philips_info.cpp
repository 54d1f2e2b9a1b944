#include "io/philips_info.h"

#include <string>
#include <string_view>
#include <utility>

#include "io/text.h"

namespace ecg {
namespace {

std::string attribute(pugi::xml_node node, const char* name) {
  return utf8_from_bytes(trimmed(node.attribute(name).value()));
}

/// Dashes and commas alone stand for nothing.
bool says_something(const std::string& text) {
  return text.find_first_not_of("-, ") != std::string::npos;
}

std::optional<std::string> stated(std::string text) {
  return says_something(text) ? std::optional(std::move(text)) : std::nullopt;
}

void add_other(Identity& identity, std::string name, const std::string& value) {
  if (says_something(value)) identity.other.push_back({std::move(name), value});
}

void read_patient(pugi::xml_node patient, RecordingInfo& info) {
  const pugi::xml_node name = patient.child("name");
  std::string whole = child_text(name, "lastname");
  for (const char* part : {"firstname", "middlename"}) {
    const std::string text = child_text(name, part);
    if (!text.empty()) whole += (whole.empty() ? "" : ", ") + text;
  }
  info.identity.patient_name = stated(std::move(whole));
  info.patient_id = stated(child_text(patient, "patientid"));
  add_other(info.identity, "medical record number", child_text(patient, "MRN"));
  add_other(info.identity, "unique patient identifier", child_text(patient, "uniquepatientid"));
  const pugi::xml_node age = patient.child("age");
  info.identity.birth_date = stated(child_text(age, "dateofbirth"));
  if (const auto years = parse_number(child_text(age, "years")); years && *years >= 0)
    info.age_years = years;
  info.sex = stated(lower_case(child_text(patient, "sex")));
}

/// Texts and identifiers of the elements that say where and by whom.
void read_acquirer(pugi::xml_node acquirer, Identity& identity) {
  for (const pugi::xml_node node : acquirer.children()) {
    const std::string text = utf8_from_bytes(trimmed(node.text().get()));
    if (std::string_view(node.name()) == "institutionname") {
      identity.institution = stated(text);
    } else {
      add_other(identity, node.name(), text);
    }
    add_other(identity, std::string(node.name()) + " id", attribute(node, "id"));
  }
}

void read_filters(pugi::xml_node signal, RecordingInfo& info) {
  std::string low = child_text(signal, "hipass"), high = child_text(signal, "lowpass");
  const std::string band = child_text(signal, "signalbandwidth");
  if (const std::size_t dash = band.find('-'); low.empty() && dash != std::string::npos) {
    low = band.substr(0, dash);
    high = band.substr(dash + 1);
  }
  if (parse_number(low)) info.technical.push_back({"high-pass filter", low + " Hz"});
  if (parse_number(high)) info.technical.push_back({"low-pass filter", high + " Hz"});
}

void read_acquisition(pugi::xml_node acquisition, RecordingInfo& info) {
  const std::string date = attribute(acquisition, "date"), time = attribute(acquisition, "time");
  if (!date.empty()) info.start_time = date + (time.empty() ? "" : "T" + time);
  const pugi::xml_node machine = acquisition.child("machine");
  info.identity.device_serial = stated(attribute(machine, "machineid"));
  const std::string detail = attribute(machine, "detaildescription");
  std::string device = child_text(acquisition, "machine");
  if (!detail.empty()) device += (device.empty() ? "" : " ") + detail;
  info.device = stated(std::move(device));
  read_acquirer(acquisition.child("acquirer"), info.identity);
  read_filters(acquisition.child("signalcharacteristics"), info);
}

struct Measurement {
  const char* element;
  const char* unit;
};

constexpr Measurement kMeasurements[] = {
    {"heartrate", "bpm"},    {"meanventrate", "bpm"}, {"atrialrate", "bpm"},
    {"rrint", "ms"},         {"pdur", "ms"},          {"print", "ms"},
    {"meanprint", "ms"},     {"qrsdur", "ms"},        {"meanqrsdur", "ms"},
    {"qtint", "ms"},         {"meanqtint", "ms"},     {"qtcb", "ms"},
    {"qtcf", "ms"},          {"meanqtc", "ms"},       {"pfrontaxis", "deg"},
    {"qrsfrontaxis", "deg"}, {"tfrontaxis", "deg"},   {"phorizaxis", "deg"},
    {"qrshorizaxis", "deg"}, {"thorizaxis", "deg"}};

/// The first place that holds measurements of all leads together is taken.
void read_measurements(pugi::xml_node root, RecordingInfo& info) {
  const pugi::xml_node interpretation = root.child("interpretations").child("interpretation");
  const pugi::xml_node places[] = {
      interpretation.child("globalmeasurements"),
      interpretation.child("interpretationmeasurements"),
      root.child("measurements").child("globalmeasurements"),
      root.child("internalmeasurements").child("crossleadmeasurements")};
  for (const pugi::xml_node place : places) {
    for (const auto& [element, unit] : kMeasurements) {
      const auto value = parse_number(child_text(place, element));
      if (value) info.measurements.push_back({element, *value, unit});
    }
    if (!info.measurements.empty()) return;
  }
}

void read_statements(pugi::xml_node interpretation, RecordingInfo& info) {
  for (const pugi::xml_node statement : interpretation.children("statement")) {
    std::string text = child_text(statement, "leftstatement");
    const std::string reason = child_text(statement, "rightstatement");
    if (!reason.empty()) text += (text.empty() ? "" : ": ") + reason;
    if (!text.empty()) info.statements.push_back(std::move(text));
  }
  for (const char* element : {"severity", "mdsignatureline"}) {
    std::string text = child_text(interpretation, element);
    if (says_something(text)) info.statements.push_back(std::move(text));
  }
}

void read_order(pugi::xml_node root, RecordingInfo& info) {
  for (const pugi::xml_node define : root.child("userdefines").children("userdefine"))
    add_other(info.identity, child_text(define, "label"), child_text(define, "value"));
  for (const pugi::xml_node node : root.child("orderinfo").children())
    add_other(info.identity, node.name(), utf8_from_bytes(trimmed(node.text().get())));
  const pugi::xml_node document = root.child("documentinfo");
  add_other(info.identity, "document name", child_text(document, "documentname"));
  add_other(info.identity, "document file", child_text(document, "filename"));
  add_other(info.identity, "editor", child_text(document, "editor"));
  if (std::string text = child_text(document, "comments"); !text.empty())
    info.comments.push_back(std::move(text));
}

}  // namespace

void fill_philips_info(pugi::xml_node root, RecordingInfo& info) {
  info.source_format = "Philips XML";
  const std::string version = child_text(root.child("documentinfo"), "documentversion");
  if (!version.empty()) info.technical.push_back({"format version", version});
  read_patient(root.child("patient").child("generalpatientdata"), info);
  read_acquisition(root.child("dataacquisition"), info);
  read_order(root, info);
  read_measurements(root, info);
  read_statements(root.child("interpretations").child("interpretation"), info);
}

}  // namespace ecg
