#include "downstream/features.h"

#include <torch/utils.h>

#include <algorithm>

#include "train/batch_reader.h"

namespace ecg {
namespace {

constexpr std::size_t kBatch = 64;

}  // namespace

at::Tensor lead_use(const System& model, const std::vector<Lead>& wanted) {
  const auto& all = model.config().input.leads;
  auto used = at::ones({static_cast<std::int64_t>(all.size())});
  for (std::size_t i = 0; i < all.size() && !wanted.empty(); ++i) {
    const bool is_wanted = std::find(wanted.begin(), wanted.end(), all[i]) != wanted.end();
    used[static_cast<std::int64_t>(i)] = is_wanted ? 1 : 0;
  }
  return used;
}

at::Tensor encoder_features(System& model, const Corpus& corpus,
                            std::span<const std::uint32_t> records, const std::vector<Lead>& leads,
                            c10::Device device) {
  const torch::NoGradGuard no_grad;
  model.eval();
  const auto used = lead_use(model, leads);
  std::vector<at::Tensor> parts;
  for (std::size_t begin = 0; begin < records.size(); begin += kBatch) {
    const auto part = records.subspan(begin, std::min(kBatch, records.size() - begin));
    const SignalBatch batch = read_batch(corpus, part);
    const auto encoded = model.encode(batch.signal.to(device), (batch.lead_mask * used).to(device));
    parts.push_back(encoded.embedding.to(at::kCPU, at::kFloat));
  }
  return parts.empty() ? at::zeros({0, 1}) : at::cat(parts);
}

std::vector<double> cosine_table(const at::Tensor& a, const at::Tensor& b) {
  const auto unit = [](const at::Tensor& x) {
    const auto wide = x.to(at::kDouble);
    return wide / wide.norm(2, 1, true).clamp_min(1e-12);
  };
  const auto all = unit(a).mm(unit(b).t()).contiguous();
  return {all.data_ptr<double>(), all.data_ptr<double>() + all.numel()};
}

}  // namespace ecg
