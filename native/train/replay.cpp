#include "train/replay.h"

#include "core/assert.h"

#ifdef EINTHOVEN_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <optional>
#endif

namespace ecg {

#ifdef EINTHOVEN_CUDA

struct Replay::Graph {
  explicit Graph(torch::Device device)
      : side(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

  /// The work on a stream of its own, as recording asks, in the order of the current one.
  template <typename Work>
  void beside(const Work& work) {
    const auto current = c10::cuda::getCurrentCUDAStream(side.device_index());
    current.synchronize();
    {
      const c10::cuda::CUDAStreamGuard guard(side);
      work();
    }
    side.synchronize();
  }

  void run(const std::function<void()>& work) {
    // Plans of Fourier transforms and work space of matrix products are made in the first calls.
    constexpr int kWarmUps = 3;
    if (warm_ups < kWarmUps) {
      ++warm_ups;
      return beside(work);
    }
    if (!graph) {
      beside([&] {
        graph.emplace();
        // The thread that makes data ahead of time may allocate meanwhile.
        graph->capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
        work();
        graph->capture_end();
      });
    }
    graph->replay();
  }

  c10::cuda::CUDAStream side;
  int warm_ups = 0;
  std::optional<at::cuda::CUDAGraph> graph;
};

bool has_cuda_graphs() { return true; }

#else

struct Replay::Graph {
  explicit Graph(torch::Device) {}
  void run(const std::function<void()>& work) { work(); }
};

bool has_cuda_graphs() { return false; }

#endif

Replay::Replay(torch::Device device, std::function<void()> work) : work_(std::move(work)) {
  ECG_ASSERT(device.is_cpu() || has_cuda_graphs());
  if (!device.is_cpu()) graph_ = std::make_unique<Graph>(device);
}

Replay::~Replay() = default;
Replay::Replay(Replay&&) noexcept = default;
Replay& Replay::operator=(Replay&&) noexcept = default;

void Replay::run() {
  if (graph_) return graph_->run(work_);
  work_();
}

}  // namespace ecg
