#pragma once
// What the names beside a table mean: "Sampling Rate", "fs", "units", "leads".

#include <string>
#include <string_view>

namespace ecg {

/// Lower case letters and digits only: "Sampling Rate (Hz)" -> "samplingratehz".
std::string plain_key(std::string_view text);

/// True for the plain keys by which files name the sampling rate in hertz.
bool names_rate(std::string_view plain);
/// Likewise the time from sample to sample.
bool names_interval(std::string_view plain);
/// Likewise a unit.
bool names_unit(std::string_view plain);
/// Likewise lists of leads.
bool names_leads(std::string_view plain);

/// True for a unit of voltage, of time, or of what is recorded beside an ECG.
bool is_unit(std::string_view text);

}  // namespace ecg
