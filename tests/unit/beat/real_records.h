#pragma once
// Every real WFDB record of the data sets, one by one.

#include <filesystem>
#include <functional>
#include <initializer_list>

#include "core/recording.h"

namespace ecg::test {

/// Calls `visit` with every record below these folders of `data` that opens, its path told to the
/// test report. Returns how many there were.
int visit_real_records(const std::filesystem::path& data,
                       std::initializer_list<const char*> folders,
                       const std::function<void(const Recording&)>& visit);

}  // namespace ecg::test
