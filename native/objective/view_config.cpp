#include "objective/view_config.h"

#include "objective/nearest_name.h"

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

// "there is no `kind` 'name'", with the nearest of what the catalogue holds.
template <class Method>
Error unknown(std::string_view kind, const std::string& name, std::span<const Method> catalogue) {
  std::vector<std::string> names;
  for (const Method& method : catalogue) names.emplace_back(method.name);
  const std::string near = nearest_name(name, names);
  return {ErrorCode::kNotFound,
          "there is no " + std::string(kind) + " '" + name + "'",
          near.empty() ? "einthoven pretext --list names them" : "did you mean '" + near + "'?",
          {},
          {}};
}

}  // namespace

Result<std::vector<const AugmentationMethod*>> augmentations_of(const std::string& names) {
  std::vector<const AugmentationMethod*> methods;
  for (const std::string& name : split(names)) {
    const AugmentationMethod* method = find_augmentation_method(name);
    if (method == nullptr) return unknown("augmentation", name, augmentation_methods());
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

Result<std::vector<const MaskMethod*>> masks_of(const std::string& names) {
  std::vector<const MaskMethod*> masks;
  for (const std::string& name : split(names)) {
    masks.push_back(find_mask_method(name));
    if (masks.back() == nullptr) return unknown("mask", name, mask_methods());
  }
  if (masks.empty()) return unknown("mask", names, mask_methods());
  return masks;
}

Result<void> check_views(const ObjectiveConfig& config) {
  if (const auto methods = augmentations_of(config.augment_methods); !methods) {
    return methods.error();
  }
  const auto masks = masks_of(config.mask_method);
  if (!masks) return masks.error();
  if (masks->size() > static_cast<std::size_t>(config.views)) {
    return Error{ErrorCode::kBadValue,
                 "mask.method = '" + config.mask_method +
                     "' names more masks than view.count = " + std::to_string(config.views),
                 "one mask for all views, or one for each",
                 {},
                 {}};
  }
  for (const MaskMethod* method : *masks) {
    if (config.mask_ratio == 0 || method->takes_ratio) continue;
    return Error{ErrorCode::kBadValue,
                 "mask.ratio has no meaning for mask.method '" + std::string(method->name) + "'",
                 "leave mask.ratio at 0, or choose another method",
                 {},
                 {}};
  }
  return {};
}

}  // namespace ecg
