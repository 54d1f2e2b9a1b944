#include "io/inflate.h"

#include <algorithm>
#include <limits>
#include <string>

#include <zlib.h>

namespace ecg {
namespace {

/// Owns the state of one inflation.
class Inflater {
 public:
  explicit Inflater(DeflateFraming framing) {
    const int window_bits = framing == DeflateFraming::kRaw ? -MAX_WBITS : MAX_WBITS;
    ready_ = inflateInit2(&stream, window_bits) == Z_OK;
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready_) inflateEnd(&stream);
  }
  bool ready() const { return ready_; }

  z_stream stream{};

 private:
  bool ready_ = false;
};

Error inflate_error(ErrorCode code, const std::string& message, std::string_view file,
                    const z_stream& stream) {
  const char* hint = code == ErrorCode::kTooLarge
                         ? "no ECG is packed this tightly: do not trust the file"
                         : "the copy is damaged: fetch the file again";
  return {code, message, hint, std::string(file), static_cast<std::int64_t>(stream.total_in)};
}

Error failure_of(int status, std::string_view file, const z_stream& stream) {
  if (status == Z_BUF_ERROR)
    return inflate_error(ErrorCode::kTruncated, "the compressed data end too early", file, stream);
  const std::string detail = stream.msg != nullptr ? std::string(" (") + stream.msg + ")" : "";
  return inflate_error(ErrorCode::kBadValue, "the compressed data are malformed" + detail, file,
                       stream);
}

}  // namespace

std::size_t inflate_limit(std::size_t compressed_size) {
  constexpr std::size_t kFactor = 60, kLeast = std::size_t{1} << 20;
  if (compressed_size > std::numeric_limits<std::size_t>::max() / (2 * kFactor))
    return std::numeric_limits<std::size_t>::max() / 2;
  return std::max(kLeast, compressed_size * kFactor);
}

Result<std::vector<std::uint8_t>> inflate_bytes(std::span<const std::uint8_t> bytes,
                                                DeflateFraming framing, std::size_t output_limit,
                                                std::string_view file_name) {
  Inflater inflater(framing);
  z_stream& stream = inflater.stream;
  if (!inflater.ready() || bytes.size() > std::numeric_limits<uInt>::max())
    return inflate_error(ErrorCode::kTooLarge, "too large to inflate", file_name, stream);
  stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib only reads it
  stream.avail_in = static_cast<uInt>(bytes.size());

  std::vector<std::uint8_t> out;
  std::size_t filled = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    if (filled == out.size()) {
      // One byte beyond the limit, so that an output of just that size still ends properly.
      if (filled > output_limit) {
        return inflate_error(ErrorCode::kTooLarge,
                             "more than " + std::to_string(output_limit) + " bytes come out of " +
                                 std::to_string(bytes.size()),
                             file_name, stream);
      }
      const std::size_t wanted = std::max<std::size_t>(bytes.size() * 4 + 64, filled * 2);
      out.resize(std::min(wanted, output_limit + 1));
    }
    stream.next_out = out.data() + filled;
    stream.avail_out = static_cast<uInt>(
        std::min<std::size_t>(out.size() - filled, std::numeric_limits<uInt>::max()));
    status = inflate(&stream, Z_NO_FLUSH);
    filled = static_cast<std::size_t>(stream.next_out - out.data());
  }
  if (status != Z_STREAM_END) return failure_of(status, file_name, stream);
  if (filled > output_limit) {
    return inflate_error(ErrorCode::kTooLarge, "more bytes come out than are allowed", file_name,
                         stream);
  }
  out.resize(filled);
  return out;
}

}  // namespace ecg
