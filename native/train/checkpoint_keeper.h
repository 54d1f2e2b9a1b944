#pragma once
// Saving through a run: only what is sound, and a disk that is full for a while is no end.

#include <filesystem>
#include <functional>
#include <string>

#include "train/checkpoint.h"

namespace ecg {

/// Saves that may fail one after another before a run ends.
inline constexpr int kMostFailedSaves = 3;

/// Writes the checkpoints of one run folder.
class CheckpointKeeper {
 public:
  CheckpointKeeper(std::filesystem::path run, std::int64_t keep,
                   std::function<void(const std::string&)> say);

  /// Saves step `step`. When the system refuses (full disk), says so and goes on: the checkpoints
  /// before stay, and the next save tries again. Throws Failure when weights are not finite, when
  /// kMostFailedSaves in a row were refused, or when this one was and is the `last` of the run.
  void save(std::int64_t step, const TensorFile& content, bool last);

  /// Saves the best model so far under kBestFile. False, and said, when the system refuses. Throws
  /// Failure when weights are not finite.
  bool save_best(const TensorFile& content);

 private:
  void tell(const Error& error) const;

  std::filesystem::path run_;
  std::int64_t keep_;
  std::function<void(const std::string&)> say_;
  int failed_in_a_row_ = 0;
};

}  // namespace ecg
