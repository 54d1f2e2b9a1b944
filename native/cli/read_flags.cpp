#include "cli/read_flags.h"

namespace ecg::cli {

void add_read_flags(CLI::App& command, ReadOptions& options) {
  command.add_option("--rate", options.sampling_rate_hz,
                     "Samples per second, for tables of numbers that do not state it (CSV)");
  command.add_option("--unit", options.unit,
                     "Unit of such tables: mV, uV, V, nV, or counts per millivolt as \"200/mV\"");
  command.add_option("--leads", options.leads, "Names of their columns of samples: I,II,V1")
      ->delimiter(',');
}

}  // namespace ecg::cli
