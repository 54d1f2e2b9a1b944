#pragma once
// TensorBoard event files, written directly: TFRecord frames of Event messages.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "corpus/files.h"

namespace ecg {

/// CRC-32C (Castagnoli), as TFRecord frames use it.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

/// One event file: scalars by step. TensorBoard reads all event files of a folder together, so
/// every part of a run writes one of its own.
class EventFile {
 public:
  /// Makes "events.out.tfevents.<seconds>.<number>" in `folder`, which is made if needed.
  /// TensorBoard forgets what earlier files say of steps after `first_step`. kIo.
  static Result<EventFile> create(const std::filesystem::path& folder, double wall_time_s,
                                  std::int64_t first_step);

  /// Adds scalars (tag, value) of a step.
  Result<void> add(std::int64_t step, double wall_time_s,
                   const std::vector<std::pair<std::string, double>>& scalars);

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  EventFile(std::FILE* file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}
  Result<void> write_frame(const std::string& message);

  std::unique_ptr<std::FILE, Closer> file_;
  std::filesystem::path path_;
};

}  // namespace ecg
