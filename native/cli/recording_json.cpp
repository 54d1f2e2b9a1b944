#include "cli/recording_json.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "io/recording_checks.h"

namespace ecg::cli {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json json_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// The float as the shortest double that is the same float: 0.1, not 0.10000000149.
Json json_from_float(float value) {
  if (!std::isfinite(value)) return nullptr;
  char text[32];
  for (int digits = 6; digits <= 9; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, static_cast<double>(value));
    if (std::strtof(text, nullptr) == value) break;
  }
  return std::strtod(text, nullptr);
}

Json json_from_leads(std::span<const LeadLabel> leads,
                     const std::vector<Calibration>& calibrations) {
  Json list = Json::array();
  for (std::size_t i = 0; i < leads.size(); ++i) {
    Json lead = {{"name", display_name(leads[i])}};
    if (leads[i].name != display_name(leads[i])) lead["name_in_file"] = leads[i].name;
    if (i < calibrations.size()) {
      const Calibration& calibration = calibrations[i];
      lead["unit"] = calibration.unit;
      lead["counts_per_mv"] = calibration.counts_per_mv;
      lead["baseline"] = calibration.baseline;
      lead["resolution_bits"] =
          calibration.resolution_bits > 0 ? Json(calibration.resolution_bits) : Json(nullptr);
      lead["storage"] = calibration.storage;
    }
    list.push_back(std::move(lead));
  }
  return list;
}

Json json_from_texts(const std::vector<NamedText>& texts) {
  Json list = Json::array();
  for (const NamedText& text : texts) list.push_back({{"name", text.name}, {"value", text.value}});
  return list;
}

/// What points at a person: one object, so that it is easily left out.
Json json_from_identity(const Identity& identity) {
  return {{"patient_name", json_or_null(identity.patient_name)},
          {"birth_date", json_or_null(identity.birth_date)},
          {"institution", json_or_null(identity.institution)},
          {"device_serial", json_or_null(identity.device_serial)},
          {"other", json_from_texts(identity.other)}};
}

/// Values the file states; none is computed here.
Json json_from_measurements(const std::vector<FileMeasurement>& measurements) {
  Json list = Json::array();
  for (const FileMeasurement& measurement : measurements) {
    list.push_back({{"name", measurement.name},
                    {"value", std::isfinite(measurement.value) ? Json(measurement.value) : Json()},
                    {"unit", measurement.unit}});
  }
  return list;
}

Json json_from_info(const RecordingInfo& info) {
  return {{"start_time", json_or_null(info.start_time)},
          {"age_years", json_or_null(info.age_years)},
          {"sex", json_or_null(info.sex)},
          {"patient_id", json_or_null(info.patient_id)},
          {"device", json_or_null(info.device)},
          {"statements", info.statements},
          {"comments", info.comments},
          {"identity", json_from_identity(info.identity)},
          {"measurements_from_file", json_from_measurements(info.measurements)},
          {"technical", json_from_texts(info.technical)}};
}

Json json_from_annotations(const Recording& recording) {
  Json list = Json::array();
  for (const Annotation& annotation : recording.annotations) {
    Json item = {{"sample", annotation.sample}, {"lead", nullptr}, {"symbol", annotation.symbol}};
    if (annotation.lead && *annotation.lead < recording.signal.lead_count()) {
      item["lead"] = display_name(recording.signal.leads()[*annotation.lead]);
    }
    if (!annotation.text.empty()) item["text"] = annotation.text;
    if (annotation.subtype != 0) item["subtype"] = annotation.subtype;
    if (annotation.number != 0) item["number"] = annotation.number;
    list.push_back(std::move(item));
  }
  return list;
}

Json json_from_samples(const Signal& signal) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < signal.lead_count(); ++row) {
    Json values = Json::array();
    for (const float value : signal.lead(row)) values.push_back(json_from_float(value));
    rows.push_back(std::move(values));
  }
  return rows;
}

Json json_from_groups(const std::vector<SignalGroup>& groups) {
  Json list = Json::array();
  for (const SignalGroup& group : groups) {
    list.push_back({{"name", group.name},
                    {"sampling_rate_hz", group.signal.sampling_rate_hz()},
                    {"sample_count", group.signal.sample_count()},
                    {"leads", json_from_leads(group.signal.leads(), group.calibrations)}});
  }
  return list;
}

Json json_from_rows(const Signal& signal, const std::vector<std::size_t>& rows) {
  Json names = Json::array();
  for (const std::size_t row : rows) names.push_back(display_name(signal.leads()[row]));
  return names;
}

Json json_from_checks(const Signal& signal, const RecordingChecks& checks) {
  return {{"limb_lead_residual_mv", json_or_null(checks.limb_lead_residual_mv)},
          {"flat_leads", json_from_rows(signal, checks.flat_leads)},
          {"clipped_leads", json_from_rows(signal, checks.clipped_leads)},
          {"missing_samples", checks.missing_samples}};
}

}  // namespace

Json json_from_recording(const Recording& recording) {
  const RecordingChecks checks = check_recording(recording);
  Json warnings = recording.warnings;
  for (const std::string& warning : checks.warnings) warnings.push_back(warning);
  return {{"format", recording.info.source_format},
          {"record", recording.info.record_name},
          {"sampling_rate_hz", recording.signal.sampling_rate_hz()},
          {"samples", recording.signal.sample_count()},
          {"duration_s", recording.signal.duration_s()},
          {"leads", json_from_leads(recording.signal.leads(), recording.calibrations)},
          {"info", json_from_info(recording.info)},
          {"annotations", json_from_annotations(recording)},
          {"groups", json_from_groups(recording.groups)},
          {"checks", json_from_checks(recording.signal, checks)},
          {"warnings", std::move(warnings)}};
}

Json json_with_samples(const Recording& recording) {
  Json json = json_from_recording(recording);
  json["samples_mv"] = json_from_samples(recording.signal);
  for (std::size_t i = 0; i < recording.groups.size(); ++i) {
    json["groups"][i]["samples"] = json_from_samples(recording.groups[i].signal);
  }
  return json;
}

std::string text_from_json(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace ecg::cli
