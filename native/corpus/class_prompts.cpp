#include "corpus/class_prompts.h"

#include <algorithm>

#include "corpus/files.h"
#include "corpus/report_text.h"

namespace ecg {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

Error bad_line(std::size_t number, const std::string& what) {
  return {ErrorCode::kBadValue,
          "line " + std::to_string(number) + " " + what,
          "write label: text, one prompt per line",
          "",
          {}};
}

// Adds one line that holds a prompt.
Result<void> add_prompt(std::string_view line, std::size_t number,
                        std::vector<ClassPrompts>& classes) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad_line(number, "has no colon");
  const std::string label(trimmed(line.substr(0, colon)));
  const std::string prompt(trimmed(line.substr(colon + 1)));
  if (label.empty()) return bad_line(number, "names no class");
  const std::string normalised = normalise_report(prompt);
  if (split_words(normalised).empty()) return bad_line(number, "has no words for its class");
  auto found = std::find_if(classes.begin(), classes.end(),
                            [&](const ClassPrompts& c) { return c.label == label; });
  if (found == classes.end()) found = classes.insert(classes.end(), {label, {}});
  found->prompts.push_back(prompt);
  return {};
}

}  // namespace

Result<std::vector<ClassPrompts>> class_prompts_from_text(std::string_view text) {
  std::vector<ClassPrompts> classes;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (auto added = add_prompt(line, number, classes); !added) return added.error();
  }
  if (classes.empty()) {
    return Error{ErrorCode::kEmptyFile,
                 "holds no prompts",
                 "write label: text, one prompt per line",
                 "",
                 {}};
  }
  return classes;
}

Result<std::vector<ClassPrompts>> read_class_prompts(const std::filesystem::path& file) {
  const auto bytes = read_whole_file(file);
  if (!bytes) return bytes.error();
  auto classes =
      class_prompts_from_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (classes) return classes;
  Error error = classes.error();
  error.file = file.string();
  return error;
}

}  // namespace ecg
