#pragma once
// Whole downstream jobs, from folders to figures: what the commands call. No LibTorch here.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "downstream/fine_tune_options.h"
#include "downstream/identification.h"
#include "downstream/probe_options.h"
#include "downstream/probe_row.h"
#include "downstream/retrieval.h"

namespace ecg {

/// What a job reports while it runs; either may be empty.
struct JobListener {
  std::function<void(const std::string&)> say;    ///< a line worth reading
  std::function<void(const ProbeRow&)> row_done;  ///< every row as it is done
};

/// A run and labelled records.
struct LabelledJob {
  std::filesystem::path run, corpus;
  LabelSource labels;
  ProbeOptions groups;
  std::size_t untrained = 1;      ///< twins with fresh weights beside the run's encoder
  std::int64_t twin_seed = 1000;  ///< of the first twin's weights
  bool only_untrained = false;    ///< leave the run's own weights out: only its make counts
  std::filesystem::path heads;  ///< file for the first linear head (nn/linear_head.h); empty = none
  std::filesystem::path save;   ///< file for the first row's classifier; empty = none
  std::string device = "cpu";   ///< "auto", "cpu" or "cuda"
};

/// Frozen encoders with linear and neighbours heads. Throws Failure, as all jobs do.
std::vector<ProbeRow> probe_job(const LabelledJob& job, const JobListener& listener);

/// Encoders trained with their head; untrained twins are "supervised from scratch".
std::vector<ProbeRow> fine_tune_job(const LabelledJob& job, const FineTuneOptions& options,
                                    const JobListener& listener);

/// A saved classifier on the labelled records of `groups.report_folds` (empty = all folds), with
/// the thresholds it was saved with. The table's classes must be among the classifier's; classes it
/// knows and the table lacks have no positives. Records of the corpus it was fitted on may be among
/// them: that is for the caller to know.
ProbeRow evaluate_job(const std::filesystem::path& classifier, const std::filesystem::path& corpus,
                      const LabelSource& labels, const ProbeOptions& groups,
                      const std::string& device);

/// Classes that texts describe (corpus/class_prompts.h), scored by a run that compares ECGs with
/// texts (objective/zero_shot.h): no label is looked at but to judge, and for the thresholds of F1
/// on `groups.choose_folds` (none = 0.5). Reported on `groups.report_folds` (none = all folds); the
/// table's classes must be among those of `prompts`. With `heads`, the run's head is written there
/// with its figures. Records of the corpus' training split that the run was pretrained on are
/// refused: it has read their reports.
std::vector<ProbeRow> zero_shot_job(const LabelledJob& job, const std::filesystem::path& prompts,
                                    const JobListener& listener);

/// How an encoder is taught to tell people apart before it is judged on others: ArcFace over the
/// persons of the records to train on (objective/arcface.h); the epoch is the one with the highest
/// verification AUROC on the choosing records. Without a table, the corpus' splits are the groups.
struct IdentityTuning {
  FineTuneOptions training;  ///< `head` is not looked at
  double scale = 32;         ///< of cosines
  double margin = 0.5;       ///< radians
  std::vector<int> train_folds{1, 2, 3, 4, 5, 6, 7}, choose_folds{8};
  std::uint64_t seed = 1;  ///< of the order of records and of ArcFace's weights
};

/// Identification of people by the cosine of embeddings.
struct IdentifyJob {
  std::filesystem::path run, corpus;
  std::filesystem::path
      table;  ///< CSV with patients, and times if known; empty = the corpus' patients
  std::string record_column = "filename_hr", patient_column = "patient_id";
  std::string time_column;  ///< "1984-11-09 09:17:34"; empty = order of records, gaps unknown
  std::string fold_column = "strat_fold";
  std::vector<int> folds;                ///< empty = all
  std::optional<IdentityTuning> tuning;  ///< also judge encoders that were taught; then, without a
                                         ///< table, people of the test split are judged by
  std::filesystem::path save;  ///< run folder for the run's encoder as it was taught; empty = none
  ProbeChoice choice = ProbeChoice::kSecond;
  bool everyone = false;
  std::vector<Lead> leads;  ///< empty = all
  std::size_t untrained = 1, draws = 1000;
  std::string device = "cpu";
};

/// A result under the encoder's name.
struct NamedIdentification {
  std::string encoder;
  IdentificationScore score;
};
std::vector<NamedIdentification> identify_job(const IdentifyJob& job, const JobListener& listener);

/// Retrieval by the cosine of embeddings: queries of the report folds, gallery of the train folds.
struct NamedRetrieval {
  std::string encoder;
  RetrievalScore score;
};
std::vector<NamedRetrieval> retrieve_job(const LabelledJob& job, std::size_t k,
                                         const JobListener& listener);

}  // namespace ecg
