// einthoven-train export: a run folder -> a model bundle.

#include <CLI/CLI.hpp>
#include <memory>

#include "corpus/failure.h"
#include "export/bundle.h"
#include "train/checkpoint.h"
#include "train/run_record.h"
#include "trainer/commands.h"

namespace ecg::trainer {
namespace {

struct ExportArguments {
  std::string run, out, name, version = "1", licence = "Apache-2.0";
};

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

void run_export(const ExportArguments& arguments) {
  TrainedModel trained = value_or_throw(load_model(arguments.run));
  const RunRecord record = value_or_throw(read_run_record(arguments.run));
  BundleInfo info;
  info.input = trained.config.input;
  info.input.name = arguments.name.empty() ? trained.config.name : arguments.name;
  info.input.version = arguments.version;
  info.preset = trained.config.name;
  info.seed = static_cast<std::uint64_t>(trained.config.seed);
  info.steps = trained.position.step;
  info.commit = record.machine.commit;
  info.corpus = joined(record.sources) + " (data hash " + record.data_hash + ")";
  info.licence = arguments.licence;
  info.command = record.command;
  info.figures = record.figures;
  write_bundle(trained.model, info, arguments.out);
  std::printf("%s: model '%s' of step %lld\n", arguments.out.c_str(), info.input.name.c_str(),
              static_cast<long long>(trained.position.step));
}

}  // namespace

void add_export(CLI::App& program) {
  CLI::App* command = program.add_subcommand("export", "turn a run into a model bundle for the page");
  auto arguments = std::make_shared<ExportArguments>();
  command->add_option("RUN", arguments->run, "folder of the run")->required();
  command->add_option("-o,--out", arguments->out, "folder of the bundle")->required();
  command->add_option("--name", arguments->name, "name of the model; default: the preset's");
  command->add_option("--model-version", arguments->version, "its version")->capture_default_str();
  command->add_option("--licence", arguments->licence, "of the weights")->capture_default_str();
  command->callback([arguments] { run_export(*arguments); });
}

}  // namespace ecg::trainer
