#pragma once
// A linear head by its numbers: what a probe found, as it travels to a model bundle. No LibTorch
// here.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ecg {

/// What is known of one label of a head, on records it was neither fitted to nor chosen by.
struct HeadLabel {
  std::string name;
  double threshold = 0.5;  ///< probability from which on the label counts as given
  double auroc = 0;        ///< NaN where undefined
  std::int64_t positives = 0;
  std::vector<std::string> prompts{};  ///< texts that stand for it, where no label was learnt from
};

/// probability = sigmoid(weight * input + bias), one label at a time.
struct LinearHead {
  std::string task;  ///< "superdiagnostic"; letters, digits, '_' and '-'
  std::vector<HeadLabel> labels;
  std::string input = "embedding";  ///< what it reads: "embedding", or "shared" (cg_dmer_system.h)
  std::int64_t width = 0;                                 ///< of that input
  std::vector<float> weight;                              ///< [labels x width], row-major
  std::vector<float> bias;                                ///< [labels]
  std::string fitted_on, reported_on;                     ///< sentences: which records
  std::int64_t records = 0;                               ///< reported on
  double macro_auroc = 0, macro_low = 0, macro_high = 0;  ///< mean of the labels', 95 % interval
};

/// Heads as a JSON object {"format": "einthoven-heads/2", "heads": [...]}, and back. Errors:
/// kBadHeader (no such file), kInconsistent (sizes that do not fit each other, numbers that are not
/// finite, a task twice), naming the head.
std::string json_from_heads(const std::vector<LinearHead>& heads);
Result<std::vector<LinearHead>> heads_from_json(std::string_view json);

/// "heads" of a bundle's model.json: the same list without weights, each with the name of its
/// output.
std::string index_json_from_heads(const std::vector<LinearHead>& heads);

/// Name of a head's output in a graph: "probabilities.<task>".
std::string head_output(const LinearHead& head);

/// Errors: kInconsistent as heads_from_json.
Result<void> check_heads(const std::vector<LinearHead>& heads);

}  // namespace ecg
