#pragma once
// XML in memory for the readers of this folder (not for others: it exposes pugixml).

#include <memory>
#include <pugixml.hpp>
#include <string>

#include "core/file_set.h"
#include "core/result.h"

namespace ecg {

/// Parses a document in UTF-8, UTF-16 (with or without its mark) or the Latin-1 it declares.
/// A DOCTYPE that only names an external definition is ignored, never fetched; one that defines
/// anything itself is refused, and so is nesting deeper than 64.
/// Errors: kBadHeader (malformed), kUnsupported (definitions inside), kTooLarge (nesting).
Result<std::unique_ptr<pugi::xml_document>> parse_xml(const NamedBytes& file);

/// Text of a child element as UTF-8 without surrounding blanks; empty if there is none.
std::string child_text(pugi::xml_node parent, const char* name);

/// Name of the first element of a file that looks like XML, without namespace; empty otherwise.
/// Cheap: looks at the first 4 KiB only, in UTF-8 or UTF-16.
std::string xml_root_name(const NamedBytes& file);

}  // namespace ecg
