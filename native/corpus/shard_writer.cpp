#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "corpus/crc32.h"
#include "corpus/files.h"
#include "corpus/shard.h"
#include "corpus/shard_layout.h"

namespace ecg {
namespace {

using namespace shard_layout;

template <typename T>
void put(std::vector<std::uint8_t>& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

void put_text(std::vector<std::uint8_t>& bytes, std::size_t at, std::string_view text) {
  std::memcpy(bytes.data() + at, text.data(), text.size());
}

std::filesystem::path temporary_of(std::filesystem::path path) { return path += ".tmp"; }

Error refused(std::string message) {
  return {ErrorCode::kInvalidArgument,
          std::move(message),
          "this record belongs into the quarantine",
          {},
          {}};
}

Result<void> check_record(const ShardRecord& record, const ShardShape& shape) {
  const std::size_t leads = shape.leads.size();
  if (record.name.size() >= kNameBytes || record.patient.size() >= kPatientBytes) {
    return refused("the name of record or patient is too long");
  }
  if (record.values.size() != shape.values() || record.lead_present.size() != leads ||
      record.offset_mv.size() != leads || record.scale_mv.size() != leads) {
    return refused("the record has another shape than its shard");
  }
  const bool finite = std::all_of(record.values.begin(), record.values.end(),
                                  [](float value) { return std::isfinite(value); });
  return finite ? Result<void>() : refused("the record holds values that are not finite");
}

// Largest magnitude of a lead becomes count 32767.
float gain_of(std::span<const float> lead) {
  float largest = 0;
  for (const float value : lead) largest = std::max(largest, std::fabs(value));
  return largest > 0 ? largest / 32767.0f : 1.0f;
}

void put_lead(std::vector<std::uint8_t>& bytes, const ShardRecord& record, const ShardShape& shape,
              std::size_t lead) {
  const std::span<const float> values(record.values.data() + lead * shape.samples, shape.samples);
  const float gain = gain_of(values);
  const std::size_t leads = shape.leads.size();
  put(bytes, kLeadArrays + 4 * lead, gain);
  put(bytes, kLeadArrays + 4 * (leads + lead), static_cast<float>(record.offset_mv[lead]));
  put(bytes, kLeadArrays + 4 * (2 * leads + lead), static_cast<float>(record.scale_mv[lead]));
  put(bytes, kLeadArrays + 4 * (3 * leads + lead), record.lead_present[lead]);
  const std::size_t at = samples_at(leads) + 2 * lead * shape.samples;
  for (std::size_t i = 0; i < values.size(); ++i) {
    put(bytes, at + 2 * i, static_cast<std::int16_t>(std::lround(values[i] / gain)));
  }
}

// Appends a record's details; returns what its record points with.
std::uint32_t put_details(std::vector<std::uint8_t>& all, const RecordDetails& details) {
  if (details.empty()) return 0;
  nlohmann::ordered_json object;
  object["labels"] = details.labels;
  object["report"] = details.report;
  object["r_peaks"] = details.r_peaks;
  const std::string text = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()),
                                            text.size());
  const std::size_t at = all.size();
  all.resize(at + 8);
  put(all, at, static_cast<std::uint32_t>(bytes.size()));
  put(all, at + 4, crc32(bytes));
  all.insert(all.end(), bytes.begin(), bytes.end());
  return static_cast<std::uint32_t>(at + 1);
}

std::vector<std::uint8_t> header_of(const ShardShape& shape, std::uint64_t record_count,
                                    std::uint64_t details_bytes) {
  std::vector<std::uint8_t> bytes(kHeaderBytes, 0);
  const std::uint64_t stride = record_bytes(shape.leads.size(), shape.samples);
  put_text(bytes, 0, kMagic);
  put(bytes, 8, kVersion);
  put(bytes, 12, static_cast<std::uint32_t>(kHeaderBytes));
  put(bytes, 16, record_count);
  put(bytes, 24, stride);
  put(bytes, 32, kHeaderBytes + record_count * stride + details_bytes);
  put(bytes, kDetailsBytesAt, details_bytes);
  put(bytes, 40, shape.sampling_rate_hz);
  put(bytes, 48, static_cast<std::uint32_t>(shape.leads.size()));
  put(bytes, 52, shape.samples);
  for (std::size_t i = 0; i < shape.leads.size(); ++i) {
    put_text(bytes, kLeadNamesAt + kLeadNameBytes * i, lead_name(shape.leads[i]));
  }
  put(bytes, kHeaderBytes - 4, crc32(std::span(bytes).first(kHeaderBytes - 4)));
  return bytes;
}

bool write_bytes(std::FILE* file, const std::vector<std::uint8_t>& bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
}

}  // namespace

std::string_view split_name(Split split) {
  constexpr std::string_view kNames[] = {"train", "validation", "test"};
  return kNames[static_cast<std::size_t>(split)];
}

ShardWriter::ShardWriter(std::filesystem::path path, ShardShape shape, std::FILE* file)
    : path_(std::move(path)), shape_(std::move(shape)), file_(file) {}

Result<ShardWriter> ShardWriter::create(const std::filesystem::path& path,
                                        const ShardShape& shape) {
  if (shape.leads.empty() || shape.leads.size() > kMostLeads || shape.samples == 0 ||
      shape.samples > kMostSamples || !(shape.sampling_rate_hz > 0)) {
    return Error{ErrorCode::kInvalidArgument,
                 "a shard cannot have this shape",
                 "1 to 64 leads and 1 to 1,000,000 samples",
                 path.string(),
                 {}};
  }
  std::FILE* file = std::fopen(temporary_of(path).c_str(), "wb");
  if (!file) return system_error("cannot be created", path);
  ShardWriter writer(path, shape, file);
  if (!write_bytes(file, std::vector<std::uint8_t>(kHeaderBytes, 0))) {
    return system_error("cannot be written", path);
  }
  return writer;
}

Result<std::uint32_t> ShardWriter::append(const ShardRecord& record) {
  if (auto checked = check_record(record, shape_); !checked) return checked.error();
  std::vector<std::uint8_t> bytes(record_bytes(shape_.leads.size(), shape_.samples), 0);
  put_text(bytes, kNameAt, record.name);
  put_text(bytes, kPatientAt, record.patient);
  put(bytes, kStartAt, record.start_s);
  put(bytes, kSplitAt, static_cast<std::uint32_t>(record.split));
  put(bytes, kDetailsAt, put_details(details_, record.details));
  for (std::size_t lead = 0; lead < shape_.leads.size(); ++lead)
    put_lead(bytes, record, shape_, lead);
  const std::uint32_t crc = crc32(std::span(bytes).first(bytes.size() - 4));
  put(bytes, bytes.size() - 4, crc);
  if (!write_bytes(file_.get(), bytes)) return system_error("cannot be written", path_);
  ++record_count_;
  return crc;
}

Result<void> ShardWriter::finish() {
  const auto header = header_of(shape_, record_count_, details_.size());
  std::FILE* file = file_.get();
  const bool written = write_bytes(file, details_) && std::fseek(file, 0, SEEK_SET) == 0 &&
                       write_bytes(file, header) && std::fflush(file) == 0 &&
                       ::fsync(fileno(file)) == 0;
  file_.reset();
  if (!written) return system_error("cannot be written", path_);
  if (std::rename(temporary_of(path_).c_str(), path_.c_str()) != 0) {
    return system_error("cannot be renamed", path_);
  }
  return sync_folder(path_.parent_path());
}

}  // namespace ecg
