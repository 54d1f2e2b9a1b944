#pragma once
// A recording as JSON: the object that `einthoven info --json` prints.

#include <nlohmann/json.hpp>

#include "core/recording.h"

namespace ecg::cli {

/// Keys format, record, sampling_rate_hz, samples, duration_s, leads, info, annotations, groups,
/// checks and warnings. What the file does not say is null; so are NaN and infinity.
nlohmann::ordered_json json_from_recording(const Recording& recording);

/// The same with "samples_mv", one list per lead, null where a sample is missing; likewise
/// "samples" in every group.
nlohmann::ordered_json json_with_samples(const Recording& recording);

/// One line of JSON, or several indented ones. Bytes that are no UTF-8 become U+FFFD.
std::string text_from_json(const nlohmann::ordered_json& json, int indent = 2);

}  // namespace ecg::cli
