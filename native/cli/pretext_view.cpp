#include "cli/pretext_view.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "beat/r_peaks.h"
#include "cli/cli_error.h"
#include "cli/files.h"
#include "cli/panels.h"
#include "cli/recording_json.h"
#include "io/csv_writer.h"

namespace ecg::cli {
namespace {

/// Largest distance in mV of a derived limb lead from its sum of I and II; NaN without I and II.
double identity_error_mv(SignalView signal, std::size_t row) {
  const auto weights = limb_lead_weights(signal.leads[row].lead);
  const auto first = signal.find(Lead::kI), second = signal.find(Lead::kII);
  if (!weights || !first || !second || signal.sample_count == 0) return std::nan("");
  double worst = 0;
  for (std::size_t n = 0; n < static_cast<std::size_t>(signal.sample_count); ++n) {
    const double sum = static_cast<double>((*weights)[0]) * signal.lead(*first)[n] +
                       static_cast<double>((*weights)[1]) * signal.lead(*second)[n];
    worst = std::max(worst, std::abs(signal.lead(row)[n] - sum));  // a missing sample counts not
  }
  return worst;
}

Signal view_of(const Signal& signal, const AugmentationMethod& method, const ViewOptions& options) {
  const auto peaks = value_or_throw(find_r_peaks(signal));
  RandomStream random({.seed = options.seed, .purpose = RandomPurpose::kAugment});
  const auto draw = value_or_throw(
      method.draw({.signal = signal, .strength = options.strength, .r_peaks = peaks}, random));
  Signal view({signal.leads().begin(), signal.leads().end()}, augmented_samples(signal, draw),
              signal.sampling_rate_hz());
  if (const auto done = apply_augmentation(signal, draw, view.values()); !done) {
    throw CliError(done.error());
  }
  return view;
}

/// Original, view and difference of every lead side by side.
Signal side_by_side(const Signal& original, const Signal& view) {
  std::vector<LeadLabel> labels;
  for (const LeadLabel& label : original.leads()) {
    const std::string name(display_name(label));
    labels.push_back(label);
    labels.push_back({Lead::kOther, name + " view"});
    labels.push_back({Lead::kOther, name + " difference"});
  }
  Signal table(labels, view.sample_count(), view.sampling_rate_hz());
  for (std::size_t row = 0; row < original.lead_count(); ++row) {
    const auto before = original.lead(row), after = view.lead(row);
    for (std::size_t n = 0; n < after.size(); ++n) {
      table.lead(3 * row)[n] = before[n];
      table.lead(3 * row + 1)[n] = after[n];
      table.lead(3 * row + 2)[n] = after[n] - before[n];
    }
  }
  return table;
}

double largest_difference_mv(const Signal& original, const Signal& view) {
  if (view.sample_count() != original.sample_count()) return std::nan("");
  double largest = 0;
  for (std::size_t i = 0; i < view.values().size(); ++i) {
    largest =
        std::max(largest, std::abs(static_cast<double>(view.values()[i]) - original.values()[i]));
  }
  return largest;
}

/// "limb leads keep their sums", or the leads that do not, and by how much.
std::string identities_text(const Signal& original, const Signal& view) {
  constexpr double kBroken_mv = 0.001;
  std::string broken;
  for (std::size_t row = 0; row < view.lead_count(); ++row) {
    const double after = identity_error_mv(view, row);
    if (!(after > kBroken_mv && after > 2 * identity_error_mv(original, row))) continue;
    char text[64];
    std::snprintf(text, sizeof text, "%s%s by %.3f mV", broken.empty() ? "" : ", ",
                  std::string(display_name(view.leads()[row])).c_str(), after);
    broken += text;
  }
  return broken.empty() ? "limb leads keep their sums of I and II"
                        : "off its sum of I and II: " + broken;
}

Signal difference_of(const Signal& original, const Signal& view) {
  Signal difference = view;
  for (std::size_t i = 0; i < difference.values().size(); ++i) {
    difference.values()[i] -= original.values()[i];
  }
  return difference;
}

/// As a table, or as a drawing where the ending is not .csv.
void write_view(const Signal& original, const Signal& view, const AugmentationMethod& method,
                const std::string& out) {
  const bool aligned = view.sample_count() == original.sample_count();
  if (out.ends_with(".csv")) {
    return write_file(out, csv_from_signal(aligned ? side_by_side(original, view) : view));
  }
  const std::string name(method.name), sentence(method.sentence);
  std::vector<Panel> panels = {
      {"original", "", original},
      {"view: " + name + ", " + sentence, identities_text(original, view), view}};
  if (aligned) panels.push_back({"difference", "view - original", difference_of(original, view)});
  write_file(out, drawing_of_panels(panels, extension_of(out)));
}

nlohmann::ordered_json json_of(const Signal& original, const Signal& view,
                               const AugmentationMethod& method, const ViewOptions& options) {
  auto identities = nlohmann::ordered_json::array();
  for (std::size_t row = 0; row < view.lead_count(); ++row) {
    const double after = identity_error_mv(view, row);
    if (std::isnan(after)) continue;
    identities.push_back({{"lead", display_name(view.leads()[row])},
                          {"before_mv", identity_error_mv(original, row)},
                          {"after_mv", after}});
  }
  const double difference = largest_difference_mv(original, view);
  const Preserves& keeps = method.preserves;
  nlohmann::ordered_json json = {{"method", method.name},
                                 {"seed", options.seed},
                                 {"strength", options.strength},
                                 {"samples", {original.sample_count(), view.sample_count()}},
                                 {"largest_difference_mv", nullptr},
                                 {"preserves",
                                  {{"limb_lead_identities", keeps.limb_lead_identities},
                                   {"rate", keeps.rate},
                                   {"axis", keeps.axis},
                                   {"length", keeps.length}}},
                                 {"identity_errors", identities}};
  if (!std::isnan(difference)) json["largest_difference_mv"] = difference;
  return json;
}

void print_text(const nlohmann::ordered_json& json, const AugmentationMethod& method) {
  std::printf("%s: %s\n", std::string(method.name).c_str(), std::string(method.sentence).c_str());
  std::printf("samples: %lld, before %lld\n", json["samples"][1].get<long long>(),
              json["samples"][0].get<long long>());
  if (!json["largest_difference_mv"].is_null()) {
    std::printf("largest difference: %.4g mV\n", json["largest_difference_mv"].get<double>());
  }
  for (const auto& [what, kept] : json["preserves"].items()) {
    std::printf("%s %s\n", kept.get<bool>() ? "keeps" : "changes", what.c_str());
  }
  for (const auto& row : json["identity_errors"]) {
    std::printf("%-4s off its sum of I and II by %.4g mV, before %.4g mV\n",
                row["lead"].get<std::string>().c_str(), row["after_mv"].get<double>(),
                row["before_mv"].get<double>());
  }
}

}  // namespace

void show_view(const Recording& recording, const AugmentationMethod& method,
               const ViewOptions& options) {
  const Signal& original = recording.signal;
  const Signal view = view_of(original, method, options);
  if (!options.out.empty()) {
    write_view(original, view, method, options.out);
  }
  const auto json = json_of(original, view, method, options);
  if (options.json) {
    std::fputs(text_from_json(json).c_str(), stdout);
  } else {
    print_text(json, method);
  }
}

}  // namespace ecg::cli
