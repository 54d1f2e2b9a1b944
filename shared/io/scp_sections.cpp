#include "io/scp_sections.h"

#include <algorithm>
#include <utility>

#include "io/text.h"

namespace ecg {
namespace {

constexpr std::size_t kFileHeader = 6;  // checksum, length
constexpr std::size_t kSectionHeader = 16;
constexpr std::size_t kPointer = 10;

/// Where the section of a pointer begins: positions count from 1, but writers exist that count
/// from 0. `file_bytes` if neither place holds that section.
std::size_t begin_of(const ByteView& bytes, std::uint32_t id, std::size_t position) {
  for (const std::size_t begin : {position - 1, position}) {
    if (position > 0 && begin + kSectionHeader <= bytes.size() && bytes.u16(begin + 2) == id)
      return begin;
  }
  return bytes.size();
}

void check_sums(const ByteView& bytes, std::size_t begin, std::size_t length, std::uint32_t id,
                std::vector<std::string>& warnings) {
  if (crc16_ccitt(bytes.part(begin + 2, length - 2)) == bytes.u16(begin)) return;
  warnings.push_back("The checksum of section " + std::to_string(id) +
                     " does not fit: the file may be damaged.");
}

}  // namespace

const ScpSection* ScpFile::find(int id) const {
  for (const ScpSection& section : sections) {
    if (section.id == id) return &section;
  }
  return nullptr;
}

Error scp_error(ErrorCode code, const NamedBytes& file, std::string what, std::int64_t byte_offset,
                std::string hint) {
  return {code, std::move(what), std::move(hint), file.name, byte_offset};
}

bool recognises_scp(const NamedBytes& file) {
  const ByteView bytes(file.bytes);
  if (text_of(file.bytes).substr(0, 22).ends_with("SCPECG") && file.bytes.size() >= 22) return true;
  const std::uint32_t length = bytes.u32(10);
  return bytes.u16(8) == 0 && bytes.u16(22) == 0 && bytes.u32(24) == length && length > 26 &&
         length < 4096 && (length - kSectionHeader) % kPointer == 0;
}

Result<ScpFile> parse_scp(const NamedBytes& file) {
  const ByteView bytes(file.bytes);
  const std::size_t length = bytes.u32(kFileHeader + 4);
  const auto truncated = [&](const std::string& what) {
    return scp_error(ErrorCode::kTruncated, file, "the file ends inside " + what,
                     static_cast<std::int64_t>(bytes.size()),
                     "the copy is incomplete: fetch the file again");
  };
  if (bytes.size() < kFileHeader + kSectionHeader || length > bytes.size() - kFileHeader)
    return truncated("its table of sections");
  ScpFile out;
  const auto whole = bytes.part(2, bytes.size());
  if (crc16_ccitt(whole) != bytes.u16(0))
    out.warnings.push_back("The checksum of the file does not fit: it may be damaged.");
  const std::size_t end = kFileHeader + length;
  for (std::size_t at = kFileHeader + kSectionHeader; at + kPointer <= end; at += kPointer) {
    const std::uint32_t id = bytes.u16(at);
    const std::size_t size = bytes.u32(at + 2);
    const std::size_t position = bytes.u32(at + 6);
    if (size < kSectionHeader || id == 0) continue;  // absent, or the table itself
    if (position > bytes.size() || size > bytes.size() - (position > 0 ? position - 1 : 0))
      return truncated("section " + std::to_string(id));
    const std::size_t begin = begin_of(bytes, id, position);
    if (begin + size > bytes.size()) {
      return scp_error(ErrorCode::kBadHeader, file,
                       "section " + std::to_string(id) + " is not where its pointer says",
                       static_cast<std::int64_t>(at));
    }
    if (begin == position) out.warnings.push_back("Positions of sections are counted from 0.");
    check_sums(bytes, begin, size, id, out.warnings);
    out.sections.push_back({static_cast<int>(id),
                            bytes.part(begin + kSectionHeader, size - kSectionHeader),
                            static_cast<std::int64_t>(begin + kSectionHeader)});
  }
  return out;
}

}  // namespace ecg
