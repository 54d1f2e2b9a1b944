#pragma once
// NumPy .npy arrays (format 1 to 3) as recordings.

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/read_options.h"

namespace ecg {

/// By the mark "\x93NUMPY".
bool recognises_npy(const NamedBytes& file);

/// An array of one or two dimensions longer than 1; the longer one is time, the other one leads
/// (with equal ones the lines are samples). Integers and floats of 2 to 8 bytes (integers also of
/// one) in either byte order and in C or Fortran order. NumPy states neither rate nor unit: the
/// options must, unless the first column rises evenly as times do. Errors: kBadHeader, kUnsupported
/// (other types, more dimensions), kTruncated, kTooLarge, kInsufficientData, and those of
/// recording_from_table.
Result<Recording> read_npy(const FileSet& files, const NamedBytes& file,
                           const ReadOptions& options);
Result<Recording> read_npy(const FileSet& files, const NamedBytes& file);

}  // namespace ecg
