#include <cmath>

#include "core/philox.h"
#include "nn/masked_autoencoder.h"

namespace ecg {
namespace {

/// Standard deviation of the lead embeddings and of the mask token at the start.
constexpr double kEmbeddingSd = 0.02;

// FNV-1a of a parameter's name, folded to the 48 bits of a RandomKey's record.
std::uint64_t name_hash(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return (hash ^ (hash >> 48)) & 0xffffffffffffull;
}

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

void fill_normal(torch::Tensor& values, RandomStream random) {
  float* out = values.data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    out[i] = static_cast<float>(random.normal(0, kEmbeddingSd));
  }
}

void fill_xavier(torch::Tensor& weight, RandomStream random) {
  const double bound = std::sqrt(6.0 / static_cast<double>(weight.size(0) + weight.size(1)));
  float* out = weight.data_ptr<float>();
  for (std::int64_t i = 0; i < weight.numel(); ++i) {
    out[i] = static_cast<float>(random.uniform(-bound, bound));
  }
}

}  // namespace

void initialise_weights(torch::nn::Module& model, std::uint64_t seed) {
  const torch::NoGradGuard no_grad;
  for (auto& item : model.named_parameters()) {
    const std::string& name = item.key();
    auto values = torch::empty_like(item.value(), torch::TensorOptions(torch::kCPU).dtype(torch::kFloat32));
    const RandomKey key{seed, 0, name_hash(name), 0, RandomPurpose::kInitialise};
    if (ends_with(name, "lead_embedding") || ends_with(name, "mask_token")) {
      fill_normal(values, RandomStream(key));
    } else if (values.dim() == 2) {
      fill_xavier(values, RandomStream(key));
    } else {
      values.fill_(ends_with(name, "weight") ? 1.0 : 0.0);
    }
    item.value().copy_(values);
  }
}

}  // namespace ecg
