// einthoven-train pretrain: a corpus -> a run folder.

#include <CLI/CLI.hpp>
#include <memory>

#include "corpus/failure.h"
#include "train/pretrain.h"
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
  bool resume = false;
};

std::string text_of(const RunProgress& p) {
  char text[256];
  int used = std::snprintf(text, sizeof text, "%3.0f %%  step %lld/%lld  %.0f records/s  loss %.3f",
                           100 * p.fraction, static_cast<long long>(p.step),
                           static_cast<long long>(p.steps), p.records_per_s, p.patch_loss);
  if (p.validation) {
    used += std::snprintf(text + used, sizeof text - static_cast<std::size_t>(used),
                          "  validation %.3f (mean predictor %.3f)", *p.validation,
                          p.validation_baseline.value_or(1));
  }
  return std::string(text) + "  ETA " + duration_text(p.remaining_s);
}

void print_result(const PretrainResult& result, const std::string& out) {
  const auto print = [](const char* split, const Evaluation& e) {
    if (e.records == 0) return;
    std::printf("%s: masked patch loss %.4f, mean predictor %.4f (hidden columns %.4f, hidden leads %.4f; "
                "%lld records)\n",
                split, e.patch_loss, e.baseline, e.column_patch_loss, e.lead_patch_loss,
                static_cast<long long>(e.records));
  };
  std::printf("finished at step %lld: %s\n", static_cast<long long>(result.step), out.c_str());
  print("validation", result.validation);
  print("test", result.test);
}

TrainConfig config_of(const PretrainArguments& arguments) {
  PresetOptions preset = arguments.preset;
  if (arguments.max_seconds >= 0) {
    preset.assignments.push_back("run.max_seconds=" + std::to_string(arguments.max_seconds));
  }
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

void run_pretrain(const PretrainArguments& arguments) {
  const TrainConfig config = config_of(arguments);
  if (arguments.preset.print) {
    std::printf("%s", toml_from_config(config).c_str());
    return;
  }
  check(arguments, config);
  ProgressLine line;
  PretrainJob job;
  job.corpus = config.corpus_path;
  job.run = arguments.out;
  job.config = config;
  job.resume = arguments.resume;
  job.command = typed_command();
  job.stop = &watch_stop_signals();
  job.progress = [&](const RunProgress& progress) { line.show(text_of(progress)); };
  job.say = [&](const std::string& text) { line.say(text); };
  const PretrainResult result = pretrain(job);
  if (!result.finished) {
    line.say("stopped at step " + std::to_string(result.step) + "; go on with --resume");
    throw ExitWith(kExitStopped);
  }
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
  command->add_flag("--resume", arguments->resume, "go on with the run in the folder");
  command->callback([arguments] { run_pretrain(*arguments); });
}

}  // namespace ecg::trainer
