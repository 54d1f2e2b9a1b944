// Several ranks: what launchers say, sums and gathers, and the gradient of gathered embeddings.

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/csrc/autograd/autograd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <mutex>

#include "distributed/communicator.h"
#include "distributed/gather.h"
#include "distributed/placement.h"
#include "ranks.h"

using namespace ecg;
using ecg::test::free_port;
using ecg::test::with_ranks;

namespace {

using Variables = std::map<std::string, std::string>;

Result<std::optional<Placement>> placement_of(const Variables& variables) {
  return placement_from_environment([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

// Mean over `rows` anchors, the first of them row `first` of all keys, of the contrastive loss
// (InfoNCE): every anchor's positive is the key with its own number.
at::Tensor contrastive_sum(const at::Tensor& anchors, const at::Tensor& keys, std::int64_t first) {
  const auto logits = at::matmul(anchors, keys.t());
  const auto own = logits.diagonal(first).sum();
  return at::logsumexp(logits, {1}).sum() - own;
}

}  // namespace

TEST_CASE("A process learns its rank from torchrun, mpirun, srun, or none of them") {
  CHECK_FALSE(placement_of({})->has_value());
  CHECK_FALSE(placement_of({{"RANK", "0"}, {"WORLD_SIZE", "1"}})->has_value());
  const auto torchrun = **placement_of({{"RANK", "3"},
                                        {"WORLD_SIZE", "8"},
                                        {"LOCAL_RANK", "1"},
                                        {"MASTER_ADDR", "node7"},
                                        {"MASTER_PORT", "4000"},
                                        {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                                        {"TORCHELASTIC_RESTART_COUNT", "2"}});
  CHECK(torchrun.rank == 3);
  CHECK(torchrun.size == 8);
  CHECK(torchrun.local_rank == 1);
  CHECK(torchrun.host == "node7");
  CHECK(torchrun.port == 4000);
  CHECK(torchrun.host_serves);
  CHECK(torchrun.attempt == "2");
  const auto mpi = **placement_of({{"OMPI_COMM_WORLD_RANK", "1"},
                                   {"OMPI_COMM_WORLD_SIZE", "2"},
                                   {"OMPI_COMM_WORLD_LOCAL_RANK", "0"}});
  CHECK(mpi.rank == 1);
  CHECK(mpi.local_rank == 0);
  CHECK_FALSE(mpi.host_serves);
  Variables slurm{{"SLURM_PROCID", "2"}, {"SLURM_NTASKS", "4"}, {"SLURM_LOCALID", "0"}};
  CHECK_FALSE(placement_of(slurm)->has_value());  // a batch script, not a step
  slurm["SLURM_STEP_ID"] = "0";
  CHECK((**placement_of(slurm)).rank == 2);
  slurm["SLURM_NNODES"] = "2";
  CHECK(placement_of(slurm).error().code == ErrorCode::kNotFound);
  CHECK(placement_of({{"RANK", "2"}, {"WORLD_SIZE", "2"}}).error().code == ErrorCode::kBadValue);
  CHECK(placement_of({{"RANK", "x"}, {"WORLD_SIZE", "2"}}).error().code == ErrorCode::kBadValue);
}

TEST_CASE("Processes of one machine take a GPU each") {
  Placement placement;
  placement.local_rank = 3;
  CHECK(gpu_of(placement, 8).value() == 3);
  CHECK(gpu_of(placement, 1).value() == 0);  // the launcher shows each process its own
  const auto refused = gpu_of(placement, 2);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message == "process 3 of this machine finds 2 GPUs");
}

TEST_CASE("A process on its own needs no group") {
  const Communicator alone;
  auto values = at::arange(3, at::kFloat);
  alone.sum(values);
  CHECK(at::equal(values, at::arange(3, at::kFloat)));
  CHECK(at::equal(alone.gather(values), values));
  CHECK(alone.all_equal(5));
}

TEST_CASE("Ranks sum, gather and compare") {
  for (const int size : {2, 4}) {
    std::atomic<int> right_sums = 0, right_rows = 0, right_comparisons = 0;
    with_ranks(size, [&](const Communicator& ranks) {
      auto values = at::full({1000}, 1.0 + ranks.rank(), at::kDouble);
      ranks.sum(values);
      right_sums += at::equal(values, at::full({1000}, size * (size + 1) / 2.0, at::kDouble));
      const auto all = ranks.gather(at::full({2, 3}, ranks.rank(), at::kFloat));
      const auto wanted = at::arange(size, at::kFloat).repeat_interleave(2).unsqueeze(1);
      right_rows += at::equal(all, wanted.expand({2 * size, 3}));
      right_comparisons += ranks.all_equal(7) && !ranks.all_equal(ranks.rank());
    });
    CHECK(right_sums == size);
    CHECK(right_rows == size);
    CHECK(right_comparisons == size);
  }
}

TEST_CASE("Gathered negatives give the gradient of one process with all records") {
  at::manual_seed(3);
  const auto inputs = at::randn({8, 5}, at::kDouble);
  const auto weight = at::randn({5, 4}, at::kDouble);
  auto alone = weight.clone().requires_grad_();
  const auto embedded = at::matmul(inputs, alone);
  (contrastive_sum(embedded, embedded * 2, 0) / 8).backward();
  for (const int size : {2, 4}) {
    std::mutex mutex;
    auto total = at::zeros_like(weight);
    with_ranks(size, [&](const Communicator& ranks) {
      const std::int64_t rows = 8 / size, first = rows * ranks.rank();
      auto mine = weight.clone().requires_grad_();
      const auto own = at::matmul(inputs.narrow(0, first, rows), mine);
      const auto keys = gather_with_gradient(ranks, own * 2);
      (contrastive_sum(own, keys, first) / 8).backward();
      const std::lock_guard lock(mutex);
      total += mine.grad();
    });
    CHECK(at::allclose(total, alone.grad(), 1e-12, 1e-14));
  }
}

TEST_CASE("Ranks that do not meet are an error that says where") {
  Placement placement;
  placement.rank = 1;
  placement.size = 2;
  placement.port = free_port();
  CHECK_THROWS_AS(Communicator(placement, false, 0.5), RankLost);
}
