#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "corpus/crc32.h"
#include "corpus/files.h"
#include "corpus/shard.h"
#include "corpus/shard_layout.h"

namespace ecg {
namespace {

using namespace shard_layout;
using Bytes = std::span<const std::uint8_t>;

constexpr const char* kPrepareAgain = "run `einthoven-train prepare` again";

template <typename T>
T get(Bytes bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::string get_text(Bytes bytes, std::size_t at, std::size_t room) {
  const char* text = reinterpret_cast<const char*>(bytes.data() + at);
  return std::string(text, strnlen(text, room));
}

Error broken(ErrorCode code, std::string message, const std::string& file, std::size_t at) {
  return {code, std::move(message), kPrepareAgain, file, static_cast<std::int64_t>(at)};
}

// Magic, version and checksum of the header.
Result<void> check_header(Bytes bytes, const std::string& file) {
  if (bytes.empty()) return broken(ErrorCode::kEmptyFile, "the shard is empty", file, 0);
  if (bytes.size() < kHeaderBytes) {
    return broken(ErrorCode::kTruncated, "the shard ends inside its header", file, bytes.size());
  }
  if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    return broken(ErrorCode::kBadHeader, "this is not a shard", file, 0);
  }
  if (get<std::uint32_t>(bytes, 8) != kVersion) {
    return broken(ErrorCode::kUnsupported,
                  "shard version " + std::to_string(get<std::uint32_t>(bytes, 8)) + ", not " +
                      std::to_string(kVersion),
                  file, 8);
  }
  const std::size_t at = kHeaderBytes - 4;
  if (get<std::uint32_t>(bytes, at) != crc32(bytes.first(at))) {
    return broken(ErrorCode::kBadChecksum, "the shard's header is damaged", file, at);
  }
  return {};
}

Result<ShardShape> shape_of(Bytes bytes, const std::string& file) {
  ShardShape shape;
  const auto leads = get<std::uint32_t>(bytes, 48);
  shape.samples = get<std::uint32_t>(bytes, 52);
  shape.sampling_rate_hz = get<double>(bytes, 40);
  if (leads == 0 || leads > kMostLeads || shape.samples == 0 || shape.samples > kMostSamples ||
      !(shape.sampling_rate_hz > 0)) {
    return broken(ErrorCode::kBadValue, "the shard's header names an impossible shape", file, 40);
  }
  for (std::uint32_t i = 0; i < leads; ++i) {
    const std::size_t at = kLeadNamesAt + kLeadNameBytes * i;
    shape.leads.push_back(lead_from_name(get_text(bytes, at, kLeadNameBytes)));
  }
  return shape;
}

// The file must be exactly as long as its header says, and the stride what the shape needs.
Result<void> check_sizes(Bytes bytes, const ShardShape& shape, const std::string& file) {
  const auto records = get<std::uint64_t>(bytes, 16);
  const std::uint64_t stride = record_bytes(shape.leads.size(), shape.samples);
  if (get<std::uint64_t>(bytes, 24) != stride) {
    return broken(ErrorCode::kInconsistent, "the record size does not follow from the shape", file,
                  24);
  }
  const auto details = get<std::uint64_t>(bytes, kDetailsBytesAt);
  std::uint64_t room = bytes.size() - kHeaderBytes;
  room -= std::min(room, details);
  if (records > room / stride) {
    return broken(ErrorCode::kTruncated,
                  "the shard promises " + std::to_string(records) + " records and holds " +
                      std::to_string(room / stride),
                  file, bytes.size());
  }
  if (records * stride != room || get<std::uint64_t>(bytes, 32) != bytes.size()) {
    return broken(ErrorCode::kInconsistent, "the shard is not as long as its header says", file,
                  32);
  }
  return {};
}

// Little-endian int16 samples times `gain`.
void to_floats(Bytes samples, float gain, std::span<float> out) {
  const std::uint8_t* from = samples.data();
  float* to = out.data();
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::int16_t sample;
    std::memcpy(&sample, from + 2 * i, 2);
    to[i] = static_cast<float>(sample) * gain;
  }
}

// Details from their JSON; nullopt if it is not of that form.
std::optional<RecordDetails> details_from_json(Bytes text) {
  const auto object = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!object.is_object()) return std::nullopt;
  RecordDetails details;
  for (const auto& label : object.value("labels", nlohmann::json::array())) {
    if (!label.is_string()) return std::nullopt;
    details.labels.push_back(label.get<std::string>());
  }
  for (const auto& peak : object.value("r_peaks", nlohmann::json::array())) {
    if (!peak.is_number_integer()) return std::nullopt;
    details.r_peaks.push_back(peak.get<std::int32_t>());
  }
  const auto report = object.find("report");
  if (report != object.end() && report->is_string()) details.report = report->get<std::string>();
  return details;
}

}  // namespace

Result<ShardReader> ShardReader::open(const std::filesystem::path& path) {
  auto map = MappedFile::open(path);
  if (!map) return map.error();
  ShardReader reader;
  reader.name_ = path.string();
  const Bytes bytes = map->bytes();
  if (auto header = check_header(bytes, reader.name_); !header) return header.error();
  auto shape = shape_of(bytes, reader.name_);
  if (!shape) return shape.error();
  if (auto sizes = check_sizes(bytes, *shape, reader.name_); !sizes) return sizes.error();
  reader.shape_ = *std::move(shape);
  reader.record_count_ = get<std::uint64_t>(bytes, 16);
  reader.record_bytes_ = record_bytes(reader.shape_.leads.size(), reader.shape_.samples);
  reader.map_ = *std::move(map);
  return reader;
}

Result<Bytes> ShardReader::checked_record(std::uint64_t row) const {
  ECG_ASSERT(row < record_count_);
  const std::size_t at = kHeaderBytes + row * record_bytes_;
  const Bytes record(map_.bytes().data() + at, record_bytes_);
  if (get<std::uint32_t>(record, record_bytes_ - 4) != crc32(record.first(record_bytes_ - 4))) {
    return broken(ErrorCode::kBadChecksum, "record " + std::to_string(row) + " is damaged", name_,
                  at);
  }
  return record;
}

Result<void> ShardReader::read_values(std::uint64_t row, std::span<float> values,
                                      std::span<float> lead_present) const {
  const std::size_t leads = shape_.leads.size();
  ECG_ASSERT(values.size() == shape_.values() && lead_present.size() == leads);
  auto record = checked_record(row);
  if (!record) return record.error();
  for (std::size_t lead = 0; lead < leads; ++lead) {
    const float gain = get<float>(*record, kLeadArrays + 4 * lead);
    lead_present[lead] = get<float>(*record, kLeadArrays + 4 * (3 * leads + lead));
    const std::size_t at = samples_at(leads) + 2 * lead * shape_.samples;
    to_floats(record->subspan(at, 2 * shape_.samples), gain,
              values.subspan(lead * shape_.samples, shape_.samples));
  }
  return {};
}

Result<void> ShardReader::read_counts(std::uint64_t row, std::span<std::int16_t> counts,
                                      std::span<float> gains, std::span<float> lead_present) const {
  const std::size_t leads = shape_.leads.size();
  ECG_ASSERT(counts.size() == shape_.values() && gains.size() == leads &&
             lead_present.size() == leads);
  auto record = checked_record(row);
  if (!record) return record.error();
  std::memcpy(gains.data(), record->data() + kLeadArrays, gains.size_bytes());
  std::memcpy(lead_present.data(), record->data() + kLeadArrays + 12 * leads,
              lead_present.size_bytes());
  std::memcpy(counts.data(), record->data() + samples_at(leads), counts.size_bytes());
  return {};
}

Result<ShardRecord> ShardReader::read(std::uint64_t row) const {
  const std::size_t leads = shape_.leads.size();
  ShardRecord out;
  out.values.resize(shape_.values());
  out.lead_present.resize(leads);
  if (auto read = read_values(row, out.values, out.lead_present); !read) return read.error();
  auto details = read_details(row);
  if (!details) return details.error();
  out.details = *std::move(details);
  const Bytes record(map_.bytes().data() + kHeaderBytes + row * record_bytes_, record_bytes_);
  out.name = get_text(record, kNameAt, kNameBytes);
  out.patient = get_text(record, kPatientAt, kPatientBytes);
  out.start_s = get<double>(record, kStartAt);
  const auto split = get<std::uint32_t>(record, kSplitAt);
  if (split > 2) {
    return broken(ErrorCode::kBadValue, "record " + std::to_string(row) + " names no split", name_,
                  kHeaderBytes + row * record_bytes_ + kSplitAt);
  }
  out.split = static_cast<Split>(split);
  for (std::size_t lead = 0; lead < leads; ++lead) {
    out.offset_mv.push_back(get<float>(record, kLeadArrays + 4 * (leads + lead)));
    out.scale_mv.push_back(get<float>(record, kLeadArrays + 4 * (2 * leads + lead)));
  }
  return out;
}

Bytes ShardReader::details() const {
  const std::size_t at = kHeaderBytes + record_count_ * record_bytes_;
  return map_.bytes().subspan(at);
}

Result<RecordDetails> ShardReader::read_details(std::uint64_t row) const {
  const auto record = checked_record(row);
  if (!record) return record.error();
  const auto pointer = get<std::uint32_t>(*record, kDetailsAt);
  if (pointer == 0) return RecordDetails();
  const Bytes all = details();
  const std::size_t at = pointer - 1;
  const auto damaged = [&] {
    return broken(ErrorCode::kBadChecksum,
                  "the details of record " + std::to_string(row) + " are damaged", name_,
                  map_.bytes().size() - all.size() + at);
  };
  if (at + 8 > all.size() || get<std::uint32_t>(all, at) > all.size() - at - 8) return damaged();
  const Bytes text = all.subspan(at + 8, get<std::uint32_t>(all, at));
  if (crc32(text) != get<std::uint32_t>(all, at + 4)) return damaged();
  auto details = details_from_json(text);
  return details ? Result<RecordDetails>(*std::move(details)) : Result<RecordDetails>(damaged());
}

}  // namespace ecg
