#pragma once
// card.md: what a reader needs to know before trusting a model.

#include <string>

#include "export/bundle.h"

namespace ecg {

/// The model card in Markdown.
std::string card_from_bundle(const BundleInfo& info, const MaeConfig& config,
                             std::int64_t parameter_count);

}  // namespace ecg
