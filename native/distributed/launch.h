#pragma once
// Several processes of this program on this machine, without any other launcher.

namespace ecg {

/// Exit code of a run that stopped and can be resumed.
inline constexpr int kExitResumable = 75;

/// Starts the running program `ranks` times with the same arguments and the environment of torchrun
/// (placement.h), keeps their meeting point, passes SIGINT, SIGTERM and SIGUSR1 on to them, and
/// waits. When one of them dies, says which, and gives the others half a minute to save before it
/// ends them. Returns 0 if all did; 75 if rank 0 saved and the run can be resumed; else the code of
/// the first that failed. Throws std::runtime_error when they cannot be started.
int launch(int ranks, char** argv);

}  // namespace ecg
