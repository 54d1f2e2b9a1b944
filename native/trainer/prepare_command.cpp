// einthoven-train prepare: recordings or simulations -> a corpus folder.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <sstream>

#include "corpus/failure.h"
#include "corpus/prepare.h"
#include "corpus/simulated_source.h"
#include "trainer/commands.h"
#include "trainer/preset.h"
#include "trainer/progress_line.h"

namespace ecg::trainer {
namespace {

struct PrepareArguments {
  std::vector<std::string> folders, data_sets, licences;
  std::size_t simulate = 0;
  std::string rhythms, morphologies;
  SimulatedMix mix;
  std::uint64_t seed = 1;
  std::string out, table, columns;
  std::vector<std::string> validation_values, test_values;
  PresetOptions preset;
  PrepareOptions options;
};

RecordSource simulation_of(const PrepareArguments& arguments) {
  SimulatedMix mix = arguments.mix;
  if (!arguments.rhythms.empty()) throw_on_error(set_rhythms(mix, arguments.rhythms));
  if (!arguments.morphologies.empty())
    throw_on_error(set_morphologies(mix, arguments.morphologies));
  return simulated_source(arguments.seed, arguments.simulate, arguments.options.spec.duration_s(),
                          mix);
}

// One word for every folder, or none at all.
void check_one_each(const std::vector<std::string>& words, const PrepareArguments& arguments,
                    const std::string& option) {
  if (words.empty() || words.size() == arguments.folders.size()) return;
  throw Failure({ErrorCode::kInvalidArgument,
                 option + " is there " + std::to_string(words.size()) + " times for " +
                     std::to_string(arguments.folders.size()) + " folders",
                 "give one for each folder, in their order",
                 {},
                 {}});
}

std::vector<RecordSource> sources_of(const PrepareArguments& arguments) {
  check_one_each(arguments.data_sets, arguments, "--data-set");
  check_one_each(arguments.licences, arguments, "--licence");
  std::vector<RecordSource> sources;
  for (std::size_t i = 0; i < arguments.folders.size(); ++i) {
    sources.push_back(value_or_throw(folder_source(arguments.folders[i])));
    if (!arguments.data_sets.empty()) sources.back().description = arguments.data_sets[i];
    if (!arguments.licences.empty()) sources.back().licence = arguments.licences[i];
  }
  if (arguments.simulate > 0) sources.push_back(simulation_of(arguments));
  if (sources.empty()) {
    throw Failure({ErrorCode::kInvalidArgument,
                   "no recordings named",
                   "name folders with ECG files, or use --simulate N",
                   {},
                   {}});
  }
  return sources;
}

// Columns from "record=filename_hr,patient=patient_id,...".
TableColumns columns_of(const PrepareArguments& arguments) {
  TableColumns columns;
  const std::pair<const char*, std::string*> known[] = {{"record", &columns.record},
                                                        {"patient", &columns.patient},
                                                        {"split", &columns.split},
                                                        {"labels", &columns.labels},
                                                        {"report", &columns.report}};
  std::istringstream parts(arguments.columns);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t equals = part.find('=');
    const auto* const found = std::find_if(std::begin(known), std::end(known), [&](const auto& k) {
      return part.substr(0, equals) == k.first;
    });
    if (equals == std::string::npos || found == std::end(known)) {
      throw Failure({ErrorCode::kInvalidArgument,
                     "--columns does not know '" + part + "'",
                     "write record=NAME,patient=NAME,split=NAME,labels=NAME,report=NAME",
                     {},
                     {}});
    }
    *found->second = part.substr(equals + 1);
  }
  if (!arguments.validation_values.empty()) columns.validation_values = arguments.validation_values;
  if (!arguments.test_values.empty()) columns.test_values = arguments.test_values;
  return columns;
}

void read_table(PrepareArguments& arguments) {
  if (arguments.table.empty()) return;
  const TableColumns columns = columns_of(arguments);
  if (columns.record.empty()) {
    throw Failure({ErrorCode::kInvalidArgument,
                   "--table needs to know which column names the record",
                   "add --columns record=NAME,patient=NAME,...",
                   arguments.table,
                   {}});
  }
  arguments.options.table = value_or_throw(RecordTable::read(arguments.table, columns));
}

void print_summary(const PrepareSummary& summary, const std::string& out) {
  const CorpusInfo& info = summary.info;
  std::printf("%s: %llu records to train, %llu to validate, %llu to test", out.c_str(),
              static_cast<unsigned long long>(info.records[0]),
              static_cast<unsigned long long>(info.records[1]),
              static_cast<unsigned long long>(info.records[2]));
  std::printf(" (%llu, %llu, %llu patients), data hash %s\n",
              static_cast<unsigned long long>(info.patients[0]),
              static_cast<unsigned long long>(info.patients[1]),
              static_cast<unsigned long long>(info.patients[2]), info.data_hash.c_str());
  if (info.quarantined == 0) return;
  std::printf("left out: %llu", static_cast<unsigned long long>(info.quarantined));
  for (const auto& [reason, count] : summary.quarantined) {
    std::printf(", %s %llu", reason.c_str(), static_cast<unsigned long long>(count));
  }
  std::printf(" (listed in %s)\n", kQuarantineFile);
}

void run_prepare(PrepareArguments& arguments) {
  const TrainConfig config = load_config(arguments.preset);
  if (arguments.preset.print) {
    std::printf("%s", toml_from_config(config).c_str());
    return;
  }
  if (arguments.out.empty()) {
    throw Failure({ErrorCode::kInvalidArgument, "no folder to write to", "add -o FOLDER", {}, {}});
  }
  arguments.options.spec = config.input;
  arguments.options.seed = arguments.seed;
  read_table(arguments);
  const auto sources = sources_of(arguments);
  ProgressLine line;
  const auto summary = value_or_throw(prepare_corpus(
      sources, arguments.out, arguments.options, [&](std::size_t done, std::size_t total) {
        line.show(
            "preparing " + std::to_string(done) + " of " + std::to_string(total) + " recordings",
            done == total);
      }));
  print_summary(summary, arguments.out);
}

}  // namespace

void add_prepare(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("prepare", "make a corpus from ECG files or the simulator");
  auto arguments = std::make_shared<PrepareArguments>();
  PrepareOptions& options = arguments->options;
  command->add_option("CORPUS", arguments->folders,
                      "folders with ECG files, searched to any depth");
  command->add_option("--data-set", arguments->data_sets,
                      "what each folder holds, for the model's card: \"PTB-XL 1.0.3, folds 1-7\"");
  command->add_option("--licence", arguments->licences, "of each folder's data, for the same");
  command->add_option("--simulate", arguments->simulate, "also simulate this many recordings");
  command
      ->add_option("--rhythms", arguments->rhythms,
                   "of simulated recordings, with weights: sinus=10,af=2 or all,asystole=0")
      ->needs("--simulate");
  command
      ->add_option("--morphologies", arguments->morphologies,
                   "of simulated patients, with prevalences: rbbb=0.05,lvh=0.1 or all=0.02")
      ->needs("--simulate");
  command
      ->add_option("--per-patient", arguments->mix.recordings_per_patient,
                   "simulated recordings of one patient")
      ->needs("--simulate")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "of simulation and split")->capture_default_str();
  command->add_option("-o,--out", arguments->out, "new folder for the corpus");
  command->add_option("--threads", options.threads, "recordings prepared at a time")
      ->capture_default_str();
  command->add_option("--validation", options.shares.validation, "share of patients")
      ->capture_default_str();
  command->add_option("--test", options.shares.test, "share of patients")->capture_default_str();
  command
      ->add_option("--windows", options.windows_per_record, "most windows per recording; 0 = all")
      ->capture_default_str();
  command
      ->add_option("--least-leads", options.least_leads, "fewest present leads of a usable window")
      ->capture_default_str();
  command
      ->add_option("--most-quarantined", options.most_quarantined,
                   "share of unusable windows that is still accepted")
      ->capture_default_str();
  command
      ->add_option("--vocabulary", options.vocabulary_pieces,
                   "most word pieces learnt from reports; 0 = none")
      ->capture_default_str();
  command->add_option("--table", arguments->table,
                      "CSV table: patient, split, labels, report by record");
  command->add_option("--columns", arguments->columns,
                      "its columns: record=NAME,patient=NAME,split=NAME,labels=NAME,report=NAME");
  command->add_option(
      "--validation-values", arguments->validation_values,
      "what its split column holds for validation (default: validation valid val dev)");
  command->add_option("--test-values", arguments->test_values, "the same for test (default: test)");
  add_preset_options(*command, arguments->preset);
  command->callback([arguments] { run_prepare(*arguments); });
}

}  // namespace ecg::trainer
