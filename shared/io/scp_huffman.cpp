#include "io/scp_huffman.h"

namespace ecg {
namespace {

constexpr std::uint32_t kDefaultTable = 19999;
constexpr std::size_t kCodeBytes = 9;
constexpr std::size_t kMostCodes = 512;  // bounds the search per value in a hostile file

/// Reads bits, the highest of each byte first.
class Bits {
 public:
  explicit Bits(std::span<const std::uint8_t> bytes) : bytes_(bytes) { skip(0); }

  bool has(std::size_t count) const { return bytes_.size() * 8 - at_ >= count; }
  /// The next 32 bits, the first one lowest; zeros beyond the end.
  std::uint64_t window() const { return window_; }
  std::uint32_t peek(std::size_t ahead) const { return bit(at_ + ahead); }
  void skip(std::size_t count) {
    at_ += count;
    window_ >>= count;
    for (; filled_ < at_ + 32; ++filled_)
      window_ |= static_cast<std::uint64_t>(bit(filled_)) << (filled_ - at_);
  }

 private:
  std::uint32_t bit(std::size_t at) const {
    return at / 8 < bytes_.size() ? bytes_[at / 8] >> (7 - at % 8) & 1u : 0;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t window_ = 0;
};

/// The code at the present place; nullptr if none fits.
const ScpCode* match(const ScpTable& table, const Bits& bits) {
  for (const ScpCode& code : table) {
    const std::uint64_t mask = (std::uint64_t{1} << code.prefix_bits) - 1;
    if ((bits.window() & mask) == (code.prefix & mask) &&
        bits.has(static_cast<std::size_t>(code.code_bits)))
      return &code;
  }
  return nullptr;
}

/// The signed number behind the prefix; 0 if there is none.
std::int32_t suffix_of(const ScpCode& code, const Bits& bits) {
  const int width = code.code_bits - code.prefix_bits;
  if (width == 0) return 0;
  std::uint32_t value = bits.peek(static_cast<std::size_t>(code.prefix_bits)) ? ~0u : 0u;  // sign
  for (int i = code.prefix_bits; i < code.code_bits; ++i)
    value = value << 1 | bits.peek(static_cast<std::size_t>(i));
  return static_cast<std::int32_t>(value);
}

bool is_possible(const ScpCode& code, std::uint32_t table_count) {
  const int suffix = code.code_bits - code.prefix_bits;
  const bool has_target =
      code.base_value >= 1 && static_cast<std::uint32_t>(code.base_value) <= table_count;
  return code.prefix_bits <= 32 && suffix >= 0 && suffix <= 32 && code.code_bits > 0 &&
         (!code.switches_table || has_target);
}

}  // namespace

ScpTable default_scp_table() {
  ScpTable table = {{1, 1, false, 0, 0}};
  for (int value = 1; value <= 8; ++value) {  // `value` ones, a zero, then the sign
    const std::uint32_t ones = (1u << value) - 1;
    table.push_back({value + 2, value + 2, false, value, ones});
    table.push_back({value + 2, value + 2, false, -value, ones | 1u << (value + 1)});
  }
  table.push_back({10, 18, false, 0, 0x1FF});
  table.push_back({10, 26, false, 0, 0x3FF});
  return table;
}

Result<std::vector<ScpTable>> parse_scp_tables(const NamedBytes& file, const ScpSection& section) {
  const ByteView bytes(section.data);
  const std::uint32_t count = bytes.u16(0);
  if (count == kDefaultTable) return std::vector<ScpTable>{default_scp_table()};
  const auto error = [&](ErrorCode code, const char* what, std::size_t at) {
    return scp_error(code, file, what, section.byte_offset + static_cast<std::int64_t>(at));
  };
  std::vector<ScpTable> tables;
  std::size_t at = 2;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t codes = bytes.u16(at);
    if (at + 2 + codes * kCodeBytes > bytes.size())
      return error(ErrorCode::kTruncated, "a Huffman table ends beyond its section", at);
    if (codes == 0 || codes > kMostCodes)
      return error(ErrorCode::kBadValue, "a Huffman table is empty or far too long", at);
    at += 2;
    ScpTable table;
    for (std::size_t j = 0; j < codes; ++j, at += kCodeBytes) {
      table.push_back({static_cast<int>(bytes.u8(at)), static_cast<int>(bytes.u8(at + 1)),
                       bytes.u8(at + 2) == 0, bytes.s16(at + 3), bytes.u32(at + 5)});
      if (!is_possible(table.back(), count))
        return error(ErrorCode::kBadValue, "an impossible code in a Huffman table", at);
    }
    tables.push_back(std::move(table));
  }
  if (tables.empty()) return error(ErrorCode::kBadValue, "no Huffman table is given", 0);
  return tables;
}

bool decode_scp_huffman(const std::vector<ScpTable>& tables, std::span<const std::uint8_t> bytes,
                        std::size_t count, std::vector<std::int32_t>& values) {
  if (count > bytes.size() * 8) return false;  // a code has at least one bit
  Bits bits(bytes);
  std::size_t table = 0;
  values.clear();
  values.reserve(count);
  while (values.size() < count) {
    const ScpCode* code = match(tables[table], bits);
    if (code == nullptr) return false;
    const auto value = static_cast<std::uint32_t>(code->base_value) +
                       static_cast<std::uint32_t>(suffix_of(*code, bits));
    bits.skip(static_cast<std::size_t>(code->code_bits));
    if (code->switches_table) {
      table = static_cast<std::size_t>(code->base_value - 1);
    } else {
      values.push_back(static_cast<std::int32_t>(value));
    }
  }
  return true;
}

}  // namespace ecg
