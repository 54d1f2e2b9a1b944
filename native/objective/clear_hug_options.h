#pragma once
// What CLEAR-HUG needs beside sizes and input, as plain values.

#include <cstdint>
#include <vector>

#include "core/result.h"

namespace ecg {

/// [clear_hug] of a preset. Sizes of the stacks are those of [model], but for the width of the
/// feed-forward layers.
struct ClearHugOptions {
  double mask_ratio = 0.8;          ///< share of a record's beats that are hidden
  std::int64_t most_beats = 15;     ///< tokens per lead; later beats are left out
  std::int64_t beat_samples = 96;   ///< samples of a token, even: 0.96 s at 100 Hz
  std::int64_t ffn_width = 192;     ///< hidden width of the feed-forward layers of both stacks
  std::int64_t amplitude = 1;       ///< 1: a token also knows the log deviation of its beat
  double level_weight = 0.1;        ///< of level and spread of a beat beside its shape; 0 = neither
  std::int64_t padding_tokens = 0;  ///< 1: missing beats count as tokens (zeros), as CLEAR's code
                                    ///< has it; 0: they are neither seen nor predicted
};

struct ConfigField;
std::vector<ConfigField> fields_of(ClearHugOptions& options);

/// Success, or kBadValue naming the field.
Result<void> check_clear_hug(const ClearHugOptions& options);

}  // namespace ecg
