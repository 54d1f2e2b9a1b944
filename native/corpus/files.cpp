#include "corpus/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ecg {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return number_ >= 0; }
  int number() const { return number_; }

  bool close() {
    const bool closed = number_ < 0 || ::close(number_) == 0;
    number_ = -1;
    return closed;
  }

 private:
  int number_;
};

bool write_all(int descriptor, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

Result<void> write_and_sync(const std::filesystem::path& path,
                            std::span<const std::span<const std::uint8_t>> parts) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file.valid()) return system_error("cannot be created", path);
  for (const auto part : parts) {
    if (!write_all(file.number(), part)) return system_error("cannot be written", path);
  }
  if (::fsync(file.number()) != 0 || !file.close()) return system_error("cannot be written", path);
  return {};
}

}  // namespace

Error system_error(const std::string& what, const std::filesystem::path& path) {
  return {ErrorCode::kIo,
          what + ": " + std::strerror(errno),
          "check the path, its permissions and free space",
          path.string(),
          {}};
}

namespace {

// Why open() failed just now.
Error opening_error(const std::filesystem::path& path) {
  const bool missing = errno == ENOENT;
  Error error = system_error("cannot be opened", path);
  if (missing) error.code = ErrorCode::kMissingFile;
  return error;
}

}  // namespace

Result<std::vector<std::uint8_t>> read_whole_file(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return opening_error(path);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{ErrorCode::kIo, "is not a regular file", "name a file", path.string(), {}};
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.number(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot be read", path);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<LineLog> LineLog::open(const std::filesystem::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "a");
  if (!file) return system_error("cannot be opened", path);
  return LineLog(file, path);
}

Result<void> LineLog::append(std::string_view line) {
  std::FILE* file = file_.get();
  const bool written = std::fwrite(line.data(), 1, line.size(), file) == line.size() &&
                       std::fputc('\n', file) != EOF && std::fflush(file) == 0;
  if (written) return {};
  Error error = system_error("cannot be written", path_);
  std::clearerr(file);
  return error;
}

struct MappedFile::Map {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  Map() = default;
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;
  ~Map() {
    if (bytes) ::munmap(const_cast<std::uint8_t*>(bytes), size);
  }
};

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return opening_error(path);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return system_error("cannot be read", path);
  auto map = std::make_shared<Map>();
  if (status.st_size > 0) {
    map->size = static_cast<std::size_t>(status.st_size);
    void* bytes = ::mmap(nullptr, map->size, PROT_READ, MAP_SHARED, file.number(), 0);
    if (bytes == MAP_FAILED) return system_error("cannot be mapped", path);
    map->bytes = static_cast<const std::uint8_t*>(bytes);
  }
  MappedFile mapped;
  mapped.map_ = std::move(map);
  return mapped;
}

std::span<const std::uint8_t> MappedFile::bytes() const {
  return map_ ? std::span<const std::uint8_t>(map_->bytes, map_->size)
              : std::span<const std::uint8_t>();
}

std::string_view MappedFile::text() const {
  const auto all = bytes();
  return {reinterpret_cast<const char*>(all.data()), all.size()};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path named = folder.empty() ? std::filesystem::path(".") : folder;
  Descriptor descriptor(::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.valid() || ::fsync(descriptor.number()) != 0) {
    return system_error("folder cannot be synchronised", named);
  }
  return {};
}

Result<void> write_file_atomically(const std::filesystem::path& path,
                                   std::span<const std::span<const std::uint8_t>> parts) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  if (auto written = write_and_sync(temporary, parts); !written) {
    ::unlink(temporary.c_str());
    return written;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0)
    return system_error("cannot be renamed", path);
  return sync_folder(path.parent_path());
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()),
                                            text.size());
  return write_file_atomically(path, std::span<const std::span<const std::uint8_t>>(&bytes, 1));
}

}  // namespace ecg
