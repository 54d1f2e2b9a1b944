#include "train/gradient_guard.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "corpus/failure.h"

namespace ecg {

GradientGuard::GradientGuard(std::filesystem::path run, std::int64_t most,
                             std::function<void(const std::string&)> say)
    : run_(std::move(run)), most_(most), say_(std::move(say)) {}

bool GradientGuard::admit(std::int64_t step, double gradient_norm, const Corpus& corpus,
                          std::span<const Turn> turns, std::int64_t& in_a_row) {
  if (std::isfinite(gradient_norm)) {
    in_a_row = 0;
    return true;
  }
  ++in_a_row;
  if (say_) say_("step " + std::to_string(step) + ": gradient not finite, skipped");
  if (!run_.empty()) list(step, gradient_norm, corpus, turns);
  if (in_a_row < most_) return false;
  throw Failure(
      {ErrorCode::kBadValue,
       "the training diverged: the gradients of " + std::to_string(in_a_row) +
           " steps in a row are not finite",
       "lower schedule.peak_lr, look at the records in skipped.jsonl; the last checkpoint "
       "is intact",
       run_.string(),
       {}});
}

void GradientGuard::list(std::int64_t step, double gradient_norm, const Corpus& corpus,
                         std::span<const Turn> turns) const {
  nlohmann::ordered_json line;
  line["step"] = step;
  line["gradient_norm"] = std::isnan(gradient_norm) ? "nan" : "inf";
  for (const Turn& turn : turns) line["records"].push_back(corpus.index()[turn.record].name);
  const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  auto log = LineLog::open(run_ / kSkippedFile);
  const auto written = log ? log->append(text) : Result<void>(log.error());
  if (!written && say_) say_(to_string(written.error()));
}

}  // namespace ecg
