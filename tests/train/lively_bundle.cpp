#include "lively_bundle.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace ecg::test {
namespace {

namespace fs = std::filesystem;

fs::path process_folder() {
  return fs::temp_directory_path() / ("einthoven-export-" + std::to_string(getpid()));
}

}  // namespace

MaskedAutoencoder lively_model(const MaeConfig& config) {
  MaskedAutoencoder model(config, 11);
  make_lively(*model, 0.08, 0.3);
  return model;
}

void make_lively(torch::nn::Module& module, double matrices, double others) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(11);
  for (auto& item : module.named_parameters()) {
    item.value().add_(torch::randn_like(item.value()), item.value().dim() == 2 ? matrices : others);
  }
}

BundleInfo lively_info(ModelSpec input) {
  BundleInfo info;
  info.input = std::move(input);
  info.input.name = "parity";
  info.input.version = "0.0.1";
  info.preset = "none";
  info.corpus = "none: the weights are random";
  info.licence = "Apache-2.0";
  return info;
}

nlohmann::json model_json(const fs::path& bundle) {
  std::ifstream file(bundle / "model.json");
  return nlohmann::json::parse(file);
}

fs::path fresh_folder(const std::string& name) {
  const fs::path folder = process_folder() / name;
  fs::remove_all(folder);
  fs::create_directories(folder.parent_path());
  return folder;
}

void remove_test_folders() { fs::remove_all(process_folder()); }

int run_parity(const fs::path& bundle, const std::string& options) {
  const std::string script = std::string(EINTHOVEN_SOURCE_DIR) + "/tools/parity/native.mjs";
  const std::string command = "node '" + script + "' '" + bundle.string() + "' " + options;
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace ecg::test
