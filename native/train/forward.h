#pragma once
// Batches as a system learns from them, and the device they go to.

#include <torch/types.h>

#include "corpus/corpus.h"
#include "objective/system.h"
#include "train/batch_reader.h"
#include "train/resident_corpus.h"
#include "train/train_config.h"

namespace ecg {

/// Masks are keyed by this epoch when records are held out: fixed, and never one of training.
inline constexpr std::uint32_t kHeldOutEpoch = (1u << 20) - 1;

/// Reads the records of `turns` and lets `system` make their views, on the CPU. Throws Failure;
/// damaged records are read_batch's matter. With `resident`, which must hold the records, their
/// signals are taken from there and stay on its device where the system prepares them there; the
/// rest of the batch is on the CPU, and what else is known of a record comes from the corpus.
Batch make_batch(const System& system, const Corpus& corpus, std::span<const Turn> turns,
                 const DamageHandler& damaged = {}, const ResidentCorpus* resident = nullptr);

/// Stochastic depth of training, drawn from each record's own counter: block l of L is left out for
/// a record with chance drop_path * l / (L - 1), attention and MLP apart. Undefined without
/// drop_path.
torch::Tensor path_scale(std::span<const RandomKey> keys, const ObjectiveConfig& config);

/// The CPU, or the current CUDA device, as the configuration asks. Throws Failure when CUDA is
/// asked for and absent.
torch::Device device_of(const TrainConfig& config);

/// Whether matrix products of training are in bfloat16 on this device.
bool trains_in_bfloat16(const TrainConfig& config, torch::Device device);

/// bfloat16 autocast for as long as it lives, if the configuration asks for it on this device.
class AutocastScope {
 public:
  AutocastScope(const TrainConfig& config, torch::Device device);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  c10::DeviceType type_;
  bool active_ = false;
};

}  // namespace ecg
