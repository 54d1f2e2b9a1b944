#include "distributed/placement.h"

#include <cstdlib>

namespace ecg {
namespace {

/// Names of one launcher's variables. `local` may be null.
struct Launcher {
  const char* rank;
  const char* size;
  const char* local;
  const char* required;  ///< variable that must be there as well, or null
};

// srun sets SLURM_STEP_ID; a batch script has the others too, but is one process.
constexpr Launcher kLaunchers[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_RANK", nullptr},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", nullptr},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", nullptr},
    {"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", "SLURM_STEP_ID"}};

Result<int> number_of(const Environment& variable, const char* name, int fallback, int most) {
  const char* text = variable(name);
  if (!text) return fallback;
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  if (*text != '\0' && *end == '\0' && value >= 0 && value <= most) return static_cast<int>(value);
  return Error{ErrorCode::kBadValue,
               std::string("environment variable ") + name + " = '" + text + "'",
               "expected a whole number from 0 to " + std::to_string(most),
               {},
               {}};
}

Result<void> find_meeting_point(const Environment& variable, Placement& placement) {
  const char* host = variable("MASTER_ADDR");
  const auto nodes = number_of(variable, "SLURM_NNODES", 1, 1 << 20);
  if (!nodes) return nodes.error();
  if (!host && *nodes > 1) {
    return Error{ErrorCode::kNotFound,
                 "several machines, and no MASTER_ADDR to meet at",
                 "set MASTER_ADDR to the name of the first machine, and MASTER_PORT to a free port",
                 {},
                 {}};
  }
  if (host) placement.host = host;
  const auto port = number_of(variable, "MASTER_PORT", placement.port, 65535);
  if (!port) return port.error();
  placement.port = static_cast<std::uint16_t>(*port);
  const char* agent = variable("TORCHELASTIC_USE_AGENT_STORE");
  placement.host_serves = agent && std::string(agent) == "True";
  if (const char* attempt = variable("TORCHELASTIC_RESTART_COUNT")) placement.attempt = attempt;
  return {};
}

}  // namespace

Result<std::optional<Placement>> placement_from_environment(const Environment& variable) {
  for (const Launcher& launcher : kLaunchers) {
    if (!variable(launcher.rank) || !variable(launcher.size)) continue;
    if (launcher.required && !variable(launcher.required)) continue;
    Placement placement;
    const auto size = number_of(variable, launcher.size, 1, 1 << 20);
    if (!size) return size.error();
    if (*size <= 1) return std::optional<Placement>();
    const auto rank = number_of(variable, launcher.rank, 0, *size - 1);
    if (!rank) return rank.error();
    const auto local = number_of(variable, launcher.local, *rank, 1 << 20);
    if (!local) return local.error();
    placement.size = *size;
    placement.rank = *rank;
    placement.local_rank = *local;
    if (auto found = find_meeting_point(variable, placement); !found) return found.error();
    return std::optional<Placement>(placement);
  }
  return std::optional<Placement>();
}

Result<int> gpu_of(const Placement& placement, int gpus) {
  if (gpus == 1) return 0;
  if (placement.local_rank < gpus) return placement.local_rank;
  return Error{ErrorCode::kUnsupported,
               "process " + std::to_string(placement.local_rank) + " of this machine finds " +
                   std::to_string(gpus) + " GPUs",
               "start as many processes on a machine as it has GPUs",
               {},
               {}};
}

}  // namespace ecg
