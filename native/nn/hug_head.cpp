#include "nn/hug_head.h"

#include <ATen/Functions.h>

namespace ecg {
namespace {

constexpr std::int64_t kNodes = 7;

/// Group of a lead, or -1.
std::int64_t group_of(Lead lead) {
  if (lead >= Lead::kI && lead <= Lead::kIII) return 0;
  if (lead >= Lead::kAvr && lead <= Lead::kAvf) return 1;
  if (lead >= Lead::kV1 && lead <= Lead::kV6r) return 2;
  return -1;
}

/// A node's vector and whether it saw anything: [batch, width], [batch, 1].
struct Node {
  torch::Tensor value, present;
};

/// Mean of the nodes that are present.
Node mean_of(std::initializer_list<Node> nodes) {
  torch::Tensor sum, count;
  for (const Node& node : nodes) {
    const torch::Tensor shown = node.value * node.present;
    sum = sum.defined() ? sum + shown : shown;
    count = count.defined() ? count + node.present : node.present;
  }
  return {sum / count.clamp_min(1), count.gt(0).to(sum.scalar_type())};
}

}  // namespace

torch::Tensor lead_group_table(const std::vector<Lead>& leads) {
  const auto table = torch::zeros({kLeadGroups, static_cast<std::int64_t>(leads.size())});
  for (std::size_t i = 0; i < leads.size(); ++i) {
    const std::int64_t group = group_of(leads[i]);
    if (group >= 0) table[group][static_cast<std::int64_t>(i)] = 1;
  }
  return table;
}

GroupMeans lead_group_means(const torch::Tensor& x, const torch::Tensor& lead_mask,
                            const torch::Tensor& groups) {
  torch::Tensor weight = groups.to(x.scalar_type()).unsqueeze(0);
  if (lead_mask.defined()) weight = weight * lead_mask.to(x.scalar_type()).unsqueeze(1);
  const torch::Tensor count = weight.sum(-1).expand({x.size(0), -1});
  const torch::Tensor sum = at::matmul(weight, x);
  return {sum / count.clamp_min(1).unsqueeze(-1), count.gt(0).to(x.scalar_type())};
}

HugHeadImpl::HugHeadImpl(const std::vector<Lead>& leads, std::int64_t width, std::int64_t outputs) {
  for (std::int64_t i = 0; i < kNodes; ++i) nodes->push_back(torch::nn::Linear(width, width));
  register_module("nodes", nodes);
  output = register_module("output", torch::nn::Linear(width, outputs));
  groups_ = register_buffer("groups", lead_group_table(leads));
}

torch::Tensor HugHeadImpl::pool(const torch::Tensor& x, const torch::Tensor& lead_mask) {
  const auto affine = [&](std::size_t node, const Node& from) {
    return Node{nodes->ptr<torch::nn::LinearImpl>(node)->forward(from.value), from.present};
  };
  const GroupMeans means = lead_group_means(x, lead_mask, groups_);
  std::array<Node, 3> g;
  for (std::size_t k = 0; k < g.size(); ++k) {
    const auto group = static_cast<std::int64_t>(k);
    g[k] = affine(k, {means.means.select(1, group), means.present.select(1, group).unsqueeze(1)});
  }
  // W mean(a, b) + b_ = mean(W a + b_, W b + b_).
  const Node p12 = affine(3, mean_of({g[0], g[1]}));
  const Node p23 = affine(4, mean_of({g[1], g[2]}));
  const Node p13 = affine(5, mean_of({g[0], g[2]}));
  const Node whole = affine(6, mean_of({p12, p23, p13}));
  return mean_of({g[0], g[1], g[2], p12, p23, p13, whole}).value;
}

torch::Tensor HugHeadImpl::forward(const torch::Tensor& x, const torch::Tensor& lead_mask) {
  return output(pool(x, lead_mask));
}

GroupMeanHeadImpl::GroupMeanHeadImpl(const std::vector<Lead>& leads, std::int64_t width,
                                     std::int64_t outputs) {
  output = register_module("output", torch::nn::Linear(kLeadGroups * width, outputs));
  groups_ = register_buffer("groups", lead_group_table(leads));
}

torch::Tensor GroupMeanHeadImpl::forward(const torch::Tensor& x, const torch::Tensor& lead_mask) {
  return output(lead_group_means(x, lead_mask, groups_).means.flatten(1));
}

}  // namespace ecg
