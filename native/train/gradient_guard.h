#pragma once
// What happens when a gradient is not finite: the step is left out, its records are listed, and too
// many of them in a row end the run.

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "corpus/corpus.h"
#include "corpus/files.h"
#include "train/batch_reader.h"

namespace ecg {

/// File of a run folder: one JSON object per step that was left out.
inline constexpr const char* kSkippedFile = "skipped.jsonl";

/// Judges gradients by the norm of all of them together, which clipping computes anyway: a finite
/// loss can have a gradient that is not finite. The learning rate schedule goes on regardless.
class GradientGuard {
 public:
  /// `most` steps left out in a row end the run. `run` empty: nothing is written.
  GradientGuard(std::filesystem::path run, std::int64_t most,
                std::function<void(const std::string&)> say);

  /// Whether step `step` (from 0) may be taken. If not, the names of its records are listed; throws
  /// Failure after `most` in a row. `in_a_row` is kept with the run's position.
  bool admit(std::int64_t step, double gradient_norm, const Corpus& corpus,
             std::span<const Turn> turns, std::int64_t& in_a_row);

 private:
  void list(std::int64_t step, double gradient_norm, const Corpus& corpus,
            std::span<const Turn> turns) const;

  std::filesystem::path run_;
  std::int64_t most_;
  std::function<void(const std::string&)> say_;
};

}  // namespace ecg
