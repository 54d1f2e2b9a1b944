// Time per record of every exported graph in native ONNX Runtime, after its answers were compared
// with LibTorch's. Usage: bench_parity [BUNDLE] [--json FILE]. Without BUNDLE: random weights of
// the default size, which take as long as trained ones.
#include <cstdio>
#include <exception>
#include <string>

#include "lively_bundle.h"

namespace {

int measure(int count, char** words) {
  std::string bundle, options = "--time 50";
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--json" && i + 1 < count) {
      options += " --json '" + std::string(words[++i]) + "'";
    } else {
      bundle = word;
    }
  }
  if (bundle.empty()) {
    bundle = ecg::test::fresh_folder("bundle").string();
    auto model = ecg::test::lively_model();
    ecg::write_bundle(model, ecg::test::lively_info(), bundle);
  }
  const int status = ecg::test::run_parity(bundle, options);
  ecg::test::remove_test_folders();
  return status;
}

}  // namespace

int main(int count, char** words) {
  try {
    return measure(count, words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_parity: %s\n", error.what());
    return 1;
  }
}
