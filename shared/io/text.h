#pragma once
// Small text parsing for formats made of lines and blank-separated fields.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecg {

/// One line of a text file: its text without the line end, its first byte, its number from 1.
struct TextLine {
  std::string_view text;
  std::int64_t byte_offset = 0;
  int number = 0;
};

/// Hands out the lines of a text one by one, so that a long table needs no list of them.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  /// The next line, ended by \n, \r\n or \r; nullopt at the end. A view into the text.
  std::optional<TextLine> next();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_feed_ = 0;  // the first one at or behind at_
  int number_ = 0;
};

/// Lines ended by \n, \r\n or \r. Views into `text`.
std::vector<TextLine> split_lines(std::string_view text);

/// Without blanks, tabs, NULs and line ends on both sides.
std::string_view trimmed(std::string_view text);

/// Fields separated by blanks or tabs. At most `max_fields`: the last one takes the rest of the
/// line.
std::vector<std::string_view> split_fields(std::string_view line, std::size_t max_fields);

/// The whole of `text` as a decimal integer, with or without a sign; nullopt if it is not one.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Takes a short plain decimal ("-12.5") off the begin of the text, several times as fast as
/// strtod: rounded once, so equal to it, where digits and power of ten are both exact (Clinger
/// 1990). nullopt, with the text as it was, where none begins or only strtod can tell.
std::optional<double> take_short_decimal(std::string_view& text);

/// The whole of `text` as a finite decimal number ("-1.5e3"); nullopt if it is not one.
std::optional<double> parse_number(std::string_view text);

/// The shortest decimal text that reads back as the same number.
std::string shortest_decimal(double value);

/// ASCII lower case.
std::string lower_case(std::string_view text);

/// True if the bytes are well-formed UTF-8.
bool is_utf8(std::string_view bytes);

/// UTF-8 stays; anything else is taken as Latin-1, as older files write "µV".
std::string utf8_from_bytes(std::string_view bytes);

/// UTF-16 with its mark (FF FE or FE FF) as UTF-8, an unpaired half as U+FFFD; nullopt if the bytes
/// do not begin with the mark.
std::optional<std::string> utf8_from_utf16(std::string_view bytes);

/// Bytes seen as text, without a copy.
std::string_view text_of(const std::vector<std::uint8_t>& bytes);

}  // namespace ecg
