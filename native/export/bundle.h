#pragma once
// The model bundle: one folder that holds a model, its description and the means to check it.
// README.md here describes the files.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "export/golden.h"
#include "export/onnx_graph.h"
#include "model_input/model_spec.h"
#include "nn/linear_head.h"

namespace ecg {

/// How far an answer may be from the golden one; both bounds hold for every output of a case.
struct Tolerance {
  double max_abs = 0;       ///< largest |answer - golden|
  double relative_rms = 0;  ///< RMS(answer - golden) / max(RMS(golden), 1)
};

/// The bound that every bundle states for a precision, on signals with standard deviation 1.
Tolerance tolerance_of(Precision precision);

/// "f32", "f16" or "int8", as in file names and JSON.
std::string precision_name(Precision precision);

/// Where a model comes from and what is known of it.
struct BundleInfo {
  ModelSpec input;                                      ///< with the bundle's name and version
  std::string preset;                                   ///< training preset
  std::uint64_t seed = 0;                               ///< of training
  std::int64_t steps = 0;                               ///< optimiser steps taken
  std::string commit;                                   ///< of the sources; may be empty
  std::string corpus;                                   ///< what it was trained on, one sentence
  std::string licence;                                  ///< of the weights, SPDX or a sentence
  std::string command;                                  ///< the command that made the figures
  std::vector<std::pair<std::string, double>> figures;  ///< name and value, e.g. validation loss
  std::vector<LinearHead> heads;                        ///< at the end of the graph "encode"
  /// What graphs are written in beside float32.
  std::vector<Precision> variants{Precision::kFloat16, Precision::kInt8};
};

/// One graph of a bundle, to be written in any precision.
struct BundleGraph {
  std::string name;  ///< "encode": its file is encode.onnx
  std::function<OnnxModel(Precision, const OnnxMetadata&)> make;
};

/// What a bundle holds of a model, whatever its system.
struct BundleModel {
  std::string description;  ///< the card's paragraph on the model, Markdown
  std::string tokens_json;  ///< "tokens" of model.json (README.md)
  std::int64_t parameters = 0;
  std::vector<BundleGraph> graphs;
  std::vector<GoldenCase> cases;  ///< inputs and LibTorch's answers
};

/// Writes the bundle. It appears as a whole: made beside `folder` and renamed. A former bundle
/// there is replaced; anything else there is left alone and refused (Failure, kInvalidArgument).
void write_bundle(const BundleModel& model, const BundleInfo& info,
                  const std::filesystem::path& folder);

}  // namespace ecg
