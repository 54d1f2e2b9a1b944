#pragma once
// Heads that turn what an encoder gives into logits of classes.

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/lead.h"
#include "nn/encoded_batch.h"
#include "nn/hug_head.h"

namespace ecg {

/// Kinds of heads by name: "linear" (on the record's embedding) and "attention" (one learned query
/// per attention head pools the tokens, then linear).
const std::vector<std::string>& head_kinds();

/// Parameters of "linear": output.{weight[C,D],bias}. Of "attention": norm.{weight,bias}, query[D],
/// key.{weight,bias}, value.{weight,bias}, output.{weight[C,D],bias}. Of "hug": hug.* of HugHead.
class ClassifierHeadImpl : public torch::nn::Module {
 public:
  /// Precondition: `kind` is one of head_kinds(); `width` is that of the encoder's embeddings,
  /// `leads` those of its signal.
  /// Weights follow from `seed`; the output starts at 0, every probability at one half.
  ClassifierHeadImpl(const std::string& kind, const std::vector<Lead>& leads, std::int64_t width,
                     std::int64_t classes, std::uint64_t seed);

  const std::string& kind() const { return kind_; }
  std::int64_t classes() const { return final_layer()->weight.size(0); }
  std::int64_t width() const { return final_layer()->weight.size(1); }

  /// The linear layer whose outputs are the logits.
  const torch::nn::Linear& final_layer() const { return kind_ == "hug" ? hug->output : output; }

  /// [batch, classes]. Tokens whose row is 0 (absent leads) are not attended to; a record without
  /// any token pools to 0. "hug" throws c10::Error where tokens do not lie lead by lead.
  torch::Tensor forward(const EncodedBatch& encoded);

  torch::nn::LayerNorm norm{nullptr};
  torch::Tensor query;
  torch::nn::Linear key{nullptr}, value{nullptr}, output{nullptr};
  HugHead hug{nullptr};

 private:
  torch::Tensor pool(const torch::Tensor& tokens);
  torch::Tensor by_leads(const torch::Tensor& tokens);

  std::string kind_;
  std::int64_t heads_ = 1, leads_ = 0;
};
TORCH_MODULE(ClassifierHead);

}  // namespace ecg
