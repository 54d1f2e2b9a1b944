#pragma once
// Everything a pretraining run can be told. One table lists the fields: reading, printing, checking
// and the stored form all follow from it. No LibTorch here.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "objective/objective_config.h"

namespace ecg {

/// What a learning rate schedule is measured against.
enum class ScheduleClock {
  kSteps,  ///< steps alone: a run is a function of its configuration, data and seed
  kWall,   ///< steps or elapsed time, whichever is further: ends within max_seconds, fully decayed
};

/// A pretraining run: what is learned, and how. Defaults are those of a small model on a CPU.
struct TrainConfig : ObjectiveConfig {
  std::string name = "custom";  ///< preset

  std::string corpus_path;         ///< folder that `prepare` made; may be given on the command line
  std::int64_t shuffle_block = 0;  ///< records read one after another, for cold disks; 0 = none
  /// Where training records are while a run reads them: "disk" (mapped, read ahead of time) or
  /// "device" (all in the memory of run.device: resident_corpus.h).
  std::string placement = "disk";

  std::int64_t steps = 1000;
  std::int64_t warmup_steps = 50;
  double peak_lr = 1e-3;
  double final_lr_ratio = 0.01;  ///< learning rate at the end / peak_lr
  std::string clock = "steps";   ///< "steps" or "wall"

  std::int64_t batch = 32;         ///< records of one step, all ranks together
  std::int64_t micro_batches = 1;  ///< parts a rank computes its share of a step in, to save memory
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-8;
  double layer_decay = 1;      ///< learning rate of an encoder layer / that of the one above it
  double ema_decay = 0;        ///< of the average of weights that is validated and kept; 0 = none
  double weight_decay = 0.05;  ///< on matrices only: not on norms, biases and embeddings
  double grad_clip = 1;        ///< largest norm of all gradients together

  std::string device = "auto";         ///< "auto", "cpu" or "cuda"
  std::string precision = "auto";      ///< "auto" (bfloat16 on CUDA), "float32" or "bfloat16"
  std::int64_t threads = 2;            ///< of LibTorch on the CPU
  std::int64_t checkpoint_blocks = 0;  ///< 1: computes blocks' activations twice, to save memory
  std::int64_t deterministic = 0;  ///< 1: runs on CUDA repeat to the bit, slower (determinism.h)
  std::int64_t cuda_graph = 0;     ///< 1: steps of the first one's shapes are replayed (learner.h)
  /// Kernel of attention (attention_choice.h); "usual" goes by size and device, "timed" takes the
  /// fastest for the first step's data, and the run keeps it.
  std::string attention = "usual";
  double max_seconds = 0;             ///< training time after which the run stops; 0 = none
  std::int64_t validate_every = 100;  ///< steps
  std::int64_t patience = 0;          ///< validations without a gain that end the run; 0 = never
  std::int64_t validation_records = 256;  ///< at most; the first of the split
  std::int64_t checkpoint_every = 200;    ///< steps
  std::int64_t keep_checkpoints = 2;      ///< newest that are kept, besides the best
  std::int64_t most_skipped = 10;  ///< steps without a finite gradient in a row that end the run
  std::int64_t prefetch = 2;       ///< steps whose data are made ahead of time; 0 = none
  double rank_timeout_s = 600;     ///< after which a process that does not answer counts as gone
  double most_damaged = 0.01;      ///< share of the corpus' records that may prove damaged

  ScheduleClock schedule_clock() const {
    return clock == "wall" ? ScheduleClock::kWall : ScheduleClock::kSteps;
  }
};

/// The fields of `config`, in the order in which they are printed, tables together.
std::vector<ConfigField> fields_of(TrainConfig& config);

/// Sets what TOML text names; the rest keeps its value. `where` names the text in errors. Errors:
/// kBadHeader (not TOML, with the line), kNotFound (unknown key, with the nearest known one),
/// kBadValue (wrong type, outside the bounds).
Result<void> apply_toml(TrainConfig& config, std::string_view toml, const std::string& where);

/// Sets one field from "a.b=c", as on a command line. Errors as apply_toml.
Result<void> apply_assignment(TrainConfig& config, std::string_view assignment);

/// Makes `model` follow `input` and checks everything together. Call after the last change.
Result<void> complete_config(TrainConfig& config);

/// The whole configuration as TOML, and as a JSON object of tables.
std::string toml_from_config(TrainConfig config);
std::string json_from_config(TrainConfig config);

/// The configuration that json_from_config wrote (complete).
Result<TrainConfig> config_from_json(std::string_view json);

}  // namespace ecg
