#pragma once
// SCP-ECG as Heal Force's portable devices write it, which is not as EN 1064 says: no list of
// leads, no Huffman code, and all leads interleaved in one stream of packed 12-bit numbers.

#include "core/recording.h"
#include "core/result.h"
#include "io/scp_sections.h"

namespace ecg {

/// True if section 3 counts leads that it does not list and section 6 is one stream that fits them.
bool is_heal_force(const ScpFile& file);

/// The samples: each number is a count from -512 in its low ten bits; the highest bit marks a beat
/// that the device saw ("Q"), the next one an irregular beat. Every fourth number lies in spare
/// bits of the three before it. The sampling interval's field holds the rate in hertz. Leads are
/// named "channel 1" and so on: the file does not say which they are. Errors: kBadValue.
Result<Recording> read_heal_force(const NamedBytes& file, const ScpFile& sections);

}  // namespace ecg
