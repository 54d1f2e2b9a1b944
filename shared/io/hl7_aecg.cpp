#include "io/hl7_aecg.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "io/hl7_aecg_series.h"
#include "io/hl7_time.h"
#include "io/text.h"
#include "io/xml.h"

namespace ecg {
namespace {

/// Takes the namespace prefix off every element, so that "hl7:series" is a series.
struct PrefixRemover : pugi::xml_tree_walker {
  bool for_each(pugi::xml_node& node) override {
    const std::string_view name = node.name();
    const std::size_t colon = name.rfind(':');
    if (node.type() == pugi::node_element && colon != std::string_view::npos)
      node.set_name(std::string(name.substr(colon + 1)).c_str());
    return true;
  }
};

std::string attribute_text(pugi::xml_node node, const char* name) {
  return utf8_from_bytes(trimmed(node.attribute(name).as_string()));
}

std::optional<std::string> stated(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// The first moment that an effectiveTime names.
std::string start_of(pugi::xml_node owner) {
  const pugi::xml_node time = owner.child("effectiveTime");
  for (const char* part : {"low", "center", "high"}) {
    const std::string iso = iso_of_hl7_time(attribute_text(time.child(part), "value"));
    if (!iso.empty()) return iso;
  }
  return iso_of_hl7_time(attribute_text(time, "value"));
}

void read_subject(pugi::xml_node assignment, RecordingInfo& info) {
  const pugi::xml_node subject = assignment.child("subject").child("trialSubject");
  const pugi::xml_node person = subject.child("subjectDemographicPerson");
  info.patient_id = stated(attribute_text(subject.child("id"), "extension"));
  const std::string sex = attribute_text(person.child("administrativeGenderCode"), "code");
  if (!sex.empty()) info.sex = sex == "M" ? "male" : sex == "F" ? "female" : sex;
  info.identity.patient_name = stated(child_text(person, "name"));
  info.identity.birth_date =
      stated(iso_of_hl7_time(attribute_text(person.child("birthTime"), "value")));
}

/// Everybody and every place a trial names.
void read_trial(pugi::xml_node root, pugi::xml_node assignment, Identity& identity) {
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) identity.other.push_back({name, std::move(value)});
  };
  const pugi::xml_node trial = assignment.child("componentOf").child("clinicalTrial");
  const pugi::xml_node site = trial.child("location").child("trialSite");
  add("trial", attribute_text(trial.child("id"), "extension"));
  add("trial title", child_text(trial, "title"));
  add("trial site", attribute_text(site.child("id"), "extension"));
  const pugi::xml_node investigator = trial.child("responsibleParty").child("trialInvestigator");
  add("investigator", attribute_text(investigator.child("id"), "extension"));
  add("investigator", child_text(investigator.child("investigatorPerson"), "name"));
  const pugi::xml_node sponsor = trial.child("author").child("clinicalTrialSponsor");
  add("sponsor", child_text(sponsor.child("sponsorOrganization"), "name"));
  const pugi::xml_node testing = root.child("location").child("testingSite").child("location");
  const std::string testing_site = child_text(testing, "name");
  identity.institution =
      stated(testing_site.empty() ? child_text(site.child("location"), "name") : testing_site);
}

void read_series_facts(pugi::xml_node series, RecordingInfo& info) {
  const pugi::xml_node author = series.child("author").child("seriesAuthor");
  const pugi::xml_node device = author.child("manufacturedSeriesDevice");
  const std::string maker = child_text(author.child("manufacturerOrganization"), "name");
  const std::string model = child_text(device, "manufacturerModelName");
  info.device = stated(maker + (maker.empty() || model.empty() ? "" : " ") + model);
  info.identity.device_serial = stated(attribute_text(device.child("id"), "extension"));
  if (auto software = child_text(device, "softwareName"); !software.empty())
    info.technical.push_back({"software", std::move(software)});
  const pugi::xml_node performer = series.child("secondaryPerformer").child("seriesPerformer");
  for (std::string person : {attribute_text(performer.child("id"), "extension"),
                             child_text(performer.child("assignedPerson"), "name")}) {
    if (!person.empty()) info.identity.other.push_back({"operator", std::move(person)});
  }
  for (const pugi::xml_node outer : series.children("controlVariable")) {
    const pugi::xml_node filter = outer.child("controlVariable");
    const std::string name = attribute_text(filter.child("code"), "code");
    for (const pugi::xml_node component : filter.children("component")) {
      const pugi::xml_node value = component.child("controlVariable").child("value");
      const std::string number = attribute_text(value, "value");
      std::string text = number.empty() ? child_text(component.child("controlVariable"), "value")
                                        : number + " " + attribute_text(value, "unit");
      if (!name.empty() && !text.empty()) info.technical.push_back({name, std::move(text)});
    }
  }
}

void read_facts(pugi::xml_node root, RecordingInfo& info) {
  constexpr std::string_view kReportedAge = "21612-7";  // LOINC
  info.source_format = "HL7 aECG";
  const pugi::xml_node assignment = root.child("componentOf")
                                        .child("timepointEvent")
                                        .child("componentOf")
                                        .child("subjectAssignment");
  read_subject(assignment, info);
  read_trial(root, assignment, info.identity);
  const pugi::xml_node series = root.child("component").child("series");
  const std::string start = start_of(series);
  info.start_time = stated(start.empty() ? start_of(root) : start);
  read_series_facts(series, info);
  for (const pugi::xml_node variable : root.children("controlVariable")) {
    const pugi::xml_node observed = variable.child("relatedObservation");
    const pugi::xml_node value = observed.child("value");
    const auto age = parse_number(attribute_text(value, "value"));
    if (attribute_text(observed.child("code"), "code") == kReportedAge && age && *age >= 0 &&
        attribute_text(value, "unit") == "a")
      info.age_years = age;
  }
  for (const pugi::xml_node node : root.children("pertainsTo")) {
    const std::string text = child_text(node.child("subjectFindingComment"), "text");
    if (!text.empty()) info.comments.push_back(text);
  }
}

Result<void> read_all_series(pugi::xml_node root, AecgContent& content, const std::string& file) {
  for (const pugi::xml_node component : root.children("component")) {
    for (const pugi::xml_node series : component.children("series")) {
      if (auto read = read_aecg_series(series, content, file); !read) return read;
      for (const pugi::xml_node derivation : series.children("derivation")) {
        const pugi::xml_node derived = derivation.child("derivedSeries");
        if (auto read = read_aecg_series(derived, content, file); !read) return read;
      }
    }
  }
  return {};
}

}  // namespace

bool is_hl7_aecg(const NamedBytes& file) { return xml_root_name(file) == "AnnotatedECG"; }

Result<Recording> read_hl7_aecg(const FileSet&, const NamedBytes& file) {
  const auto document = parse_xml(file);
  if (!document) return document.error();
  PrefixRemover remover;
  (*document)->traverse(remover);
  const pugi::xml_node root = (*document)->child("AnnotatedECG");
  AecgContent content;
  if (auto read = read_all_series(root, content, file.name); !read) return read.error();
  if (content.groups.empty()) {
    return Error{ErrorCode::kInsufficientData, "this annotated ECG holds no waveform",
                 "export it again with its series", file.name, std::nullopt};
  }
  Recording recording;
  read_facts(root, recording.info);
  recording.info.record_name = std::string(stem_of(file.name));
  recording.info.measurements = std::move(content.measurements);
  recording.info.statements = std::move(content.statements);
  recording.warnings = std::move(content.warnings);
  SignalGroup& main = content.groups.front();
  recording.signal = std::move(main.signal);
  recording.calibrations = std::move(main.calibrations);
  recording.annotations = std::move(main.annotations);
  content.groups.erase(content.groups.begin());
  recording.groups = std::move(content.groups);
  return recording;
}

}  // namespace ecg
