#include "io/mfer_elements.h"

#include <algorithm>
#include <utility>

#include "core/bit_cast.h"
#include "io/text.h"

namespace ecg {
namespace {

constexpr std::size_t kMostChannels = 256;
constexpr std::size_t kFreeDefinitions = 64 * kMostChannels;  // of channels, over all frames
constexpr std::size_t kLongestName = 66;  // with the code before it; copied for every frame
constexpr int kDeepest = 8;

enum Tag : int {
  kEndOfContents = 0x00,
  kByteOrder = 0x01,
  kBlock = 0x04,
  kChannels = 0x05,
  kSequences = 0x06,
  kPointer = 0x07,
  kWaveformType = 0x08,
  kLeadName = 0x09,
  kDataType = 0x0A,
  kInterval = 0x0B,
  kResolution = 0x0C,
  kOffset = 0x0D,
  kCompression = 0x0E,
  kFilter = 0x11,
  kNull = 0x12,
  kComment = 0x16,
  kWaveform = 0x1E,
  kOfChannel = 0x3F,
  kEvent = 0x41,
  kValue = 0x42,
  kSet = 0x67,
  kEnd = 0x80,
  kAge = 0x83,
  kSex = 0x84,
  kTime = 0x85,
};

std::uint64_t unsigned_of(std::span<const std::uint8_t> bytes, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 8; ++i)
    value = value << 8 | bytes[big_endian ? i : bytes.size() - 1 - i];
  return value;
}

std::int64_t signed_of(std::span<const std::uint8_t> bytes, bool big_endian) {
  const std::uint64_t value = unsigned_of(bytes, big_endian);
  if (bytes.empty() || bytes.size() >= 8) return static_cast<std::int64_t>(value);
  const std::uint64_t sign = 1ull << (8 * bytes.size() - 1);
  return static_cast<std::int64_t>(value ^ sign) - static_cast<std::int64_t>(sign);
}

std::string two_digits(std::uint32_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

class Walker {
 public:
  explicit Walker(const NamedBytes& file) : file_(file), bytes_(file.bytes) {}

  Result<MferFile> run() {
    walk(0, bytes_.size(), std::nullopt, 0, false);
    if (error_) return *error_;
    return std::move(out_);
  }

 private:
  std::size_t fail(ErrorCode code, std::string what, std::size_t at) {
    if (!error_) {
      const char* hint = code == ErrorCode::kUnsupported
                             ? "export the recording without compression"
                             : "the copy is incomplete or damaged: fetch the file again";
      error_ = Error{code, std::move(what), hint, file_.name, static_cast<std::int64_t>(at)};
    }
    return bytes_.size();
  }

  /// Definitions in [at, end); of indefinite length: up to two zero bytes. Returns where it ended.
  std::size_t walk(std::size_t at, std::size_t end, std::optional<std::size_t> channel, int depth,
                   bool indefinite) {
    if (depth > kDeepest) return fail(ErrorCode::kBadHeader, "definitions nest too deeply", at);
    while (!error_ && at < end) {
      const int tag = bytes_[at];
      if (tag == kEndOfContents) {
        if (indefinite && at + 1 < end && bytes_[at + 1] == 0) return at + 2;
        ++at;  // padding
      } else if (tag == kEnd && channel == std::nullopt) {
        return end;
      } else {
        at = element(at, end, channel, depth);
      }
    }
    if (indefinite && !error_) return fail(ErrorCode::kTruncated, "a definition has no end", at);
    return at;
  }

  /// One tag with its length and value; returns where the next one begins.
  std::size_t element(std::size_t at, std::size_t end, std::optional<std::size_t> channel,
                      int depth) {
    const std::size_t start = at;
    const int tag = bytes_[at++];
    std::size_t of_channel = 0;
    if (tag == kOfChannel) {
      bool more = true;
      while (more && at < end && of_channel <= kMostChannels) {
        of_channel = of_channel << 7 | (bytes_[at] & 0x7F);
        more = (bytes_[at++] & 0x80) != 0;
      }
    }
    if (at >= end) return fail(ErrorCode::kTruncated, "a definition is cut off", start);
    std::size_t length = bytes_[at++];
    const bool indefinite = length == 0x80;
    if (length > 0x80) {
      const std::size_t count = length & 0x7F;
      if (count > 4) return fail(ErrorCode::kBadHeader, "a length has more than 4 bytes", start);
      if (count > end - at) return fail(ErrorCode::kTruncated, "a length is cut off", start);
      length = static_cast<std::size_t>(unsigned_of(bytes_.subspan(at, count), true));
      at += count;
    }
    const bool holds_others = tag == kOfChannel || tag == kSet;
    const auto inner = tag == kOfChannel ? std::optional(of_channel) : channel;
    if (indefinite) {
      if (!holds_others)
        return fail(ErrorCode::kUnsupported, "a value of indefinite length is not supported",
                    start);
      return walk(at, end, inner, depth + 1, true);
    }
    if (length > end - at)
      return fail(ErrorCode::kTruncated, "a definition is longer than what is there", start);
    if (holds_others)
      walk(at, at + length, inner, depth + 1, false);
    else
      define(tag, bytes_.subspan(at, length), channel, at);
    return at + length;
  }

  void define(int tag, std::span<const std::uint8_t> value, std::optional<std::size_t> channel,
              std::size_t at) {
    if (define_channel(tag, value, channel, at)) return;
    const auto text = [&] {
      const std::string_view chars(reinterpret_cast<const char*>(value.data()), value.size());
      return utf8_from_bytes(trimmed(chars));
    };
    if (tag == kByteOrder) {
      big_endian_ = value.empty() || value[0] == 0;
    } else if (tag == kChannels) {
      const std::uint64_t count = value.empty() ? 1 : unsigned_of(value, big_endian_);
      if (count < 1 || count > kMostChannels)
        fail(ErrorCode::kTooLarge, std::to_string(count) + " channels are not possible here", at);
      else
        own_.assign(static_cast<std::size_t>(count), {});
    } else if (tag == kCompression &&
               unsigned_of(value.first(std::min<std::size_t>(2, value.size())), big_endian_) != 0) {
      fail(ErrorCode::kUnsupported, "compressed MFER data are not supported", at);
    } else if (tag == kPointer) {
      pointer_.reset();
      if (!value.empty() && value.size() <= 4)
        pointer_ = static_cast<std::uint32_t>(unsigned_of(value, big_endian_));
    } else if (tag == kWaveform) {
      add_frame(value, at);
    } else if (tag == kFilter && !value.empty()) {
      out_.filters.push_back(text());
    } else if (tag == kComment && !value.empty()) {
      out_.comments.push_back(text());
    } else if (tag == kMferDevice || tag == kMferPatientName || tag == kMferPatientId) {
      out_.texts[tag] = text();
    } else if (tag == kEvent || tag == kValue) {
      add_event(tag, value);
    } else {
      define_person(tag, value);
    }
  }

  /// Definitions that may hold for one channel. True if the tag is one of them.
  bool define_channel(int tag, std::span<const std::uint8_t> value,
                      std::optional<std::size_t> channel, std::size_t at) {
    if (channel && *channel >= own_.size()) return true;  // of no channel that there is
    MferChannel& target = channel ? own_[*channel] : all_;
    const auto number = [&]() -> std::optional<std::uint32_t> {
      if (value.empty()) return std::nullopt;
      return static_cast<std::uint32_t>(
          unsigned_of(value.first(std::min<std::size_t>(4, value.size())), big_endian_));
    };
    switch (tag) {
      case kBlock:
        target.block = number();
        return true;
      case kSequences:
        target.sequences = number();
        return true;
      case kWaveformType:
        target.waveform_type = code_of(value);
        return true;
      case kLeadName:
        target.lead = code_of(value);
        target.lead_text = value.size() > 2
                               ? text_behind(value.first(std::min(kLongestName, value.size())), 2)
                               : "";
        return true;
      case kDataType:
        target.type = value.empty() ? std::nullopt : std::optional<int>(value[0]);
        if (target.type && mfer_type_size(*target.type) == 0)
          fail(ErrorCode::kUnsupported,
               "values of the MFER type " + std::to_string(*target.type) + " are not supported",
               at);
        return true;
      case kInterval:
        target.interval = quantity_of(value);
        return true;
      case kResolution:
        target.resolution = quantity_of(value);
        return true;
      case kOffset:
        target.offset = bytes_or_none(value);
        return true;
      case kNull:
        target.null_value = bytes_or_none(value);
        return true;
      default:
        return false;
    }
  }

  std::optional<std::uint32_t> code_of(std::span<const std::uint8_t> value) const {
    if (value.empty()) return std::nullopt;
    return static_cast<std::uint32_t>(
        unsigned_of(value.first(std::min<std::size_t>(2, value.size())), big_endian_));
  }

  std::optional<MferQuantity> quantity_of(std::span<const std::uint8_t> value) const {
    if (value.size() < 3 || value.size() > 6) return std::nullopt;
    return MferQuantity{value[0], static_cast<std::int8_t>(value[1]),
                        signed_of(value.subspan(2), big_endian_)};
  }

  std::optional<MferBytes> bytes_or_none(std::span<const std::uint8_t> value) const {
    if (value.empty()) return std::nullopt;
    return MferBytes{value, big_endian_};
  }

  static std::string text_behind(std::span<const std::uint8_t> value, std::size_t at) {
    const std::string_view chars(reinterpret_cast<const char*>(value.data()), value.size());
    return utf8_from_bytes(trimmed(chars.substr(at)));
  }

  void add_frame(std::span<const std::uint8_t> data, std::size_t at) {
    definitions_ += own_.size();  // each frame keeps a copy
    if (definitions_ > std::max(kFreeDefinitions, bytes_.size() / 32)) {
      fail(ErrorCode::kTooLarge, "there are far more frames than their samples need", at);
      return;
    }
    MferFrame frame{own_, {data, big_endian_}, static_cast<std::int64_t>(at), pointer_};
    pointer_.reset();
    for (std::size_t i = 0; i < frame.channels.size(); ++i) {
      MferChannel& one = frame.channels[i];
      if (!one.block) one.block = all_.block;
      if (!one.sequences) one.sequences = all_.sequences;
      if (!one.waveform_type) one.waveform_type = all_.waveform_type;
      if (!one.type) one.type = all_.type;
      if (!one.interval) one.interval = all_.interval;
      if (!one.resolution) one.resolution = all_.resolution;
      if (!one.offset) one.offset = all_.offset;
      if (!one.null_value) one.null_value = all_.null_value;
      if (!one.lead && i == 0) {  // a name for all is that of the first channel only
        one.lead = all_.lead;
        one.lead_text = all_.lead_text;
      }
    }
    out_.frames.push_back(std::move(frame));
  }

  void add_event(int tag, std::span<const std::uint8_t> value) {
    if (value.size() < 6) return;
    MferEvent event;
    event.code = static_cast<std::uint32_t>(unsigned_of(value.first(2), big_endian_));
    event.sample = signed_of(value.subspan(2, 4), big_endian_);
    const std::size_t text_at = tag == kEvent ? 10 : 6;
    if (value.size() > text_at) event.text = text_behind(value, text_at);
    if (tag == kEvent)
      out_.events.push_back(std::move(event));
    else if (!event.text.empty())
      out_.comments.push_back("value " + std::to_string(event.code) + ": " + event.text);
  }

  void define_person(int tag, std::span<const std::uint8_t> value) {
    const auto number = [&](std::size_t at, std::size_t size) {
      return static_cast<std::uint32_t>(unsigned_of(value.subspan(at, size), big_endian_));
    };
    const auto date = [&](std::size_t at) {
      return std::to_string(number(at, 2)) + '-' + two_digits(value[at + 2]) + '-' +
             two_digits(value[at + 3]);
    };
    if (tag == kSex && !value.empty()) out_.sex = value[0];
    if (tag == kAge && value.size() >= 3 && (value[0] != 0 || number(1, 2) != 0))
      out_.age_years = value[0] + number(1, 2) / 365.25;
    if (tag == kAge && value.size() >= 7 && number(3, 2) != 0) out_.birth_date = date(3);
    if (tag == kTime && value.size() >= 7) {
      out_.time = date(0) + 'T' + two_digits(value[4]) + ':' + two_digits(value[5]) + ':' +
                  two_digits(value[6]);
    }
  }

  const NamedBytes& file_;
  std::span<const std::uint8_t> bytes_;
  bool big_endian_ = true;
  MferChannel all_;
  std::vector<MferChannel> own_ = std::vector<MferChannel>(1);
  std::optional<std::uint32_t> pointer_;  ///< of the next frame
  std::size_t definitions_ = 0;           ///< of channels, in all frames so far
  MferFile out_;
  std::optional<Error> error_;
};

}  // namespace

int mfer_type_size(int type) {
  constexpr int kSizes[] = {2, 2, 4, 1, 2, 1, 4, 4, 8};
  return type >= 0 && type < 9 ? kSizes[type] : 0;
}

double mfer_value(const std::uint8_t* bytes, int type, bool big_endian) {
  const std::span<const std::uint8_t> all(bytes, static_cast<std::size_t>(mfer_type_size(type)));
  if (type == 7)
    return static_cast<double>(
        bit_cast<float>(static_cast<std::uint32_t>(unsigned_of(all, big_endian))));
  if (type == 8) return bit_cast<double>(unsigned_of(all, big_endian));
  const bool is_signed = type == 0 || type == 2 || type == 5;
  return is_signed ? static_cast<double>(signed_of(all, big_endian))
                   : static_cast<double>(unsigned_of(all, big_endian));
}

Result<MferFile> parse_mfer(const NamedBytes& file) { return Walker(file).run(); }

}  // namespace ecg
