// einthoven-train bench: training steps per second of a preset on this machine.

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "train/adamw.h"
#include "train/forward.h"
#include "train/run_record.h"
#include "trainer/commands.h"
#include "trainer/preset.h"

namespace ecg::trainer {
namespace {

using Clock = std::chrono::steady_clock;

struct BenchArguments {
  PresetOptions preset;
  double seconds = 10;
  std::string json;
};

/// What a measurement gave.
struct Throughput {
  std::int64_t steps = 0, parameters = 0;
  double seconds = 0, records_per_s = 0, first_loss = 0, last_loss = 0;
};

// One batch of noise under fixed masks: the arithmetic of training without its data.
MaskedBatch noise_batch(const TrainConfig& config, torch::Device device) {
  const auto& model = config.model;
  std::vector<std::uint32_t> records;
  for (std::int64_t i = 0; i < config.batch; ++i) records.push_back(static_cast<std::uint32_t>(i));
  const auto masks = value_or_throw(draw_token_batch(grid_of(model), config.mask, 1, 0, records));
  at::manual_seed(1);
  MaskedBatch batch;
  batch.patches = at::randn({config.batch, model.token_count(), model.patch_samples}).to(device);
  batch.visible = (1 - masks.hidden).to(device);
  batch.counted = masks.hidden.to(device);
  batch.visible_index = masks.visible_index.to(device);
  return batch;
}

double train_step(MaskedAutoencoder& model, AdamW& optimiser, const MaskedBatch& batch,
                  const TrainConfig& config, torch::Device device) {
  torch::Tensor prediction;
  {
    const AutocastScope autocast(config, device);
    prediction = predict(model, batch);
  }
  const auto loss =
      masked_reconstruction_loss(prediction, batch.patches, batch.counted, config.model.patch_epsilon);
  loss.total.backward();
  optimiser.step(config.peak_lr);
  optimiser.clear_gradients();
  return loss.total.item<double>();
}

Throughput measure(const TrainConfig& config, double seconds) {
  const torch::Device device = device_of(config);
  at::set_num_threads(static_cast<int>(config.threads));
  MaskedAutoencoder model(config.model, 1);
  model->to(device);
  AdamW optimiser(*model, config);
  const MaskedBatch batch = noise_batch(config, device);
  Throughput result;
  for (const auto& parameter : model->parameters()) result.parameters += parameter.numel();
  for (int warm_up = 0; warm_up < 3; ++warm_up) {
    const double loss = train_step(model, optimiser, batch, config, device);
    if (warm_up == 0) result.first_loss = loss;
  }
  const auto start = Clock::now();
  do {
    result.last_loss = train_step(model, optimiser, batch, config, device);
    ++result.steps;
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  } while (result.seconds < seconds);
  result.records_per_s = static_cast<double>(result.steps * config.batch) / result.seconds;
  return result;
}

void run_bench(const BenchArguments& arguments) {
  const TrainConfig config = load_config(arguments.preset);
  if (arguments.preset.print) {
    std::printf("%s", toml_from_config(config).c_str());
    return;
  }
  const Throughput result = measure(config, arguments.seconds);
  if (!std::isfinite(result.last_loss) || result.last_loss >= result.first_loss) {
    throw std::runtime_error("the benchmark's loss did not fall on one repeated batch: the step is wrong");
  }
  const MachineInfo machine = machine_info(device_of(config).str(), config.threads);
  std::printf("preset        %s (%lld parameters, batch %lld)\n", config.name.c_str(),
              static_cast<long long>(result.parameters), static_cast<long long>(config.batch));
  std::printf("machine       %s, %s, %lld threads\n", machine.processor.c_str(), machine.device.c_str(),
              static_cast<long long>(machine.threads));
  std::printf("records/s     %.1f\nms per step   %.1f\n", result.records_per_s,
              1000 * result.seconds / static_cast<double>(result.steps));
  if (arguments.json.empty()) return;
  nlohmann::ordered_json object = {{"preset", config.name},       {"parameters", result.parameters},
                                   {"batch", config.batch},       {"processor", machine.processor},
                                   {"device", machine.device},    {"threads", machine.threads},
                                   {"steps", result.steps},       {"seconds", result.seconds},
                                   {"records_per_s", result.records_per_s}};
  throw_on_error(write_file_atomically(arguments.json, object.dump(2) + "\n"));
}

}  // namespace

void add_bench(CLI::App& program) {
  CLI::App* command = program.add_subcommand("bench", "measure training throughput of a preset");
  auto arguments = std::make_shared<BenchArguments>();
  add_preset_options(*command, arguments->preset);
  command->add_option("--seconds", arguments->seconds, "how long to measure")->capture_default_str();
  command->add_option("--json", arguments->json, "also write the figures to this file");
  command->callback([arguments] { run_bench(*arguments); });
}

}  // namespace ecg::trainer
