#pragma once
// The real 12-lead ECGs that benchmarks run over.

#include <filesystem>
#include <string>
#include <vector>

#include "core/recording.h"

namespace ecg::bench {

/// A record and its number in its database ("00123_hr" -> 123), by which halves are told apart.
struct RealRecord {
  std::string database;
  std::string name;
  long number = 0;
  Recording recording;
};

/// The WFDB records below `folder` / `database` in order of their paths, at most `limit`; those
/// that cannot be read are left out. LUDB: raw counts as microvolts, because its gains are wrong.
std::vector<RealRecord> read_database(const std::filesystem::path& folder,
                                      const std::string& database, std::size_t limit = SIZE_MAX);

/// Rows of a comma-separated file with quoted fields; the first one holds the names.
std::vector<std::vector<std::string>> read_csv(const std::filesystem::path& path);

}  // namespace ecg::bench
