#pragma once
// ArcFace (Deng et al. 2019): a classifier over persons whose embeddings then tell persons apart
// that it never saw.

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

namespace ecg {

/// Margin and scale. The defaults are those of fairseq-signals' ECG configuration (its class has 32
/// and 0.5).
struct ArcFaceOptions {
  double scale = 192;  ///< of cosines, to logits
  double margin = 1;   ///< radians between a person's embeddings and the next person's
};

/// Logits from cosines [batch, persons] and persons [batch] int64: scale * cosine, but for the own
/// person, at angle th, scale * cos(th + margin); where th + margin would pass pi (cos th <=
/// cos(pi - margin)) scale * (cos th - margin * sin margin) instead, which keeps falling (the
/// reference implementation's fallback). sin th is taken as at least sqrt(1e-7): its slope at 0 is
/// infinite.
torch::Tensor arcface_logits(const torch::Tensor& cosine, const torch::Tensor& person,
                             const ArcFaceOptions& options);

/// Parameter: weight[persons, width], of which only directions count.
class ArcFaceHeadImpl : public torch::nn::Module {
 public:
  /// Weights: Xavier from counters under `seed`.
  ArcFaceHeadImpl(std::int64_t width, std::int64_t persons, std::uint64_t seed);

  /// Cosines of embeddings [batch, width] of any length with every person, [batch, persons].
  torch::Tensor cosine(const torch::Tensor& embedding);

  /// Mean cross-entropy of arcface_logits. In float32 (float64 stays) whatever autocast says.
  torch::Tensor loss(const torch::Tensor& embedding, const torch::Tensor& person,
                     const ArcFaceOptions& options = {});

  torch::Tensor weight;
};
TORCH_MODULE(ArcFaceHead);

}  // namespace ecg
