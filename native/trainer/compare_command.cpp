// einthoven-train compare: several presets and seeds pretrained on one corpus under one budget,
// each probed and fine-tuned, in one table with intervals and costs. Every step is a run of this
// program of its own; what is finished is kept, so a comparison that was stopped goes on where it
// was.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "corpus/failure.h"
#include "corpus/files.h"
#include "downstream/comparison.h"
#include "downstream/probe_report.h"
#include "downstream/score_page.h"
#include "train/run_record.h"
#include "trainer/child_program.h"
#include "trainer/commands.h"

namespace ecg::trainer {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

struct CompareArguments {
  Words presets, assignments, methods{"probe"}, lead_sets{"all"}, label_options, tune_options;
  std::vector<std::uint64_t> seeds{1, 2, 3};
  std::vector<double> percent{100};
  std::string corpus, labelled, out, labels, task, statements, record_column, patient_column,
      fold_column, train_folds, choose_folds, report_folds;
  double seconds = 0;
  std::int64_t steps = 0;
  std::size_t draws = 1000;
  bool no_controls = false;
};

std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

template <typename Values, typename Text>
std::string joined(const Values& values, const Text& text) {
  std::string all;
  for (const auto& value : values) all += (all.empty() ? "" : ",") + text(value);
  return all;
}

// Name of a preset in tables and folders: "a/b.toml" -> "b".
std::string name_of(const std::string& preset) { return fs::path(preset).stem().string(); }

std::string text_of_file(const fs::path& path) {
  const auto bytes = value_or_throw(read_whole_file(path));
  return {bytes.begin(), bytes.end()};
}

/// What a folder's content was asked for with, but for where it lies: what is there answers the
/// same question only.
class Question {
 public:
  Question(fs::path file, const fs::path& folder, const Words& words) : file_(std::move(file)) {
    for (const std::string& word : words) {
      if (word.rfind(folder.string(), 0) != 0) text_ += word + "\n";
    }
  }
  bool is_kept() const { return fs::exists(file_) && text_of_file(file_) == text_; }
  void keep() const {
    fs::create_directories(file_.parent_path());
    throw_on_error(write_file_atomically(file_, text_));
  }

 private:
  fs::path file_;
  std::string text_;
};

/// The comparison as it goes along.
class Comparison {
 public:
  explicit Comparison(const CompareArguments& arguments) : arguments_(arguments) {}

  void run() {
    for (const std::string& preset : arguments_.presets) {
      for (const std::uint64_t seed : arguments_.seeds) {
        const fs::path folder = cell(preset, seed);
        pretrain(preset, seed, folder);
        add_cost(preset, seed, folder);
        for (const std::string& method : arguments_.methods) {
          judge(method, folder, method, {"--untrained", "0"}, seed, name_of(preset));
        }
        write();  // what there is so far
      }
    }
    if (!arguments_.no_controls) add_controls();
    write();
    std::printf("%s", text_of_comparison(compared_cells(rows_), costs_).c_str());
  }

 private:
  fs::path cell(const std::string& preset, std::uint64_t seed) const {
    return fs::path(arguments_.out) / (name_of(preset) + "-s" + std::to_string(seed));
  }

  // Runs one step; a stop is passed on, a failure names the log.
  void step(const std::string& what, const Words& words, const fs::path& folder) {
    std::printf("%s\n", what.c_str());
    std::fflush(stdout);
    fs::create_directories(folder);
    const fs::path log = folder / "log.txt";
    const int code = run_child(words, log);
    if (code == 0) return;
    if (code == kExitStopped) {
      std::printf("stopped; the same command goes on\n");
      throw ExitWith(kExitStopped);
    }
    throw Failure({ErrorCode::kInconsistent,
                   what + " ended with code " + std::to_string(code),
                   "its last lines say why",
                   log.string(),
                   {}});
  }

  void pretrain(const std::string& preset, std::uint64_t seed, const fs::path& folder) {
    const fs::path run = folder / "run";
    const auto known = read_run_record(run);
    Words words{"pretrain",   "--preset",        preset,
                "--corpus",   arguments_.corpus, "-o",
                run.string(), "--set",           "seed=" + std::to_string(seed)};
    for (const std::string& assignment : arguments_.assignments) {
      words.insert(words.end(), {"--set", assignment});
    }
    if (arguments_.steps > 0) {
      words.insert(words.end(), {"--set", "schedule.clock=steps", "--set",
                                 "schedule.steps=" + std::to_string(arguments_.steps)});
    } else {
      // By the clock alone: a million steps are more than a comparison takes.
      words.insert(words.end(), {"--set", "schedule.clock=wall", "--set", "schedule.steps=1000000",
                                 "--max-seconds", text_of(arguments_.seconds)});
    }
    const Question question(folder / "pretrain.question", folder, words);
    if (known && !question.is_kept()) {
      throw Failure({ErrorCode::kInconsistent,
                     "this run was pretrained with other settings",
                     "compare into another folder (-o), or remove this one",
                     run.string(),
                     {}});
    }
    if (known && known->status == "finished") return;
    if (known) words.push_back("--resume");
    question.keep();
    step("pretraining " + name_of(preset) + ", seed " + std::to_string(seed), words, folder);
  }

  void add_cost(const std::string& preset, std::uint64_t seed, const fs::path& folder) {
    const RunRecord record = value_or_throw(read_run_record(folder / "run"));
    costs_.push_back({name_of(preset), seed, record.parameters, record.step, record.records_seen,
                      record.elapsed_s});
  }

  Words judging(const std::string& method, const fs::path& folder, std::uint64_t seed) const {
    Words words{method, (folder / "run").string(), "--corpus",
                arguments_.labelled.empty() ? arguments_.corpus : arguments_.labelled};
    const std::pair<const char*, const std::string*> texts[] = {
        {"--labels", &arguments_.labels},
        {"--task", &arguments_.task},
        {"--statements", &arguments_.statements},
        {"--record-column", &arguments_.record_column},
        {"--patient-column", &arguments_.patient_column},
        {"--fold-column", &arguments_.fold_column},
        {"--train-folds", &arguments_.train_folds},
        {"--choose-folds", &arguments_.choose_folds},
        {"--report-folds", &arguments_.report_folds}};
    for (const auto& [option, text] : texts) {
      if (!text->empty()) words.insert(words.end(), {option, *text});
    }
    words.insert(words.end(), {"--percent", joined(arguments_.percent, text_of)});
    words.insert(words.end(),
                 {"--leads", joined(arguments_.lead_sets, [](const auto& s) { return s; })});
    words.insert(words.end(), {"--seeds", std::to_string(seed)});
    words.insert(words.end(), {"--draws", std::to_string(arguments_.draws)});
    if (method == "finetune") {
      words.insert(words.end(), arguments_.tune_options.begin(), arguments_.tune_options.end());
    }
    return words;
  }

  // Runs a method in folder/`place` unless it was run so before, and takes over the rows under
  // `name`.
  void judge(const std::string& method, const fs::path& folder, const std::string& place,
             const Words& more, std::uint64_t seed, const std::string& name) {
    const fs::path table = folder / place / (method + ".json");
    Words words = judging(method, folder, seed);
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"-o", (folder / place).string()});
    const Question question(folder / place / (method + ".question"), folder, words);
    if (!fs::exists(table) || !question.is_kept()) {
      fs::remove(table);
      step("  " + method + " of " + name + ", seed " + std::to_string(seed), words, folder);
      question.keep();
    }
    auto rows = value_or_throw(rows_from_json(text_of_file(table), table.string()));
    for (ProbeRow& row : rows) {
      row.encoder = name;
      rows_.push_back(std::move(row));
    }
  }

  // Fresh weights, frozen: of every preset's make. Trained from scratch: of the first's, for the
  // time.
  void add_controls() {
    for (const std::string& preset : arguments_.presets) {
      for (const std::uint64_t seed : arguments_.seeds) {
        for (const std::string& method : arguments_.methods) {
          if (method == "probe") add_control("random weights", method, preset, seed);
          if (method == "finetune" && preset == arguments_.presets.front()) {
            add_control("from scratch", method, preset, seed);
          }
        }
      }
    }
  }

  void add_control(const std::string& kind, const std::string& method, const std::string& preset,
                   std::uint64_t seed) {
    judge(method, cell(preset, seed), method + "-control",
          {"--only-untrained", "--untrained", "1", "--twin-seed", std::to_string(seed)}, seed,
          kind + " (" + name_of(preset) + ")");
  }

  void write() const {
    const auto cells = compared_cells(rows_);
    const fs::path out = arguments_.out;
    throw_on_error(write_file_atomically(out / "compare.txt", text_of_comparison(cells, costs_)));
    throw_on_error(write_file_atomically(out / "compare.csv", csv_of_comparison(cells, costs_)));
    throw_on_error(write_file_atomically(out / "compare.json", json_of_comparison(cells, costs_)));
    throw_on_error(write_file_atomically(out / "rows.json", json_of_rows(rows_)));
    throw_on_error(write_file_atomically(
        out / "compare.html",
        html_of_rows("Comparison", rows_, text_of_comparison(cells, costs_))));
  }

  const CompareArguments& arguments_;
  std::vector<ProbeRow> rows_;
  std::vector<PretrainingCost> costs_;
};

void run(const CompareArguments& arguments) {
  if ((arguments.seconds > 0) == (arguments.steps > 0)) {
    throw Failure({ErrorCode::kInvalidArgument,
                   "one budget is needed",
                   "give --seconds or --steps, the same for every preset",
                   {},
                   {}});
  }
  std::error_code failed;
  fs::create_directories(arguments.out, failed);
  if (failed) {
    throw Failure({ErrorCode::kIo, failed.message(), "choose another folder", arguments.out, {}});
  }
  Comparison(arguments).run();
}

void add_label_words(CLI::App& command, CompareArguments& a) {
  command.add_option("--labels", a.labels, "CSV table of labels, folds and patients")->required();
  command.add_option("--labelled", a.labelled, "corpus to judge on; else the one to pretrain on");
  command.add_option("--task", a.task, "as in probe");
  command.add_option("--statements", a.statements, "as in probe");
  command.add_option("--record-column", a.record_column, "as in probe");
  command.add_option("--patient-column", a.patient_column, "as in probe");
  command.add_option("--fold-column", a.fold_column, "as in probe");
  command.add_option("--train-folds", a.train_folds, "as in probe");
  command.add_option("--choose-folds", a.choose_folds, "as in probe");
  command.add_option("--report-folds", a.report_folds, "as in probe");
}

}  // namespace

void add_compare(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "compare", "pretrain several presets under one budget, probe and fine-tune each, one table");
  auto a = std::make_shared<CompareArguments>();
  command
      ->add_option("--presets", a->presets, "names or files, e.g. einthoven,mae_only,simclr_only")
      ->delimiter(',')
      ->required();
  command->add_option("--seeds", a->seeds, "of weights, order and shares of labels")
      ->delimiter(',')
      ->capture_default_str();
  command
      ->add_option("--corpus", a->corpus, "folder that `prepare` made; its training split is used")
      ->required();
  command->add_option("--seconds", a->seconds, "budget: training time of each run");
  command->add_option("--steps", a->steps, "budget: optimiser steps of each run");
  command->add_option("--set", a->assignments, "a.b=c for every preset");
  command->add_option("--methods", a->methods, "probe, finetune")
      ->delimiter(',')
      ->check(CLI::IsMember({"probe", "finetune"}))
      ->capture_default_str();
  add_label_words(*command, *a);
  command->add_option("--percent", a->percent, "shares of the training labels")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--leads", a->lead_sets, "all, I, I+II, ...")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--draws", a->draws, "bootstrap resamples")->capture_default_str();
  command->add_option("--tune", a->tune_options,
                      "options for finetune, e.g. --tune=--epochs --tune=10");
  command->add_flag("--no-controls", a->no_controls,
                    "leave random weights and training from scratch out");
  command->add_option("-o,--out", a->out, "folder; the same again goes on where it was")
      ->required();
  command->callback([a] { run(*a); });
}

}  // namespace ecg::trainer
