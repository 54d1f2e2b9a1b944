#pragma once
// Where tests find files: the real ECGs beside the checkout, and those in the source tree.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/file_set.h"

namespace ecg::test {

/// Folder of the real ECGs: EINTHOVEN_DATA, else ../shared/data beside the checkout.
/// nullopt when absent; the calling test then SKIPs with a line that says so.
std::optional<std::filesystem::path> data_folder();

/// A file of the source tree, e.g. source_file("tests/golden/resample.json").
std::filesystem::path source_file(const std::string& relative);

/// Whole file as bytes. Throws std::runtime_error naming the path when it cannot be read.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

/// Several files as a FileSet, each under its bare name.
FileSet read_files(const std::vector<std::filesystem::path>& paths);

/// Header, samples (.dat or .mat) and beats (.atr, if there) of a WFDB record, header first; empty
/// where there are no samples.
FileSet wfdb_files(const std::filesystem::path& header);

}  // namespace ecg::test
