#include "train/checkpoint.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "corpus/files.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "einthoven-checkpoint/1";
constexpr std::string_view kModelPrefix = "model.";

std::string json_of_position(const RunPosition& position) {
  nlohmann::ordered_json object;
  object["step"] = position.step;
  object["elapsed_s"] = position.elapsed_s;
  object["best_validation"] = position.best_validation;
  object["best_step"] = position.best_step;
  object["skipped_steps"] = position.skipped_steps;
  object["skipped_in_a_row"] = position.skipped_in_a_row;
  return object.dump();
}

std::optional<RunPosition> position_from_json(const std::string& text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  for (const char* key : {"step", "elapsed_s", "best_validation", "best_step", "skipped_steps"}) {
    if (!object.contains(key) || !object[key].is_number()) return std::nullopt;
  }
  return RunPosition{object["step"].get<std::int64_t>(),
                     object["elapsed_s"].get<double>(),
                     object["best_validation"].get<double>(),
                     object["best_step"].get<std::int64_t>(),
                     object["skipped_steps"].get<std::int64_t>(),
                     object.value("skipped_in_a_row", std::int64_t{0})};
}

Error broken(ErrorCode code, std::string message, const std::string& file) {
  return {code, std::move(message), "use another checkpoint of the run", file, {}};
}

std::string text_of(const TensorFile& content, const char* key) {
  const auto found = content.metadata.find(key);
  return found == content.metadata.end() ? std::string() : found->second;
}

// Copies the stored parameters into the model.
Result<void> take_parameters(System& model, const TensorFile& content, const std::string& file) {
  const torch::NoGradGuard no_grad;
  for (auto& item : model.named_parameters()) {
    const auto found = content.tensors.find(std::string(kModelPrefix) + item.key());
    if (found == content.tensors.end() || found->second.sizes() != item.value().sizes()) {
      return broken(ErrorCode::kInconsistent,
                    "parameter '" + item.key() + "' is missing or has another shape", file);
    }
    item.value().copy_(found->second);
  }
  return {};
}

Result<TrainedModel> load_file(const fs::path& path) {
  auto content = read_tensor_file(path);
  if (!content) return content.error();
  return model_from_checkpoint(*content, path.string());
}

}  // namespace

TensorFile checkpoint_of(const System& model, const TrainConfig& config,
                         const RunPosition& position, const std::string& data_hash,
                         const std::map<std::string, torch::Tensor>& optimiser) {
  TensorFile content;
  content.tensors = optimiser;
  for (const auto& item : model.named_parameters()) {
    content.tensors[std::string(kModelPrefix) + item.key()] = item.value();
  }
  content.metadata = {{"format", kFormat},
                      {"config", json_from_config(config)},
                      {"position", json_of_position(position)},
                      {"data_hash", data_hash}};
  return content;
}

Result<TrainedModel> model_from_checkpoint(const TensorFile& content, const std::string& file) {
  if (text_of(content, "format") != kFormat) {
    return broken(ErrorCode::kBadHeader, "this is no checkpoint of this version", file);
  }
  auto config = config_from_json(text_of(content, "config"));
  if (!config) return config.error();
  const auto position = position_from_json(text_of(content, "position"));
  if (!position) return broken(ErrorCode::kBadHeader, "the stored position is malformed", file);
  TrainedModel trained;
  trained.config = *std::move(config);
  trained.position = *position;
  trained.data_hash = text_of(content, "data_hash");
  trained.model = make_system(trained.config);
  if (auto taken = take_parameters(*trained.model, content, file); !taken) return taken.error();
  if (position->step > 0) trained.model->after_step(position->step - 1);
  for (const auto& [name, tensor] : content.tensors) {
    if (name.compare(0, kModelPrefix.size(), kModelPrefix) != 0) trained.optimiser[name] = tensor;
  }
  return trained;
}

std::vector<fs::path> list_checkpoints(const fs::path& run) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator entry(run / kCheckpointFolder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.compare(0, 5, "step-") == 0 && entry->path().extension() == ".safetensors") {
      found.push_back(entry->path());
    }
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

Result<void> save_checkpoint(const fs::path& run, const TensorFile& content, std::int64_t step,
                             std::int64_t keep) {
  char name[64];
  std::snprintf(name, sizeof name, "step-%010lld.safetensors", static_cast<long long>(step));
  if (auto written = write_tensor_file(run / kCheckpointFolder / name, content); !written)
    return written;
  const auto all = list_checkpoints(run);
  for (std::size_t i = static_cast<std::size_t>(keep); i < all.size(); ++i) {
    std::error_code failed;
    fs::remove(all[i], failed);  // one checkpoint too many harms nobody
  }
  return {};
}

Result<std::optional<TrainedModel>> load_newest_checkpoint(
    const fs::path& run, const std::function<void(const std::string&)>& warn) {
  std::optional<Error> last;
  for (const fs::path& path : list_checkpoints(run)) {
    auto trained = load_file(path);
    if (trained) return std::optional<TrainedModel>(*std::move(trained));
    last = trained.error();
    if (warn) warn(to_string(*last) + "; trying the one before");
  }
  if (last) return *last;
  return std::optional<TrainedModel>();
}

Result<TrainedModel> load_model(const fs::path& run) {
  const fs::path best = run / kCheckpointFolder / kBestFile;
  std::error_code failed;
  if (fs::exists(best, failed)) return load_file(best);
  auto newest = load_newest_checkpoint(run, {});
  if (!newest) return newest.error();
  if (*newest) return **std::move(newest);
  return Error{ErrorCode::kNotFound,
               "there is no checkpoint in this run",
               "name the folder that `einthoven-train pretrain -o` made",
               run.string(),
               {}};
}

}  // namespace ecg
