#include "io/xml.h"

#include <algorithm>
#include <string_view>

#include "io/text.h"

namespace ecg {
namespace {

constexpr int kDeepest = 64;

/// True if no element lies deeper than allowed. Walks without recursion.
bool is_shallow(pugi::xml_node root) {
  int depth = 0;
  pugi::xml_node node = root.first_child();
  while (node) {
    if (node.first_child()) {
      if (++depth > kDeepest) return false;
      node = node.first_child();
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      --depth;
      if (node == root || !node) return true;
    }
    node = node.next_sibling();
  }
  return true;
}

bool defines_things(pugi::xml_node document) {
  for (const pugi::xml_node node : document.children()) {
    if (node.type() == pugi::node_doctype &&
        std::string_view(node.value()).find('[') != std::string_view::npos)
      return true;
  }
  return false;
}

/// The first 4 KiB as ASCII: other characters become '?', the zero bytes of UTF-16 vanish.
std::string ascii_start(const NamedBytes& file) {
  std::string text;
  const std::size_t size = std::min<std::size_t>(file.bytes.size(), 4096);
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t byte = file.bytes[i];
    const bool is_mark = i < 3 && byte >= 0xBB;
    if (byte != 0 && !is_mark) text.push_back(byte < 0x80 ? static_cast<char>(byte) : '?');
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<pugi::xml_document>> parse_xml(const NamedBytes& file) {
  auto document = std::make_unique<pugi::xml_document>();
  const auto parsed = document->load_buffer(file.bytes.data(), file.bytes.size(),
                                            pugi::parse_default | pugi::parse_doctype);
  if (!parsed) {
    return Error{ErrorCode::kBadHeader,
                 std::string("this is no well-formed XML: ") + parsed.description(),
                 "the copy is damaged or incomplete: fetch the file again", file.name,
                 static_cast<std::int64_t>(parsed.offset)};
  }
  if (defines_things(*document)) {
    return Error{ErrorCode::kUnsupported, "the XML defines entities or a document type of its own",
                 "no ECG device writes such files: do not trust it", file.name, std::nullopt};
  }
  if (!is_shallow(*document)) {
    return Error{ErrorCode::kTooLarge, "the XML is nested deeper than 64 elements",
                 "no ECG device writes such files: do not trust it", file.name, std::nullopt};
  }
  return document;
}

std::string child_text(pugi::xml_node parent, const char* name) {
  return utf8_from_bytes(trimmed(parent.child(name).text().get()));
}

std::string xml_root_name(const NamedBytes& file) {
  const std::string text = ascii_start(file);
  std::size_t at = text.find_first_not_of(" \t\r\n");
  while (at != std::string::npos && text[at] == '<') {
    if (text.compare(at, 4, "<!--") == 0) {
      at = text.find("-->", at);
    } else if (text.compare(at, 2, "<?") != 0 && text.compare(at, 2, "<!") != 0) {
      const std::size_t end = std::min(text.find_first_of(" \t\r\n/>", at), text.size());
      const std::string name = text.substr(at + 1, end - at - 1);
      return name.substr(name.rfind(':') + 1);  // npos + 1 is 0
    }
    at = at == std::string::npos ? at : text.find('>', at);
    at = at == std::string::npos ? at : text.find('<', at);
  }
  return {};
}

}  // namespace ecg
