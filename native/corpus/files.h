#pragma once
// Whole files in and out, so that a crash leaves the former file or the new one.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ecg {

/// kIo with the system's own words about `path`.
Error system_error(const std::string& what, const std::filesystem::path& path);

/// Whole file. kMissingFile or kIo.
Result<std::vector<std::uint8_t>> read_whole_file(const std::filesystem::path& path);

/// Writes `parts` one after another beside `path` (".tmp"), fsync, rename over `path`, fsync of the
/// folder.
Result<void> write_file_atomically(const std::filesystem::path& path,
                                   std::span<const std::span<const std::uint8_t>> parts);
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// Makes names in a folder durable after files in it were made, renamed or removed.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace ecg
