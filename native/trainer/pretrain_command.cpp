// einthoven-train pretrain: a corpus -> a run folder.

#include <ATen/DeviceAccelerator.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "corpus/failure.h"
#include "distributed/communicator.h"
#include "distributed/launch.h"
#include "distributed/placement.h"
#include "train/dry_run.h"
#include "train/forward.h"
#include "train/pretrain.h"
#include "train/report.h"
#include "trainer/commands.h"
#include "trainer/preset.h"
#include "trainer/progress_line.h"
#include "trainer/stop_signal.h"

namespace ecg::trainer {
namespace {

struct PretrainArguments {
  PresetOptions preset;
  std::string corpus, out;
  double max_seconds = -1;
  bool resume = false, dry_run = false, deterministic = false;
  int launch = 1;
  std::string log = "text";
};

std::string short_text(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// "loss 0.812 (patch 0.80, level 0.10)": the parts where there are several.
std::string text_of(const std::string& name, double loss, const std::vector<std::string>& names,
                    const std::vector<double>& parts) {
  std::string text = "  " + name + " " + short_text(loss, 3);
  if (parts.size() < 2) return text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += (i == 0 ? " (" : ", ") + names[i] + " " + short_text(parts[i], 2);
  }
  return text + ")";
}

std::string text_of(const RunProgress& p) {
  char text[256];
  std::snprintf(text, sizeof text,
                "%3.0f %%  step %lld/%lld  %.0f records/s  MFU %.0f %%  waits %.0f %%",
                100 * p.fraction, static_cast<long long>(p.step), static_cast<long long>(p.steps),
                p.records_per_s, 100 * p.mfu, 100 * p.data_wait_share);
  std::string line = text + text_of("loss", p.loss.total, p.part_names, p.loss.parts) +
                     "  gradient " + short_text(p.gradient_norm, 2);
  if (p.validation) {
    line += "  validation " + short_text(p.validation->loss, 3);
    const auto& patches = p.validation->patches;
    if (patches) {
      line += " (patch " + short_text(patches->loss, 3) + ", mean predictor " +
              short_text(patches->baseline, 3) + ")";
    }
  }
  return line + "  ETA " + duration_text(p.remaining_s);
}

// The same as one line of JSON.
std::string json_of(const RunProgress& p) {
  nlohmann::ordered_json line = {{"step", p.step},
                                 {"steps", p.steps},
                                 {"fraction", p.fraction},
                                 {"records_per_s", p.records_per_s},
                                 {"mfu", p.mfu},
                                 {"data_wait_share", p.data_wait_share},
                                 {"loss", p.loss.total},
                                 {"gradient_norm", p.gradient_norm},
                                 {"lr", p.lr},
                                 {"elapsed_s", p.elapsed_s},
                                 {"remaining_s", p.remaining_s}};
  for (std::size_t i = 0; i < p.loss.parts.size(); ++i) {
    line[p.part_names[i] + "_loss"] = p.loss.parts[i];
  }
  if (p.validation) line["validation_loss"] = p.validation->loss;
  if (p.validation && p.validation->patches) {
    line["validation_patch_loss"] = p.validation->patches->loss;
  }
  return line.dump();
}

void print_result(const PretrainResult& result, const std::string& out) {
  const auto print = [](const char* split, const Evaluation& e) {
    if (e.records == 0) return;
    std::printf("%s: loss %.4f on %lld records\n", split, e.loss,
                static_cast<long long>(e.records));
    if (!e.patches) return;
    const PatchEvaluation& p = *e.patches;
    std::printf(
        "%s: masked patch loss %.4f, mean predictor %.4f (hidden columns %.4f, hidden leads "
        "%.4f)\n",
        split, p.loss, p.baseline, p.column_loss, p.lead_loss);
  };
  std::printf("finished%s at step %lld: %s\n", result.early ? " early (no gain on validation)" : "",
              static_cast<long long>(result.step), out.c_str());
  print("validation", result.validation);
  print("test", result.test);
}

TrainConfig config_of(const PretrainArguments& arguments) {
  PresetOptions preset = arguments.preset;
  if (arguments.max_seconds >= 0) {
    preset.assignments.push_back("run.max_seconds=" + std::to_string(arguments.max_seconds));
  }
  if (arguments.deterministic) preset.assignments.push_back("run.deterministic=1");
  TrainConfig config = load_config(preset);
  if (!arguments.corpus.empty()) config.corpus_path = arguments.corpus;
  return config;
}

void check(const PretrainArguments& arguments, const TrainConfig& config) {
  const auto missing = [](const char* what, const char* hint) {
    throw Failure({ErrorCode::kInvalidArgument, what, hint, {}, {}});
  };
  if (arguments.out.empty()) missing("no folder for the run", "add -o FOLDER");
  if (config.corpus_path.empty()) missing("no corpus named", "add --corpus FOLDER");
}

// The group of processes this one belongs to, if it is one of several.
std::unique_ptr<Communicator> join_ranks(const TrainConfig& config) {
  const auto placement = value_or_throw(placement_from_environment(
      [](const char* name) -> const char* { return std::getenv(name); }));
  if (!placement) return nullptr;
  const bool cuda = device_of(config).is_cuda();
  if (cuda) {
    const auto gpus = static_cast<int>(at::accelerator::deviceCount());
    const int own = value_or_throw(gpu_of(*placement, gpus));
    at::accelerator::setDeviceIndex(static_cast<c10::DeviceIndex>(own));
  }
  return std::make_unique<Communicator>(*placement, cuda, config.rank_timeout_s);
}

void run_dry(const PretrainJob& job) {
  ProgressLine line;
  const DryRun found = dry_run(job, [&](std::size_t done, std::size_t total) {
    line.show("checking " + std::to_string(done) + " of " + std::to_string(total) + " records",
              done == total);
  });
  for (const std::string& text : found.damage) line.say("damaged: " + text);
  std::printf("records       %llu read, %llu damaged, no patient in two splits\n",
              static_cast<unsigned long long>(found.records),
              static_cast<unsigned long long>(found.damaged));
  std::printf("model         %lld parameters, %.0f MB with gradients and optimiser state\n",
              static_cast<long long>(found.parameters), found.device_memory_mb);
  std::printf("first batch   loss %.4f\n", found.loss);
  std::printf("step          %.1f ms, %.0f records/s; most memory so far %.0f MB\n",
              1000 * found.step_s, static_cast<double>(job.config.batch) / found.step_s,
              found.memory_mb);
  std::printf("whole run     about %s without validation\n", duration_text(found.run_s).c_str());
}

void run_pretrain(const PretrainArguments& arguments) {
  const TrainConfig config = config_of(arguments);
  if (arguments.preset.print) {
    std::printf("%s", toml_from_config(config).c_str());
    return;
  }
  if (arguments.dry_run && !config.corpus_path.empty()) {
    PretrainJob job;
    job.corpus = config.corpus_path;
    job.config = config;
    run_dry(job);
    return;
  }
  check(arguments, config);
  if (arguments.launch > 1 && !std::getenv("WORLD_SIZE")) {
    throw ExitWith(launch(arguments.launch, typed_arguments()));
  }
  const auto ranks = join_ranks(config);
  const int rank = ranks ? ranks->rank() : 0;
  ProgressLine line;
  PretrainJob job;
  job.corpus = config.corpus_path;
  job.run = arguments.out;
  job.config = config;
  job.resume = arguments.resume;
  job.command = typed_command();
  job.stop = &watch_stop_signals();
  const bool json = arguments.log == "json";
  job.progress = [&](const RunProgress& progress) {
    if (json) line.say(json_of(progress));
    if (!json) line.show(text_of(progress));
  };
  job.ranks = ranks.get();
  job.say = [&](const std::string& text) {
    const std::string whole = rank == 0 ? text : "rank " + std::to_string(rank) + ": " + text;
    line.say(json ? nlohmann::ordered_json{{"message", whole}}.dump() : whole);
  };
  const PretrainResult result = pretrain(job);
  if (!result.finished) {
    if (rank == 0)
      job.say("stopped at step " + std::to_string(result.step) + "; go on with --resume");
    throw ExitWith(kExitStopped);
  }
  if (rank != 0) return;
  write_report(arguments.out, config.corpus_path);
  print_result(result, arguments.out);
}

}  // namespace

void add_pretrain(CLI::App& program) {
  CLI::App* command = program.add_subcommand("pretrain", "train an encoder on a corpus");
  auto arguments = std::make_shared<PretrainArguments>();
  add_preset_options(*command, arguments->preset);
  command->add_option("--corpus", arguments->corpus, "folder that `prepare` made");
  command->add_option("-o,--out", arguments->out, "folder of the run");
  command->add_option("--max-seconds", arguments->max_seconds, "stop after this training time");
  command->add_option("--log", arguments->log, "progress as text or as lines of JSON")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_option("--launch", arguments->launch, "run as this many processes on this machine")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--dry-run", arguments->dry_run,
                    "check every record, build the model, time a few steps; write nothing");
  command->add_flag("--deterministic", arguments->deterministic,
                    "on CUDA, runs that repeat to the bit, slower (run.deterministic=1)");
  command->add_flag("--resume", arguments->resume, "go on with the run in the folder");
  command->callback([arguments] { run_pretrain(*arguments); });
}

}  // namespace ecg::trainer
