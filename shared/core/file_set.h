#pragma once
// FileSet: named bytes. One recording may be several files (a WFDB header and its signals).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ecg {

/// One file in memory. `name` may carry folders, separated by '/'.
struct NamedBytes {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

/// The files handed over together, in no particular order.
struct FileSet {
  std::vector<NamedBytes> files;

  /// The file of that name: an exact match first, then one that differs only in its folder.
  /// nullptr if there is none.
  const NamedBytes* find(std::string_view name) const;
};

/// "a/b/c.hea" -> "c.hea".
std::string_view file_name_of(std::string_view path);

/// "a/b/c.hea" -> "c".
std::string_view stem_of(std::string_view path);

/// "a/b/c.HEA" -> "hea" (lower case, without the dot); empty if there is none.
std::string extension_of(std::string_view path);

}  // namespace ecg
