// einthoven-train evaluate: a saved classifier on labelled records of any corpus.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "downstream/probe_report.h"
#include "trainer/commands.h"
#include "trainer/label_options.h"

namespace ecg::trainer {
namespace {

struct EvaluateArguments {
  std::string classifier, device = "cpu", leads = "all";
  LabelArguments labels;
};

void run(EvaluateArguments& arguments) {
  arguments.labels.lead_sets = {arguments.leads};
  const LabelledJob job = completed(arguments.labels);
  const ProbeRow row =
      evaluate_job(arguments.classifier, job.corpus, job.labels, job.groups, arguments.device);
  std::printf("%s%s", text_of_heading().c_str(), text_of_row(row).c_str());
  finish_results(arguments.labels.out, "evaluate", "Evaluation of " + arguments.classifier, {row});
}

}  // namespace

void add_evaluate(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("evaluate", "judge a classifier that probe or finetune saved");
  auto arguments = std::make_shared<EvaluateArguments>();
  LabelledJob& job = arguments->labels.job;
  job.groups.report_folds.clear();
  command->add_option("CLASSIFIER", arguments->classifier, "file of --save")->required();
  command->add_option("--corpus", job.corpus, "corpus with the labelled records")->required();
  add_label_options(*command, job.labels);
  command->add_option("--report-folds", job.groups.report_folds, "folds to judge on; none = all")
      ->delimiter(',');
  command->add_option("--leads", arguments->leads, "leads to use; all = those it was fitted with")
      ->capture_default_str();
  command->add_option("--draws", job.groups.draws, "bootstrap resamples")->capture_default_str();
  command->add_option("--challenge-weights", arguments->labels.weights,
                      "weights.csv of CinC 2021: also give the challenge's score");
  command->add_option("--device", arguments->device)
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  command->add_option("-o,--out", arguments->labels.out, "folder for tables and a page of figures");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace ecg::trainer
