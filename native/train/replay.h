#pragma once
// The same work again and again on the same memory: on CUDA one launch instead of thousands.

#include <torch/types.h>

#include <functional>
#include <memory>

namespace ecg {

/// Whether this program can record work as a CUDA graph: built against a LibTorch with CUDA.
bool has_cuda_graphs();

/// Work of a fixed kind on tensors that stay where they are: on a CUDA device it is called a few
/// times, then recorded as a CUDA graph, which is launched from then on; what the work gives to
/// tensors made in its first recording is what every later run writes to. On the CPU it is called
/// every time. What is launched looks at nothing that the host may change meanwhile: whatever
/// differs from run to run must come in through tensors.
class Replay {
 public:
  /// Precondition: a CPU device, or has_cuda_graphs().
  Replay(torch::Device device, std::function<void()> work);
  ~Replay();
  Replay(Replay&&) noexcept;
  Replay& operator=(Replay&&) noexcept;

  /// Does the work once. Queued on the current stream, where there are streams.
  void run();

 private:
  struct Graph;
  std::function<void()> work_;
  std::unique_ptr<Graph> graph_;  ///< none on the CPU
};

}  // namespace ecg
