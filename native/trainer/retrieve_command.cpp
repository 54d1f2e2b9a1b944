// einthoven-train retrieve: do the records most like one carry its labels?

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "corpus/csv_table.h"
#include "corpus/failure.h"
#include "corpus/files.h"
#include "trainer/commands.h"
#include "trainer/label_options.h"

namespace ecg::trainer {
namespace {

struct RetrieveArguments {
  LabelArguments labels;
  std::size_t k = 10;
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

void print(const std::vector<NamedRetrieval>& results) {
  const RetrievalScore& first = results.at(0).score;
  std::printf("%lld queries of the report folds, %lld records of the train folds\n",
              static_cast<long long>(first.queries), static_cast<long long>(first.gallery));
  std::printf("%-14s %-24s %s\n", "encoder", ("macro precision@" + std::to_string(first.k)).c_str(),
              "chance");
  for (const auto& [encoder, s] : results) {
    std::printf("%-14s %.3f (%.3f-%.3f)%6s %.3f\n", encoder.c_str(), s.precision.value,
                s.precision.low, s.precision.high, "", s.chance);
  }
}

std::string csv_of(const std::vector<NamedRetrieval>& results) {
  std::string text = csv_line({"encoder", "k", "class", "queries", "precision", "chance"});
  for (const auto& [encoder, s] : results) {
    text += csv_line({encoder, std::to_string(s.k), "(macro)", std::to_string(s.queries),
                      number(s.precision.value), number(s.chance)});
    for (const ClassRetrieval& c : s.classes) {
      text += csv_line({encoder, std::to_string(s.k), c.name, std::to_string(c.queries),
                        number(c.precision), number(c.chance)});
    }
  }
  return text;
}

void run(const RetrieveArguments& arguments) {
  const auto results = retrieve_job(completed(arguments.labels), arguments.k, printing_listener());
  print(results);
  const std::string& out = arguments.labels.out;
  if (!out.empty()) throw_on_error(write_file_atomically(out, csv_of(results)));
}

}  // namespace

void add_retrieve(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "retrieve", "precision of labels among the records most alike by embedding");
  auto arguments = std::make_shared<RetrieveArguments>();
  add_group_options(*command, arguments->labels);
  command->get_option("--out")->description("CSV file of the results");
  command->add_option("-k", arguments->k, "records that are retrieved")->capture_default_str();
  command->callback([arguments] { run(*arguments); });
}

}  // namespace ecg::trainer
