#include "objective/lead_agnostic_draws.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/assert.h"

namespace ecg {
namespace {

// Covers spans in `hidden` until at least `count` steps are; returns how many are.
std::int64_t cover_spans(std::vector<std::uint8_t>& hidden, std::int64_t count, std::int64_t span,
                         RandomStream& random) {
  const auto steps = static_cast<std::int64_t>(hidden.size());
  const std::int64_t length = std::clamp<std::int64_t>(span, 1, steps - 1);
  std::vector<std::int64_t> starts(static_cast<std::size_t>(steps - length));
  std::iota(starts.begin(), starts.end(), 0);
  random.shuffle(std::span<std::int64_t>(starts));
  std::int64_t covered = 0;
  for (const std::int64_t start : starts) {
    if (covered >= count) break;
    for (std::int64_t step = start; step < start + length; ++step) {
      auto& flag = hidden[static_cast<std::size_t>(step)];
      covered += flag == 0 ? 1 : 0;
      flag = 1;
    }
  }
  return covered;
}

}  // namespace

std::int64_t span_mask_count(std::int64_t steps, const SpanMaskOptions& options) {
  const auto count =
      static_cast<std::int64_t>(std::lround(options.share * static_cast<double>(steps)));
  return std::clamp<std::int64_t>(count, 2, steps - 1);
}

std::vector<std::int64_t> draw_span_mask(std::int64_t steps, const SpanMaskOptions& options,
                                         RandomStream& random) {
  ECG_ASSERT(steps >= 3);
  const std::int64_t count = span_mask_count(steps, options);
  std::vector<std::uint8_t> flags(static_cast<std::size_t>(steps));
  cover_spans(flags, count, options.span, random);
  std::vector<std::int64_t> hidden;
  for (std::int64_t step = 0; step < steps; ++step) {
    if (flags[static_cast<std::size_t>(step)] != 0) hidden.push_back(step);
  }
  random.shuffle(std::span<std::int64_t>(hidden));
  hidden.resize(static_cast<std::size_t>(count));
  std::sort(hidden.begin(), hidden.end());
  return hidden;
}

std::vector<std::int64_t> draw_negatives(std::int64_t count, std::int64_t negatives,
                                         RandomStream& random) {
  ECG_ASSERT(count >= 2);
  std::vector<std::int64_t> out;
  out.reserve(static_cast<std::size_t>(count * negatives));
  for (std::int64_t step = 0; step < count; ++step) {
    for (std::int64_t i = 0; i < negatives; ++i) {
      const std::int64_t other = random.below(static_cast<std::uint32_t>(count - 1));
      out.push_back(other >= step ? other + 1 : other);
    }
  }
  return out;
}

std::vector<std::uint8_t> draw_kept_leads(std::span<const std::uint8_t> present,
                                          double drop_probability, RandomStream& random) {
  std::vector<std::uint8_t> kept(present.begin(), present.end());
  std::vector<std::size_t> candidates;
  bool any = false;
  for (std::size_t lead = 0; lead < kept.size(); ++lead) {
    const bool dropped = random.bernoulli(drop_probability);  // drawn for absent leads too
    if (present[lead] == 0) continue;
    candidates.push_back(lead);
    kept[lead] = dropped ? 0 : 1;
    any = any || !dropped;
  }
  if (any || candidates.empty()) return kept;
  kept[candidates[random.below(static_cast<std::uint32_t>(candidates.size()))]] = 1;
  return kept;
}

}  // namespace ecg
