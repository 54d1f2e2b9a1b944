// einthoven-train probe: what the encoder of a run knows, beside its untrained twin.

#include <CLI/CLI.hpp>
#include <memory>

#include "trainer/commands.h"
#include "trainer/label_options.h"

namespace ecg::trainer {

void add_probe(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("probe", "measure what the frozen encoder of a run knows");
  auto arguments = std::make_shared<LabelArguments>();
  add_group_options(*command, *arguments);
  command->add_option("--heads", arguments->job.heads,
                      "file for the first linear head, for the model bundle of export");
  command->callback([arguments] {
    const auto rows = probe_job(completed(*arguments), printing_listener());
    finish_results(arguments->out, "probe", "Probe of " + arguments->job.run.string(), rows);
  });
}

}  // namespace ecg::trainer
