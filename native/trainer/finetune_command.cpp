// einthoven-train finetune: the encoder of a run trained on with labels, beside the same from
// fresh weights ("scratch").

#include <CLI/CLI.hpp>
#include <memory>

#include "trainer/commands.h"
#include "trainer/label_options.h"

namespace ecg::trainer {
namespace {

struct FineTuneArguments {
  LabelArguments labels;
  FineTuneOptions options;
};

}  // namespace

void add_finetune(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("finetune", "train the encoder of a run and a head on labels");
  auto arguments = std::make_shared<FineTuneArguments>();
  add_group_options(*command, arguments->labels);
  FineTuneOptions& options = arguments->options;
  command->add_option("--head", options.head, "linear (on the mean token), attention or hug")
      ->check(CLI::IsMember({"linear", "attention", "hug"}))
      ->capture_default_str();
  command->add_option("--epochs", options.epochs, "at most")->capture_default_str();
  command
      ->add_option("--patience", options.patience,
                   "epochs without a higher macro AUROC on the choosing folds that end it")
      ->capture_default_str();
  command->add_option("--batch", options.batch)->capture_default_str();
  command->add_option("--lr", options.lr, "highest learning rate of the head")
      ->capture_default_str();
  command
      ->add_option("--layer-decay", options.layer_decay,
                   "learning rate of a layer / that of the one above it")
      ->capture_default_str();
  command->add_option("--weight-decay", options.weight_decay)->capture_default_str();
  command->add_option("--device", options.device)
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  command->callback([arguments] {
    const auto rows =
        fine_tune_job(completed(arguments->labels), arguments->options, printing_listener());
    finish_results(arguments->labels.out, "finetune",
                   "Fine-tuning of " + arguments->labels.job.run.string(), rows);
  });
}

}  // namespace ecg::trainer
