#pragma once
// Tables of what is known about recordings: patients, folds, labels.

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace ecg {

/// A CSV file (RFC 4180: quoted fields may hold commas, doubled quotes and line breaks) whose first
/// line names the columns.
struct CsvTable {
  std::filesystem::path file;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< as many fields each as there are columns

  /// Position of the column. kNotFound names the columns that there are.
  Result<std::size_t> column(const std::string& name) const;
};

/// Reads a table; a byte order mark before it is skipped. Errors: kMissingFile, kIo, kBadHeader (a
/// line with too few or too many columns, by number).
Result<CsvTable> read_csv_table(const std::filesystem::path& file);

/// One line of such a table with its line break: fields in quotes where they need them.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace ecg
