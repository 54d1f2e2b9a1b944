#pragma once
// The codes of MIT-format annotation files, shared by reader and writer.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ecg {

// Codes above those of annotations modify the one before, or the time of the one after.
inline constexpr int kNoteCode = 22;
inline constexpr int kLargestAnnotationCode = 49;
inline constexpr int kSkipCode = 59;
inline constexpr int kNumberCode = 60;
inline constexpr int kSubtypeCode = 61;
inline constexpr int kChannelCode = 62;
inline constexpr int kTextCode = 63;
inline constexpr int kLargestValue = 0x3FF;  ///< ten bits beside a code

inline constexpr std::int64_t kLatestAnnotatedSample = std::int64_t{1} << 53;

/// Mnemonics of the codes 0-41; empty where the standard defines none.
inline constexpr std::array<std::string_view, 42> kAnnotationMnemonics = {
    " ", "N", "L", "R", "a", "V", "F", "J", "A",  "S", "E", "j", "/", "Q",
    "~", "",  "|", "",  "s", "T", "*", "D", "\"", "=", "p", "B", "^", "t",
    "+", "u", "?", "!", "[", "]", "e", "n", "@",  "x", "f", "(", ")", "r"};

inline constexpr std::string_view kTimeResolutionNote = "## time resolution:";
inline constexpr std::string_view kDefinitionsNote = "## annotation type definitions";
inline constexpr std::string_view kDefinitionsEndNote = "## end of definitions";

/// The standard's code of a mnemonic; nullopt if it has none.
inline std::optional<int> annotation_code(std::string_view mnemonic) {
  for (std::size_t code = 1; code < kAnnotationMnemonics.size(); ++code) {
    if (!mnemonic.empty() && kAnnotationMnemonics[code] == mnemonic) return static_cast<int>(code);
  }
  return std::nullopt;
}

}  // namespace ecg
