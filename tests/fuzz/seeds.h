#pragma once
// Small valid files of every format, made by the writers and by the builders of the tests.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ecg::fuzz {

/// One input of a target.
struct Seed {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

/// At least one for each of target_names(). "any" has those of all formats.
std::vector<Seed> seeds_of(std::string_view target);

}  // namespace ecg::fuzz
