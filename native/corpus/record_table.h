#pragma once
// What a table beside the recordings says of them: patient, split, labels, report.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/shard.h"

namespace ecg {

/// Facts about one recording.
struct RecordFacts {
  std::string patient;              ///< empty = not stated
  std::optional<Split> split;
  std::vector<std::string> labels;
  std::string report;
};

/// Names of a table's columns, and how its splits are written. An empty name = no such column.
struct TableColumns {
  std::string record, patient, split, labels, report;
  std::vector<std::string> validation_values{"validation", "valid", "val", "dev"};
  std::vector<std::string> test_values{"test"};
};

/// Facts by recording.
class RecordTable {
 public:
  /// Reads a CSV table (csv_table.h); `columns.record` must be named. Record names may
  /// carry folders and an ending. Labels are separated by ';', '|' or spaces, or written as a list
  /// or dictionary (['a', 'b'], {'a': 100.0}), of which the quoted texts count. A split that is
  /// neither of validation nor of test trains. Errors: those of read_csv_table, kNotFound (column),
  /// kInconsistent (a record twice).
  static Result<RecordTable> read(const std::filesystem::path& file, const TableColumns& columns);

  /// Facts of the recording of that name: by its whole path without ending, else by its bare stem;
  /// nullptr if the table does not know it.
  const RecordFacts* find(std::string_view name) const;

  /// Makes a table by hand.
  void add(std::string_view name, RecordFacts facts);

  std::size_t size() const { return facts_.size(); }

 private:
  std::map<std::string, RecordFacts, std::less<>> facts_;
  std::map<std::string, std::string, std::less<>> path_of_stem_;  ///< empty if several share it
};

}  // namespace ecg
