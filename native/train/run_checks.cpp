#include "train/run_checks.h"

#include "corpus/failure.h"
#include "train/forward.h"
#include "train/replay.h"

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

void check_cuda_graph(const TrainConfig& config, torch::Device device, const Communicator& ranks,
                      const System& system) {
  if (config.cuda_graph == 0) return;
  const auto refuse = [](const std::string& why) {
    throw Failure({ErrorCode::kUnsupported,
                   "run.cuda_graph = 1, but " + why,
                   "leave run.cuda_graph at 0",
                   {},
                   {}});
  };
  if (ranks.size() > 1) refuse("it is one of " + std::to_string(ranks.size()) + " processes");
  if (!system.steps_alike()) refuse("the steps of system \"" + config.system + "\" are not alike");
  if (!device.is_cuda()) refuse("this run is on the CPU");
  if (!has_cuda_graphs()) refuse("this program was built against a LibTorch without CUDA");
}

}  // namespace ecg
