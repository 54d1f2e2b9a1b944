#pragma once
// From recordings to a corpus folder: read, check, make the model's input, split by patient, write.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "corpus/corpus.h"
#include "corpus/corpus_writer.h"
#include "corpus/record_source.h"
#include "corpus/record_table.h"

namespace ecg {

/// How a corpus is made.
struct PrepareOptions {
  ModelSpec spec;          ///< what `make_input` is asked for
  std::uint64_t seed = 1;  ///< of the split
  SplitShares shares;
  std::size_t windows_per_record = 0;  ///< consecutive windows taken of a long recording; 0 = all
  std::size_t least_leads = 1;         ///< present leads below which a window is left out
  double most_quarantined = 0.5;       ///< share of windows left out above which preparing fails
  std::uint32_t records_per_shard = 4096;
  std::size_t threads = 2;
  RecordTable table;                     ///< what is known beside the recordings
  bool r_peaks = true;                   ///< find and store R peaks
  std::size_t vocabulary_pieces = 2048;  ///< of reports (vocabulary.h), 256 to 65536; 0 = none
};

/// Makes `folder`, which must not exist yet. The patient of a record is the table's, else the
/// file's own, else the record's name; simulated records carry their own patient. The split is the
/// table's, else that of the patient. Labels are the table's, else the simulator's. The report is
/// the table's, else what the file itself states. Records that cannot be used go to
/// quarantine.jsonl with reason, message and place; nothing else stops on them. Everything is
/// written to a folder beside it ("<folder>.preparing") that is renamed at the end; when a run was
/// stopped or killed, the next one with the same sources and options goes on after the last whole
/// shard. The result depends neither on `threads`, nor on time, nor on such stops. `progress(done,
/// total)` is called now and then from the calling thread. Errors: kInvalidArgument (folder exists,
/// shares), kInconsistent (a patient in two splits), kInsufficientData (nothing usable, or more
/// than most_quarantined left out), kIo.
Result<PrepareSummary> prepare_corpus(
    const std::vector<RecordSource>& sources, const std::filesystem::path& folder,
    const PrepareOptions& options, const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace ecg
