#pragma once
// Which masks and augmentations a configuration names. No LibTorch here.

#include <string>
#include <vector>

#include "core/result.h"
#include "objective/objective_config.h"
#include "pretext/augmentation_catalogue.h"

namespace ecg {

/// The augmentations that "scale,emg" names, in this order. Errors: kNotFound (no such method, with
/// the nearest name), kBadValue (one that changes the length, which a model's input must keep).
Result<std::vector<const AugmentationMethod*>> augmentations_of(const std::string& names);

/// Errors: those of augmentations_of; kBadValue for a mask.ratio that the method does not take.
Result<void> check_views(const ObjectiveConfig& config);

}  // namespace ecg
