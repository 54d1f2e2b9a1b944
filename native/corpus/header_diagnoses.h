#pragma once
// Diagnoses in the WFDB headers of a folder.

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace ecg {

/// What one header says.
struct HeaderDiagnoses {
  std::string record;              ///< path within the folder, without ending, '/' between folders
  std::vector<std::string> codes;  ///< of "#Dx:", in order
};

/// All WFDB headers (.hea) in `folder` and below, by path. Headers without a readable record line
/// are left out and counted in `unreadable`. kNotFound if there is none.
Result<std::vector<HeaderDiagnoses>> read_header_diagnoses(const std::filesystem::path& folder,
                                                           std::size_t& unreadable);

/// The first file of that name in `folder` or below, in the order of paths. kMissingFile.
Result<std::filesystem::path> find_file(const std::filesystem::path& folder,
                                        const std::string& name);

}  // namespace ecg
