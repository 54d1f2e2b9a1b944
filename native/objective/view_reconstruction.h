#pragma once
// What systems with a masked autoencoder do with a view: encode what it shows, rebuild what it
// hides.

#include <vector>

#include "nn/masked_autoencoder.h"
#include "objective/batch.h"

namespace ecg {

/// What an encoder makes of a view.
struct EncodedView {
  torch::Tensor tokens;  ///< [batch, visible, width], of view.visible_index; without one, of all
  torch::Tensor pooled;  ///< [batch, width]: their mean over what is visible
};

/// By dropping hidden tokens where every record shows equally many, else by key masking, which
/// gives the same. patches: [batch, tokens, P] of what is shown; path_scale as
/// MaeEncoder::forward_visible.
EncodedView encode_view(MaeEncoderImpl& encoder, const torch::Tensor& patches, const View& view,
                        const torch::Tensor& path_scale);

/// A prediction for every token: [batch, tokens, P + 2]. condition as MaeDecoder::forward.
torch::Tensor decode_view(MaeDecoderImpl& decoder, const EncodedView& encoded, const View& view,
                          const torch::Tensor& condition = {});

/// Sums over the view's counted tokens of patch, level and spread (masked_reconstruction.h). Tokens
/// that cannot count, since every record shows them, are not decoded to the end.
std::vector<torch::Tensor> reconstruction_sums(MaeDecoderImpl& decoder, const EncodedView& encoded,
                                               const View& view, const MaeConfig& model,
                                               const torch::Tensor& condition = {});

}  // namespace ecg
