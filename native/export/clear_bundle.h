#pragma once
// What a bundle holds of a CLEAR-HUG system.

#include "export/bundle.h"
#include "objective/clear_hug_system.h"

namespace ecg {

/// Graph encode, and reconstruct if levels were learnt, with golden cases that LibTorch answers
/// with attention by groups and, in the encoder, hidden tokens left out. The system is switched to
/// evaluation mode on the CPU. Throws Failure (kInconsistent) if `info.input` is not the system's.
BundleModel clear_bundle(ClearHugSystem& system, const BundleInfo& info);

}  // namespace ecg
