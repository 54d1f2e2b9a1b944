#include "objective/view_reconstruction.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "objective/masked_reconstruction.h"

namespace ecg {

EncodedView encode_view(MaeEncoderImpl& encoder, const torch::Tensor& patches, const View& view,
                        const torch::Tensor& path_scale) {
  if (view.visible_index.defined()) {
    const auto seen = encoder.forward_visible(patches, view.visible_index, path_scale);
    return {seen, seen.mean(1)};
  }
  const auto tokens = encoder.forward_masked(patches, view.visible, path_scale);
  return {tokens, mean_of_visible(tokens, view.visible)};
}

torch::Tensor decode_view(MaeDecoderImpl& decoder, const EncodedView& encoded, const View& view,
                          const torch::Tensor& condition) {
  return view.visible_index.defined()
             ? decoder.forward_seen(encoded.tokens, view.visible_index, {}, condition)
             : decoder.forward(encoded.tokens, view.visible, condition);
}

std::vector<torch::Tensor> reconstruction_sums(MaeDecoderImpl& decoder, const EncodedView& encoded,
                                               const View& view, const MaeConfig& model,
                                               const torch::Tensor& condition) {
  torch::Tensor patches = patches_from_signal(view.target, model.patch_samples);
  torch::Tensor counted = view.counted, prediction;
  if (view.visible_index.defined()) {
    const auto hidden = other_tokens(view.visible_index, patches.size(1));
    patches = gather_tokens(patches, hidden);
    counted = counted.gather(1, hidden);
    prediction = decoder.forward_seen(encoded.tokens, view.visible_index, hidden, condition);
  } else {
    prediction = decoder.forward(encoded.tokens, view.visible, condition);
  }
  const auto loss = masked_reconstruction_loss(prediction, patches, counted, model.patch_epsilon);
  const auto tokens = counted.sum();
  return {loss.patch * tokens, loss.level * tokens, loss.spread * tokens};
}

}  // namespace ecg
