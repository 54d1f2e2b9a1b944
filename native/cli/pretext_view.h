#pragma once
// An augmented view of a recording, as `einthoven pretext` prints and writes it.

#include <string>

#include "core/recording.h"
#include "pretext/augmentation_catalogue.h"

namespace ecg::cli {

/// What to show.
struct ViewOptions {
  std::uint64_t seed = 1;
  double strength = 1;
  bool json = false;
  std::string out;  ///< a .csv, .svg, .png or .pdf to write; empty = none
};

/// Prints what a view of the recording changes: its samples, the largest difference in mV (where
/// the view is as long as the original), what the method preserves, and how far every derived limb
/// lead is from Einthoven's and Goldberger's sums before and after. The .csv holds, per lead, the
/// original, the view and the difference; of a view of another length, the view only. A drawing
/// shows the same as sheets below each other, and names the limb leads that left their sums.
/// Beats are found with find_r_peaks. Throws CliError.
void show_view(const Recording& recording, const AugmentationMethod& method,
               const ViewOptions& options);

}  // namespace ecg::cli
