#pragma once
// HL7 annotated ECG (aECG, PORT_MT020001; ANSI/HL7 V3 ECG R1) -> Recording.

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg {

/// True if the root element is AnnotatedECG.
bool is_hl7_aecg(const NamedBytes& file);

/// Reads every series, and every series derived from one (representative beat). The first sequence
/// set is the main signal, each further one a group: their leads or times differ, so nothing is
/// joined. A sample is origin + digit x scale, in mV. Times of a set come from its GLIST_TS or
/// GLIST_PQ. Wave boundaries become annotations "(" and ")" whose number tells the wave (0 P, 1
/// QRS, 2 T) and whose text names it; values in annotations become measurements under their MDC
/// name, with the number of the beat where they belong to one; rhythm and interpretation are
/// statements. Errors: those of parse_xml; kInsufficientData (no samples), kBadHeader (no rate, no
/// scale), kBadValue (a digit is no number), kInconsistent (leads of one set differ in length),
/// kUnsupported (samples that are no SLIST).
Result<Recording> read_hl7_aecg(const FileSet& files, const NamedBytes& file);

}  // namespace ecg
