#pragma once
// An encoder with a head: what fine-tuning makes, and what `evaluate` judges.

#include <filesystem>
#include <string>
#include <vector>

#include "corpus/corpus.h"
#include "nn/classifier_head.h"
#include "train/checkpoint.h"

namespace ecg {

/// A classifier for use.
struct Classifier {
  TrainedModel encoder;  ///< model, configuration and data hash of the run it started from
  ClassifierHead head{nullptr};
  std::vector<std::string> classes;  ///< one per output of the head
  std::vector<double> thresholds;    ///< per class
  std::vector<Lead> leads;           ///< it was fitted with; empty = all
};

/// A system of the same make with the same weights, sharing none.
SystemPtr copy_of(System& model);

/// Probabilities of records, [records, classes] float64 on the CPU. Leads outside `leads` are
/// absent (empty = all). Records are positions in the corpus' index. Throws Failure for a damaged
/// record.
at::Tensor class_probabilities(System& encoder, ClassifierHead& head, const Corpus& corpus,
                               std::span<const std::uint32_t> records,
                               const std::vector<Lead>& leads, c10::Device device);

/// One file: a checkpoint of the encoder with the head beside it, so that whatever reads
/// checkpoints can use its encoder.
Result<void> save_classifier(const std::filesystem::path& path, const Classifier& classifier);

/// The classifier back. Errors: those of checkpoints, kBadHeader (a checkpoint without a head).
Result<Classifier> load_classifier(const std::filesystem::path& path);

}  // namespace ecg
