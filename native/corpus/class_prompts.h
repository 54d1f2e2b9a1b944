#pragma once
// Prompts: what a class is called in reports, for scoring records by their likeness to texts.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ecg {

/// A class and texts that describe it.
struct ClassPrompts {
  std::string label;
  std::vector<std::string> prompts;  ///< at least one

  bool operator==(const ClassPrompts&) const = default;
};

/// Reads a prompts file: a line "label: text" per prompt, classes in the order of their first line;
/// empty lines and lines that begin with "#" are skipped. Errors: kBadValue with the line's number
/// (no colon, no label, no word in the text), kEmptyFile.
Result<std::vector<ClassPrompts>> class_prompts_from_text(std::string_view text);

/// The same of a file, which errors name. Errors also: kMissingFile, kIo.
Result<std::vector<ClassPrompts>> read_class_prompts(const std::filesystem::path& file);

}  // namespace ecg
