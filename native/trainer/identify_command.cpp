// einthoven-train identify: are two records of one person more alike than those of two? With
// --arcface also after the encoder was taught to tell other people apart.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "trainer/commands.h"
#include "trainer/label_options.h"

namespace ecg::trainer {
namespace {

struct IdentifyArguments {
  IdentifyJob job;
  std::string leads = "all", out;
  bool all_later = false, arcface = false;
  IdentityTuning tuning;
};

std::string text_of(const Interval& i) {
  char text[80];
  std::snprintf(text, sizeof text, "%.3f (%.3f-%.3f)", i.value, i.low, i.high);
  return text;
}

nlohmann::ordered_json json_of(const Interval& i) {
  return {{"value", i.value}, {"low", i.low}, {"high", i.high}};
}

std::string json_of(const std::vector<NamedIdentification>& results) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const auto& [encoder, s] : results) {
    all.push_back({{"encoder", encoder},
                   {"gallery", s.gallery},
                   {"probes", s.probes},
                   {"top1", json_of(s.top1)},
                   {"top5", json_of(s.top5)},
                   {"verification_auroc", json_of(s.auroc)},
                   {"equal_error_rate", json_of(s.equal_error_rate)}});
    if (s.median_gap_days) all.back()["median_gap_days"] = *s.median_gap_days;
  }
  return all.dump(2) + "\n";
}

void print(const std::vector<NamedIdentification>& results) {
  const IdentificationScore& first = results.at(0).score;
  std::printf("%lld people in the gallery, %lld probes", static_cast<long long>(first.gallery),
              static_cast<long long>(first.probes));
  if (first.median_gap_days) std::printf(", median gap %.0f days", *first.median_gap_days);
  std::printf("\n%-22s %-20s %-20s %-20s %-20s\n", "encoder", "top-1 (95 %)", "top-5 (95 %)",
              "verification AUROC", "equal error rate");
  for (const auto& [encoder, s] : results) {
    std::printf("%-22s %-20s %-20s %-20s %-20s\n", encoder.c_str(), text_of(s.top1).c_str(),
                text_of(s.top5).c_str(), text_of(s.auroc).c_str(),
                text_of(s.equal_error_rate).c_str());
  }
  std::printf("chance: top-1 %.4f, AUROC 0.5\n", 1.0 / static_cast<double>(first.gallery));
}

void run(IdentifyArguments& arguments) {
  arguments.job.leads = leads_from(arguments.leads);
  arguments.job.choice = arguments.all_later ? ProbeChoice::kAllLater : ProbeChoice::kSecond;
  if (arguments.arcface) {
    arguments.tuning.training.device = arguments.job.device;
    arguments.job.tuning = arguments.tuning;
  }
  const auto results = identify_job(arguments.job, printing_listener());
  print(results);
  if (!arguments.out.empty()) {
    throw_on_error(write_file_atomically(arguments.out, json_of(results)));
  }
}

void add_tuning_options(CLI::App& command, IdentifyArguments& arguments) {
  IdentityTuning& tuning = arguments.tuning;
  FineTuneOptions& training = tuning.training;
  CLI::Option* arcface = command.add_flag(
      "--arcface", arguments.arcface,
      "also teach each encoder to tell other people apart (folds, or splits without --labels)");
  const auto option = [&](const char* name, auto& value, const char* what) {
    command.add_option(name, value, what)->needs(arcface)->capture_default_str();
  };
  command.add_option("--train-folds", tuning.train_folds, "people to learn from")
      ->needs(arcface)
      ->delimiter(',')
      ->capture_default_str();
  command.add_option("--choose-folds", tuning.choose_folds, "people that the epoch is chosen by")
      ->needs(arcface)
      ->delimiter(',')
      ->capture_default_str();
  option("--epochs", training.epochs, "at most");
  option("--patience", training.patience, "epochs without a gain that end it");
  option("--batch", training.batch, "records of a step");
  option("--lr", training.lr, "highest learning rate");
  option("--layer-decay", training.layer_decay, "learning rate of a layer / that of the one above");
  option("--weight-decay", training.weight_decay, "of matrices");
  option("--scale", tuning.scale, "of cosines");
  option("--margin", tuning.margin, "radians between people");
  option("--seed", tuning.seed, "of order and weights");
  command
      .add_option("--save", arguments.job.save, "run folder for the run's encoder as it was taught")
      ->needs(arcface);
}

}  // namespace

void add_identify(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "identify", "find people again by their records' embeddings: top-1, top-5, verification");
  auto arguments = std::make_shared<IdentifyArguments>();
  IdentifyJob& job = arguments->job;
  command->add_option("RUN", job.run, "folder of the run")->required();
  command->add_option("--corpus", job.corpus, "corpus with the records")->required();
  command->add_option("--labels", job.table, "CSV table of patients; without it the corpus' own");
  command->add_option("--record-column", job.record_column)->capture_default_str();
  command->add_option("--patient-column", job.patient_column)->capture_default_str();
  command->add_option("--time-column", job.time_column, "when a record was made (recording_date)");
  command->add_option("--fold-column", job.fold_column)->capture_default_str();
  command->add_option("--folds", job.folds, "only records of these folds")->delimiter(',');
  command->add_flag("--all-later", arguments->all_later, "every later record is a probe");
  command->add_flag("--everyone", job.everyone, "people with one record fill up the gallery");
  command->add_option("--leads", arguments->leads, "all, I, I+II, ...")->capture_default_str();
  command->add_option("--untrained", job.untrained, "twins with fresh weights beside it")
      ->capture_default_str();
  command->add_option("--draws", job.draws, "bootstrap resamples")->capture_default_str();
  command->add_option("--device", job.device)
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  add_tuning_options(*command, *arguments);
  command->add_option("-o,--out", arguments->out, "JSON file of the results");
  command->callback([arguments] { run(*arguments); });
}

}  // namespace ecg::trainer
