#include "objective/arcface.h"

#include <torch/nn/functional/loss.h>
#include <torch/nn/functional/normalization.h>

#include <cmath>
#include <numbers>

#include "core/philox.h"

namespace ecg {
namespace {

constexpr double kSmallestSquare = 1e-7;  ///< of sin th

torch::Tensor unit_rows(const torch::Tensor& rows) {
  return torch::nn::functional::normalize(
      rows, torch::nn::functional::NormalizeFuncOptions().p(2).dim(-1));
}

torch::Tensor widened(const torch::Tensor& x) {
  return x.scalar_type() == torch::kFloat64 ? x : x.to(torch::kFloat32);
}

}  // namespace

torch::Tensor arcface_logits(const torch::Tensor& cosine, const torch::Tensor& person,
                             const ArcFaceOptions& options) {
  const double margin = options.margin;
  const auto column = person.unsqueeze(1);
  const auto own = cosine.gather(1, column);
  const auto sine = (1 - own.square()).clamp_min(kSmallestSquare).sqrt();
  const auto turned = own * std::cos(margin) - sine * std::sin(margin);
  const auto falling = own - margin * std::sin(margin);
  const auto marked = torch::where(own > std::cos(std::numbers::pi - margin), turned, falling);
  return options.scale * cosine.scatter(1, column, marked);
}

ArcFaceHeadImpl::ArcFaceHeadImpl(std::int64_t width, std::int64_t persons, std::uint64_t seed) {
  weight = register_parameter("weight", torch::zeros({persons, width}));
  const torch::NoGradGuard no_grad;
  const double bound = std::sqrt(6.0 / static_cast<double>(persons + width));
  RandomStream random({seed, 0, 0, 0, RandomPurpose::kInitialise});
  float* out = weight.data_ptr<float>();
  for (std::int64_t i = 0; i < weight.numel(); ++i) {
    out[i] = static_cast<float>(random.uniform(-bound, bound));
  }
}

torch::Tensor ArcFaceHeadImpl::cosine(const torch::Tensor& embedding) {
  return torch::matmul(unit_rows(widened(embedding)), unit_rows(weight).t());
}

torch::Tensor ArcFaceHeadImpl::loss(const torch::Tensor& embedding, const torch::Tensor& person,
                                    const ArcFaceOptions& options) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  return torch::nn::functional::cross_entropy(arcface_logits(cosine(embedding), person, options),
                                              person);
}

}  // namespace ecg
