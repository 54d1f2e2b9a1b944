#include "train/run_checks.h"

#include "corpus/failure.h"
#include "train/forward.h"

namespace ecg {

Result<void> check_same_input(const ModelSpec& preset, const ModelSpec& corpus) {
  ModelSpec wanted = preset;
  wanted.patch_samples = corpus.patch_samples;
  wanted.name = corpus.name;
  wanted.version = corpus.version;
  if (wanted == corpus) return {};
  return Error{
      ErrorCode::kInconsistent,
      "the corpus was prepared for another input (leads, rate, length, filter or normalisation)",
      "prepare it with the same preset: the [input] table of both must agree",
      {},
      {}};
}

void check_epochs(const TrainConfig& config, const Corpus& corpus) {
  const double epochs = static_cast<double>(config.steps) * static_cast<double>(config.batch) /
                        static_cast<double>(corpus.records_of(Split::kTrain).size());
  if (epochs < kHeldOutEpoch) return;
  throw Failure({ErrorCode::kInvalidArgument,
                 "more than a million epochs",
                 "choose fewer steps or more data",
                 {},
                 {}});
}

void check_shares(const TrainConfig& config, const Communicator& ranks, const System& system) {
  const std::int64_t parts = ranks.size() * config.micro_batches;
  if (ranks.size() == 1 || config.batch % parts == 0 || !system.compares_records()) return;
  throw Failure(
      {ErrorCode::kInvalidArgument,
       "optimiser.batch = " + std::to_string(config.batch) +
           " cannot be shared out evenly, which a comparison of records asks for",
       "choose a multiple of " + std::to_string(parts) + " (processes times micro-batches)",
       {},
       {}});
}

}  // namespace ecg
