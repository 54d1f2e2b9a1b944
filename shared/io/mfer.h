#pragma once
// MFER files (ISO 22077-1: medical waveform format encoding rules).

#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/formats.h"

namespace ecg {

/// True if the bytes begin with MFER's preamble.
bool recognises_mfer(const NamedBytes& file);

/// Reads every frame of waveform data: the channels of one rate, length and kind together, the
/// longest voltages as the main signal, everything else as groups named by waveform type. Frames of
/// the same channels that only go on are joined, unless they state another beginning or hold beats.
/// value = (stored + offset) x resolution; the stated null value is a missing sample. The person's
/// and the device's fields, filters, comments and events are kept. Errors: kTruncated, kBadHeader
/// (no sampling interval), kBadValue, kUnsupported (compressed data, sequences that differ between
/// channels), kNotFound (no waveform), kTooLarge (more than 256 channels, or very many empty
/// frames).
Result<Recording> read_mfer(const FileSet& files, const NamedBytes& file);

/// Frames and channels as far as they can be read.
std::vector<FoundPart> describe_mfer(const NamedBytes& file);

}  // namespace ecg
