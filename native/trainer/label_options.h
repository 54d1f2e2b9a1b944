#pragma once
// What the downstream commands share: options about labels and groups, and how results are written.

#include <string>
#include <vector>

#include "downstream/jobs.h"

namespace CLI {
class App;
}

namespace ecg::trainer {

/// Options as typed, before `complete` makes them a job's.
struct LabelArguments {
  LabelledJob job;
  std::vector<std::string> lead_sets{"all"};
  std::vector<double> percent{100};
  std::string weights, out;
};

/// --labels, --task, --statements and the names of columns.
void add_label_options(CLI::App& command, LabelSource& labels);

/// RUN, --corpus, labels, folds, --percent, --seeds, --leads, --untrained, --draws,
/// --challenge-weights, --save, -o.
void add_group_options(CLI::App& command, LabelArguments& arguments);

/// "I+II" -> leads; "all" -> none. Throws Failure for what is no lead.
std::vector<Lead> leads_from(const std::string& text);

/// The job with lead sets, fractions and weights filled in. Throws Failure.
LabelledJob completed(const LabelArguments& arguments);

/// Prints heading, rows as they come, and messages.
JobListener printing_listener();

/// Prints the classes of the first row, and writes <out>/<stem>.json, .csv, -classes.csv and .html
/// where `out` is not empty. Throws Failure.
void finish_results(const std::string& out, const std::string& stem, const std::string& title,
                    const std::vector<ProbeRow>& rows);

}  // namespace ecg::trainer
