#include "train/event_file.h"

#include <array>
#include <cstring>
#include <protozero/pbf_writer.hpp>

namespace ecg {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0x82F63B78u : 0);
    table[byte] = crc;
  }
  return table;
}

constexpr auto kTable = make_table();

// TFRecord stores checksums rotated and shifted, so that a checksum of checksums is no weakness.
std::uint32_t masked_crc(std::span<const std::uint8_t> bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

template <typename T>
void append(std::string& bytes, T value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes.append(raw, sizeof value);
}

// Field numbers of tensorflow.Event and tensorflow.Summary.
constexpr int kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;
constexpr int kSessionLog = 7, kSessionStatus = 1, kSessionStart = 1;
constexpr int kValue = 1, kTag = 1, kSimpleValue = 2;

}  // namespace

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = ~0u;
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
  return ~crc;
}

Result<EventFile> EventFile::create(const fs::path& folder, double wall_time_s,
                                    std::int64_t first_step) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  const std::string stem =
      "events.out.tfevents." + std::to_string(static_cast<long long>(wall_time_s));
  fs::path path;
  for (int number = 0; path.empty() || fs::exists(path, failed); ++number) {
    path = folder / (stem + "." + std::to_string(number) + ".einthoven");
  }
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) return system_error("cannot be created", path);
  EventFile events(file, path);
  std::string message;
  protozero::pbf_writer event(message);
  event.add_double(kWallTime, wall_time_s);
  event.add_string(kFileVersion, "brain.Event:2");
  if (auto written = events.write_frame(message); !written) return written.error();
  message.clear();
  {
    protozero::pbf_writer start(message);
    start.add_double(kWallTime, wall_time_s);
    start.add_int64(kStep, first_step + 1);
    protozero::pbf_writer session(start, kSessionLog);
    session.add_enum(kSessionStatus, kSessionStart);
  }
  if (auto written = events.write_frame(message); !written) return written.error();
  return events;
}

Result<void> EventFile::add(std::int64_t step, double wall_time_s,
                            const std::vector<std::pair<std::string, double>>& scalars) {
  std::string message;
  {
    protozero::pbf_writer event(message);
    event.add_double(kWallTime, wall_time_s);
    event.add_int64(kStep, step);
    protozero::pbf_writer summary(event, kSummary);
    for (const auto& [tag, number] : scalars) {
      protozero::pbf_writer value(summary, kValue);
      value.add_string(kTag, tag);
      value.add_float(kSimpleValue, static_cast<float>(number));
    }
  }
  return write_frame(message);
}

Result<void> EventFile::write_frame(const std::string& message) {
  std::string frame;
  append(frame, static_cast<std::uint64_t>(message.size()));
  append(frame, masked_crc(bytes_of(frame)));
  frame += message;
  append(frame, masked_crc(bytes_of(message)));
  const bool written = std::fwrite(frame.data(), 1, frame.size(), file_.get()) == frame.size() &&
                       std::fflush(file_.get()) == 0;
  if (written) return {};
  Error error = system_error("cannot be written", path_);
  std::clearerr(file_.get());
  return error;
}

}  // namespace ecg
