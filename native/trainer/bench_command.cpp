// einthoven-train bench: training steps per second of a preset on this machine.

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "train/arithmetic.h"
#include "train/prefetcher.h"
#include "train/run_checks.h"
#include "train/run_record.h"
#include "train/step_feed.h"
#include "trainer/bench_phases.h"
#include "trainer/commands.h"
#include "trainer/preset.h"
#include "trainer/reference_steps.h"

namespace ecg::trainer {
namespace {

using Clock = std::chrono::steady_clock;

struct BenchArguments {
  PresetOptions preset;
  double seconds = 10;
  std::string json, corpus, steps_file;
  std::int64_t steps = 50;
};

/// Steps with their data.
struct EndToEnd {
  double records_per_s = 0, processor_s_per_step = 0;
  double loading_s = 0, resident_bytes = 0;  ///< of records on the device
};

/// What a measurement gave.
struct Throughput {
  std::int64_t steps = 0, parameters = 0;
  double seconds = 0, records_per_s = 0, first_loss = 0, last_loss = 0;
  double mfu = 0, peak_flops = 0;
  double processor_s = 0, page_faults = 0;  ///< of all threads; noise of other programs adds little
  double peak_memory_mb = 0;                ///< of the process, once the steps are done
  // With --corpus:
  EndToEnd from_disk, from_device;  ///< corpus.placement
  double reading_records_per_s = 0;
  PhaseSeconds phases;  ///< of these steps, on CUDA what the host waited for
  StepPhases apart;     ///< of other steps, one phase after the other
};

std::vector<std::int32_t> beats_at(double every, std::int64_t samples) {
  std::vector<std::int32_t> beats;
  for (double at = every / 2; at < static_cast<double>(samples); at += every) {
    beats.push_back(static_cast<std::int32_t>(at));
  }
  return beats;
}

// One batch of noise without its views.
Batch noise_records(const TrainConfig& config) {
  const auto leads = static_cast<std::int64_t>(config.input.leads.size());
  at::manual_seed(1);
  Batch batch;
  batch.signal = at::randn({config.batch, leads, config.input.samples});
  batch.lead_mask = at::ones({config.batch, leads});
  batch.patient = at::arange(config.batch, at::kLong);
  const std::vector<std::int32_t> beats =
      beats_at(0.8 * config.input.sampling_rate_hz, config.input.samples);
  for (std::int64_t i = 0; i < config.batch; ++i) {
    batch.keys.push_back({1, 0, static_cast<std::uint64_t>(i), 0, RandomPurpose::kMask});
    batch.r_peaks.push_back(beats);
    batch.reports.emplace_back("sinus rhythm, normal ecg");
  }
  return batch;
}

// Under fixed views: the arithmetic of training without its data.
Batch noise_batch(const System& system, const TrainConfig& config) {
  Batch batch = noise_records(config);
  system.prepare(batch);
  return batch;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What the process has used so far.
struct Usage {
  double processor_s = 0, page_faults = 0, peak_memory_mb = 0;
};

Usage usage_so_far() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime), static_cast<double>(usage.ru_minflt),
          static_cast<double>(usage.ru_maxrss) / 1024};
}

Throughput measure(const TrainConfig& config, double seconds) {
  const torch::Device device = device_of(config);
  at::set_num_threads(static_cast<int>(config.threads));
  const Communicator alone;
  Learner learner(config, device, alone);
  check_cuda_graph(config, device, alone, learner.model());
  const std::vector<Batch> batches{to_device(noise_batch(learner.model(), config), device)};
  Throughput result;
  for (const auto& parameter : learner.model().parameters()) result.parameters += parameter.numel();
  for (int warm_up = 0; warm_up < 3; ++warm_up) {
    const double loss = train_step(learner, batches, config).total;
    if (warm_up == 0) result.first_loss = loss;
  }
  learner.take_seconds();
  StepLoss last;
  const Usage before = usage_so_far();
  const auto start = Clock::now();
  do {
    last = train_step(learner, batches, config);
    result.last_loss = last.total;
    ++result.steps;
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  } while (result.seconds < seconds);
  result.phases = learner.take_seconds();
  const Usage after = usage_so_far();
  result.processor_s = after.processor_s - before.processor_s;
  result.page_faults = after.page_faults - before.page_faults;
  result.peak_memory_mb = after.peak_memory_mb;
  result.records_per_s = static_cast<double>(result.steps * config.batch) / result.seconds;
  result.peak_flops = measured_peak_flops(config, device);
  const double counted = last.counts[0] / static_cast<double>(config.batch);
  result.mfu = result.records_per_s * learner.model().training_flops(counted) / result.peak_flops;
  return result;
}

// Phases of steps on a corpus as the configuration places it, or on noise.
StepPhases phases_on(const Corpus* corpus, const TrainConfig& config, double seconds) {
  const torch::Device device = device_of(config);
  const Communicator alone;
  Learner learner(config, device, alone);
  if (!corpus) {
    const Batch records = noise_records(config);
    return measure_phases(
        learner, config, device,
        [&](std::int64_t) {
          std::vector<Batch> batches{records};
          learner.model().prepare(batches[0]);
          return batches;
        },
        seconds);
  }
  StepFeed feed(learner.model(), *corpus, config, device, alone, {});
  feed.use_resident(resident_corpus(*corpus, config, device, {}));
  return measure_phases(
      learner, config, device, [&](std::int64_t step) { return feed.gather(step).batches; },
      seconds);
}

// Steps on a corpus as a run takes them, data made ahead of time.
EndToEnd steps_on(const Corpus& corpus, const TrainConfig& config, double seconds) {
  const torch::Device device = device_of(config);
  const Communicator alone;
  Learner learner(config, device, alone);
  StepFeed feed(learner.model(), corpus, config, device, alone, {});
  EndToEnd result;
  auto start = Clock::now();
  const auto resident = resident_corpus(corpus, config, device, {});
  if (resident) result.loading_s = seconds_since(start);
  if (resident) result.resident_bytes = static_cast<double>(resident->bytes());
  feed.use_resident(resident);
  Prefetcher<StepData> data([&](std::int64_t step) { return feed.make(step); }, 0,
                            static_cast<std::size_t>(config.prefetch));
  std::int64_t steps = -3;
  Usage before;
  do {
    train_step(learner, data.next().batches, config);
    if (++steps != 0) continue;
    start = Clock::now();
    before = usage_so_far();
  } while (steps < 1 || seconds_since(start) < seconds);
  const auto taken = static_cast<double>(steps);
  result.processor_s_per_step = (usage_so_far().processor_s - before.processor_s) / taken;
  result.records_per_s = taken * static_cast<double>(config.batch) / seconds_since(start);
  return result;
}

// Reading records alone.
double reading_records_per_s(const Corpus& corpus, double seconds) {
  std::vector<float> values(corpus.shape().values()), present(corpus.shape().leads.size());
  const auto count = static_cast<std::uint32_t>(corpus.index().size());
  std::int64_t read = 0;
  const auto start = Clock::now();
  do {
    const auto record = static_cast<std::uint32_t>(read++ * 7919 % count);
    throw_on_error(corpus.read_values(record, values, present));
  } while (read % 64 != 0 || seconds_since(start) < seconds);
  return static_cast<double>(read) / seconds_since(start);
}

void measure_corpus(const std::string& path, TrainConfig config, double seconds,
                    Throughput& result) {
  const Corpus corpus = value_or_throw(Corpus::open(path));
  throw_on_error(check_same_input(config.input, corpus.info().spec));
  result.apart = phases_on(&corpus, config, seconds / 2);
  config.placement = "disk";
  result.from_disk = steps_on(corpus, config, seconds);
  config.placement = "device";
  result.from_device = steps_on(corpus, config, seconds);
  result.reading_records_per_s = reading_records_per_s(corpus, seconds / 3);
}

void print_corpus(const std::string& path, const Throughput& result) {
  const EndToEnd& device = result.from_device;
  std::printf("end to end    %.1f records/s on %s, read ahead of time\n",
              result.from_disk.records_per_s, path.c_str());
  std::printf("              %.1f records/s with its %.2f GB on the device after %.1f s\n",
              device.records_per_s, device.resident_bytes / 1e9, device.loading_s);
  std::printf("reading       %.0f records/s on one thread\n", result.reading_records_per_s);
}

void print_phases(const Throughput& result) {
  const StepPhases& p = result.apart;
  std::printf("one phase after the other, %.1f ms per step\n", 1000 * p.sum());
  for (const auto& [name, seconds] : p.parts()) {
    std::printf("  %-12s%5.1f %%  %.2f ms\n", name.c_str(), 100 * seconds / p.sum(),
                1000 * seconds);
  }
}

void print_use(const Throughput& result) {
  const auto steps = static_cast<double>(result.steps);
  std::printf("processor     %.1f ms per step, %.0f page faults; %.0f MB at most\n",
              1000 * result.processor_s / steps, result.page_faults / steps, result.peak_memory_mb);
  std::printf("MFU           %.1f %% of %.0f GFLOP/s, this machine's best matrix product\n",
              100 * result.mfu, result.peak_flops / 1e9);
}

// A system of ECGs and reports has no size without words: those of a corpus.
void find_words(const BenchArguments& arguments, TrainConfig& config) {
  const TextOptions& text = config.cg_dmer.text;
  if (config.system != "cg_dmer" || !text.vocabulary.empty() || !text.embeddings.empty()) return;
  if (arguments.corpus.empty()) {
    throw Failure({ErrorCode::kInvalidArgument,
                   "preset " + config.name + " reads reports and knows no words yet",
                   "add --corpus FOLDER, a corpus with reports (prepare), whose words it takes",
                   {},
                   {}});
  }
  const Corpus corpus = value_or_throw(Corpus::open(arguments.corpus));
  throw_on_error(adopt_corpus(config, arguments.corpus, corpus.info()));
  throw_on_error(complete_config(config));
}

// Every figure by its name, for --json.
nlohmann::ordered_json json_of(const TrainConfig& config, const MachineInfo& machine,
                               const Throughput& result) {
  nlohmann::ordered_json object = {
      {"preset", config.name},
      {"parameters", result.parameters},
      {"batch", config.batch},
      {"processor", machine.processor},
      {"device", machine.device},
      {"threads", machine.threads},
      {"steps", result.steps},
      {"seconds", result.seconds},
      {"records_per_s", result.records_per_s},
      {"end_to_end_records_per_s", result.from_disk.records_per_s},
      {"end_to_end_processor_s_per_step", result.from_disk.processor_s_per_step},
      {"resident_records_per_s", result.from_device.records_per_s},
      {"resident_processor_s_per_step", result.from_device.processor_s_per_step},
      {"resident_bytes", result.from_device.resident_bytes},
      {"reading_records_per_s", result.reading_records_per_s},
      {"mfu", result.mfu},
      {"processor_s", result.processor_s},
      {"page_faults", result.page_faults},
      {"peak_memory_mb", result.peak_memory_mb},
      {"peak_flops", result.peak_flops},
      {"forward_s", result.phases.forward},
      {"backward_s", result.phases.backward},
      {"exchange_s", result.phases.exchange},
      {"optimiser_s", result.phases.optimiser}};
  for (const auto& [name, seconds] : result.apart.parts())
    object["phases_s_per_step"][name] = seconds;
  return object;
}

void run_bench(const BenchArguments& arguments) {
  TrainConfig config = load_config(arguments.preset);
  if (arguments.preset.print) {
    std::printf("%s", toml_from_config(config).c_str());
    return;
  }
  find_words(arguments, config);
  if (!arguments.steps_file.empty()) {
    at::set_num_threads(static_cast<int>(config.threads));
    const Corpus corpus = value_or_throw(Corpus::open(arguments.corpus));
    throw_on_error(check_same_input(config.input, corpus.info().spec));
    return write_reference_steps(config, corpus, arguments.steps, arguments.steps_file);
  }
  Throughput result = measure(config, arguments.seconds);
  if (!std::isfinite(result.last_loss) || result.last_loss >= result.first_loss) {
    throw std::runtime_error(
        "the benchmark's loss did not fall on one repeated batch: the step is wrong");
  }
  const MachineInfo machine = machine_info(device_of(config).str(), config.threads);
  std::printf("preset        %s (%lld parameters, batch %lld)\n", config.name.c_str(),
              static_cast<long long>(result.parameters), static_cast<long long>(config.batch));
  std::printf("machine       %s, %s, %lld threads\n", machine.processor.c_str(),
              machine.device.c_str(), static_cast<long long>(machine.threads));
  std::printf("records/s     %.1f\nms per step   %.1f\n", result.records_per_s,
              1000 * result.seconds / static_cast<double>(result.steps));
  print_use(result);
  if (arguments.corpus.empty()) {
    result.apart = phases_on(nullptr, config, arguments.seconds / 2);
  } else {
    measure_corpus(arguments.corpus, config, arguments.seconds, result);
    print_corpus(arguments.corpus, result);
  }
  print_phases(result);
  if (arguments.json.empty()) return;
  throw_on_error(
      write_file_atomically(arguments.json, json_of(config, machine, result).dump(2) + "\n"));
}

}  // namespace

void add_bench(CLI::App& program) {
  CLI::App* command = program.add_subcommand("bench", "measure training throughput of a preset");
  auto arguments = std::make_shared<BenchArguments>();
  add_preset_options(*command, arguments->preset);
  command->add_option("--seconds", arguments->seconds, "how long to measure")
      ->capture_default_str();
  command->add_option("--corpus", arguments->corpus,
                      "also measure steps on this corpus, and reading it");
  auto* file = command->add_option("--steps-file", arguments->steps_file,
                                   "instead of measuring: write weights, data and losses of the "
                                   "first steps to this file, for others to repeat");
  file->needs(command->get_option("--corpus"));
  command->add_option("--steps", arguments->steps, "how many of them")->capture_default_str();
  command->add_option("--json", arguments->json, "also write the figures to this file");
  command->callback([arguments] { run_bench(*arguments); });
}

}  // namespace ecg::trainer
