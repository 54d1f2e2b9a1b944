#pragma once
// A recording without what points at a person. By a list of what may stay; everything else goes.
//
// What stays, whatever the format:
//   signals       samples, sampling rate; standard leads under their standard names, other leads
//                 under names of the list in deidentify.cpp ("MLII", "ABP"), else "lead 3"
//   calibrations  counts per mV, baseline, resolution, and a known unit
//   annotations   position, lead, subtype, number, the standard's symbols; texts only if they are
//                 rhythms or waves ("(AFIB", "T"). Notes and symbols of one's own go as a whole
//   groups        as the signal; named "median beat", "reference beat" or "rhythm" if their name
//                 says so, else "group 1"
//   facts         sex if it is male or female; age in whole years below 90; measurements under
//                 names of the list; filters whose values are nothing but numbers and hertz
// What goes: names, identifiers, dates and times, places, physicians, device and serial number,
// statements, comments, free texts, warnings (they may quote the file), file and record name.
//
// The shape of an ECG can itself tell who someone is; no list removes that.

#include <string>
#include <vector>

#include "core/recording.h"

namespace ecg {

/// What de-identification left and what it took.
struct Deidentified {
  Recording recording;
  std::vector<std::string> removed;  ///< kinds only, never values: "patient name", "2 comments"
};

/// Builds a new recording from what may stay. `record_name` becomes its name: choose one that tells
/// nothing. The only comment is "<age>: 51 <sex>: F", so that formats without such fields keep
/// them.
Deidentified deidentified(const Recording& recording, std::string record_name = "record");

}  // namespace ecg
