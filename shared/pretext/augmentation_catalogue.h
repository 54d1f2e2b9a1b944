#pragma once
// Every augmentation under one roof, so that command line, page and trainer list the same ones.

#include <span>
#include <string_view>

#include "pretext/augmentation.h"

namespace ecg {

/// What an augmentation is drawn for. Of the signal, draws read shape, rate and leads, no samples.
struct AugmentationRequest {
  SignalView signal;
  double strength = 1;                        ///< scales how far a view strays from the original
  SampleIndex crop_samples = 0;               ///< length of crops; 0 = half the signal
  std::span<const SampleIndex> r_peaks = {};  ///< crop_at_r
  std::span<const float> importance = {};     ///< fda, fda_leads: 0 to 1 per bin; empty = 0.7
};

/// One augmentation with its usual ranges.
struct AugmentationMethod {
  std::string_view name;      ///< stable, snake_case
  std::string_view sentence;  ///< for people
  Preserves preserves;
  Result<AugmentationDraw> (*draw)(const AugmentationRequest&, RandomStream&);
};

/// All methods, in the order in which they are shown. Draw from a stream of purpose kAugment whose
/// key names the view; several augmentations of one view may share the stream one after another.
/// Errors of every draw: kInvalidArgument for an empty signal, a strength that is not in [0, 2], a
/// crop longer than the signal, or an importance that is not one value in [0, 1] per bin;
/// kInsufficientData where no R peak leaves room for a crop.
std::span<const AugmentationMethod> augmentation_methods();

/// The method of that name, or nullptr.
const AugmentationMethod* find_augmentation_method(std::string_view name);

}  // namespace ecg
