// Judging what a system of ECGs and reports knows of classes that texts describe.
#include <ATen/ATen.h>

#include <limits>

#include "corpus/class_prompts.h"
#include "corpus/failure.h"
#include "corpus/files.h"
#include "downstream/features.h"
#include "downstream/head_figures.h"
#include "downstream/jobs.h"
#include "downstream/starts.h"
#include "downstream/tensor_scores.h"
#include "objective/zero_shot.h"
#include "train/run_checks.h"

namespace ecg {
namespace {

/// Labelled records of a zero-shot job, with its classes in the order of the prompts.
struct Groups {
  LabelledRecords choose, report;
};

Groups groups_of(const Corpus& corpus, const LabelledJob& job,
                 const std::vector<ClassPrompts>& classes) {
  std::vector<std::string> names;
  for (const ClassPrompts& one : classes) names.push_back(one.label);
  const auto labelled = value_or_throw(label_records(corpus, job.labels));
  const auto records = value_or_throw(with_classes(labelled, names));
  const auto& report = job.groups.report_folds;
  Groups groups{records.of_folds(job.groups.choose_folds),
                report.empty() ? records : records.of_folds(report)};
  if (groups.report.size() > 0) return groups;
  throw Failure({ErrorCode::kInsufficientData,
                 "no labelled record in the folds to report",
                 "check the fold column and the folds",
                 job.labels.table.string(),
                 {}});
}

ProbeRow score_start(const NamedStart& start, const LinearHead& head, const Corpus& corpus,
                     const Groups& groups, const std::vector<Lead>& leads, const LabelledJob& job) {
  CgDmerSystem& system = text_system_of(*start.model.model);
  const auto device = device_named(job.device);
  const auto answer = [&](const LabelledRecords& records) {
    const auto features = encoder_features(system, corpus, records.positions, leads, device);
    return zero_shot_probabilities(system, head, features.to(device));
  };
  ProbeRow row;
  row.encoder = start.name;
  row.head = "zero-shot";
  row.leads = text_of_leads(leads);
  row.fraction = 0;
  row.choose_auroc = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> thresholds(head.labels.size(), 0.5);
  if (groups.choose.size() > 0) {
    const auto chosen = answer(groups.choose);
    row.choose_auroc = macro_auroc(groups.choose, chosen);
    thresholds = thresholds_on(groups.choose, chosen);
  }
  row.score = reported_score(groups.report, answer(groups.report), thresholds, job.groups);
  return row;
}

// The run's head with what was measured of it, for export.
void save_head(const LabelledJob& job, LinearHead head, const ProbeRow& row) {
  if (job.heads.empty()) return;
  for (std::size_t i = 0; i < head.labels.size(); ++i) {
    head.labels[i].threshold = row.score.classes[i].threshold;
  }
  const std::string table = job.labels.table.filename().string();
  const auto& folds = job.groups.report_folds;
  add_figures(head, row.score,
              (folds.empty() ? "all folds" : "folds " + text_of_folds(folds)) + " of " + table);
  throw_on_error(check_heads({head}));
  throw_on_error(write_file_atomically(job.heads, json_from_heads({head})));
}

}  // namespace

std::vector<ProbeRow> zero_shot_job(const LabelledJob& job, const std::filesystem::path& prompts,
                                    const JobListener& listener) {
  const auto starts =
      starts_of(job.run, job.untrained, job.twin_seed, job.only_untrained, "untrained");
  const auto classes = value_or_throw(read_class_prompts(prompts));
  const Corpus corpus = value_or_throw(Corpus::open(job.corpus));
  throw_on_error(check_same_input(starts.at(0).model.config.input, corpus.info().spec));
  const Groups groups = groups_of(corpus, job, classes);
  throw_on_error(check_unseen(corpus, groups.report, starts[0].model.data_hash));
  std::vector<ProbeRow> rows;
  for (const NamedStart& start : starts) {
    CgDmerSystem& system = text_system_of(*start.model.model);
    system.to(device_named(job.device));
    const LinearHead head = zero_shot_head(system, classes, prompts.stem().string());
    for (const auto& leads : job.groups.lead_sets) {
      rows.push_back(score_start(start, head, corpus, groups, leads, job));
      if (rows.size() == 1) save_head(job, head, rows[0]);
      if (listener.row_done) listener.row_done(rows.back());
    }
  }
  return rows;
}

}  // namespace ecg
