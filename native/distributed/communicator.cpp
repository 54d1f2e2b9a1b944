#include "distributed/communicator.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#ifdef EINTHOVEN_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#if defined(USE_C10D_NCCL) && defined(EINTHOVEN_NCCL)
#define EINTHOVEN_OFFERS_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

#include <chrono>
#include <cstdlib>

namespace ecg {

#ifdef EINTHOVEN_GLOO

struct Communicator::Group {
  c10::intrusive_ptr<c10d::Backend> backend;
  bool on_device = false;  ///< takes CUDA tensors as they are
};

namespace {

using Milliseconds = std::chrono::milliseconds;

c10::intrusive_ptr<c10d::Store> meet(const Placement& placement, Milliseconds timeout) {
  c10d::TCPStoreOptions options;
  options.port = placement.port;
  options.isServer = placement.rank == 0 && !placement.host_serves;
  options.waitWorkers = false;
  options.timeout = timeout;
  auto store = c10::make_intrusive<c10d::TCPStore>(placement.host, options);
  return c10::make_intrusive<c10d::PrefixStore>("einthoven/" + placement.attempt, store);
}

c10::intrusive_ptr<c10d::Backend> gloo_group(const c10::intrusive_ptr<c10d::Store>& store,
                                             const Placement& placement, Milliseconds timeout) {
  auto options = c10d::ProcessGroupGloo::Options::create(timeout);
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  const bool local = placement.host == "127.0.0.1" || placement.host == "localhost";
  options->devices.push_back(interface ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                             : local ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                     : c10d::ProcessGroupGloo::createDefaultDevice());
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, placement.rank, placement.size,
                                                     options);
}

// Runs a collective; whatever goes wrong in it means that the group is broken.
template <typename Start>
void complete(const char* what, const Start& start) {
  try {
    start()->wait();
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw RankLost(std::string("another process of the run is gone (") + what + ": " +
                   text.substr(0, text.find('\n')) + ")");
  }
}

}  // namespace

Communicator::Communicator(const Placement& placement, bool cuda, double timeout_s)
    : rank_(placement.rank), size_(placement.size), group_(std::make_shared<Group>()) {
  const Milliseconds timeout(static_cast<std::int64_t>(timeout_s * 1000));
  try {
    const auto store = meet(placement, timeout);
#ifdef EINTHOVEN_OFFERS_NCCL
    if (cuda) {
      auto options = c10d::ProcessGroupNCCL::Options::create();
      options->timeout = timeout;
      group_->backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, placement.rank,
                                                                    placement.size, options);
      group_->on_device = true;
      return;
    }
#else
    (void)cuda;
#endif
    group_->backend = gloo_group(store, placement, timeout);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw RankLost("the " + std::to_string(size_) + " processes did not meet at " + placement.host +
                   ":" + std::to_string(placement.port) + " (" + text.substr(0, text.find('\n')) +
                   ")");
  }
}

void Communicator::sum(at::Tensor& values) const {
  if (size_ == 1) return;
  // NCCL takes no tensors of the CPU, Gloo here none of CUDA: such go by way of the other.
  const bool staged = values.is_cuda() != group_->on_device;
  const at::Device device = group_->on_device ? at::kCUDA : at::kCPU;
  std::vector<at::Tensor> tensors{staged ? values.to(device) : values};
  complete("sum", [&] { return group_->backend->allreduce(tensors); });
  if (staged) values.copy_(tensors[0]);
}

at::Tensor Communicator::gather(const at::Tensor& rows) const {
  if (size_ == 1) return rows;
  // A sum of rows that are 0 elsewhere: the same on every back-end, and no rank order to get wrong.
  auto shape = rows.sizes().vec();
  const std::int64_t count = shape[0];
  shape[0] = count * size_;
  auto all = at::zeros(shape, rows.options());
  all.narrow(0, rank_ * count, count).copy_(rows);
  sum(all);
  return all;
}

#else  // built without process groups

struct Communicator::Group {};

Communicator::Communicator(const Placement& placement, bool, double) {
  throw std::runtime_error("this program was built without process groups and cannot be one of " +
                           std::to_string(placement.size) +
                           " processes: build it with Gloo's headers (libgloo-dev)");
}
void Communicator::sum(at::Tensor&) const {}
at::Tensor Communicator::gather(const at::Tensor& rows) const { return rows; }

#endif

bool Communicator::all_equal(std::int64_t value) const {
  if (size_ == 1) return true;
  auto mine = at::full({1}, value, at::kLong);
  const auto all = gather(mine);
  return (all == value).all().item<bool>();
}

}  // namespace ecg
