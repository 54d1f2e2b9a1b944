#pragma once
// The tags of MFER files (ISO 22077-1) in order, with what holds when each frame comes.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/file_set.h"
#include "core/result.h"

namespace ecg {

/// m x 10^e of a unit.
struct MferQuantity {
  int unit = 0;
  int exponent = 0;
  std::int64_t mantissa = 0;
};

/// Bytes of a number whose type is known later.
struct MferBytes {
  std::span<const std::uint8_t> bytes;
  bool big_endian = true;
};

/// What is defined for all channels, or for one.
struct MferChannel {
  std::optional<std::uint32_t> block, sequences, waveform_type, lead;
  std::string lead_text;
  std::optional<int> type;  ///< of a stored value: 0 int16 (the default) ... 8 float64
  std::optional<MferQuantity> interval, resolution;
  std::optional<MferBytes> offset, null_value;
};

/// One piece of waveform data and the definitions that hold for it.
struct MferFrame {
  std::vector<MferChannel> channels;
  MferBytes data;
  std::int64_t byte_offset = 0;
  std::optional<std::uint32_t> pointer;  ///< the sample it begins at, if it states one
};

/// An event: a code, the sample it begins at, a text.
struct MferEvent {
  std::uint32_t code = 0;
  std::int64_t sample = 0;
  std::string text;
};

/// A whole file. Views point into its bytes.
struct MferFile {
  std::vector<MferFrame> frames;
  std::vector<MferEvent> events;
  std::map<int, std::string> texts;  ///< person and device, by tag
  std::vector<std::string> filters, comments;
  std::optional<int> sex;
  std::optional<std::string> birth_date, time;  ///< ISO 8601
  std::optional<double> age_years;
};

// Tags whose texts MferFile holds.
inline constexpr int kMferDevice = 0x17, kMferPatientName = 0x81, kMferPatientId = 0x82;

/// Bytes of a stored value of that type (0 ... 8); 0 for others.
int mfer_type_size(int type);

/// A number of that type at the beginning of `bytes`, which hold it.
double mfer_value(const std::uint8_t* bytes, int type, bool big_endian);

/// Walks over the tags. Errors: kTruncated, kBadHeader, kBadValue, kUnsupported, kTooLarge.
Result<MferFile> parse_mfer(const NamedBytes& file);

}  // namespace ecg
