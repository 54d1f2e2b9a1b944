#pragma once
// Features of records from a frozen encoder.

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <span>
#include <vector>

#include "core/lead.h"
#include "corpus/corpus.h"
#include "objective/system.h"

namespace ecg {

/// [leads of the model] float32: 1 for a lead that is to be used, 0 for one outside `wanted` (empty
/// = all are used). Multiplied into lead masks.
at::Tensor lead_use(const System& model, const std::vector<Lead>& wanted);

/// Embedding of every record: the mean of its token embeddings, [records, width] float32 on the
/// CPU. Leads outside `leads` are absent to the encoder (empty = all are used). A record that has
/// none of them gets zeros. Records are positions in the corpus' index. Throws Failure for a
/// damaged record.
at::Tensor encoder_features(System& model, const Corpus& corpus,
                            std::span<const std::uint32_t> records, const std::vector<Lead>& leads,
                            c10::Device device);

/// Cosines [a, b] of the rows of a with those of b, row-major.
std::vector<double> cosine_table(const at::Tensor& a, const at::Tensor& b);

}  // namespace ecg
