#pragma once
// Classes described by texts as a head over ECGs: what a system of ECGs and reports knows of them
// without having seen a label.

#include <string>
#include <vector>

#include "nn/linear_head.h"
#include "objective/cg_dmer_system.h"

namespace ecg {

/// The system as one that compares ECGs with texts. Throws Failure (kUnsupported) if it does not.
CgDmerSystem& text_system_of(System& system);

/// A head that reads "shared": SigLIP's probability that an ECG and the texts of a class belong
/// together, sigmoid(scale * cosine + bias) with the mean of the class's text vectors
/// (class_vectors). Texts are encoded here, once. Labels carry their prompts; figures are not known
/// (NaN, no records), thresholds 0.5. Throws Failure where a text has no vector.
LinearHead zero_shot_head(CgDmerSystem& system, const std::vector<ClassPrompts>& classes,
                          const std::string& task);

/// Probabilities [records, classes] float64 on the CPU of ECG `embeddings`
/// (EncodedBatch::embedding, [records, width]) under a head of zero_shot_head.
torch::Tensor zero_shot_probabilities(CgDmerSystem& system, const LinearHead& head,
                                      const torch::Tensor& embeddings);

}  // namespace ecg
