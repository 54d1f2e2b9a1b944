#pragma once
// How an encoder and a head are trained on labels. No LibTorch here.

#include <cstdint>
#include <string>

namespace ecg {

/// How to fine-tune. The loss is the mean binary cross-entropy over classes; the optimiser AdamW
/// with linear warm-up and half a cosine.
struct FineTuneOptions {
  std::string head = "linear";  ///< "linear", "attention", "hug" (nn/classifier_head.h)
  std::int64_t epochs = 30;     ///< at most
  std::int64_t patience = 5;    ///< epochs without a gain on the choosing folds that end it
  std::int64_t batch = 32;
  double lr = 1e-3;           ///< of the head
  double layer_decay = 0.75;  ///< learning rate of a layer / that of the one above it
  double weight_decay = 0.05;
  double warmup = 0.1;  ///< share of all steps
  double grad_clip = 1;
  std::string device = "cpu";  ///< "auto", "cpu" or "cuda"
};

}  // namespace ecg
