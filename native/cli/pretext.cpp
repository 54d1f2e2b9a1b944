// einthoven pretext: what self-supervised learning does to a recording before a model sees it.

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/recording_json.h"
#include "pretext/mask.h"

namespace ecg::cli {
namespace {

struct PretextOptions {
  std::string in;
  std::string method = "stdm";
  std::uint64_t seed = 1;
  double patch_s = 0.5;
  std::optional<double> ratio;
  bool hide_derivable = false;
  bool json = false;
};

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw CliError(
      {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), "", std::nullopt});
}

TokenGrid grid_of(const PretextOptions& options, const Signal& signal) {
  const double patch = std::round(options.patch_s * signal.sampling_rate_hz());
  if (!(patch >= 1 && patch <= static_cast<double>(signal.sample_count()))) {
    refuse("a patch of " + std::to_string(options.patch_s) + " s does not fit the recording",
           "choose --patch between one sample and the " + std::to_string(signal.duration_s()) +
               " s of the recording");
  }
  return token_grid_of(signal, static_cast<SampleIndex>(patch));
}

TokenMask mask_of(const PretextOptions& options, const TokenGrid& grid, const Signal& signal) {
  RandomStream random({.seed = options.seed, .purpose = RandomPurpose::kMask});
  if (options.method == "random") {
    return value_or_throw(random_mask(grid, options.ratio.value_or(0.75), random));
  }
  if (options.method == "stdm") {
    StdmOptions stdm = options.ratio ? stdm_options_for_ratio(grid, *options.ratio) : StdmOptions{};
    stdm.hide_derivable_limb_leads = options.hide_derivable;
    for (const LeadLabel& label : signal.leads()) stdm.rows.push_back(label.lead);
    return value_or_throw(stdm_mask(grid, stdm, random));
  }
  refuse("there is no method \"" + options.method + "\"", "choose stdm or random");
}

void print_json(const PretextOptions& options, const TokenGrid& grid, const TokenMask& mask) {
  const nlohmann::ordered_json json = {
      {"method", options.method},
      {"seed", options.seed},
      {"tokens",
       {{"leads", grid.leads}, {"columns", grid.columns}, {"patch_samples", grid.patch_samples}}},
      {"hidden_tokens", hidden_count(mask)},
      {"visible", visible_bits(mask)}};
  std::fputs(text_from_json(json).c_str(), stdout);
}

/// One row per lead, one character per token: '#' is visible to the encoder, '.' is hidden.
void print_text(const PretextOptions& options, const TokenGrid& grid, const TokenMask& mask,
                const Signal& signal) {
  for (std::size_t lead = 0; lead < grid.leads; ++lead) {
    std::string row;
    for (std::size_t column = 0; column < grid.columns; ++column) {
      row += mask[grid.token(lead, column)] ? '.' : '#';
    }
    const std::string name(display_name(signal.leads()[lead]));
    std::printf("%-6s %s\n", name.c_str(), row.c_str());
  }
  const std::size_t hidden = hidden_count(mask);
  std::printf("%s: %zu of %zu tokens hidden (.), %g s each\n", options.method.c_str(), hidden,
              mask.size(), options.patch_s);
}

void run_pretext(const PretextOptions& options) {
  const Recording recording = load_recording(options.in);
  const TokenGrid grid = grid_of(options, recording.signal);
  const TokenMask mask = mask_of(options, grid, recording.signal);
  if (options.json) {
    print_json(options, grid, mask);
  } else {
    print_text(options, grid, mask, recording.signal);
  }
}

}  // namespace

void add_pretext(CLI::App& program) {
  auto options = std::make_shared<PretextOptions>();
  CLI::App* command = program.add_subcommand(
      "pretext", "Show which tokens of a recording a self-supervised task hides");
  command->add_option("FILE", options->in, "ECG file to read (for WFDB the .hea)")->required();
  command
      ->add_option("--method", options->method,
                   "stdm (columns of time and whole leads) or random (single tokens)")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Same seed, same mask")->capture_default_str();
  command->add_option("--patch", options->patch_s, "Length of a token in seconds")
      ->capture_default_str();
  command->add_option("--ratio", options->ratio,
                      "Share of tokens to hide (default: 0.75 random, 0.6 stdm)");
  command->add_flag("--hide-derivable", options->hide_derivable,
                    "stdm: when a limb lead is hidden, hide those it could be computed from");
  command->add_flag("--json", options->json, "Print one JSON object instead of text");
  command->callback([options] { run_pretext(*options); });
}

}  // namespace ecg::cli
