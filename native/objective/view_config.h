#pragma once
// Which masks and augmentations a configuration names. No LibTorch here.

#include <string>
#include <vector>

#include "core/result.h"
#include "objective/objective_config.h"
#include "pretext/augmentation_catalogue.h"
#include "pretext/mask_catalogue.h"

namespace ecg {

/// The augmentations that "scale,emg" names, in this order. Errors: kNotFound (no such method, with
/// the nearest name), kBadValue (one that changes the length, which a model's input must keep).
Result<std::vector<const AugmentationMethod*>> augmentations_of(const std::string& names);

/// The masks that "multi_scale,stdm" names, in this order: view i of a record is masked by number
/// i modulo their count. Errors: kNotFound (no such mask, with the nearest name; none named).
Result<std::vector<const MaskMethod*>> masks_of(const std::string& names);

/// Errors: those of augmentations_of and masks_of; kBadValue for more masks than views, or a
/// mask.ratio that one of them does not take.
Result<void> check_views(const ObjectiveConfig& config);

}  // namespace ecg
