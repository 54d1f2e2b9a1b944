#pragma once
// Labels, folds and patients of a corpus' records, from the table that a data set comes with.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "corpus/corpus.h"
#include "corpus/csv_table.h"

namespace ecg {

/// Where labels come from. Records are matched by the stem of their file name. Defaults: PTB-XL's.
struct LabelSource {
  std::filesystem::path table;  ///< CSV
  std::string record_column = "filename_hr";
  std::string patient_column = "patient_id";
  std::string fold_column = "strat_fold";
  /// A column that holds class names separated by '|'; or, with `statements`, a task of PTB-XL:
  /// all, diagnostic, subdiagnostic, superdiagnostic, form or rhythm, read from the column
  /// scp_codes.
  std::string task = "superdiagnostic";
  std::filesystem::path statements;  ///< PTB-XL's scp_statements.csv; empty = not wanted
};

/// Labelled records of a corpus. Per record: position in Corpus::index(), patient, fold.
struct LabelledRecords {
  std::vector<std::string> classes;  ///< in alphabetical order
  std::vector<std::uint32_t> positions;
  std::vector<std::string> patients;
  std::vector<int> folds;
  std::vector<std::uint8_t> labels;  ///< [records x classes], 1 = applies
  std::size_t without_label = 0;     ///< records of the corpus whose row names no class: left out
  std::size_t without_row = 0;  ///< records of the corpus that the table does not name: left out

  std::size_t size() const { return positions.size(); }

  /// The records whose numbers are given.
  LabelledRecords subset(const std::vector<std::size_t>& records) const;

  /// Those of the folds.
  LabelledRecords of_folds(const std::vector<int>& folds) const;
};

/// Labels of the corpus. Classes are all that occur in the table's rows for records of the corpus.
/// Errors: those of read_csv_table, kNotFound (column, task), kBadValue (a fold that is no number),
/// kInsufficientData (no record of the corpus is in the table).
Result<LabelledRecords> label_records(const Corpus& corpus, const LabelSource& source);

/// The same records with the labels of `classes`, in that order; classes that the records lack have
/// no positives. kInconsistent names a class of the records that is not among them.
Result<LabelledRecords> with_classes(const LabelledRecords& records,
                                     const std::vector<std::string>& classes);

/// Part of the records: whole patients in an order that `seed` gives, until `fraction` of the
/// records is reached. 1 returns all. A larger fraction contains every smaller one of the same
/// seed.
LabelledRecords label_fraction(const LabelledRecords& records, double fraction, std::uint64_t seed);

/// Codes in PTB-XL's scp_codes, "{'NORM': 100.0, 'SR': 0.0}" -> NORM, SR (whatever their
/// likelihood).
Result<std::vector<std::string>> codes_from_scp(std::string_view text);

/// Class that each SCP code stands for in a task of PTB-XL, from its scp_statements.csv; codes
/// outside the task are absent. Errors: those of read_csv_table, kNotFound (task, column).
Result<std::map<std::string, std::string>> ptbxl_classes(const std::filesystem::path& statements,
                                                         const std::string& task);

/// "7" or, as pandas writes it, "7.0". kBadValue naming the table.
Result<int> whole_number_of(const std::string& text, const CsvTable& table);

}  // namespace ecg
