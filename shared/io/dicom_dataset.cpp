#include "io/dicom_dataset.h"

#include <algorithm>
#include <utility>

#include "io/inflate.h"
#include "io/text.h"

namespace ecg {
namespace {

constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;
constexpr std::uint32_t kItem = 0xFFFEE000;
constexpr std::uint32_t kItemEnd = 0xFFFEE00D;
constexpr std::uint32_t kSequenceEnd = 0xFFFEE0DD;
constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99";
constexpr int kDeepest = 12;
constexpr std::size_t kPreamble = 128;

/// Sequences of waveform objects, for implicit VR files, whose elements do not say their type.
constexpr std::uint32_t kSequences[] = {0x003A0200, 0x003A0208, 0x003A0209, 0x003A0211, 0x0040A043,
                                        0x0040A168, 0x0040A195, 0x0040B020, 0x004008EA, 0x00400555,
                                        0x54000100, 0x00081111, 0x00081140, 0x00081110};

struct Encoding {
  bool is_explicit = true;
  bool big_endian = false;
};

bool has_long_length(std::string_view vr) {
  for (const std::string_view one :
       {"OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UR", "UT", "UN", "SV", "UV"}) {
    if (vr == one) return true;
  }
  return false;
}

/// Walks over elements. Every length is checked against its container before use.
class Parser {
 public:
  Parser(const NamedBytes& file, Encoding encoding) : file_(file), encoding_(encoding) {}

  /// Elements in [at, end); an item of undefined length ends at its delimiter. Returns where it
  /// stopped; `group` != 0: only elements of that group.
  std::size_t parse(std::size_t at, std::size_t end, int depth, bool delimited, std::uint32_t group,
                    DicomDataset& out) {
    out.big_endian = encoding_.big_endian;
    while (!error_ && at < end) {
      if (end - at < 8) return fail(ErrorCode::kTruncated, "an element is cut off", at);
      const std::uint32_t tag = u16(at) << 16 | u16(at + 2);
      if (group != 0 && tag >> 16 != group) return at;
      if (delimited && tag == kItemEnd) return at + 8;
      at = parse_element(tag, at, end, depth, out);
    }
    if (delimited && !error_) fail(ErrorCode::kTruncated, "an item has no end", at);
    return at;
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  std::uint32_t byte(std::size_t at) const { return file_.bytes[at]; }
  std::uint32_t u16(std::size_t at) const {
    return encoding_.big_endian ? byte(at) << 8 | byte(at + 1) : byte(at) | byte(at + 1) << 8;
  }
  std::uint32_t u32(std::size_t at) const {
    return encoding_.big_endian ? u16(at) << 16 | u16(at + 2) : u16(at) | u16(at + 2) << 16;
  }

  std::size_t fail(ErrorCode code, const char* what, std::size_t at) {
    if (!error_) {
      error_ = Error{code, std::string(what) + " in the DICOM data",
                     "the copy is incomplete or damaged: fetch the file again", file_.name,
                     static_cast<std::int64_t>(at)};
    }
    return file_.bytes.size();
  }

  std::size_t parse_element(std::uint32_t tag, std::size_t at, std::size_t end, int depth,
                            DicomDataset& out) {
    std::size_t head = 8;
    std::uint32_t length = 0;
    bool sequence =
        std::find(std::begin(kSequences), std::end(kSequences), tag) != std::end(kSequences);
    if (encoding_.is_explicit && tag >> 16 != 0xFFFE) {
      const std::string_view vr = text_of(file_.bytes).substr(at + 4, 2);
      sequence = vr == "SQ";
      if (has_long_length(vr)) {
        head = 12;
        if (end - at < head) return fail(ErrorCode::kTruncated, "an element is cut off", at);
        length = u32(at + 8);
      } else {
        length = u16(at + 6);
      }
    } else {
      length = u32(at + 4);
    }
    const std::size_t value = at + head;
    DicomElement element{tag, {}, {}, static_cast<std::int64_t>(value)};
    std::size_t next = value;
    if (sequence || length == kUndefinedLength) {
      next = parse_items(value, end, length, depth, element);
    } else {
      if (length > end - value)
        return fail(ErrorCode::kTruncated, "an element is longer than what is there", at);
      element.value = std::span(file_.bytes).subspan(value, length);
      next = value + length;
    }
    out.elements.push_back(std::move(element));
    return next;
  }

  std::size_t parse_items(std::size_t at, std::size_t end, std::uint32_t length, int depth,
                          DicomElement& out) {
    if (depth >= kDeepest) return fail(ErrorCode::kBadHeader, "sequences nest too deeply", at);
    const bool delimited = length == kUndefinedLength;
    if (!delimited && length > end - at)
      return fail(ErrorCode::kTruncated, "a sequence is longer than what is there", at);
    if (!delimited) end = at + length;
    while (!error_ && at < end) {
      if (end - at < 8) return fail(ErrorCode::kTruncated, "a sequence is cut off", at);
      const std::uint32_t tag = u16(at) << 16 | u16(at + 2);
      const std::uint32_t size = u32(at + 4);
      if (delimited && tag == kSequenceEnd) return at + 8;
      if (tag != kItem) return fail(ErrorCode::kBadHeader, "a sequence holds no item", at);
      at += 8;
      const bool open = size == kUndefinedLength;
      if (!open && size > end - at)
        return fail(ErrorCode::kTruncated, "an item is longer than its sequence", at);
      DicomDataset item;
      at = parse(at, open ? end : at + size, depth + 1, open, 0, item);
      out.items.push_back(std::move(item));
    }
    if (delimited && !error_) return fail(ErrorCode::kTruncated, "a sequence has no end", at);
    return at;
  }

  const NamedBytes& file_;
  Encoding encoding_;
  std::optional<Error> error_;
};

/// True where two capital letters stand for the type of the first element.
bool looks_explicit(std::string_view text, std::size_t at) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return text.size() >= at + 6 && capital(text[at + 4]) && capital(text[at + 5]);
}

/// True where an element of group 2 or 8 begins: with its type, or with a short length.
bool starts_with_group(std::string_view text, std::size_t at) {
  if (text.size() < at + 8) return false;
  const std::string_view head = text.substr(at, 8);
  const bool group = (head[0] == 2 || head[0] == 8) && head[1] == 0 && head[3] == 0;
  const bool short_length = head[5] == 0 && head[6] == 0 && head[7] == 0;
  return group && (looks_explicit(text, at) || short_length);
}

Result<Encoding> encoding_of(const std::string& syntax, const NamedBytes& file) {
  if (syntax == "1.2.840.10008.1.2") return Encoding{false, false};
  if (syntax == "1.2.840.10008.1.2.1" || syntax == kDeflated) return Encoding{true, false};
  if (syntax == "1.2.840.10008.1.2.2") return Encoding{true, true};
  return Error{ErrorCode::kUnsupported,
               "the DICOM transfer syntax " + utf8_from_bytes(syntax) + " is not supported",
               "convert the file to explicit VR little endian (dcmconv +te)", file.name,
               std::nullopt};
}

}  // namespace

const DicomElement* DicomDataset::find(std::uint32_t tag) const {
  for (const DicomElement& element : elements) {
    if (element.tag == tag) return &element;
  }
  return nullptr;
}

std::string DicomDataset::text(std::uint32_t tag) const {
  const DicomElement* element = find(tag);
  if (element == nullptr || element->value.empty()) return {};
  const auto* chars = reinterpret_cast<const char*>(element->value.data());
  return utf8_from_bytes(trimmed({chars, element->value.size()}));
}

std::optional<double> DicomDataset::number(std::uint32_t tag) const {
  const std::string all = text(tag);
  return parse_number(trimmed(std::string_view(all).substr(0, all.find('\\'))));
}

std::optional<std::uint32_t> DicomDataset::unsigned_number(std::uint32_t tag) const {
  const DicomElement* element = find(tag);
  if (element == nullptr || element->value.size() < 2) return std::nullopt;
  return unsigned_at(tag, 0, element->value.size() >= 4 && tag != 0x003A0005 ? 4 : 2);
}

std::optional<std::uint32_t> DicomDataset::unsigned_at(std::uint32_t tag, std::size_t index,
                                                       std::size_t size) const {
  const DicomElement* element = find(tag);
  if (element == nullptr || index >= element->value.size() / size) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t shift = 8 * (big_endian ? size - 1 - i : i);
    value |= static_cast<std::uint32_t>(element->value[index * size + i]) << shift;
  }
  return value;
}

std::span<const DicomDataset> DicomDataset::items(std::uint32_t tag) const {
  const DicomElement* element = find(tag);
  if (element == nullptr) return {};
  return element->items;
}

const DicomDataset* DicomDataset::item(std::uint32_t tag) const {
  const auto all = items(tag);
  return all.empty() ? nullptr : &all.front();
}

bool recognises_dicom(const NamedBytes& file) {
  const std::string_view text = text_of(file.bytes);
  if (text.size() > kPreamble && text.substr(kPreamble).starts_with("DICM")) return true;
  return starts_with_group(text, 0);
}

Result<DicomFile> parse_dicom(const NamedBytes& file) {
  const std::string_view text = text_of(file.bytes);
  std::size_t at = 0;
  if (text.size() > kPreamble && text.substr(kPreamble).starts_with("DICM")) at = kPreamble + 4;
  DicomFile out;
  Encoding encoding{looks_explicit(text, at), false};
  if (text.size() > at && text[at] == 2) {  // group 2 is always explicit, little endian
    Parser meta(file, {true, false});
    DicomDataset header;
    at = meta.parse(at, file.bytes.size(), 0, false, 0x0002, header);
    if (meta.error()) return *meta.error();
    out.transfer_syntax = header.text(0x00020010);
    const auto stated = encoding_of(out.transfer_syntax, file);
    if (!stated) return stated.error();
    encoding = *stated;
  }
  if (out.transfer_syntax == kDeflated) {
    auto plain = inflate_bytes(std::span(file.bytes).subspan(at), DeflateFraming::kRaw,
                               inflate_limit(file.bytes.size()), file.name);
    if (!plain) return plain.error();
    out.inflated = {file.name, std::move(plain).value()};
    at = 0;
  }
  const NamedBytes& source = out.transfer_syntax == kDeflated ? out.inflated : file;
  Parser parser(source, encoding);
  parser.parse(at, source.bytes.size(), 0, false, 0, out.dataset);
  if (parser.error()) return *parser.error();
  return out;
}

}  // namespace ecg
