#pragma once
// A recording as an EDF+ file (Kemp and Olivan 2003).

#include <cstdint>
#include <vector>

#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// Writes the main signal as continuous EDF+ with 16-bit counts, labels such as "ECG V1", the
/// annotations as texts (symbol and text, "@@" and the label where they belong to one lead), the
/// start, the person's fields that EDF+ has, pre-filters and transducers. Counts are those of the
/// calibration where every sample is one, else 1 per uV; header columns of eight characters may
/// round a physical value by less than half a count. Other groups, statements and measurements have
/// no place in EDF. Where no equal data records fit the recording, the last one repeats the last
/// sample behind the annotation "Recording ends", which read_edf honours.
/// Errors: kInsufficientData (no samples), kBadValue (missing samples, which EDF cannot mark; a
/// value beyond 16 bits), kUnsupported (a sampling rate or scale that eight characters cannot
/// state; more leads than the header counts).
Result<std::vector<std::uint8_t>> edf_from_recording(const Recording& recording);

}  // namespace ecg
