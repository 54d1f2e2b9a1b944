#include "pretext/structured_masks.h"

#include <algorithm>
#include <cmath>

#include "pretext/mask_draw.h"

namespace ecg {
namespace {

using Flags = std::vector<std::uint8_t>;

Result<void> check_request(const TokenGrid& grid, double ratio) {
  if (auto ok = check_grid(grid); !ok) return ok;
  return check_ratio("the mask ratio", ratio);
}

std::size_t count_of(const Flags& flags) {
  return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), std::uint8_t{1}));
}

std::size_t below(std::size_t bound, RandomStream& random) {
  return random.below(static_cast<std::uint32_t>(bound));
}

TokenMask mask_from_leads(const TokenGrid& grid, const Flags& leads) {
  TokenMask mask;
  mask.reserve(grid.token_count());
  for (const std::uint8_t hidden : leads) mask.insert(mask.end(), grid.columns, hidden);
  return mask;
}

/// Spans of `length` at random places until exactly `wanted` columns are hidden.
Flags fill_with_spans(std::size_t columns, std::size_t length, std::size_t wanted,
                      RandomStream& random) {
  Flags flags(columns, 0);
  length = std::min(length, columns);
  std::size_t hidden = 0;
  while (hidden < wanted) {
    // Spans may begin before the first column, so that the edges are hidden as often as the middle.
    const std::size_t end = 1 + below(columns + length - 1, random);
    const std::size_t begin = end > length ? end - length : 0;
    for (std::size_t i = begin; i < std::min(end, columns) && hidden < wanted; ++i) {
      hidden += flags[i] == 0;
      flags[i] = 1;
    }
  }
  return flags;
}

/// A random column among those for which `wanted(i)` holds; there is at least one.
template <typename Wanted>
std::size_t pick_column(const Flags& flags, Wanted wanted, RandomStream& random) {
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (wanted(i)) candidates.push_back(i);
  }
  return candidates[below(candidates.size(), random)];
}

bool beside_hidden(const Flags& flags, std::size_t i) {
  return (i > 0 && flags[i - 1]) || (i + 1 < flags.size() && flags[i + 1]);
}

/// Hides visible columns at the edges of hidden ones until `wanted` are. Precondition: one is.
void grow(Flags& flags, std::size_t wanted, RandomStream& random) {
  for (std::size_t hidden = count_of(flags); hidden < wanted; ++hidden) {
    flags[pick_column(
        flags, [&](std::size_t i) { return !flags[i] && beside_hidden(flags, i); }, random)] = 1;
  }
}

/// Shows hidden columns, drawn uniformly, until `wanted` are left.
void trim(Flags& flags, std::size_t wanted, RandomStream& random) {
  for (std::size_t hidden = count_of(flags); hidden > wanted; --hidden) {
    flags[pick_column(
        flags, [&](std::size_t i) { return flags[i] != 0; }, random)] = 0;
  }
}

/// Shows hidden columns at the edges of hidden stretches until `wanted` are left.
void shrink(Flags& flags, std::size_t wanted, RandomStream& random) {
  const auto at_edge = [&](std::size_t i) {
    return flags[i] && ((i > 0 && !flags[i - 1]) || (i + 1 < flags.size() && !flags[i + 1]) ||
                        flags.size() == count_of(flags));
  };
  for (std::size_t hidden = count_of(flags); hidden > wanted; --hidden) {
    flags[pick_column(flags, at_edge, random)] = 0;
  }
}

Result<void> check_spans(std::size_t columns, const SpanOptions& options) {
  if (auto ok = check_ratio("the span ratio", options.ratio); !ok) return ok;
  if (options.length > 0 && columns >= options.length + 2) return {};
  return invalid_mask("spans of " + std::to_string(options.length) + " columns in a grid of " +
                          std::to_string(columns),
                      "choose shorter patches or shorter spans");
}

/// Spans per draw before chance rounds them up or down.
double spans_per_draw(std::size_t columns, const SpanOptions& options) {
  return options.ratio * static_cast<double>(columns) / static_cast<double>(options.length);
}

std::size_t at_least_two(double spans, std::size_t starts) {
  return std::min(std::max<std::size_t>(2, static_cast<std::size_t>(spans)), starts);
}

/// Columns hidden on average by exactly `spans` spans.
double mean_union(std::size_t columns, std::size_t length, std::size_t spans) {
  const std::size_t starts = columns - length;
  double sum = 0;
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t first = column + 1 > length ? column + 1 - length : 0;
    const std::size_t last = std::min(column + 1, starts);
    const std::size_t covering = last > first ? last - first : 0;
    double missed = 1;
    for (std::size_t i = 0; i < spans; ++i) {
      missed *= starts - covering > i
                    ? static_cast<double>(starts - covering - i) / static_cast<double>(starts - i)
                    : 0.0;
    }
    sum += 1 - missed;
  }
  return sum;
}

}  // namespace

Result<TokenMask> column_mask(const TokenGrid& grid, double ratio, RandomStream& random) {
  if (auto ok = check_request(grid, ratio); !ok) return ok.error();
  return mask_from_columns(grid, draw_flags(grid.columns, hidden_of(ratio, grid.columns), random));
}

Result<TokenMask> lead_mask(const TokenGrid& grid, double ratio, RandomStream& random) {
  if (auto ok = check_request(grid, ratio); !ok) return ok.error();
  return mask_from_leads(grid, draw_flags(grid.leads, hidden_of(ratio, grid.leads), random));
}

Result<TokenMask> random_lead_mask(const TokenGrid& grid, double probability,
                                   RandomStream& random) {
  if (auto ok = check_request(grid, probability); !ok) return ok.error();
  // Nearly certain hiding would repeat the draw nearly for ever.
  if (probability > 0.99) {
    return invalid_mask("the probability to hide a lead is " + std::to_string(probability),
                        "choose at most 0.99, so that a lead stays visible");
  }
  Flags leads(grid.leads);
  do {
    for (std::uint8_t& hidden : leads) hidden = random.bernoulli(probability);
  } while (count_of(leads) == grid.leads);
  return mask_from_leads(grid, leads);
}

Result<TokenMask> per_lead_mask(const TokenGrid& grid, double ratio, RandomStream& random) {
  if (auto ok = check_request(grid, ratio); !ok) return ok.error();
  TokenMask mask;
  mask.reserve(grid.token_count());
  for (std::size_t lead = 0; lead < grid.leads; ++lead) {
    const Flags flags = draw_flags(grid.columns, hidden_of(ratio, grid.columns), random);
    mask.insert(mask.end(), flags.begin(), flags.end());
  }
  return mask;
}

Result<TokenMask> multi_scale_mask(const TokenGrid& grid, double sampling_rate_hz,
                                   const MultiScaleOptions& options, RandomStream& random) {
  if (auto ok = check_request(grid, options.ratio); !ok) return ok.error();
  const double span_s = options.span_s[below(options.span_s.size(), random)];
  const double exact = span_s * sampling_rate_hz / static_cast<double>(grid.patch_samples);
  if (!(exact > 0 && exact < 1e6)) {
    return invalid_mask(
        "a span of " + std::to_string(span_s) + " s at " + std::to_string(sampling_rate_hz) + " Hz",
        "give the sampling rate of the grid and spans above 0 s");
  }
  const auto length = static_cast<std::size_t>(std::max(1.0, std::floor(exact + 0.5)));
  const std::size_t wanted = hidden_of(options.ratio, grid.columns);
  if (!random.bernoulli(options.per_lead_probability)) {
    return mask_from_columns(grid, fill_with_spans(grid.columns, length, wanted, random));
  }
  TokenMask mask;
  mask.reserve(grid.token_count());
  for (std::size_t lead = 0; lead < grid.leads; ++lead) {
    const Flags flags = fill_with_spans(grid.columns, length, wanted, random);
    mask.insert(mask.end(), flags.begin(), flags.end());
  }
  return mask;
}

Result<Flags> draw_spans(std::size_t columns, const SpanOptions& options, RandomStream& random) {
  if (auto ok = check_spans(columns, options); !ok) return ok.error();
  const std::size_t starts = columns - options.length;
  const std::size_t spans =
      at_least_two(spans_per_draw(columns, options) + random.uniform(), starts);
  const Flags begins = draw_flags(starts, spans, random);
  Flags flags(columns, 0);
  for (std::size_t begin = 0; begin < starts; ++begin) {
    for (std::size_t i = 0; begins[begin] && i < options.length; ++i) flags[begin + i] = 1;
  }
  return flags;
}

double expected_span_columns(std::size_t columns, const SpanOptions& options) {
  if (!check_spans(columns, options)) return 0;
  const double spans = spans_per_draw(columns, options);
  const double rounded_up = spans - std::floor(spans);
  const std::size_t starts = columns - options.length;
  return (1 - rounded_up) * mean_union(columns, options.length, at_least_two(spans, starts)) +
         rounded_up * mean_union(columns, options.length, at_least_two(spans + 1, starts));
}

Result<TokenMask> span_mask(const TokenGrid& grid, const SpanOptions& options,
                            RandomStream& random) {
  if (auto ok = check_grid(grid); !ok) return ok.error();
  auto flags = draw_spans(grid.columns, options, random);
  if (!flags) return flags.error();
  const auto expected = static_cast<std::size_t>(expected_span_columns(grid.columns, options));
  const std::size_t wanted = std::min(expected, grid.columns - 1);
  trim(*flags, wanted, random);
  grow(*flags, wanted, random);
  return mask_from_columns(grid, *flags);
}

Result<TokenMask> block_mask(const TokenGrid& grid, const BlockOptions& options,
                             RandomStream& random) {
  if (auto ok = check_request(grid, options.ratio); !ok) return ok.error();
  if (options.blocks == 0 || !(options.smallest_share > 0) || !(options.largest_share <= 1) ||
      !(options.smallest_share <= options.largest_share)) {
    return invalid_mask("the blocks have no possible size",
                        "choose at least one block and shares 0 < smallest <= largest <= 1");
  }
  Flags flags(grid.columns, 0);
  for (std::size_t block = 0; block < options.blocks; ++block) {
    const double share = random.uniform(options.smallest_share, options.largest_share);
    const double exact = std::floor(share * static_cast<double>(grid.columns) + 0.5);
    const auto length = std::clamp(static_cast<std::size_t>(exact), std::size_t{1}, grid.columns);
    const std::size_t begin = below(grid.columns - length + 1, random);
    for (std::size_t i = 0; i < length; ++i) flags[begin + i] = 1;
  }
  const std::size_t wanted = hidden_of(options.ratio, grid.columns);
  shrink(flags, wanted, random);
  if (wanted > 0) grow(flags, wanted, random);
  return mask_from_columns(grid, flags);
}

}  // namespace ecg
