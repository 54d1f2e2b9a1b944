#pragma once
// Whole files in and out, so that a crash leaves the former file or the new one.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
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

/// A file in memory through the system's page cache. Movable and cheap to copy; the map lives as
/// long as a copy does.
class MappedFile {
 public:
  /// An empty file gives no bytes. kMissingFile or kIo.
  static Result<MappedFile> open(const std::filesystem::path& path);

  std::span<const std::uint8_t> bytes() const;
  std::string_view text() const;

 private:
  struct Map;
  std::shared_ptr<const Map> map_;
};

/// Writes `parts` one after another beside `path` (".tmp"), fsync, rename over `path`, fsync of the
/// folder. What was written is removed again when the system refuses (a full disk).
Result<void> write_file_atomically(const std::filesystem::path& path,
                                   std::span<const std::span<const std::uint8_t>> parts);
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// A text file that grows line by line; every line is with the system before `append` returns.
class LineLog {
 public:
  /// Opens `path` for appending; it is made if it is not there. kIo.
  static Result<LineLog> open(const std::filesystem::path& path);

  /// Adds `line` and a line break. kIo, naming the file: what was written before stays.
  Result<void> append(std::string_view line);

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  LineLog(std::FILE* file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}
  std::unique_ptr<std::FILE, Closer> file_;
  std::filesystem::path path_;
};

/// Makes names in a folder durable after files in it were made, renamed or removed.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace ecg
