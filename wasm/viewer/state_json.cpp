#include "viewer/state_json.h"

#include "viewer/json.h"
#include "viewer/texts.h"

namespace ecg {
namespace {

Json lead_names(std::span<const LeadLabel> leads) {
  Json names = Json::array();
  for (const LeadLabel& lead : leads) names.push_back(display_name(lead));
  return names;
}

Json recording_json(const std::optional<OpenRecording>& opened) {
  if (!opened) return nullptr;
  const Recording& recording = opened->recording;
  Json warnings = recording.warnings;
  for (const std::string& warning : opened->checks.warnings) warnings.push_back(warning);
  return {{"record", recording.info.record_name},
          {"format", recording.info.source_format},
          {"sampling_rate_hz", recording.signal.sampling_rate_hz()},
          {"samples", recording.signal.sample_count()},
          {"duration_s", recording.signal.duration_s()},
          {"leads", lead_names(recording.signal.leads())},
          {"annotations", recording.annotations.size()},
          {"warnings", std::move(warnings)},
          {"example", opened->example}};
}

Json checks_json(const std::optional<OpenRecording>& opened) {
  if (!opened) return nullptr;
  const RecordingChecks& checks = opened->checks;
  const std::span<const LeadLabel> leads = opened->recording.signal.leads();
  Json flat = Json::array();
  for (const std::size_t lead : checks.flat_leads) flat.push_back(display_name(leads[lead]));
  Json json = {{"limb_lead_residual_mv", nullptr},
               {"flat_leads", std::move(flat)},
               {"missing_samples", checks.missing_samples}};
  if (checks.limb_lead_residual_mv) json["limb_lead_residual_mv"] = *checks.limb_lead_residual_mv;
  return json;
}

/// Lines of "Measured here", for the page's table of facts.
Json measured_json(const std::optional<OpenRecording>& opened) {
  if (!opened || !opened->measured) return nullptr;
  Json facts = Json::array();
  for (const MeasuredFact& fact : measured_facts(*opened->measured)) {
    facts.push_back({{"name", fact.name},
                     {"value", fact.value},
                     {"explanation", fact.explanation},
                     {"found", fact.found}});
  }
  return {{"facts", std::move(facts)},
          {"doubts", measured_doubts(*opened->measured, opened->recording.signal)},
          {"duration_s", opened->measured->duration_s}};
}

Json view_json(const Workspace& workspace) {
  const ViewState& view = workspace.view;
  return {{"speed_mm_per_s", view.speed_mm_per_s},
          {"gain_mm_per_mv", view.gain_mm_per_mv},
          {"filter", display_filter_name(workspace.filter)},
          {"layout", layout_name(view.layout)},
          {"start_s", view.start_s},
          {"zoom", view.zoom},
          {"to_scale", is_to_scale(view)}};
}

Json encoder_json(const Encoder& encoder) {
  Json json = {{"status", encoder_status_name(encoder.status())},
               {"detail", encoder.status_detail()},
               {"model", model_name(encoder)},
               {"mask_ratio", encoder.mask_ratio()},
               {"seed", encoder.seed()},
               {"mask_by_hand", encoder.mask_by_hand()},
               {"generation", encoder.generation()},
               {"masked_tokens", hidden_count(encoder.mask())},
               {"tokens", encoder.tokens().token_count()},
               {"token_kind", encoder.token_scheme().beats ? "beats" : "patches"},
               {"reconstructs", encoder.facts().reconstructs},
               {"mean_error", nullptr},
               {"elapsed_ms", nullptr},
               {"embedding_norm", nullptr},
               {"problem", nullptr}};
  if (encoder.reconstruction()) {
    json["mean_error"] = encoder.reconstruction()->mean_error_mv;
    json["elapsed_ms"] = encoder.reconstruction()->elapsed_ms;
  }
  if (encoder.embedding()) json["embedding_norm"] = encoder.embedding()->norm;
  std::size_t at = 0;
  json["labels"] = Json::array();
  for (const ModelHead& head : encoder.heads()) {
    for (const HeadLabel& label : head.labels) {
      if (encoder.probabilities().empty()) break;
      json["labels"].push_back({{"task", head.task},
                                {"name", label.name},
                                {"sentences", label.sentences},
                                {"probability", encoder.probabilities()[at++]}});
    }
  }
  if (encoder.input_error()) json["problem"] = to_string(*encoder.input_error());
  return json;
}

std::string_view kind_name(LineKind kind) {
  switch (kind) {
    case LineKind::kMinorGrid:
      return "minor_grid";
    case LineKind::kMajorGrid:
      return "major_grid";
    case LineKind::kSeparator:
      return "separator";
    case LineKind::kEdgeMark:
      return "edge_mark";
    case LineKind::kCalibration:
      return "calibration";
    case LineKind::kTrace:
      return "trace";
  }
  return "";
}

Json line_json(const SceneLine& line) {
  Json points = Json::array();
  for (const ScenePoint& point : line.points) points.push_back({point.x_mm, point.y_mm});
  Json json = {{"lead", nullptr}, {"strip", nullptr}, {"kind", kind_name(line.kind)}};
  if (line.kind == LineKind::kTrace) {
    json["lead"] = line.lead;
    json["strip"] = line.strip;
  }
  json["points"] = std::move(points);
  return json;
}

Json strip_json(const Strip& strip) {
  Json json = {{"lead", nullptr},
               {"name", strip.name},
               {"begin_s", strip.begin_s},
               {"end_s", strip.end_s},
               {"x_mm", strip.x_mm},
               {"y_mm", strip.y_mm},
               {"width_mm", strip.width_mm},
               {"speed_mm_per_s", strip.speed_mm_per_s},
               {"gain_mm_per_mv", strip.gain_mm_per_mv}};
  if (strip.lead) json["lead"] = *strip.lead;
  return json;
}

}  // namespace

std::string state_json(const Workspace& workspace, std::int64_t frames) {
  return text_from_json({{"recording", recording_json(workspace.open)},
                         {"mode", mode_name(workspace.mode)},
                         {"view", view_json(workspace)},
                         {"encoder", encoder_json(workspace.encoder)},
                         {"checks", checks_json(workspace.open)},
                         {"measured", measured_json(workspace.open)},
                         {"panel_open", workspace.panel_open},
                         {"help_open", workspace.help_open},
                         {"frames", frames}});
}

std::string scene_json(const Scene& scene, double px_per_mm) {
  Json lines = Json::array();
  for (const SceneLine& line : scene.lines) lines.push_back(line_json(line));
  Json texts = Json::array();
  for (const SceneText& text : scene.texts) {
    texts.push_back({{"x_mm", text.x_mm}, {"y_mm", text.y_mm}, {"text", text.text}});
  }
  Json strips = Json::array();
  for (const Strip& strip : scene.strips) strips.push_back(strip_json(strip));
  return text_from_json({{"px_per_mm", px_per_mm},
                         {"width_mm", scene.width_mm},
                         {"height_mm", scene.height_mm},
                         {"lines", std::move(lines)},
                         {"texts", std::move(texts)},
                         {"strips", std::move(strips)}});
}

std::string error_json(const std::optional<Error>& error, std::span<const FoundPart> found,
                       const std::optional<UnstatedFacts>& unstated) {
  if (!error) return "null";
  Json json = {{"code", error_code_name(error->code)},
               {"message", error->message},
               {"hint", error->hint},
               {"file", error->file},
               {"byte_offset", nullptr}};
  if (error->byte_offset) json["byte_offset"] = *error->byte_offset;
  json["found"] = Json::array();
  for (const FoundPart& part : found) {
    json["found"].push_back({{"what", part.what}, {"detail", part.detail}, {"file", part.file}});
  }
  json["unstated"] = nullptr;
  if (unstated) {
    json["unstated"] = {{"rate", unstated->rate},
                        {"unit", unstated->unit},
                        {"leads", unstated->leads},
                        {"samples", unstated->samples},
                        {"largest", unstated->largest}};
  }
  return text_from_json(json);
}

std::string input_json(const Encoder& encoder) {
  if (!encoder.input() || encoder.mask().empty()) return "null";
  const ModelInput& input = *encoder.input();
  Json shapes = Json::object();
  for (const NamedInput& made : encoder.inputs()) shapes[std::string(made.name)] = made.shape;
  return text_from_json({{"generation", encoder.generation()},
                         {"shapes", std::move(shapes)},
                         {"start_s", input.start_s},
                         {"notes", input.notes}});
}

std::string files_json(const FileSet& files) {
  Json list = Json::array();
  for (const NamedBytes& one : files.files)
    list.push_back({{"name", one.name}, {"bytes", one.bytes.size()}});
  return text_from_json(list);
}

std::string recordings_json(std::span<const RecordingFiles> recordings) {
  Json list = Json::array();
  for (const RecordingFiles& one : recordings)
    list.push_back({{"name", one.name}, {"files", one.files}});
  return text_from_json(list);
}

}  // namespace ecg
