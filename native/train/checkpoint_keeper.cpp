#include "train/checkpoint_keeper.h"

#include <ATen/Functions.h>

#include "corpus/failure.h"

namespace ecg {
namespace {

// A checkpoint that cannot be gone on with would only push out those that can.
void check_finite(const TensorFile& content) {
  for (const auto& [name, tensor] : content.tensors) {
    if (!tensor.is_floating_point() || at::isfinite(tensor).all().item<bool>()) continue;
    throw Failure({ErrorCode::kBadValue,
                   "'" + name + "' holds values that are not finite: not saved",
                   "lower schedule.peak_lr and resume from the last checkpoint, which is intact",
                   {},
                   {}});
  }
}

}  // namespace

CheckpointKeeper::CheckpointKeeper(std::filesystem::path run, std::int64_t keep,
                                   std::function<void(const std::string&)> say)
    : run_(std::move(run)), keep_(keep), say_(std::move(say)) {}

void CheckpointKeeper::save(std::int64_t step, const TensorFile& content, bool last) {
  check_finite(content);
  const auto written = save_checkpoint(run_, content, step, keep_);
  failed_in_a_row_ = written ? 0 : failed_in_a_row_ + 1;
  if (written) return;
  if (last || failed_in_a_row_ == kMostFailedSaves) throw Failure(written.error());
  tell(written.error());
}

bool CheckpointKeeper::save_best(const TensorFile& content) {
  check_finite(content);
  const auto written = write_tensor_file(run_ / kCheckpointFolder / kBestFile, content);
  if (!written) tell(written.error());
  return written.has_value();
}

void CheckpointKeeper::tell(const Error& error) const {
  if (say_) say_("checkpoint not saved, the run goes on: " + to_string(error));
}

}  // namespace ecg
