#include "export/bundle.h"

#include <nlohmann/json.hpp>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "export/card.h"
#include "export/heads_export.h"
#include "export/sha256.h"

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::string_view kFormat = "einthoven-bundle/1";

void write_text(const fs::path& path, std::string_view bytes) {
  throw_on_error(write_file_atomically(path, bytes));
}

/// Writes one file of the bundle and describes it.
Json add_file(const fs::path& folder, const std::string& name, std::string_view bytes) {
  write_text(folder / name, bytes);
  return {{"file", name}, {"sha256", sha256_hex(bytes)}, {"bytes", bytes.size()}};
}

Json values_json(const std::vector<OnnxValue>& values) {
  Json list = Json::array();
  for (const OnnxValue& value : values) {
    list.push_back({{"name", value.name}, {"type", "float32"}, {"shape", value.shape}});
  }
  return list;
}

std::string graph_file(const std::string& name, Precision precision) {
  return precision == Precision::kFloat32 ? name + ".onnx"
                                          : name + '.' + precision_name(precision) + ".onnx";
}

/// float32 first, then the variants.
std::vector<Precision> precisions_of(const BundleInfo& info) {
  std::vector<Precision> all{Precision::kFloat32};
  for (const Precision variant : info.variants) all.push_back(variant);
  return all;
}

/// Writes a graph in these precisions; the entry of "graphs" in model.json.
Json add_graph(const fs::path& folder, const BundleGraph& graph, OnnxMetadata metadata,
               const std::vector<Precision>& precisions) {
  Json entry, variants = Json::object();
  metadata.emplace_back("einthoven.precision", "");
  for (const Precision precision : precisions) {
    metadata.back().second = precision_name(precision);
    const OnnxModel model = graph.make(precision, metadata);
    Json file = add_file(folder, graph_file(graph.name, precision), bytes_from_onnx(model));
    if (precision == Precision::kFloat32) {
      entry = std::move(file);
      entry["inputs"] = values_json(model.inputs);
      entry["outputs"] = values_json(model.outputs);
    } else {
      variants[precision_name(precision)] = std::move(file);
    }
  }
  entry["variants"] = std::move(variants);
  return entry;
}

Json golden_json(const fs::path& folder, const std::vector<GoldenCase>& cases,
                 const std::vector<Precision>& precisions) {
  Json golden = add_file(folder, "golden.bin", golden_bytes(cases));
  for (const Precision precision : precisions) {
    const Tolerance tolerance = tolerance_of(precision);
    golden["tolerance"][precision_name(precision)] = {{"max_abs", tolerance.max_abs},
                                                      {"relative_rms", tolerance.relative_rms}};
  }
  golden["cases"] = Json::parse(golden_index_json(cases));
  return golden;
}

Json provenance_json(const BundleInfo& info) {
  Json figures = Json::object();
  for (const auto& [name, value] : info.figures) figures[name] = value;
  return {
      {"preset", info.preset}, {"seed", info.seed},       {"steps", info.steps},
      {"commit", info.commit}, {"corpus", info.corpus},   {"licence", info.licence},
      {"figures", figures},    {"command", info.command}, {"created_by", "einthoven-train export"}};
}

BundleGraph with_heads(const BundleGraph& graph, const std::vector<LinearHead>& heads) {
  if (graph.name != "encode") return graph;
  return {graph.name, [&](Precision precision, const OnnxMetadata& metadata) {
            OnnxModel made = graph.make(precision, metadata);
            add_heads(made, heads);
            return made;
          }};
}

void fill_folder(const BundleModel& model, const BundleInfo& info, const fs::path& folder) {
  const std::string input = model_spec_input_json(info.input);
  const OnnxMetadata metadata = {{"einthoven.name", info.input.name},
                                 {"einthoven.version", info.input.version},
                                 {"einthoven.input", input}};
  Json json = {{"format", kFormat}, {"name", info.input.name}, {"version", info.input.version}};
  json["input"] = Json::parse(input);
  json["tokens"] = Json::parse(model.tokens_json);
  json["parameters"] = model.parameters;
  for (const BundleGraph& graph : model.graphs) {
    json["graphs"][graph.name] =
        add_graph(folder, with_heads(graph, info.heads), metadata, precisions_of(info));
  }
  json["heads"] = Json::parse(index_json_from_heads(info.heads));
  std::vector<GoldenCase> cases = model.cases;
  for (GoldenCase& golden : cases) add_head_answers(golden, info.heads);
  json["golden"] = golden_json(folder, cases, precisions_of(info));
  json["provenance"] = provenance_json(info);
  write_text(folder / "card.md", card_from_bundle(model, info));
  write_text(folder / "model.json", json.dump(2) + '\n');
}

/// Refuses to replace what is no bundle.
void check_replaceable(const fs::path& folder) {
  if (!fs::exists(folder) || (fs::is_directory(folder) && fs::is_empty(folder)) ||
      fs::exists(folder / "model.json")) {
    return;
  }
  throw Failure({ErrorCode::kInvalidArgument,
                 "there is something that is not a model bundle",
                 "choose another folder or empty this one",
                 folder.string(),
                 {}});
}

/// Puts the finished folder in place of the former one.
void move_into_place(const fs::path& made, const fs::path& folder) {
  fs::path former = folder;
  former += ".former";
  fs::remove_all(former);
  if (fs::exists(folder)) fs::rename(folder, former);
  fs::rename(made, folder);
  fs::remove_all(former);
  throw_on_error(sync_folder(folder.parent_path()));
}

}  // namespace

Tolerance tolerance_of(Precision precision) {
  switch (precision) {
    case Precision::kFloat32:
      return {1e-4, 1e-4};
    case Precision::kFloat16:
      return {0.02, 0.005};
    case Precision::kInt8:
      return {1.0, 0.1};
  }
  return {};
}

std::string precision_name(Precision precision) {
  switch (precision) {
    case Precision::kFloat32:
      return "f32";
    case Precision::kFloat16:
      return "f16";
    case Precision::kInt8:
      return "int8";
  }
  return {};
}

void write_bundle(const BundleModel& model, const BundleInfo& info, const fs::path& folder) {
  throw_on_error(check_model_spec(info.input));
  const fs::path place = fs::absolute(folder).lexically_normal();
  check_replaceable(place);
  fs::path made = place;
  made += ".making";
  fs::remove_all(made);
  fs::create_directories(made);
  fill_folder(model, info, made);
  move_into_place(made, place);
}

}  // namespace ecg
