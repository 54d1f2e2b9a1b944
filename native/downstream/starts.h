#pragma once
// Where downstream jobs start from: a run, and twins of its make that learnt nothing.

#include <c10/core/Device.h>

#include <filesystem>
#include <string>
#include <vector>

#include "downstream/fine_tune.h"

namespace ecg {

/// Seed of the weights of the first twin, where a job names none.
inline constexpr std::int64_t kTwinSeed = 1000;

/// The run as it is (unless `only_untrained`) under its preset's name, then `untrained` twins with
/// fresh weights of `twin_seed`, twin_seed + 1, ... named "`twin` 1", ... Throws Failure.
std::vector<NamedStart> starts_of(const std::filesystem::path& run, std::size_t untrained,
                                  std::int64_t twin_seed, bool only_untrained, const char* twin);

/// "auto", "cpu" or "cuda". Throws Failure where there is no such device.
c10::Device device_named(const std::string& name);

}  // namespace ecg
