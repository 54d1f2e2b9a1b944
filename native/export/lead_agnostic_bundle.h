#pragma once
// What a bundle holds of a lead-agnostic system.

#include "export/bundle.h"
#include "objective/lead_agnostic_system.h"

namespace ecg {

/// Graph encode, and golden cases that LibTorch answers. Quantiser and projections, which only
/// training needs, stay out of it. The system is switched to evaluation mode on the CPU. Throws
/// Failure (kInconsistent) if `info.input` does not fit its leads and samples.
BundleModel lead_agnostic_bundle(LeadAgnosticSystem& system, const BundleInfo& info);

}  // namespace ecg
