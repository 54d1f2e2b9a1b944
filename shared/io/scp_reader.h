#pragma once
// SCP-ECG (EN 1064, ISO 11073-91064, AAMI EC71): sections -> Recording.

#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/formats.h"

namespace ecg {

/// Reads the rhythm (section 6) as the signal and the reference beat (section 5) as a group
/// "reference beat"; values in mV = count x AVM nV x 1e-6. A subtracted reference beat is added
/// again; bimodal leads come back at the rate of the reference beat. Samples outside the stretch
/// of a lead are NaN. Files of Heal Force devices, which break the standard, are read too
/// (scp_heal_force.h). Errors: those of parse_scp and the tables, kNotFound (no rhythm), kBadValue,
/// kTruncated, kInconsistent, kUnsupported, kTooLarge.
Result<Recording> read_scp(const FileSet& files, const NamedBytes& file);

/// Lists the sections.
std::vector<FoundPart> describe_scp(const NamedBytes& file);

}  // namespace ecg
