#pragma once
// Cut and damaged files for every reader: an Error with a remedy or a whole recording, never a
// crash, and never more memory than the bytes justify. Meant above all for the sanitizers.

#include <cstdint>
#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"

namespace ecg::test {

/// What a reader of one file may do with hostile bytes.
struct HostileOptions {
  /// The reader tried; nullptr: read_recording, which also recognises the format.
  Result<Recording> (*read)(const FileSet&, const NamedBytes&) = nullptr;
  std::uint64_t allowance_bytes = 1u << 20;  ///< that reading may allocate beyond the factor
  std::uint64_t allocation_factor = 64;      ///< bytes allocated for one byte of input
  std::size_t first_size = 0;  ///< of the cut files: smaller ones may be another format
};

/// Reads and describes the first file of the set. True if memory stayed in proportion and either
/// the recording has leads and the file parts, or the error says what is wrong and what to do.
bool survives(const FileSet& files, const HostileOptions& options = {});

/// Requires that every truncation of the first file survives and is an error.
void require_truncations_refused(const FileSet& whole, const HostileOptions& options = {});

/// Requires that `rounds` copies, each with one to four bytes changed, survive. The copies are of
/// the sets in turn; the same seed gives the same damage.
void require_damage_survived(const std::vector<FileSet>& wholes, int rounds, std::uint64_t seed,
                             const HostileOptions& options = {});

}  // namespace ecg::test
