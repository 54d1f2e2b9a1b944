#include "nn/weight_draws.h"

#include <cmath>

#include "core/assert.h"
#include "core/fnv1a.h"

namespace ecg {
namespace {

float* values_of(at::Tensor& tensor) {
  ECG_ASSERT(tensor.is_contiguous());
  return tensor.data_ptr<float>();
}

}  // namespace

RandomStream weight_stream(std::uint64_t seed, const std::string& name) {
  return RandomStream({seed, 0, fnv1a_48(name), 0, RandomPurpose::kInitialise});
}

void draw_normal(at::Tensor& values, double deviation, RandomStream random) {
  float* out = values_of(values);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    out[i] = static_cast<float>(random.normal(0, deviation));
  }
}

void draw_uniform(at::Tensor& values, double low, double high, RandomStream random) {
  float* out = values_of(values);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    out[i] = static_cast<float>(random.uniform(low, high));
  }
}

void draw_xavier(at::Tensor& weight, RandomStream random) {
  const std::int64_t kernel = weight.numel() / (weight.size(0) * weight.size(1));
  const auto fans = static_cast<double>((weight.size(0) + weight.size(1)) * kernel);
  const double bound = std::sqrt(6.0 / fans);
  draw_uniform(weight, -bound, bound, random);
}

}  // namespace ecg
