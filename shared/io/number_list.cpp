#include "io/number_list.h"

#include <algorithm>

#include "io/text.h"

namespace ecg {

std::optional<std::vector<double>> parse_number_list(std::string_view text) {
  constexpr std::string_view kSeparators = " \t\r\n,;";
  std::vector<double> numbers;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(kSeparators, at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kSeparators, at), text.size());
    const auto number = parse_number(text.substr(at, end - at));
    if (!number) return std::nullopt;
    numbers.push_back(*number);
    at = end;
  }
  return numbers;
}

}  // namespace ecg
