// einthoven pretext: what self-supervised learning does to a recording before a model sees it.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "beat/r_peaks.h"
#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/panels.h"
#include "cli/pretext_view.h"
#include "cli/read_flags.h"
#include "cli/recording_json.h"
#include "pretext/mask_catalogue.h"

namespace ecg::cli {
namespace {

struct PretextOptions {
  std::string in;
  std::string method = "stdm";
  std::uint64_t seed = 1;
  double patch_s = 0.5;
  std::optional<double> ratio;
  double strength = 1;
  std::string out;
  ReadOptions read;
  bool hide_derivable = false;
  bool json = false;
  bool list = false;
};

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw CliError(
      {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), "", std::nullopt});
}

std::vector<Lead> leads_of(const Signal& signal) {
  std::vector<Lead> leads;
  for (const LeadLabel& label : signal.leads()) leads.push_back(label.lead);
  return leads;
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
  const MaskMethod* method = find_mask_method(options.method);
  if (method == nullptr) {
    refuse("there is no method \"" + options.method + "\"", "choose one that --list names");
  }
  if (options.ratio && !method->takes_ratio) {
    refuse("--ratio has no meaning for " + options.method, "leave it out");
  }
  MaskRequest request{grid, signal.sampling_rate_hz(), {}, options.ratio};
  const std::vector<Lead> rows = leads_of(signal);
  request.rows = rows;
  std::vector<SampleIndex> peaks;
  if (method->needs_beats) peaks = value_or_throw(find_r_peaks(signal));
  request.r_peaks = peaks;
  RandomStream random({.seed = options.seed, .purpose = RandomPurpose::kMask});
  return value_or_throw(method->draw(request, random));
}

void print_json(const PretextOptions& options, const TokenGrid& grid, const TokenMask& mask,
                const Signal& signal) {
  const nlohmann::ordered_json json = {
      {"method", options.method},
      {"seed", options.seed},
      {"tokens",
       {{"leads", grid.leads}, {"columns", grid.columns}, {"patch_samples", grid.patch_samples}}},
      {"hidden_tokens", hidden_count(mask)},
      {"derivable_hidden_tokens", derivable_hidden_count(mask, grid, leads_of(signal))},
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
  const std::size_t derivable = derivable_hidden_count(mask, grid, leads_of(signal));
  if (derivable > 0) {
    std::printf("%zu of them could be computed from two visible limb leads\n", derivable);
  }
}

/// The recording with the tokens missing for which `mask` is `hidden`.
Signal without_tokens(const Signal& signal, const TokenGrid& grid, const TokenMask& mask,
                      std::uint8_t hidden) {
  Signal part = signal;
  for (std::size_t token = 0; token < mask.size(); ++token) {
    if (mask[token] != hidden) continue;
    const std::size_t column = grid.column_of(token);
    const auto row = part.lead(grid.lead_of(token));
    std::fill(row.begin() + grid.begin_sample(column), row.begin() + grid.end_sample(column),
              std::numeric_limits<float>::quiet_NaN());
  }
  return part;
}

/// Draws the recording, what the encoder sees of it, and what is hidden.
void write_mask(const PretextOptions& options, const TokenGrid& grid, const TokenMask& mask,
                const Signal& signal) {
  const std::size_t derivable = derivable_hidden_count(mask, grid, leads_of(signal));
  const std::string count = std::to_string(hidden_count(mask)) + " of " +
                            std::to_string(mask.size()) + " tokens hidden, " +
                            std::to_string(derivable) +
                            " of them computable from two visible limb leads";
  const std::string sentence(find_mask_method(options.method)->sentence);
  write_file(options.out,
             drawing_of_panels({{"original", std::string(file_name_of(options.in)), signal},
                                {"visible to the encoder: " + options.method, sentence,
                                 without_tokens(signal, grid, mask, 1)},
                                {"hidden", count, without_tokens(signal, grid, mask, 0)}},
                               extension_of(options.out)));
}

void print_methods(bool as_json) {
  auto json = nlohmann::ordered_json::array();
  for (const MaskMethod& method : mask_methods()) {
    if (!as_json) {
      std::printf("%-13s %s\n", std::string(method.name).c_str(),
                  std::string(method.sentence).c_str());
    }
    json.push_back({{"name", method.name},
                    {"sentence", method.sentence},
                    {"exact_count", method.exact_count}});
  }
  auto views = nlohmann::ordered_json::array();
  if (!as_json) std::printf("\nAugmented views:\n");
  for (const AugmentationMethod& method : augmentation_methods()) {
    if (!as_json) {
      std::printf("%-13s %s\n", std::string(method.name).c_str(),
                  std::string(method.sentence).c_str());
    }
    views.push_back({{"name", method.name}, {"sentence", method.sentence}});
  }
  if (as_json) {
    std::fputs(text_from_json({{"masks", json}, {"augmentations", views}}).c_str(), stdout);
  }
}

void run_pretext(PretextOptions options) {
  if (options.list) return print_methods(options.json);
  if (options.in.empty()) refuse("no file is named", "name an ECG file, or ask for --list");
  if (options.hide_derivable && options.method == "stdm") options.method = "stdm_physics";
  const Recording recording = load_recording(options.in, options.read);
  if (const AugmentationMethod* method = find_augmentation_method(options.method)) {
    return show_view(recording, *method,
                     {options.seed, options.strength, options.json, options.out});
  }
  const TokenGrid grid = grid_of(options, recording.signal);
  const TokenMask mask = mask_of(options, grid, recording.signal);
  if (!options.out.empty()) write_mask(options, grid, mask, recording.signal);
  if (options.json) {
    print_json(options, grid, mask, recording.signal);
  } else {
    print_text(options, grid, mask, recording.signal);
  }
}

}  // namespace

void add_pretext(CLI::App& program) {
  auto options = std::make_shared<PretextOptions>();
  CLI::App* command = program.add_subcommand(
      "pretext",
      "Show which tokens of a recording a self-supervised task hides, or an augmented view");
  command->add_option("FILE", options->in, "ECG file to read (for WFDB the .hea)");
  command
      ->add_option("--method", options->method,
                   "What hides tokens or makes the view; --list names them")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Same seed, same mask or view")
      ->capture_default_str();
  command->add_option("--patch", options->patch_s, "Length of a token in seconds")
      ->capture_default_str();
  command->add_option("--ratio", options->ratio,
                      "Share of tokens to hide instead of the method's usual one");
  command->add_option("--strength", options->strength, "Augmentations: 0 to 2 times the usual")
      ->capture_default_str();
  command->add_option("-o,--out", options->out,
                      "Draw original, what is visible or the view, and what is hidden or the "
                      "difference: .svg, .png or .pdf; augmentations also as .csv");
  command->add_flag("--hide-derivable", options->hide_derivable,
                    "stdm: the same as --method stdm_physics");
  add_read_flags(*command, options->read);
  command->add_flag("--list", options->list, "Name every method with a sentence, and stop");
  command->add_flag("--json", options->json, "Print one JSON object instead of text");
  command->callback([options] { run_pretext(*options); });
}

}  // namespace ecg::cli
