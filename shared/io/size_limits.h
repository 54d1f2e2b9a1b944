#pragma once
// What a header may make a reader allocate: in proportion to the bytes there are.

#include <cstdint>

#include "core/file_set.h"

namespace ecg {

/// How many sample values these files may become, whatever their headers claim.
std::int64_t allowed_values(const FileSet& files);

}  // namespace ecg
