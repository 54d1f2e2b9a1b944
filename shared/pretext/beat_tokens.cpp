#include "pretext/beat_tokens.h"

#include <algorithm>
#include <string>

#include "core/assert.h"

namespace ecg {
namespace {

Result<void> check(SampleIndex sample_count, std::span<const SampleIndex> r_peaks,
                   std::size_t leads, const BeatTokenOptions& options) {
  if (leads == 0 || options.width < 2 || options.width % 2 != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "beat tokens of " + std::to_string(options.width) + " samples in " +
                     std::to_string(leads) + " leads",
                 "choose an even width and at least one lead",
                 "",
                 {}};
  }
  if (r_peaks.empty()) {
    return Error{ErrorCode::kInsufficientData,
                 "no R peak, so no beat token",
                 "give the recording's R peaks, or use patches of equal length",
                 "",
                 {}};
  }
  SampleIndex previous = -1;
  for (const SampleIndex peak : r_peaks) {
    if (peak <= previous || peak >= sample_count) {
      return Error{ErrorCode::kInvalidArgument,
                   "an R peak at sample " + std::to_string(peak) + " after one at " +
                       std::to_string(previous) + " of " + std::to_string(sample_count),
                   "give ascending R peaks within the recording",
                   "",
                   {}};
    }
    previous = peak;
  }
  return {};
}

}  // namespace

std::size_t BeatTokens::beat_at(SampleIndex sample) const {
  const auto after = std::upper_bound(
      beats.begin(), beats.end(), sample,
      [](SampleIndex wanted, const BeatWindow& window) { return wanted < window.end; });
  if (after == beats.end() || sample < after->begin) return beats.size();
  return static_cast<std::size_t>(after - beats.begin());
}

Result<BeatTokens> beat_tokens(SampleIndex sample_count, std::span<const SampleIndex> r_peaks,
                               std::size_t leads, const BeatTokenOptions& options) {
  if (const auto ok = check(sample_count, r_peaks, leads, options); !ok) return ok.error();
  const SampleIndex half = options.width / 2;
  BeatTokens tokens{leads, options.width, {}};
  std::size_t count = r_peaks.size();
  if (options.most_beats > 0) count = std::min(count, options.most_beats);
  for (std::size_t beat = 0; beat < count; ++beat) {
    const SampleIndex r = r_peaks[beat];
    const SampleIndex earliest = beat == 0 ? 0 : (r_peaks[beat - 1] + r + 1) / 2;
    const SampleIndex latest =
        beat + 1 == r_peaks.size() ? sample_count : (r + r_peaks[beat + 1] + 1) / 2;
    tokens.beats.push_back({r, std::max(earliest, r - half), std::min(latest, r + half)});
  }
  return tokens;
}

void read_beat_tokens(SignalView signal, const BeatTokens& tokens, std::span<float> out) {
  const auto width = static_cast<std::size_t>(tokens.width);
  ECG_ASSERT(signal.lead_count == tokens.leads && out.size() == tokens.token_count() * width);
  std::fill(out.begin(), out.end(), 0.0f);
  for (std::size_t token = 0; token < tokens.token_count(); ++token) {
    const BeatWindow& window = tokens.beats[tokens.beat_of(token)];
    const auto from = signal.lead(tokens.lead_of(token));
    const auto offset = tokens.offset_of(tokens.beat_of(token), window.begin);
    std::copy(from.begin() + window.begin, from.begin() + window.end,
              out.begin() + static_cast<std::ptrdiff_t>(token * width) + offset);
  }
}

void write_beat_tokens(std::span<const float> values, const BeatTokens& tokens, Signal& signal) {
  const auto width = static_cast<std::size_t>(tokens.width);
  ECG_ASSERT(signal.lead_count() == tokens.leads && values.size() == tokens.token_count() * width);
  for (std::size_t token = 0; token < tokens.token_count(); ++token) {
    const BeatWindow& window = tokens.beats[tokens.beat_of(token)];
    const auto offset = tokens.offset_of(tokens.beat_of(token), window.begin);
    const auto from = values.begin() + static_cast<std::ptrdiff_t>(token * width) + offset;
    std::copy(from, from + (window.end - window.begin),
              signal.lead(tokens.lead_of(token)).begin() + window.begin);
  }
}

TokenMask patches_of_beats(const TokenMask& beat_mask, const BeatTokens& tokens,
                           const TokenGrid& grid) {
  ECG_ASSERT(beat_mask.size() == tokens.token_count() && grid.leads == tokens.leads);
  TokenMask mask(grid.token_count(), 0);
  for (std::size_t token = 0; token < beat_mask.size(); ++token) {
    if (!beat_mask[token]) continue;
    const BeatWindow& window = tokens.beats[tokens.beat_of(token)];
    const std::size_t last = std::min(grid.column_at(window.end - 1) + 1, grid.columns);
    for (std::size_t column = grid.column_at(window.begin); column < last; ++column) {
      mask[grid.token(tokens.lead_of(token), column)] = 1;
    }
  }
  return mask;
}

TokenMask beats_of_patches(const TokenMask& patch_mask, const TokenGrid& grid,
                           const BeatTokens& tokens) {
  ECG_ASSERT(patch_mask.size() == grid.token_count() && grid.leads == tokens.leads);
  TokenMask mask(tokens.token_count(), 0);
  for (std::size_t token = 0; token < mask.size(); ++token) {
    const BeatWindow& window = tokens.beats[tokens.beat_of(token)];
    SampleIndex hidden = 0;
    for (std::size_t column = grid.column_at(window.begin);
         column < grid.columns && grid.begin_sample(column) < window.end; ++column) {
      if (!patch_mask[grid.token(tokens.lead_of(token), column)]) continue;
      hidden += std::min(grid.end_sample(column), window.end) -
                std::max(grid.begin_sample(column), window.begin);
    }
    mask[token] = 2 * hidden > window.end - window.begin;
  }
  return mask;
}

}  // namespace ecg
