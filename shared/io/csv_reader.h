#pragma once
// Comma-, semicolon-, tab- or blank-separated numbers as a recording.

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/read_options.h"

namespace ecg {

/// True for text in which lines of numbers follow each other (text_table.h says how many).
bool is_csv(const NamedBytes& file);

/// Reads a table of samples: one column per lead, or one line per lead where lines are few and
/// long. The separator, a decimal comma, UTF-16, names, units and a time column (seconds,
/// milliseconds or clock times) are found by themselves; a column that counts samples is no lead.
/// The rate is that of the options, of the header, or of an even time column; the unit that of the
/// options, the column or the header. A first column named "time_s" without any unit marks what
/// einthoven convert writes: mV. Empty fields are missing samples.
/// Errors: kBadHeader (rate or unit not stated: nothing is guessed; no table), kTruncated (last
/// line incomplete), kBadValue (a field that is no number, with its line), kInconsistent (lines of
/// different length, times that are not even), kInvalidArgument (options), kInsufficientData.
Result<Recording> read_csv(const FileSet& files, const NamedBytes& file,
                           const ReadOptions& options);

/// The same with what the file alone says.
Result<Recording> read_csv(const FileSet& files, const NamedBytes& file);

}  // namespace ecg
