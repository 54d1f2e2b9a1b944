#pragma once
// Heads over lead embeddings [batch, leads, width]: HUG, the hierarchy of lead groups of CLEAR-HUG
// (Pan et al., AAAI 2026), and the linear head whose function class it shares.

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <array>
#include <cstdint>
#include <vector>

#include "core/lead.h"

namespace ecg {

/// Groups of leads that look alike: limb {I, II, III}, augmented {aVR, aVL, aVF}, chest {V1 ...
/// V6}.
inline constexpr std::int64_t kLeadGroups = 3;

/// [kLeadGroups, leads]: 1 where a lead belongs to a group, by its name. A lead of none (X, V7)
/// belongs to the chest leads if it lies on the chest, else to no group.
torch::Tensor lead_group_table(const std::vector<Lead>& leads);

/// Means of the groups and which groups there are.
struct GroupMeans {
  torch::Tensor means;    ///< [batch, kLeadGroups, width]; 0 for a group without a present lead
  torch::Tensor present;  ///< [batch, kLeadGroups] of 1 and 0
};

/// x: [batch, leads, width]; lead_mask: [batch, leads] (1 = present; undefined = all);
/// groups: lead_group_table.
GroupMeans lead_group_means(const torch::Tensor& x, const torch::Tensor& lead_mask,
                            const torch::Tensor& groups);

/// HUG: seven affine nodes, three of lead groups, three of their pairs, one of the whole, and a
/// linear output on their mean. With W_k, b_k of node k and the leads c of group k,
///   g_k = W_k mean(c) + b_k,  p_kl = mean of W_kl g + b_kl over g_k and g_l,
///   q = mean of W_7 p + b_7,  logits = W_o mean(g_1, g_2, g_3, p_12, p_23, p_13, q) + b_o.
/// A mean leaves out the nodes that see no present lead, so fewer leads are no special case.
/// Parameters: nodes.0 ... nodes.6 (g_1, g_2, g_3, p_12, p_23, p_13, q), output; weight and bias.
class HugHeadImpl : public torch::nn::Module {
 public:
  HugHeadImpl(const std::vector<Lead>& leads, std::int64_t width, std::int64_t outputs);

  /// The mean of the nodes, [batch, width]; 0 for a record without any lead of a group.
  torch::Tensor pool(const torch::Tensor& x, const torch::Tensor& lead_mask = {});

  /// x: [batch, leads, width]; lead_mask: undefined, or [batch, leads] (1 = present).
  /// Returns [batch, outputs].
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& lead_mask = {});

  torch::nn::ModuleList nodes;
  torch::nn::Linear output{nullptr};

 private:
  torch::Tensor groups_;
};
TORCH_MODULE(HugHead);

/// The ablation of HUG: a linear output on the group means side by side. Parameters: output.
class GroupMeanHeadImpl : public torch::nn::Module {
 public:
  GroupMeanHeadImpl(const std::vector<Lead>& leads, std::int64_t width, std::int64_t outputs);

  /// As HugHead.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& lead_mask = {});

  torch::nn::Linear output{nullptr};

 private:
  torch::Tensor groups_;
};
TORCH_MODULE(GroupMeanHead);

}  // namespace ecg
