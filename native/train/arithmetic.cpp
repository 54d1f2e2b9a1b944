#include "train/arithmetic.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>

#include "train/forward.h"

namespace ecg {

void wait_for(torch::Device device) {
  if (device.is_cpu()) return;
  const auto index = device.has_index() ? device.index() : at::accelerator::getDeviceIndex();
  at::accelerator::synchronizeDevice(index);
}

double measured_peak_flops(const TrainConfig& config, torch::Device device) {
  const torch::NoGradGuard no_grad;
  const bool narrow = trains_in_bfloat16(config, device);
  const std::int64_t size = device.is_cuda() ? 8192 : 768;
  const auto a = torch::randn({size, size}, device).to(narrow ? torch::kBFloat16 : torch::kFloat32);
  double best_s = 1e9;
  for (int round = 0; round < 8; ++round) {
    wait_for(device);
    const auto start = std::chrono::steady_clock::now();
    const auto product = torch::mm(a, a);
    wait_for(device);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    if (round > 0) best_s = std::min(best_s, spent.count());
  }
  const auto n = static_cast<double>(size);
  return 2 * n * n * n / best_s;
}

}  // namespace ecg
