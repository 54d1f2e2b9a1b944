#include "train/step_feed.h"

namespace ecg {
Share share_of(std::int64_t count, int rank, int size) {
  return {count * rank / size, count * (rank + 1) / size};
}

StepFeed::StepFeed(const System& system, const Corpus& corpus, const TrainConfig& config,
                   torch::Device device, const Communicator& communicator, DamageHandler damaged)
    : system_(system),
      corpus_(corpus),
      config_(config),
      device_(device),
      communicator_(communicator),
      damaged_(std::move(damaged)),
      order_(corpus.records_of(Split::kTrain), static_cast<std::uint64_t>(config.seed),
             static_cast<std::size_t>(config.shuffle_block)) {}

StepData StepFeed::gather(std::int64_t step) {
  StepData data;
  for (std::int64_t i = 0; i < config_.batch; ++i) {
    data.turns.push_back(order_.at(static_cast<std::uint64_t>(step * config_.batch + i)));
  }
  const Share mine = share_of(config_.batch, communicator_.rank(), communicator_.size());
  const auto parts = static_cast<int>(config_.micro_batches);
  for (int part = 0; part < parts; ++part) {
    const Share share = share_of(mine.end - mine.begin, part, parts);
    if (share.begin == share.end) continue;
    const auto turns = std::span(data.turns)
                           .subspan(static_cast<std::size_t>(mine.begin + share.begin),
                                    static_cast<std::size_t>(share.end - share.begin));
    data.batches.push_back(make_batch(system_, corpus_, turns, damaged_, resident_.get()));
  }
  return data;
}

void StepFeed::send(StepData& data) const {
  for (Batch& batch : data.batches) batch = to_device(std::move(batch), device_);
}

StepData StepFeed::make(std::int64_t step) {
  StepData data = gather(step);
  send(data);
  return data;
}

std::shared_ptr<const ResidentCorpus> resident_corpus(const Corpus& corpus,
                                                      const TrainConfig& config,
                                                      torch::Device device,
                                                      const DamageHandler& damaged) {
  if (config.placement != "device") return nullptr;
  return std::make_shared<ResidentCorpus>(corpus, corpus.records_of(Split::kTrain), device,
                                          free_bytes_of(device), damaged);
}

}  // namespace ecg
