#include "io/zip.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <zlib.h>

#include "io/inflate.h"

namespace ecg {
namespace {

constexpr std::string_view kLocalMark = "PK\x03\x04", kEntryMark = "PK\x01\x02",
                           kEndMark = "PK\x05\x06";
constexpr std::size_t kLocalBytes = 30, kEntryBytes = 46, kEndBytes = 22, kLongestComment = 0xFFFF;
constexpr std::uint32_t kSeeZip64 = 0xFFFFFFFF;

/// One line of the archive's directory.
struct Entry {
  std::string name;
  std::uint32_t flags = 0, method = 0, checksum = 0, packed = 0, size = 0, local_at = 0;
};

/// An archive's bytes, read with checked bounds.
class Archive {
 public:
  explicit Archive(const NamedBytes& file) : file_(file), bytes_(file.bytes) {}

  std::size_t size() const { return bytes_.size(); }

  bool holds(std::size_t at, std::size_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }

  bool has_mark(std::size_t at, std::string_view mark) const {
    return holds(at, mark.size()) &&
           std::equal(mark.begin(), mark.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
  }

  /// Little-endian number of two or four bytes. Precondition: holds(at, count).
  std::uint32_t number(std::size_t at, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value |= static_cast<std::uint32_t>(bytes_[at + i]) << (8 * i);
    return value;
  }

  std::string text(std::size_t at, std::size_t count) const {
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }

  std::span<const std::uint8_t> part(std::size_t at, std::size_t count) const {
    return bytes_.subspan(at, count);
  }

  Error error(ErrorCode code, std::string message, const char* hint, std::size_t at) const {
    return {code, std::move(message), hint, file_.name, static_cast<std::int64_t>(at)};
  }

  const std::string& name() const { return file_.name; }

 private:
  const NamedBytes& file_;
  std::span<const std::uint8_t> bytes_;
};

constexpr const char* kDamaged = "the copy is incomplete or damaged: fetch the file again";
constexpr const char* kUnpack = "unpack the archive and open the files in it";

/// Where the record at the archive's end begins: behind it there is only a comment.
std::optional<std::size_t> find_end(const Archive& archive) {
  if (archive.size() < kEndBytes) return std::nullopt;
  const std::size_t last = archive.size() - kEndBytes;
  const std::size_t first = last - std::min(last, kLongestComment);
  for (std::size_t at = last + 1; at-- > first;) {
    if (!archive.has_mark(at, kEndMark)) continue;
    if (archive.holds(at + kEndBytes, archive.number(at + 20, 2))) return at;
  }
  return std::nullopt;
}

/// The directory.
Result<std::vector<Entry>> read_entries(const Archive& archive) {
  const auto end = find_end(archive);
  if (!end)
    return archive.error(ErrorCode::kTruncated, "the archive has no directory at its end", kDamaged,
                         archive.size());
  const std::uint32_t count = archive.number(*end + 10, 2);
  std::size_t at = archive.number(*end + 16, 4);
  if (at == kSeeZip64 || count == 0xFFFF)
    return archive.error(ErrorCode::kUnsupported, "archives in the ZIP64 form are not supported",
                         kUnpack, *end);
  std::vector<Entry> entries;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!archive.holds(at, kEntryBytes) || !archive.has_mark(at, kEntryMark))
      return archive.error(
          ErrorCode::kBadHeader,
          "entry " + std::to_string(i + 1) + " of the archive's directory is damaged", kDamaged,
          at);
    const std::size_t name_bytes = archive.number(at + 28, 2);
    const std::size_t following =
        name_bytes + archive.number(at + 30, 2) + archive.number(at + 32, 2);
    if (!archive.holds(at + kEntryBytes, following))
      return archive.error(ErrorCode::kTruncated, "the archive's directory ends too early",
                           kDamaged, at);
    entries.push_back({archive.text(at + kEntryBytes, name_bytes), archive.number(at + 8, 2),
                       archive.number(at + 10, 2), archive.number(at + 16, 4),
                       archive.number(at + 20, 4), archive.number(at + 24, 4),
                       archive.number(at + 42, 4)});
    at += kEntryBytes + following;
  }
  return entries;
}

bool is_wanted(const Entry& entry) {
  const std::string_view name = entry.name;
  const std::string_view file = file_name_of(name);
  return !file.empty() && !file.starts_with('.') && !name.starts_with("__MACOSX/");
}

/// Refuses what cannot be unpacked here.
Result<void> check_entry(const Archive& archive, const Entry& entry) {
  const auto unsupported = [&](const std::string& what) {
    return archive.error(ErrorCode::kUnsupported, "\"" + entry.name + "\" in the archive " + what,
                         kUnpack, entry.local_at);
  };
  if (entry.flags & 1u) return unsupported("is encrypted");
  if (entry.method != 0 && entry.method != 8)
    return unsupported("is compressed by method " + std::to_string(entry.method) +
                       "; stored and deflated entries are read");
  if (entry.packed == kSeeZip64 || entry.size == kSeeZip64 || entry.local_at == kSeeZip64)
    return unsupported("is in the ZIP64 form");
  return {};
}

/// Unpacks one entry; `allowed` is what may still come out.
Result<std::vector<std::uint8_t>> unpack_entry(const Archive& archive, const Entry& entry,
                                               std::size_t allowed) {
  const std::size_t at = entry.local_at;
  if (!archive.holds(at, kLocalBytes) || !archive.has_mark(at, kLocalMark))
    return archive.error(ErrorCode::kBadHeader,
                         "\"" + entry.name + "\" is not where the archive's directory says",
                         kDamaged, at);
  const std::size_t data =
      at + kLocalBytes + archive.number(at + 26, 2) + archive.number(at + 28, 2);
  if (!archive.holds(data, entry.packed))
    return archive.error(ErrorCode::kTruncated,
                         "\"" + entry.name + "\" in the archive ends too early", kDamaged, at);
  const auto packed = archive.part(data, entry.packed);
  if (entry.size > allowed)
    return archive.error(ErrorCode::kTooLarge,
                         "the archive unpacks to far more than its size allows",
                         "no ECG is packed this tightly: do not trust the file", at);
  std::vector<std::uint8_t> bytes;
  if (entry.method == 0) {
    bytes.assign(packed.begin(), packed.end());
  } else {
    auto inflated =
        inflate_bytes(packed, DeflateFraming::kRaw, allowed, archive.name() + "/" + entry.name);
    if (!inflated) return inflated.error();
    bytes = *std::move(inflated);
  }
  const auto checksum = crc32(0, bytes.data(), static_cast<uInt>(bytes.size()));
  if (bytes.size() != entry.size || checksum != entry.checksum)
    return archive.error(ErrorCode::kBadChecksum,
                         "\"" + entry.name + "\" in the archive does not match its checksum",
                         kDamaged, at);
  return bytes;
}

}  // namespace

bool is_zip(const NamedBytes& file) {
  const Archive archive(file);
  return archive.has_mark(0, kLocalMark) || archive.has_mark(0, kEndMark);
}

Result<FileSet> unzip(const NamedBytes& file) {
  const Archive archive(file);
  const auto entries = read_entries(archive);
  if (!entries) return entries.error();
  FileSet files;
  std::size_t allowed = inflate_limit(file.bytes.size());
  for (const Entry& entry : *entries) {
    if (!is_wanted(entry)) continue;
    if (auto ok = check_entry(archive, entry); !ok) return ok.error();
    auto bytes = unpack_entry(archive, entry, allowed);
    if (!bytes) return bytes.error();
    allowed -= bytes->size();
    files.files.push_back({file.name + "/" + entry.name, *std::move(bytes)});
    if (is_zip(files.files.back()))
      return archive.error(ErrorCode::kUnsupported,
                           "\"" + entry.name + "\" is an archive inside the archive", kUnpack,
                           entry.local_at);
  }
  if (files.files.empty())
    return archive.error(ErrorCode::kInsufficientData, "the archive holds no file",
                         "choose another file", 0);
  return files;
}

Result<FileSet> with_archives_unpacked(const FileSet& files) {
  FileSet unpacked;
  for (const NamedBytes& file : files.files) {
    if (!is_zip(file)) {
      unpacked.files.push_back(file);
      continue;
    }
    auto inside = unzip(file);
    if (!inside) return inside.error();
    for (NamedBytes& entry : inside->files) unpacked.files.push_back(std::move(entry));
  }
  return unpacked;
}

}  // namespace ecg
