#pragma once
// Tables of public data sets as they are downloaded: record, patient, fold, split and labels, in
// the form that `prepare --table` and `probe --labels` read.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"

namespace ecg {

/// Folds of a table without folds of its own: 1 to 8 train, 9 is to choose on, 10 to report on, as
/// PTB-XL's are used.
inline constexpr int kFolds = 10, kChooseFold = 9, kReportFold = 10;

/// One recording.
struct BenchmarkRecord {
  std::string record;   ///< path within the data set's folder, without ending
  std::string patient;  ///< the record itself where the data set names no patients
  std::string source;   ///< data set it comes from
  int fold = 0;         ///< 0 = not assigned yet
  std::vector<std::vector<std::string>> labels;  ///< per task, names without '|'
};

/// A data set.
struct BenchmarkTable {
  std::vector<std::string> tasks;  ///< column names of the labels
  std::vector<BenchmarkRecord> records;
  std::vector<std::string> notes;  ///< for people: what was left out or merged
};

/// Puts records without a fold into folds 1 to kFolds: whole patients, and every class of the first
/// task spread as evenly as can be, rarest class first (Sechidis et al. 2011); equal choices follow
/// `seed`.
void assign_folds(BenchmarkTable& table, std::uint64_t seed);

/// Takes away every class of fewer than `least` records; records keep their row. Adds a note.
void drop_rare_classes(BenchmarkTable& table, std::size_t least);

/// "train", "validation" (fold 9) or "test" (fold 10): what `prepare` takes for splits.
const char* split_of_fold(int fold);

/// The table as CSV: record,patient,strat_fold,split,source and the tasks; labels joined by '|'.
std::string csv_of_table(const BenchmarkTable& table);

/// PTB-XL: folder with ptbxl_database.csv and scp_statements.csv. Six tasks (labels.h), its own
/// folds and patients. Names are of the 500 Hz files, or of those of 100 Hz.
Result<BenchmarkTable> ptbxl_table(const std::filesystem::path& folder, bool low_rate = false);

/// CPSC2018 (also called ICBEB2018) as its authors give it: REFERENCE.csv in the folder or below;
/// nine classes by name, up to three per record.
Result<BenchmarkTable> cpsc2018_table(const std::filesystem::path& folder);

/// CSN, PhysioNet's ecg-arrhythmia: WFDB headers with SNOMED CT codes, named by the acronyms of
/// ConditionNames_SNOMED-CT.csv. Labels are the codes of a header, no more: a published split
/// matches acronyms as parts of words, so that there AFIB is also AF (methods: "exact labels").
/// Codes that the list lacks keep their number as name.
Result<BenchmarkTable> csn_table(const std::filesystem::path& folder);

/// PhysioNet/CinC Challenge 2021: WFDB headers with SNOMED CT codes. `weights` (weights.csv of the
/// challenge; may be empty) limits labels to the scored classes, under the first of their codes.
/// `ptbxl_database` (may be empty) gives the records HR... their patients and PTB-XL's own folds;
/// other data sets of the challenge name no patients.
Result<BenchmarkTable> cinc2021_table(const std::filesystem::path& folder,
                                      const std::filesystem::path& weights = {},
                                      const std::filesystem::path& ptbxl_database = {});

/// Tasks of MERL's protocol.
const std::vector<std::string>& merl_tasks();

/// A task of MERL's protocol (Liu et al. 2024) from the CSV files of its repository: `folder` is
/// finetune/data_split. Its training records are in fold 1, validation in 9, test in 10. For "csn"
/// a second task "exact" holds those labels that are named whole in the column `diagnose`. Errors:
/// kNotFound (task), those of read_csv_table.
Result<BenchmarkTable> merl_table(const std::filesystem::path& folder, const std::string& task);

/// A corpus by the labels in it (simulated recordings bring theirs): one task, "labels". Records of
/// its training split are in fold 1, validation in 9, test in 10. Errors: those of Corpus.
Result<BenchmarkTable> corpus_table(const std::filesystem::path& folder);

}  // namespace ecg
