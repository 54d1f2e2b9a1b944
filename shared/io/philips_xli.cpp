#include "io/philips_xli.h"

#include <algorithm>
#include <array>

namespace ecg {
namespace {

constexpr std::size_t kCodeBits = 10;
constexpr std::uint32_t kEndCode = 1023;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kLargestGrowth = 16, kLeastRoom = std::size_t{1} << 20;
constexpr std::size_t kLargestInput = std::size_t{1} << 26;
constexpr int kDifferenceBias = 64;

/// The strings of the codes met so far: each is an older one and a byte.
class Strings {
 public:
  std::uint32_t size() const { return size_; }
  bool is_full() const { return size_ == kEndCode; }

  void add(std::uint32_t prefix, std::uint8_t last) {
    entries_[size_] = {prefix, length(prefix) + 1, last};
    ++size_;
  }
  std::size_t length(std::uint32_t code) const { return code < 256 ? 1 : entries_[code].length; }

  std::uint8_t first(std::uint32_t code) const {
    while (code >= 256) code = entries_[code].prefix;
    return static_cast<std::uint8_t>(code);
  }
  void append(std::uint32_t code, std::vector<std::uint8_t>& out) const {
    std::size_t at = out.size() + length(code);
    out.resize(at);
    for (; code >= 256; code = entries_[code].prefix) out[--at] = entries_[code].last;
    out[--at] = static_cast<std::uint8_t>(code);
  }

 private:
  struct Entry {
    std::uint32_t prefix;
    std::size_t length;
    std::uint8_t last;
  };
  std::array<Entry, kEndCode> entries_;
  std::uint32_t size_ = 256;
};

std::int16_t wrapped(std::int32_t value) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(value & 0xFFFF));
}

std::uint32_t u32_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return bytes[at] | static_cast<std::uint32_t>(bytes[at + 1]) << 8 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 3]) << 24;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> expand_lzw10(std::span<const std::uint8_t> bytes,
                                                      std::size_t most) {
  Strings strings;
  std::vector<std::uint8_t> out;
  std::optional<std::uint32_t> before;
  std::uint32_t bits = 0;
  std::size_t held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    held += 8;
    if (held < kCodeBits) continue;
    held -= kCodeBits;
    const std::uint32_t code = bits >> held & kEndCode;
    bits &= (1u << held) - 1;
    if (code == kEndCode) break;
    // A code one beyond the table stands for the string before and its own first byte.
    if (code > strings.size() || (code == strings.size() && (!before || strings.is_full())))
      return std::nullopt;
    if (before && !strings.is_full())
      strings.add(*before, strings.first(code == strings.size() ? *before : code));
    if (out.size() + strings.length(code) > most) return std::nullopt;
    strings.append(code, out);
    before = code;
  }
  return out;
}

std::vector<std::int16_t> counts_from_xli(std::span<const std::uint8_t> bytes,
                                          std::int16_t first_difference) {
  const std::size_t count = bytes.size() / 2;
  if (bytes.size() % 2 != 0 || count < 2) return {};
  std::vector<std::int16_t> counts(count);
  for (std::size_t i = 0; i < count; ++i) counts[i] = wrapped(bytes[i] << 8 | bytes[count + i]);
  std::int32_t difference = first_difference;
  for (std::size_t i = 2; i < count; ++i) {
    const std::int16_t next = counts[i];
    counts[i] = wrapped(2 * counts[i - 1] - counts[i - 2] - difference);
    difference = next - kDifferenceBias;
  }
  return counts;
}

std::optional<std::vector<std::vector<std::int16_t>>> leads_from_xli(
    std::span<const std::uint8_t> bytes) {
  std::vector<std::vector<std::int16_t>> leads;
  std::size_t room = std::max(kLeastRoom, std::min(bytes.size(), kLargestInput) * kLargestGrowth);
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes.size() - at < kChunkHeader) return std::nullopt;
    const std::size_t size = u32_at(bytes, at);
    const std::int16_t first = wrapped(static_cast<std::int32_t>(u32_at(bytes, at + 4) >> 16));
    at += kChunkHeader;
    if (size == 0 || size > bytes.size() - at) return std::nullopt;
    const auto expanded = expand_lzw10(bytes.subspan(at, size), room);
    if (!expanded) return std::nullopt;
    room -= expanded->size();
    leads.push_back(counts_from_xli(*expanded, first));
    at += size;
  }
  return leads;
}

}  // namespace ecg
