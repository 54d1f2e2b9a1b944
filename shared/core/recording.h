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
  double counts_per_mv = 0;  ///< gain in digital units per millivolt; 0 = not stated
  double baseline = 0;       ///< digital value of 0 mV
  int resolution_bits = 0;   ///< of the converter; 0 = not stated
  std::string unit;          ///< physical unit as the file wrote it ("mV", "uV")
  std::string storage;       ///< storage form, e.g. "16" or "212" for WFDB
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

/// Into the order of time; marks at one sample stay in the order they had.
void sort_by_sample(std::vector<Annotation>& annotations);

/// A named text of a file, e.g. {"filter", "0.05-150 Hz"}.
struct NamedText {
  std::string name;
  std::string value;

  bool operator==(const NamedText&) const = default;
};

/// A value that the file states; nothing here computed it.
struct FileMeasurement {
  std::string name;  ///< as the file or its standard names it ("QRS duration")
  double value = 0;
  std::string unit;  ///< "ms", "mV", "deg", "bpm"; empty if the file gives none

  bool operator==(const FileMeasurement&) const = default;
};

/// Whom, where and with which exemplar of a device: everything here can identify a person and is
/// removed as a whole on de-identification. (RecordingInfo::patient_id, record_name, start_time,
/// statements and comments can identify too.)
struct Identity {
  std::optional<std::string> patient_name;
  std::optional<std::string> birth_date;  ///< ISO 8601 as far as the file tells
  std::optional<std::string> institution;
  std::optional<std::string> device_serial;
  std::vector<NamedText> other;  ///< physicians, operators, visit numbers, addresses

  bool operator==(const Identity&) const = default;
};

/// Facts about a recording other than its samples.
struct RecordingInfo {
  std::string record_name;                ///< without folder or ending
  std::string source_format;              ///< "WFDB", "DICOM", ...
  std::optional<std::string> start_time;  ///< ISO 8601 as far as the file tells
  std::optional<double> age_years;
  std::optional<std::string> sex;  ///< "male", "female" or as the file says
  std::optional<std::string> patient_id;
  std::optional<std::string> device;
  std::vector<std::string> statements;        ///< interpretation found in the file
  std::vector<std::string> comments;          ///< free text lines, as they stand
  Identity identity;                          ///< whatever else points at a person
  std::vector<FileMeasurement> measurements;  ///< of the machine or a reader, from the file
  std::vector<NamedText> technical;  ///< filters, software, electrodes; may quote the file
};

/// A further signal that the file held (median beat, rhythm strip), kept apart and named.
struct SignalGroup {
  std::string name;
  Signal signal;
  std::vector<Calibration> calibrations;  ///< one per lead
  std::vector<Annotation> annotations;    ///< in samples of this group, in time order
};

/// One recording with everything its file said. Readers never repeat, pad, rescale or invent.
struct Recording {
  Signal signal;
  std::vector<Calibration> calibrations;  ///< one per lead of `signal`
  std::vector<Annotation> annotations;    ///< in time order
  RecordingInfo info;
  std::vector<SignalGroup> groups;
  std::vector<std::string> warnings;  ///< oddities met while reading, one sentence each
};

}  // namespace ecg
