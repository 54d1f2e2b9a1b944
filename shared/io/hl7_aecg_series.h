#pragma once
// One series of an HL7 annotated ECG: its sequence sets and what was annotated on them (not for
// use outside this folder: it exposes pugixml).

#include <pugixml.hpp>
#include <string>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// Everything that the series of one document hold, in the order of the file.
struct AecgContent {
  std::vector<SignalGroup> groups;  ///< one per sequence set
  std::vector<FileMeasurement> measurements;
  std::vector<std::string> statements;
  std::vector<std::string> warnings;
};

/// Adds one series (or derivedSeries) to `content`. Element names carry no namespace prefix.
Result<void> read_aecg_series(pugi::xml_node series, AecgContent& content,
                              const std::string& file_name);

}  // namespace ecg
