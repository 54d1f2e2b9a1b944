#include "objective/view_config.h"

#include "objective/nearest_name.h"
#include "pretext/mask_catalogue.h"

namespace ecg {
namespace {

std::vector<std::string> split(const std::string& names) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t comma = std::min(names.find(',', begin), names.size());
    parts.push_back(names.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

Error unknown(const std::string& name) {
  std::vector<std::string> names;
  for (const AugmentationMethod& method : augmentation_methods()) names.emplace_back(method.name);
  const std::string near = nearest_name(name, names);
  return {ErrorCode::kNotFound,
          "there is no augmentation '" + name + "'",
          near.empty() ? "einthoven pretext --list names them" : "did you mean '" + near + "'?",
          {},
          {}};
}

}  // namespace

Result<std::vector<const AugmentationMethod*>> augmentations_of(const std::string& names) {
  std::vector<const AugmentationMethod*> methods;
  for (const std::string& name : split(names)) {
    const AugmentationMethod* method = find_augmentation_method(name);
    if (method == nullptr) return unknown(name);
    if (!method->preserves.length) {
      return Error{ErrorCode::kBadValue,
                   "augmentation '" + name + "' changes the length",
                   "choose one that keeps it: a model's input has one length",
                   {},
                   {}};
    }
    methods.push_back(method);
  }
  return methods;
}

Result<void> check_views(const ObjectiveConfig& config) {
  if (const auto methods = augmentations_of(config.augment_methods); !methods) {
    return methods.error();
  }
  const MaskMethod* method = find_mask_method(config.mask_method);
  if (method == nullptr || (config.mask_ratio > 0 && !method->takes_ratio)) {
    return Error{ErrorCode::kBadValue,
                 "mask.ratio has no meaning for mask.method '" + config.mask_method + "'",
                 "leave mask.ratio at 0, or choose another method",
                 {},
                 {}};
  }
  return {};
}

}  // namespace ecg
