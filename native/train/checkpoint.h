#pragma once
// Checkpoints: everything a run needs to go on exactly where it was, and the model alone for use.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "objective/system.h"
#include "train/tensor_file.h"
#include "train/train_config.h"

namespace ecg {

/// Where a run stands. Order of records and masks follow from seed and step, so nothing else is
/// kept.
struct RunPosition {
  std::int64_t step = 0;              ///< optimiser steps taken
  double elapsed_s = 0;               ///< training time of all parts of the run
  double best_validation = 0;         ///< lowest validation loss so far
  std::int64_t best_step = -1;        ///< its step; -1 = not validated yet
  std::int64_t skipped_steps = 0;     ///< steps left out because the gradient was not finite
  std::int64_t skipped_in_a_row = 0;  ///< of these, the last ones without a step between them
};

/// A model read from a checkpoint, and where it comes from.
struct TrainedModel {
  SystemPtr model;
  TrainConfig config;  ///< of the run; `config.input` is what the model expects
  RunPosition position;
  std::string data_hash;                           ///< of the corpus
  std::map<std::string, torch::Tensor> optimiser;  ///< AdamW state; empty in best.safetensors
};

/// Names of the files of a run folder.
inline constexpr const char* kCheckpointFolder = "checkpoints";
inline constexpr const char* kBestFile = "best.safetensors";

/// Content of a checkpoint: parameters as "model.<name>", `optimiser` as it names itself, and the
/// metadata format, config, position, data_hash.
TensorFile checkpoint_of(const System& model, const TrainConfig& config,
                         const RunPosition& position, const std::string& data_hash,
                         const std::map<std::string, torch::Tensor>& optimiser);

/// The model back from such content. Errors: kBadHeader, kInconsistent (naming the parameter).
Result<TrainedModel> model_from_checkpoint(const TensorFile& content, const std::string& file);

/// Writes checkpoints/step-<step>.safetensors atomically and removes all but the newest `keep`.
Result<void> save_checkpoint(const std::filesystem::path& run, const TensorFile& content,
                             std::int64_t step, std::int64_t keep);

/// Checkpoints of a run, newest first (names of complete files; best.safetensors is not one of
/// them).
std::vector<std::filesystem::path> list_checkpoints(const std::filesystem::path& run);

/// The newest checkpoint that is intact; `warn` is told of every one that is not. nullopt if there
/// is none at all; the last error if none is intact.
Result<std::optional<TrainedModel>> load_newest_checkpoint(
    const std::filesystem::path& run, const std::function<void(const std::string&)>& warn);

/// The model of a run for use: the best on validation if there is one, else the newest.
Result<TrainedModel> load_model(const std::filesystem::path& run);

}  // namespace ecg
