#pragma once
// Size of a masked autoencoder. Plain values: no LibTorch here.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/lead.h"
#include "core/result.h"

namespace ecg {

/// Rows of the lead embedding tables: one per `Lead` value, kOther included. A lead keeps its row
/// whatever the order or number of leads, so both are data and not part of the weights.
inline constexpr std::int64_t kLeadRows = static_cast<std::int64_t>(Lead::kOther) + 1;

/// Groups of a convolutional stem's norms, which its channels are a multiple of.
inline constexpr std::int64_t kStemGroups = 4;

/// A pre-norm vision transformer that reads patches of single leads and reconstructs hidden ones.
/// Token index = lead * columns + column.
struct MaeConfig {
  std::vector<Lead> leads{kTwelveLeads.begin(), kTwelveLeads.end()};  ///< rows of the signal
  std::int64_t columns = 20;                                          ///< patches per lead
  std::int64_t patch_samples = 50;                                    ///< samples per patch

  std::int64_t width = 96;  ///< encoder token width D, a multiple of `heads` and even
  std::int64_t depth = 4;   ///< encoder blocks
  std::int64_t heads = 4;   ///< encoder attention heads
  double mlp_ratio = 4;     ///< hidden width of a block's MLP / its token width

  /// How a patch becomes a token: "linear", or "conv" = that and a convolutional stem inside the
  /// patch (patch_stem.h), added.
  std::string stem = "linear";
  std::int64_t stem_channels = 32;  ///< of "conv", a multiple of 4

  std::int64_t decoder_width = 64;
  std::int64_t decoder_depth = 2;
  std::int64_t decoder_heads = 4;

  /// Of columns: "sine_cosine", a fixed table, or "learned", a table that starts as that one.
  std::string positions = "sine_cosine";

  /// Added to a patch's variance before its square root: t = (x - mean) / sqrt(var + epsilon).
  double patch_epsilon = 1e-4;

  std::int64_t lead_count() const { return static_cast<std::int64_t>(leads.size()); }
  std::int64_t token_count() const { return lead_count() * columns; }
  std::int64_t samples() const { return columns * patch_samples; }
  bool has_stem() const { return stem == "conv"; }
  std::int64_t mlp_width() const { return mlp_width_of(width); }
  std::int64_t decoder_mlp_width() const { return mlp_width_of(decoder_width); }

  bool operator==(const MaeConfig&) const = default;

 private:
  std::int64_t mlp_width_of(std::int64_t token_width) const {
    return static_cast<std::int64_t>(static_cast<double>(token_width) * mlp_ratio);
  }
};

/// Whether a model of this size can be built; the error names the field and its bounds.
Result<void> check_mae_config(const MaeConfig& config);

/// The configuration as a JSON object (lead names spelled out), and back.
std::string json_from_mae_config(const MaeConfig& config);
Result<MaeConfig> mae_config_from_json(std::string_view json);

/// Floating-point operations of one record's forward and backward pass: matrix products and
/// attention of the encoder over `visible` tokens and of the decoder over all (its last block and
/// its head: for the others alone), a multiplication and an addition as two, backward as twice
/// forward. Norms, activations and the optimiser are left out, as is usual.
double training_flops(const MaeConfig& model, std::int64_t visible);

}  // namespace ecg
