// einthoven-train table: a public data set as it was downloaded -> one table of records, people,
// folds and labels. Also the labels that a corpus holds.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "downstream/benchmark_table.h"
#include "trainer/commands.h"

namespace ecg::trainer {
namespace {

struct TableArguments {
  std::string set, folder, out, weights, ptbxl;
  bool low_rate = false;
  std::size_t least = 0;
  std::uint64_t seed = 1;
};

BenchmarkTable table_of(const TableArguments& arguments) {
  const std::filesystem::path folder = arguments.folder;
  if (arguments.set == "ptbxl") return value_or_throw(ptbxl_table(folder, arguments.low_rate));
  if (arguments.set == "cpsc2018") return value_or_throw(cpsc2018_table(folder));
  if (arguments.set == "csn") return value_or_throw(csn_table(folder));
  if (arguments.set == "corpus") return value_or_throw(corpus_table(folder));
  if (arguments.set == "cinc2021") {
    return value_or_throw(cinc2021_table(folder, arguments.weights, arguments.ptbxl));
  }
  return value_or_throw(merl_table(folder, arguments.set.substr(arguments.set.find('-') + 1)));
}

std::vector<std::string> sets() {
  std::vector<std::string> names{"ptbxl", "cpsc2018", "csn", "cinc2021", "corpus"};
  for (const std::string& task : merl_tasks()) names.push_back("merl-" + task);
  return names;
}

void print_summary(const BenchmarkTable& table, const std::string& out) {
  std::map<std::string, std::set<std::string>> patients;
  std::map<std::string, std::size_t> records;
  for (const auto& record : table.records) {
    ++records[split_of_fold(record.fold)];
    patients[split_of_fold(record.fold)].insert(record.patient);
  }
  std::printf("%s: %zu records", out.c_str(), table.records.size());
  for (const char* split : {"train", "validation", "test"}) {
    std::printf(", %s %zu (%zu patients)", split, records[split], patients[split].size());
  }
  std::printf("\n");
  for (std::size_t task = 0; task < table.tasks.size(); ++task) {
    std::set<std::string> classes;
    std::size_t labelled = 0;
    for (const auto& record : table.records) {
      labelled += !record.labels[task].empty();
      classes.insert(record.labels[task].begin(), record.labels[task].end());
    }
    std::printf("%s: %zu classes on %zu records\n", table.tasks[task].c_str(), classes.size(),
                labelled);
  }
  for (const std::string& note : table.notes) std::printf("%s\n", note.c_str());
}

void run(const TableArguments& arguments) {
  BenchmarkTable table = table_of(arguments);
  if (arguments.least > 0) drop_rare_classes(table, arguments.least);
  assign_folds(table, arguments.seed);
  throw_on_error(write_file_atomically(arguments.out, csv_of_table(table)));
  print_summary(table, arguments.out);
}

}  // namespace

void add_table(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "table",
      "records, patients, folds and labels of a public data set as downloaded, or of a corpus");
  auto arguments = std::make_shared<TableArguments>();
  command->add_option("SET", arguments->set, "which data set")
      ->required()
      ->check(CLI::IsMember(sets()));
  command
      ->add_option("FOLDER", arguments->folder,
                   "where it lies; merl-...: finetune/data_split; corpus: what prepare made")
      ->required();
  command->add_option("-o,--out", arguments->out, "CSV file for prepare and probe")->required();
  command->add_flag("--low-rate", arguments->low_rate, "ptbxl: names of the 100 Hz files");
  command->add_option("--weights", arguments->weights,
                      "cinc2021: the challenge's weights.csv; only its classes are kept");
  command->add_option("--ptbxl", arguments->ptbxl,
                      "cinc2021: ptbxl_database.csv, for patients and folds of the records HR...");
  command->add_option("--least", arguments->least, "leave out classes of fewer records")
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "of folds where the data set has none")
      ->capture_default_str();
  command->callback([arguments] { run(*arguments); });
}

}  // namespace ecg::trainer
