#include "trainer/label_options.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "downstream/comparison.h"
#include "downstream/probe_report.h"
#include "downstream/score_page.h"

namespace ecg::trainer {

void add_label_options(CLI::App& command, LabelSource& labels) {
  command.add_option("--labels", labels.table, "CSV table of labels, folds and patients")
      ->required();
  command.add_option("--task", labels.task, "label column, or a task of PTB-XL with --statements")
      ->capture_default_str();
  command.add_option("--statements", labels.statements, "PTB-XL's scp_statements.csv");
  command.add_option("--record-column", labels.record_column)->capture_default_str();
  command.add_option("--patient-column", labels.patient_column)->capture_default_str();
  command.add_option("--fold-column", labels.fold_column)->capture_default_str();
}

void add_group_options(CLI::App& command, LabelArguments& arguments) {
  LabelledJob& job = arguments.job;
  ProbeOptions& groups = job.groups;
  command.add_option("RUN", job.run, "folder of the run")->required();
  command.add_option("--corpus", job.corpus, "corpus with the labelled records")->required();
  add_label_options(command, job.labels);
  command.add_option("--train-folds", groups.train_folds, "folds the heads are fitted on")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--choose-folds", groups.choose_folds, "folds that settings are chosen on")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--report-folds", groups.report_folds, "folds the figures are of")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--percent", arguments.percent, "shares of the training labels")
      ->delimiter(',')
      ->check(CLI::Range(0.01, 100.0))
      ->capture_default_str();
  command.add_option("--seeds", groups.seeds, "of the patients that a share takes")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--leads", arguments.lead_sets, "all, I, I+II, ...: leads the encoder sees")
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--untrained", job.untrained, "twins with fresh weights beside it")
      ->capture_default_str();
  command.add_option("--twin-seed", job.twin_seed, "of the first twin's weights")
      ->capture_default_str();
  command.add_flag("--only-untrained", job.only_untrained, "leave the run's own weights out");
  command.add_option("--draws", groups.draws, "bootstrap resamples")->capture_default_str();
  command.add_option("--challenge-weights", arguments.weights,
                     "weights.csv of CinC 2021: also give the challenge's score");
  command.add_option("--save", job.save, "file for the first row's classifier, for evaluate");
  command.add_option("-o,--out", arguments.out, "folder for tables and a page of figures");
}

std::vector<Lead> leads_from(const std::string& text) {
  std::vector<Lead> leads;
  if (text == "all") return leads;
  std::stringstream names(text);
  for (std::string name; std::getline(names, name, '+');) {
    leads.push_back(lead_from_name(name));
    if (leads.back() != Lead::kOther) continue;
    throw Failure({ErrorCode::kInvalidArgument,
                   "'" + name + "' is no lead",
                   "--leads takes all, or names joined by '+', e.g. I+II",
                   {},
                   {}});
  }
  return leads;
}

LabelledJob completed(const LabelArguments& arguments) {
  LabelledJob job = arguments.job;
  job.groups.lead_sets.clear();
  for (const std::string& text : arguments.lead_sets) {
    job.groups.lead_sets.push_back(leads_from(text));
  }
  job.groups.fractions.clear();
  for (const double percent : arguments.percent) job.groups.fractions.push_back(percent / 100);
  if (!arguments.weights.empty()) {
    job.groups.challenge = value_or_throw(read_challenge_weights(arguments.weights));
  }
  if (job.only_untrained && job.untrained == 0) job.untrained = 1;
  return job;
}

JobListener printing_listener() {
  JobListener listener;
  listener.say = [](const std::string& text) {
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  };
  listener.row_done = [heading = true](const ProbeRow& row) mutable {
    if (heading) std::printf("%s", text_of_heading().c_str());
    heading = false;
    std::printf("%s", text_of_row(row).c_str());
    std::fflush(stdout);
  };
  return listener;
}

void finish_results(const std::string& out, const std::string& stem, const std::string& title,
                    const std::vector<ProbeRow>& rows) {
  const ProbeRow& first = rows.at(0);
  std::printf("\n%s, %s head, %s leads:\n%s", first.encoder.c_str(), first.head.c_str(),
              first.leads.c_str(), text_of_classes(first).c_str());
  std::printf("%s", text_of_differences(compared_cells(rows)).c_str());
  if (out.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(out, failed);
  if (failed) throw Failure({ErrorCode::kIo, failed.message(), "choose another folder", out, {}});
  const std::string base = (std::filesystem::path(out) / stem).string();
  throw_on_error(write_file_atomically(base + ".json", json_of_rows(rows)));
  throw_on_error(write_file_atomically(base + ".csv", csv_of_rows(rows)));
  throw_on_error(write_file_atomically(base + "-classes.csv", csv_of_classes(rows)));
  throw_on_error(write_file_atomically(base + ".html", html_of_rows(title, rows)));
}

}  // namespace ecg::trainer
