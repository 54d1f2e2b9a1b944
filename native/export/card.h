#pragma once
// card.md: what a reader needs to know before trusting a model.

#include <string>

#include "export/bundle.h"

namespace ecg {

/// The model card in Markdown.
std::string card_from_bundle(const BundleModel& model, const BundleInfo& info);

}  // namespace ecg
