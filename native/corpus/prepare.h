#pragma once
// From recordings to a corpus folder: read, check, make the model's input, split by patient, write.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "corpus/corpus.h"
#include "corpus/record_source.h"

namespace ecg {

/// How a corpus is made.
struct PrepareOptions {
  ModelSpec spec;               ///< what `make_input` is asked for
  std::uint64_t seed = 1;       ///< of the split
  SplitShares shares;
  std::size_t windows_per_record = 0;   ///< consecutive windows taken of a long recording; 0 = all
  std::size_t least_leads = 1;          ///< present leads below which a window is left out
  double most_quarantined = 0.5;        ///< share of windows left out above which preparing fails
  std::uint32_t records_per_shard = 4096;
  std::size_t threads = 2;
  std::map<std::string, std::string> patients;  ///< by record stem; see read_patient_table
};

/// What came of it.
struct PrepareSummary {
  CorpusInfo info;
  std::map<std::string, std::uint64_t> quarantined;  ///< by reason (error_code_name)
};

/// Makes `folder`, which must not exist yet. The patient of a record is the table's, else the file's
/// own, else the record's name; simulated records carry their own patient. Records that cannot be used
/// go to quarantine.jsonl with reason, message and place; nothing else stops on them. Everything is
/// written to a temporary folder that is renamed at the end. The result depends neither on `threads`
/// nor on time. `progress(done, total)` is called now and then from the calling thread.
/// Errors: kInvalidArgument (folder exists, shares), kInsufficientData (nothing usable, or more than
/// most_quarantined left out), kIo.
Result<PrepareSummary> prepare_corpus(const std::vector<RecordSource>& sources,
                                      const std::filesystem::path& folder,
                                      const PrepareOptions& options,
                                      const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace ecg
