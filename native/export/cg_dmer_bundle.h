#pragma once
// What a bundle holds of a CG-DMER-style system.

#include "export/bundle.h"
#include "objective/cg_dmer_system.h"

namespace ecg {

/// Graphs encode (with the output "shared" [1, shared width], of length 1, that is compared with
/// vectors of texts; heads for it come from zero_shot_head) and reconstruct, and golden cases that
/// LibTorch answers with hidden tokens left out. What reads texts stays behind. The system is
/// switched to evaluation mode on the CPU. Throws Failure (kInconsistent) if `info.input` is not
/// the system's.
BundleModel cg_dmer_bundle(CgDmerSystem& system, const BundleInfo& info);

}  // namespace ecg
