#pragma once
// Tables of numbers in text: how their fields are separated, where they begin, what a field says.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/text.h"

namespace ecg {

/// How the fields of a line are separated and a number is written.
struct TableDialect {
  char separator = ',';  ///< ' ': any run of blanks and tabs; '\0': one field per line
  bool decimal_comma = false;

  bool operator==(const TableDialect&) const = default;
};

/// Where a table begins in a text.
struct TextTable {
  TableDialect dialect;
  std::size_t columns = 0;
  std::size_t data_begin = 0;        ///< byte of the first line of numbers
  std::vector<TextLine> head_lines;  ///< before it, without empty ones
};

/// The fields of a line without surrounding blanks and quotes (" or ').
void split_table_line(std::string_view line, TableDialect dialect,
                      std::vector<std::string_view>& fields);

/// Adds the numbers of a line of nothing but short plain decimals, one separator between two, in a
/// single pass. False, and nothing added, for any other line, which split_table_line and
/// table_number then understand.
bool add_plain_numbers(std::string_view line, TableDialect dialect, std::vector<double>& numbers);

/// A number; NaN for an empty field or a mark of a missing one ("NaN", "NA", "-", "null", "?");
/// nullopt for anything else.
std::optional<double> table_number(std::string_view field, TableDialect dialect);

/// Seconds of a clock "1:02:03.5", "02:03.5" or "2020-02-28 23:59:59.5" (of that day); nullopt
/// otherwise.
std::optional<double> clock_seconds(std::string_view field, TableDialect dialect);

/// True for lines of a table that hold no data: empty, or beginning with #, % or //.
bool is_comment_line(std::string_view line);

/// Finds the first line of numbers after at most 100 others. Three lines in a row must be numbers
/// in as many columns, or the only line must hold 32. nullopt if there is no such place.
/// A first column of clocks counts as numbers.
std::optional<TextTable> find_table(std::string_view text);

}  // namespace ecg
