#pragma once
// An analysis as JSON: the objects that `einthoven beats --json` and `einthoven measure --json`
// print.

#include <nlohmann/json.hpp>
#include <string>

#include "beat/analyse.h"
#include "core/recording.h"

namespace ecg::cli {

/// Keys sampling_rate_hz, beats, lead, quality and more. `lead`: the one asked for; null = all.
nlohmann::ordered_json json_from_beats(const Recording& recording, const Analysis& analysis,
                                       const std::optional<std::string>& lead);

/// Keys global, beats, leads, quality, warnings and more. What was not measured is null; the
/// object "reasons" beside it holds a name and a sentence for each.
nlohmann::ordered_json json_from_measurements(const Recording& recording, const Analysis& analysis);

}  // namespace ecg::cli
