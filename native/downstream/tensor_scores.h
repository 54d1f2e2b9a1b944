#pragma once
// Probabilities as tensors, and the figures of them.

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "core/lead.h"
#include "downstream/labels.h"
#include "downstream/probe.h"

namespace ecg {

/// [records, classes] float64 of 1 and 0.
at::Tensor label_tensor(const LabelledRecords& records);

/// probabilities: [records, classes] float64.
Predictions predictions_of(const LabelledRecords& records, const at::Tensor& probabilities,
                           std::vector<double> thresholds);

/// NaN where no class has both outcomes.
double macro_auroc(const LabelledRecords& records, const at::Tensor& probabilities);

/// Per class the threshold of the highest F1 on these records.
std::vector<double> thresholds_on(const LabelledRecords& records, const at::Tensor& probabilities);

/// What is reported: the figures of `options.draws` resamples, with the challenge's score if asked
/// for.
TaskScore reported_score(const LabelledRecords& records, const at::Tensor& probabilities,
                         std::vector<double> thresholds, const ProbeOptions& options);

/// "all", or names joined by '+'.
std::string text_of_leads(const std::vector<Lead>& leads);

}  // namespace ecg
