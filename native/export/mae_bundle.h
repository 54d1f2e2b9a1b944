#pragma once
// What a bundle holds of a masked autoencoder.

#include "export/bundle.h"
#include "export/named_weights.h"
#include "nn/masked_autoencoder.h"

namespace ecg {

/// What of a masked autoencoder a bundle holds: no decoder if it was never trained.
enum class MaeParts { kEncoder, kEncoderAndDecoder };

/// Graphs encode and reconstruct, as far as asked for, and golden cases that LibTorch answers with
/// hidden tokens left out. The model is switched to evaluation mode on the CPU. Throws Failure
/// (kInconsistent) if `info.input` does not fit the model's leads, samples and patches.
BundleModel mae_bundle(MaskedAutoencoder& model, const BundleInfo& info,
                       MaeParts parts = MaeParts::kEncoderAndDecoder);

/// Adds the graphs encode and, with the decoder, reconstruct of these weights (mae_export.h) to a
/// bundle.
void add_mae_graphs(BundleModel& bundle, const MaeConfig& config, NamedWeights weights,
                    std::int64_t shared_width = 0, MaeParts parts = MaeParts::kEncoderAndDecoder);

/// Writes it (write_bundle of bundle.h).
void write_bundle(MaskedAutoencoder& model, const BundleInfo& info,
                  const std::filesystem::path& folder);

}  // namespace ecg
