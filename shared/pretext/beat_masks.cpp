#include "pretext/beat_masks.h"

#include <algorithm>
#include <numeric>

#include "pretext/mask_draw.h"

namespace ecg {
namespace {

using Columns = std::vector<std::size_t>;

Result<void> check(const TokenGrid& grid, std::span<const SampleIndex> r_peaks, double ratio) {
  if (auto ok = check_grid(grid); !ok) return ok;
  if (auto ok = check_ratio("the mask ratio", ratio); !ok) return ok;
  if (r_peaks.empty()) {
    return Error{ErrorCode::kInsufficientData,
                 "no R peak, so no beat to hide",
                 "give the recording's R peaks, or choose a mask of columns",
                 "",
                 {}};
  }
  if (r_peaks.front() < 0 ||
      std::adjacent_find(r_peaks.begin(), r_peaks.end(), std::greater_equal<>()) != r_peaks.end()) {
    return invalid_mask("the R peaks do not ascend from sample 0 on", "sort them, each once");
  }
  return {};
}

/// Twice the distance of a column's middle from a sample.
SampleIndex distance(const TokenGrid& grid, std::size_t column, SampleIndex sample) {
  const SampleIndex twice = grid.begin_sample(column) + grid.end_sample(column) - 1 - 2 * sample;
  return twice < 0 ? -twice : twice;
}

/// The columns of every beat, those nearest to its R peak first.
std::vector<Columns> columns_of_beats(const TokenGrid& grid, std::span<const SampleIndex> r_peaks) {
  std::vector<Columns> beats(r_peaks.size());
  std::size_t beat = 0;
  for (std::size_t column = 0; column < grid.columns; ++column) {
    while (beat + 1 < r_peaks.size() &&
           distance(grid, column, r_peaks[beat + 1]) < distance(grid, column, r_peaks[beat])) {
      ++beat;
    }
    beats[beat].push_back(column);
  }
  for (std::size_t i = 0; i < beats.size(); ++i) {
    std::stable_sort(beats[i].begin(), beats[i].end(), [&](std::size_t a, std::size_t b) {
      return distance(grid, a, r_peaks[i]) < distance(grid, b, r_peaks[i]);
    });
  }
  return beats;
}

/// 0 .. count - 1 in random order.
std::vector<std::size_t> random_order(std::size_t count, RandomStream& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(std::span(order));
  return order;
}

}  // namespace

Result<TokenMask> beat_mask(const TokenGrid& grid, std::span<const SampleIndex> r_peaks,
                            double ratio, RandomStream& random) {
  if (auto ok = check(grid, r_peaks, ratio); !ok) return ok.error();
  const std::vector<Columns> beats = columns_of_beats(grid, r_peaks);
  std::size_t left = hidden_of(ratio, grid.columns);
  std::vector<std::uint8_t> hidden(grid.columns, 0);
  for (const std::size_t beat : random_order(beats.size(), random)) {
    const std::size_t count = std::min(left, beats[beat].size());
    for (std::size_t i = 0; i < count; ++i) hidden[beats[beat][i]] = 1;
    left -= count;
  }
  return mask_from_columns(grid, hidden);
}

Result<TokenMask> beat_token_mask(const TokenGrid& grid, std::span<const SampleIndex> r_peaks,
                                  double ratio, RandomStream& random) {
  if (auto ok = check(grid, r_peaks, ratio); !ok) return ok.error();
  const std::vector<Columns> beats = columns_of_beats(grid, r_peaks);
  std::size_t left = hidden_of(ratio, grid.token_count());
  TokenMask mask(grid.token_count(), 0);
  for (const std::size_t token : random_order(grid.leads * beats.size(), random)) {
    const Columns& columns = beats[token % beats.size()];
    const std::size_t count = std::min(left, columns.size());
    for (std::size_t i = 0; i < count; ++i) {
      mask[grid.token(token / beats.size(), columns[i])] = 1;
    }
    left -= count;
  }
  return mask;
}

}  // namespace ecg
