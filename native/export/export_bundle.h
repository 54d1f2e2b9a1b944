#pragma once
// From a training run to a model bundle.

#include <filesystem>
#include <string>
#include <vector>

namespace ecg {

/// What a run does not know about its bundle.
struct ExportOptions {
  std::string name;                            ///< of the model; empty = the run's preset
  std::string version;                         ///< empty = "0.1.0"
  std::vector<std::filesystem::path> heads{};  ///< files that --heads of other commands wrote
  /// Files of class prompts (corpus/class_prompts.h): one head per file, named after it, for
  /// systems that compare ECGs with texts.
  std::vector<std::filesystem::path> prompts{};
  std::vector<std::string> variants{"f16", "int8"};  ///< beside float32, as precision_name says
};

/// Writes the run's model (best on validation, else newest) as a bundle: see write_bundle in
/// bundle.h and README.md here. Throws Failure: no run or no intact checkpoint there, a target that
/// is no bundle, prompts for a system that reads no texts (kUnsupported).
void export_bundle(const std::filesystem::path& run, const std::filesystem::path& bundle,
                   const ExportOptions& options = {});

}  // namespace ecg
