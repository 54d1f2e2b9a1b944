#include "export/export_bundle.h"

#include <algorithm>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "export/cg_dmer_bundle.h"
#include "export/clear_bundle.h"
#include "export/lead_agnostic_bundle.h"
#include "export/mae_bundle.h"
#include "objective/hybrid_system.h"
#include "objective/zero_shot.h"
#include "train/checkpoint.h"
#include "train/run_record.h"

namespace ecg {
namespace {

std::string joined(const std::vector<std::string>& sentences, const std::string& when_empty) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  return text.empty() ? when_empty : text;
}

std::vector<Precision> variants_from(const std::vector<std::string>& names) {
  std::vector<Precision> variants;
  for (const Precision precision : {Precision::kFloat16, Precision::kInt8}) {
    if (std::find(names.begin(), names.end(), precision_name(precision)) != names.end()) {
      variants.push_back(precision);
    }
  }
  return variants;
}

BundleInfo info_from_run(const TrainedModel& trained, const RunRecord& record,
                         const ExportOptions& options) {
  BundleInfo info;
  info.input = trained.config.input;
  info.input.name = options.name.empty() ? trained.config.name : options.name;
  info.input.version = options.version.empty() ? "0.1.0" : options.version;
  info.preset = trained.config.name;
  info.seed = static_cast<std::uint64_t>(trained.config.seed);
  info.steps = trained.position.step;
  info.commit = record.machine.commit;
  info.corpus = joined(record.sources, "not stated");
  info.licence = "Apache-2.0 for the weights; corpus: " + joined(record.licences, "not stated");
  info.command = record.command;
  info.figures = record.figures;
  info.variants = variants_from(options.variants);
  return info;
}

std::vector<LinearHead> read_heads(const std::vector<std::filesystem::path>& files) {
  std::vector<LinearHead> all;
  for (const auto& file : files) {
    const auto bytes = value_or_throw(read_whole_file(file));
    auto heads = heads_from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!heads) {
      Error error = heads.error();
      error.file = file.string();
      throw Failure(std::move(error));
    }
    all.insert(all.end(), heads->begin(), heads->end());
  }
  return all;
}

std::vector<LinearHead> heads_of(const TrainedModel& trained, const ExportOptions& options) {
  std::vector<LinearHead> all = read_heads(options.heads);
  for (const auto& file : options.prompts) {
    const auto classes = value_or_throw(read_class_prompts(file));
    all.push_back(zero_shot_head(text_system_of(*trained.model), classes, file.stem().string()));
  }
  throw_on_error(check_heads(all));
  return all;
}

}  // namespace

void export_bundle(const std::filesystem::path& run, const std::filesystem::path& bundle,
                   const ExportOptions& options) {
  TrainedModel trained = value_or_throw(load_model(run));
  const RunRecord record = value_or_throw(read_run_record(run));
  BundleInfo info = info_from_run(trained, record, options);
  info.heads = heads_of(trained, options);
  if (const auto hybrid = std::dynamic_pointer_cast<HybridSystem>(trained.model)) {
    const auto parts = hybrid->reconstructs() ? MaeParts::kEncoderAndDecoder : MaeParts::kEncoder;
    return write_bundle(mae_bundle(hybrid->autoencoder(), info, parts), info, bundle);
  }
  if (const auto clear = std::dynamic_pointer_cast<ClearHugSystem>(trained.model)) {
    return write_bundle(clear_bundle(*clear, info), info, bundle);
  }
  if (const auto agnostic = std::dynamic_pointer_cast<LeadAgnosticSystem>(trained.model)) {
    return write_bundle(lead_agnostic_bundle(*agnostic, info), info, bundle);
  }
  if (const auto dmer = std::dynamic_pointer_cast<CgDmerSystem>(trained.model)) {
    return write_bundle(cg_dmer_bundle(*dmer, info), info, bundle);
  }
  throw Failure({ErrorCode::kUnsupported,
                 "a model of the system '" + trained.config.system + "' cannot be exported yet",
                 "export another preset",
                 run.string(),
                 {}});
}

}  // namespace ecg
