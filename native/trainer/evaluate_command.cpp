// einthoven-train evaluate: a saved classifier, or classes described by texts, on labelled records
// of any corpus.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "downstream/probe_report.h"
#include "trainer/commands.h"
#include "trainer/label_options.h"

namespace ecg::trainer {
namespace {

struct EvaluateArguments {
  std::string classifier, prompts, leads = "all";
  LabelArguments labels;
};

void run(EvaluateArguments& arguments) {
  arguments.labels.lead_sets = {arguments.leads};
  LabelledJob job = completed(arguments.labels);
  if (!arguments.prompts.empty()) {
    job.run = arguments.classifier;
    const auto rows = zero_shot_job(job, arguments.prompts, printing_listener());
    finish_results(arguments.labels.out, "zero-shot", "Zero-shot scores of " + job.run.string(),
                   rows);
    return;
  }
  const ProbeRow row =
      evaluate_job(arguments.classifier, job.corpus, job.labels, job.groups, job.device);
  std::printf("%s%s", text_of_heading().c_str(), text_of_row(row).c_str());
  finish_results(arguments.labels.out, "evaluate", "Evaluation of " + arguments.classifier, {row});
}

}  // namespace

void add_evaluate(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "evaluate", "judge a classifier that probe or finetune saved, or a run by class prompts");
  auto arguments = std::make_shared<EvaluateArguments>();
  LabelledJob& job = arguments->labels.job;
  job.groups.report_folds.clear();
  job.groups.choose_folds.clear();
  command->add_option("CLASSIFIER", arguments->classifier, "file of --save; with --prompts a run")
      ->required();
  CLI::Option* prompts =
      command->add_option("--prompts", arguments->prompts,
                          "texts that describe the classes (models/prompts/): zero-shot");
  command->add_option("--corpus", job.corpus, "corpus with the labelled records")->required();
  add_label_options(*command, job.labels);
  command->add_option("--report-folds", job.groups.report_folds, "folds to judge on; none = all")
      ->delimiter(',');
  command
      ->add_option("--choose-folds", job.groups.choose_folds,
                   "folds that thresholds of F1 are chosen on; none = 0.5")
      ->delimiter(',')
      ->needs(prompts);
  command->add_option("--untrained", job.untrained, "twins with fresh weights beside it")
      ->needs(prompts)
      ->capture_default_str();
  command->add_option("--heads", job.heads, "file for the head, for the model bundle of export")
      ->needs(prompts);
  command->add_option("--leads", arguments->leads, "leads to use; all = those it was fitted with")
      ->capture_default_str();
  command->add_option("--draws", job.groups.draws, "bootstrap resamples")->capture_default_str();
  command->add_option("--challenge-weights", arguments->labels.weights,
                      "weights.csv of CinC 2021: also give the challenge's score");
  command->add_option("--device", job.device)
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  command->add_option("-o,--out", arguments->labels.out, "folder for tables and a page of figures");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace ecg::trainer
