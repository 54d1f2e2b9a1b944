#pragma once
// One line per record of whole folders: what opens, what does not, and why.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "io/read_options.h"

namespace ecg::cli {

/// What became of one record.
struct TableRow {
  std::string file;
  std::string format;
  std::size_t leads = 0;
  double sampling_rate_hz = 0;
  double duration_s = 0;
  std::optional<double> limb_lead_residual_mv;
  std::size_t flat_leads = 0;
  std::int64_t missing_samples = 0;
  std::vector<std::string> warnings;  ///< of the reader and of the checks
  std::string error;                  ///< empty if it opens
  std::string error_code;             ///< error_code_name, empty if it opens
};

/// Walks files and folders in the order of their names. Files that belong to a WFDB header are part
/// of its record; so are annotations beside an ISHNE file. Every other file is a record of its own;
/// files that no reader recognises are rows with the error unknown_format.
std::vector<TableRow> table_of(const std::vector<std::string>& paths, const ReadOptions& options);

/// Aligned columns and a line that counts them.
std::string text_of_table(const std::vector<TableRow>& rows);

/// {"files": [...], "opens": n, "opens_with_warnings": n, "refused": n}
nlohmann::ordered_json json_of_table(const std::vector<TableRow>& rows);

}  // namespace ecg::cli
