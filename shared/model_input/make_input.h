#pragma once
// From any recording to the tensor a model was trained on. The trainer and the page call this same
// function; natively and in WebAssembly it gives the same bits.

#include <string>
#include <vector>

#include "core/result.h"
#include "core/signal.h"
#include "model_input/model_spec.h"

namespace ecg {

/// Gaps of up to this length are bridged linearly; a lead with a longer one is absent.
inline constexpr double kBridgedGap_s = 0.1;

/// What is filtered to each side of the window, where the recording has it, so that the ends of the
/// filter's response fall outside the window.
inline constexpr double kFilterMargin_s = 10;

/// A model's input and how it came about.
struct ModelInput {
  Signal signal;                   ///< spec.leads x spec.samples, normalised; absent leads are 0
  std::vector<float> lead_mask;    ///< per lead: 1 = present, 0 = absent
  std::vector<double> offset_mv;   ///< per lead: mv = value * scale_mv + offset_mv
  std::vector<double> scale_mv;    ///< absent leads: as the others (kZscoreRecord), else 0 and 1
  double start_s = 0;              ///< where in the recording the window begins
  std::vector<std::string> notes;  ///< what was derived, left out or bridged, one sentence each
};

/// The window of `recording` that begins at `start_s` (moved to the nearest sample), as `spec`
/// asks: short gaps bridged, filtered at the recording's own rate, resampled, cropped, missing limb
/// leads derived from two others where possible (III = II - I, ...), normalised over the present
/// leads. A lead is absent if the recording lacks it, if it has a gap longer than kBridgedGap_s
/// inside the window, or if it is flat. Leads are matched by their standard name, in any order. A
/// low-pass edge at or above the recording's Nyquist frequency is left out, with a note. Errors:
/// those of check_model_spec; kInvalidArgument (start outside the recording, high-pass edge not
/// below the Nyquist frequency), kInsufficientData (too short, or no lead is usable).
Result<ModelInput> make_input(SignalView recording, const ModelSpec& spec, double start_s = 0);

}  // namespace ecg
