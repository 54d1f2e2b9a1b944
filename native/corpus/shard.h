#pragma once
// Shards: prepared model inputs in fixed-stride records, read through a memory map.
//
// A record stores what `make_input` returned, so training reads exactly what the page will compute:
// filtered, resampled, normalised values as int16 with one gain per lead (value = count * gain),
// beside the numbers that lead back to millivolt (mv = value * scale_mv + offset_mv).
//
// Little-endian. Header of 1024 bytes:
//   0 "EINTSHRD"  8 u32 version  12 u32 header bytes  16 u64 records  24 u64 record bytes (stride)
//   32 u64 file bytes  40 f64 sampling rate  48 u32 leads  52 u32 samples
//   56 u64 bytes of details  128 char[8] x leads: names, NUL-padded
//   1020 u32 CRC-32 of the bytes before
// Record: 0 char[112] name  112 char[64] patient  176 f64 start_s  184 u32 split
//   188 u32 1 + place of its details in the shard's details, 0 = it has none
//   192 f32 x leads gain, f32 x leads offset_mv, f32 x leads scale_mv, f32 x leads present (1/0)
//   then int16 x leads x samples, lead-major; zeros up to the stride; in its last 4 bytes the
//   CRC-32 of the record's bytes before. Stride: a multiple of 64.
// Details, after the last record: per record u32 length, u32 CRC-32, then that many bytes of JSON
// {"labels": [...], "report": "...", "r_peaks": [...]}.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/lead.h"
#include "core/result.h"
#include "corpus/files.h"

namespace ecg {

/// Which part of a corpus a record belongs to.
enum class Split : std::uint8_t { kTrain = 0, kValidation = 1, kTest = 2 };

/// "train", "validation", "test".
std::string_view split_name(Split split);

/// What every record of a shard shares.
struct ShardShape {
  std::vector<Lead> leads;
  std::uint32_t samples = 0;
  double sampling_rate_hz = 0;

  std::size_t values() const { return leads.size() * samples; }
  bool operator==(const ShardShape&) const = default;
};

/// What is known of a window beside its samples.
struct RecordDetails {
  std::vector<std::string> labels;
  std::string report;                 ///< UTF-8
  std::vector<std::int32_t> r_peaks;  ///< samples of the window, ascending

  bool empty() const { return labels.empty() && report.empty() && r_peaks.empty(); }
  bool operator==(const RecordDetails&) const = default;
};

/// One prepared window of a recording.
struct ShardRecord {
  std::string name;     ///< at most 111 bytes
  std::string patient;  ///< at most 63 bytes
  double start_s = 0;   ///< where in the recording the window begins
  Split split = Split::kTrain;
  std::vector<float> lead_present;  ///< per lead: 1 = present, 0 = absent (its values are 0)
  std::vector<double> offset_mv, scale_mv;
  std::vector<float> values;  ///< leads x samples, normalised
  RecordDetails details;
};

/// Writes one shard under a temporary name; `finish` gives it its own.
class ShardWriter {
 public:
  static Result<ShardWriter> create(const std::filesystem::path& path, const ShardShape& shape);

  /// Appends a record and returns its CRC-32. Errors: kInvalidArgument (shape, names, non-finite
  /// values), kIo.
  Result<std::uint32_t> append(const ShardRecord& record);

  /// Writes the header, synchronises and renames. Without it the shard does not exist.
  Result<void> finish();

  std::uint64_t record_count() const { return record_count_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  ShardWriter(std::filesystem::path path, ShardShape shape, std::FILE* file);

  std::filesystem::path path_;
  ShardShape shape_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::uint64_t record_count_ = 0;
  std::vector<std::uint8_t> details_;
};

/// Random access to the records of one shard. Movable; the map lives as long as the reader.
class ShardReader {
 public:
  /// Checks magic, version, header CRC, and every size against the file's. Errors: kMissingFile,
  /// kEmptyFile, kTruncated, kBadHeader, kBadChecksum, kUnsupported, kInconsistent, kIo.
  static Result<ShardReader> open(const std::filesystem::path& path);

  const ShardShape& shape() const { return shape_; }
  std::uint64_t record_count() const { return record_count_; }

  /// Values of one record as float32 into `values` (leads x samples) and `lead_present` (leads).
  /// Verifies the record's CRC: kBadChecksum with the place. Precondition: row < record_count().
  Result<void> read_values(std::uint64_t row, std::span<float> values,
                           std::span<float> lead_present) const;

  /// The same as they are stored: `counts` (leads x samples) times the gain of their lead are the
  /// values.
  Result<void> read_counts(std::uint64_t row, std::span<std::int16_t> counts,
                           std::span<float> gains, std::span<float> lead_present) const;

  /// One whole record. Verifies its CRC.
  Result<ShardRecord> read(std::uint64_t row) const;

  /// What is known of a record beside its samples. Verifies the checksum of the details.
  Result<RecordDetails> read_details(std::uint64_t row) const;

 private:
  ShardReader() = default;
  Result<std::span<const std::uint8_t>> checked_record(std::uint64_t row) const;
  std::span<const std::uint8_t> details() const;

  std::string name_;
  ShardShape shape_;
  std::uint64_t record_count_ = 0;
  std::size_t record_bytes_ = 0;
  MappedFile map_;
};

}  // namespace ecg
