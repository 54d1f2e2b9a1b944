#pragma once
// A bundle of the real shape without training, for parity tests and timing.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "export/mae_bundle.h"
#include "nn/masked_autoencoder.h"

namespace ecg::test {

/// A model of this size. Weights far from their gentle start, so that every path matters:
/// norms and biases random, attention peaked.
MaskedAutoencoder lively_model(const MaeConfig& config = {});

/// Adds normal noise to every weight: of the first deviation to matrices, of the second to the
/// rest.
void make_lively(torch::nn::Module& module, double matrices = 0.05, double others = 0.2);

/// What the bundle of a model of random weights says of it.
BundleInfo lively_info(ModelSpec input = {});

/// The model.json of a bundle.
nlohmann::json model_json(const std::filesystem::path& bundle);

/// Folder named after this process and `name`, absent at first; `remove_test_folders` at the end.
std::filesystem::path fresh_folder(const std::string& name);

/// Removes every fresh_folder of this process.
void remove_test_folders();

/// Exit code of tools/parity/native.mjs on a bundle.
int run_parity(const std::filesystem::path& bundle, const std::string& options = "");

}  // namespace ecg::test
