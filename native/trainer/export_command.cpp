// einthoven-train export: a run folder -> a model bundle.

#include <CLI/CLI.hpp>
#include <memory>

#include "export/export_bundle.h"
#include "trainer/commands.h"

namespace ecg::trainer {
namespace {

struct ExportArguments {
  std::string run, out;
  std::vector<std::string> heads, prompts;
  ExportOptions options;
};

}  // namespace

void add_export(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("export", "turn a run into a model bundle for the page");
  auto arguments = std::make_shared<ExportArguments>();
  command->add_option("RUN", arguments->run, "folder of the run")->required();
  command->add_option("-o,--out", arguments->out, "folder of the bundle")->required();
  command->add_option("--name", arguments->options.name, "of the model; default: the preset's");
  command->add_option("--model-version", arguments->options.version, "of the model");
  command->add_option("--heads", arguments->heads,
                      "labels to answer: files that probe or evaluate --heads wrote");
  command->add_option("--prompts", arguments->prompts,
                      "classes described by texts to answer, for models of ECGs and reports "
                      "(models/prompts/)");
  command
      ->add_option("--variants", arguments->options.variants,
                   "precisions to write beside float32; the page prefers int8")
      ->delimiter(',')
      ->check(CLI::IsMember({"f16", "int8"}))
      ->capture_default_str();
  command->callback([arguments] {
    arguments->options.heads.assign(arguments->heads.begin(), arguments->heads.end());
    arguments->options.prompts.assign(arguments->prompts.begin(), arguments->prompts.end());
    export_bundle(arguments->run, arguments->out, arguments->options);
    std::printf("%s: written\n", arguments->out.c_str());
  });
}

}  // namespace ecg::trainer
