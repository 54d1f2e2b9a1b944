#pragma once
// Which of several processes this one is, as the launcher that started it says.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/result.h"

namespace ecg {

/// One process among those of a run.
struct Placement {
  int rank = 0;                    ///< of this process, 0 to size - 1
  int size = 1;                    ///< processes
  int local_rank = 0;              ///< among those on this machine: the number of its GPU
  std::string host = "127.0.0.1";  ///< where the processes meet
  std::uint16_t port = 29500;
  bool host_serves = false;   ///< the launcher keeps the meeting point; else rank 0 does
  std::string attempt = "0";  ///< changes when a launcher starts all processes again
};

/// Value of an environment variable, or null.
using Environment = std::function<const char*(const char*)>;

/// Reads what torchrun (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT and, for its own
/// store, TORCHELASTIC_USE_AGENT_STORE), Open MPI (OMPI_COMM_WORLD_*), MPICH (PMI_*) or srun
/// (SLURM_* inside a step) has set, the first of them that is there; nullopt if none is, or if
/// there is one process only. Errors: kBadValue (naming the variable), kNotFound (several machines
/// without MASTER_ADDR).
Result<std::optional<Placement>> placement_from_environment(const Environment& variable);

/// Which of `gpus` visible GPUs a process uses: the one with its number on this machine, or the
/// only one where a launcher shows every process its own. Errors: kUnsupported (more processes than
/// GPUs).
Result<int> gpu_of(const Placement& placement, int gpus);

}  // namespace ecg
