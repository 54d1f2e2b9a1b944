#include "core/file_set.h"

#include <cctype>

namespace ecg {

const NamedBytes* FileSet::find(std::string_view name) const {
  for (const NamedBytes& file : files) {
    if (file.name == name) return &file;
  }
  for (const NamedBytes& file : files) {
    if (file_name_of(file.name) == file_name_of(name)) return &file;
  }
  return nullptr;
}

std::string_view file_name_of(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view stem_of(std::string_view path) {
  const std::string_view name = file_name_of(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string extension_of(std::string_view path) {
  const std::string_view name = file_name_of(path);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  std::string extension(name.substr(dot + 1));
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

}  // namespace ecg
