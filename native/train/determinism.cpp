#include "train/determinism.h"

#include <ATen/Context.h>

#include <cstdlib>

namespace ecg {

void compute_deterministically(bool yes) {
  at::Context& context = at::globalContext();
  context.setDeterministicAlgorithms(yes, /*warn_only=*/false);
  context.setDeterministicCuDNN(yes);
  context.setBenchmarkCuDNN(false);
  // cuBLAS chooses among its kernels by the work space that it finds, unless that is fixed.
  if (yes) setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
}

}  // namespace ecg
