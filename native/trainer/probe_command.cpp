// einthoven-train probe: what the encoder of a run knows, beside its untrained twin.

#include <CLI/CLI.hpp>
#include <memory>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "downstream/probe.h"
#include "downstream/probe_report.h"
#include "train/checkpoint.h"
#include "trainer/commands.h"

namespace ecg::trainer {
namespace {

struct ProbeArguments {
  std::string run, corpus, out;
  LabelSource labels;
  ProbeOptions options;
  std::vector<std::string> lead_sets{"all"};
  std::vector<double> percent{100};
  std::size_t untrained = 1;
};

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

void complete(ProbeArguments& arguments) {
  arguments.options.lead_sets.clear();
  for (const std::string& text : arguments.lead_sets) {
    arguments.options.lead_sets.push_back(leads_from(text));
  }
  arguments.options.fractions.clear();
  for (const double percent : arguments.percent)
    arguments.options.fractions.push_back(percent / 100);
}

// The run's encoder, and encoders of the same make with fresh weights.
std::vector<NamedEncoder> encoders_of(const TrainedModel& trained, std::size_t untrained) {
  std::vector<NamedEncoder> encoders{{trained.config.name, trained.model}};
  for (std::size_t i = 0; i < untrained; ++i) {
    ObjectiveConfig config = trained.config;
    config.seed = static_cast<std::int64_t>(1000 + i);
    encoders.push_back({"untrained " + std::to_string(i + 1), make_system(config)});
  }
  return encoders;
}

void write_results(const std::string& folder, const std::vector<ProbeRow>& rows) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    throw Failure({ErrorCode::kIo, failed.message(), "choose another folder", folder, {}});
  const std::filesystem::path base(folder);
  throw_on_error(write_file_atomically(base / "probe.json", json_of_rows(rows)));
  throw_on_error(write_file_atomically(base / "probe.csv", csv_of_rows(rows)));
}

void run(ProbeArguments& arguments) {
  complete(arguments);
  const TrainedModel trained = value_or_throw(load_model(arguments.run));
  const Corpus corpus = value_or_throw(Corpus::open(arguments.corpus));
  const LabelledRecords records = value_or_throw(label_records(corpus, arguments.labels));
  throw_on_error(check_probe(corpus, records, arguments.options, trained.data_hash));
  std::printf(
      "%zu records with %zu classes; left out: %zu without a label, %zu that the table lacks\n",
      records.size(), records.classes.size(), records.without_label, records.without_row);
  std::printf("%s", text_of_heading().c_str());
  auto encoders = encoders_of(trained, arguments.untrained);
  const auto rows =
      run_probe(encoders, corpus, records, arguments.options, [](const ProbeRow& row) {
        std::printf("%s", text_of_row(row).c_str());
        std::fflush(stdout);
      });
  std::printf("\n%s, %s head, %s leads:\n%s", rows[0].encoder.c_str(), rows[0].head.c_str(),
              rows[0].leads.c_str(), text_of_classes(rows[0]).c_str());
  if (!arguments.out.empty()) write_results(arguments.out, rows);
}

}  // namespace

void add_probe(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("probe", "measure what the frozen encoder of a run knows");
  auto arguments = std::make_shared<ProbeArguments>();
  LabelSource& labels = arguments->labels;
  ProbeOptions& options = arguments->options;
  command->add_option("RUN", arguments->run, "folder of the run")->required();
  command->add_option("--corpus", arguments->corpus, "corpus with the labelled records")
      ->required();
  command->add_option("--labels", labels.table, "CSV table of labels, folds and patients")
      ->required();
  command->add_option("--task", labels.task, "label column, or a task of PTB-XL with --statements")
      ->capture_default_str();
  command->add_option("--statements", labels.statements, "PTB-XL's scp_statements.csv");
  command->add_option("--record-column", labels.record_column)->capture_default_str();
  command->add_option("--patient-column", labels.patient_column)->capture_default_str();
  command->add_option("--fold-column", labels.fold_column)->capture_default_str();
  command->add_option("--train-folds", options.train_folds, "folds the heads are fitted on")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--choose-folds", options.choose_folds, "folds that settings are chosen on")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--report-folds", options.report_folds, "folds the figures are of")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--percent", arguments->percent, "shares of the training labels")
      ->delimiter(',')
      ->check(CLI::Range(0.01, 100.0))
      ->capture_default_str();
  command->add_option("--seeds", options.seeds, "of the patients that a share takes")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--leads", arguments->lead_sets, "all, I, I+II, ...: leads the encoder sees")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--untrained", arguments->untrained, "twins with fresh weights beside it")
      ->capture_default_str();
  command->add_option("--draws", options.draws, "bootstrap resamples")->capture_default_str();
  command->add_option("-o,--out", arguments->out, "folder for probe.json and probe.csv");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace ecg::trainer
