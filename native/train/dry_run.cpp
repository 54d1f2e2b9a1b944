#include "train/dry_run.h"

#include <ATen/Parallel.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "corpus/failure.h"
#include "train/damage_log.h"
#include "train/run_checks.h"
#include "train/step_feed.h"

namespace ecg {
namespace {

constexpr int kTrialSteps = 5;
constexpr std::size_t kNamedDamage = 5;
constexpr std::size_t kToldEvery = 4096;

void note(DryRun& found, const Error& error) {
  ++found.damaged;
  if (found.damage.size() < kNamedDamage) found.damage.push_back(to_string(error));
}

void read_everything(const Corpus& corpus, DryRun& found,
                     const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<float> values(corpus.shape().values()), present(corpus.shape().leads.size());
  const std::size_t count = corpus.index().size();
  for (std::uint32_t record = 0; record < count; ++record) {
    if (auto read = corpus.read_values(record, values, present); !read) {
      note(found, read.error());
    } else if (auto details = corpus.read_details(record); !details) {
      note(found, details.error());
    }
    ++found.records;
    if (progress && (record % kToldEvery == 0 || record + 1 == count)) progress(record + 1, count);
  }
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void try_steps(const Corpus& corpus, const TrainConfig& config, DryRun& found) {
  const torch::Device device = device_of(config);
  const Communicator alone;
  Learner learner(config, device, alone);
  for (const auto& parameter : learner.model().parameters()) found.parameters += parameter.numel();
  const double copies =
      config.ema_decay > 0 ? 5 : 4;  // weights, gradients, two moments, the average
  found.device_memory_mb = copies * 4 * static_cast<double>(found.parameters) / 1e6;
  const DamageHandler known = [](std::uint32_t, const Error&) {};
  StepFeed feed(learner.model(), corpus, config, device, alone, known);
  const auto resident = resident_corpus(corpus, config, device, known);
  if (resident) found.device_memory_mb += static_cast<double>(resident->bytes()) / 1e6;
  feed.use_resident(resident);
  std::vector<double> seconds;
  for (int step = 0; step < kTrialSteps; ++step) {
    const auto start = std::chrono::steady_clock::now();
    const StepLoss loss = learner.learn_from(feed.make(step).batches);
    learner.end_step(step);
    if (step == 0) found.loss = loss.total;
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  found.step_s = median_of(seconds);
  found.run_s = found.step_s * static_cast<double>(config.steps);
  if (config.max_seconds > 0) found.run_s = std::min(found.run_s, config.max_seconds);
}

}  // namespace

DryRun dry_run(const PretrainJob& job,
               const std::function<void(std::size_t, std::size_t)>& progress) {
  at::set_num_threads(static_cast<int>(job.config.threads));
  std::vector<DamagedShard> shards;
  const Corpus corpus = value_or_throw(Corpus::open(job.corpus, &shards));
  throw_on_error(check_same_input(job.config.input, corpus.info().spec));
  throw_on_error(check_no_leakage(corpus.index()));
  DryRun found;
  read_everything(corpus, found, progress);
  const double share = static_cast<double>(found.damaged) /
                       static_cast<double>(std::max<std::uint64_t>(found.records, 1));
  if (share > job.config.most_damaged) {
    throw Failure({ErrorCode::kBadChecksum,
                   std::to_string(found.damaged) + " of " + std::to_string(found.records) +
                       " records are damaged. The first: " + found.damage.at(0),
                   "run `einthoven-train prepare` again, or allow more with run.most_damaged",
                   job.corpus.string(),
                   {}});
  }
  TrainConfig config = job.config;
  throw_on_error(adopt_corpus(config, job.corpus, corpus.info()));
  try_steps(corpus, config, found);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  found.memory_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  return found;
}

}  // namespace ecg
