#include "io/npy_writer.h"

#include "core/bit_cast.h"

namespace ecg {
namespace {

void append_little_endian(std::string& bytes, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

}  // namespace

std::string npy_from_signal(SignalView signal) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       std::to_string(signal.lead_count) + ", " +
                       std::to_string(signal.sample_count) + "), }";
  constexpr std::size_t kPreamble = 10, kAlignment = 64;
  while ((kPreamble + header.size() + 1) % kAlignment != 0) header += ' ';
  header += '\n';

  std::string bytes = "\x93NUMPY\x01";
  bytes.push_back('\0');
  append_little_endian(bytes, static_cast<std::uint32_t>(header.size()), 2);
  bytes += header;
  bytes.reserve(bytes.size() +
                4 * signal.lead_count * static_cast<std::size_t>(signal.sample_count));
  for (std::size_t lead = 0; lead < signal.lead_count; ++lead) {
    for (const float value : signal.lead(lead))
      append_little_endian(bytes, bit_cast<std::uint32_t>(value), 4);
  }
  return bytes;
}

}  // namespace ecg
