#pragma once
// Recording: what a file held, as it was. What a file does not say is std::nullopt.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// How the digital values of one lead became millivolt: mv = (count - baseline) / counts_per_mv.
struct Calibration {
  double counts_per_mv = 0;     ///< gain in digital units per millivolt
  double baseline = 0;          ///< digital value of 0 mV
  int resolution_bits = 0;      ///< of the converter; 0 = not stated
  std::string unit;             ///< physical unit as the file wrote it ("mV", "uV")
  std::string storage;          ///< storage form, e.g. "16" or "212" for WFDB
};

/// A mark in time: a beat, a rhythm change, a wave boundary, a note.
struct Annotation {
  SampleIndex sample = 0;
  std::optional<std::size_t> lead;  ///< row of the signal; nullopt = all leads
  std::string symbol;               ///< WFDB mnemonic ("N", "V", "+", "p", "(")
  std::string text;                 ///< auxiliary text
  int subtype = 0;
  int number = 0;
};

/// Facts about a recording other than its samples.
struct RecordingInfo {
  std::string record_name;                  ///< without folder or ending
  std::string source_format;                ///< "WFDB", "DICOM", ...
  std::optional<std::string> start_time;    ///< ISO 8601 as far as the file tells
  std::optional<double> age_years;
  std::optional<std::string> sex;           ///< "male", "female" or as the file says
  std::optional<std::string> patient_id;
  std::optional<std::string> device;
  std::vector<std::string> statements;      ///< interpretation found in the file
  std::vector<std::string> comments;        ///< free text lines, as they stand
};

/// A further signal that the file held (median beat, rhythm strip), kept apart and named.
struct SignalGroup {
  std::string name;
  Signal signal;
  std::vector<Calibration> calibrations;  ///< one per lead
};

/// One recording with everything its file said. Readers never repeat, pad, rescale or invent.
struct Recording {
  Signal signal;
  std::vector<Calibration> calibrations;  ///< one per lead of `signal`
  std::vector<Annotation> annotations;    ///< in time order
  RecordingInfo info;
  std::vector<SignalGroup> groups;
  std::vector<std::string> warnings;      ///< oddities met while reading, one sentence each
};

}  // namespace ecg
