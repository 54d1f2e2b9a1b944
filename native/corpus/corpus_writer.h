#pragma once
// A corpus folder in the making: whole shards one after another, and how far it has come.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "corpus/corpus.h"

namespace ecg {

/// What came of preparing.
struct PrepareSummary {
  CorpusInfo info;
  std::map<std::string, std::uint64_t> quarantined;  ///< by reason (error_code_name)
};

/// A window or a whole recording that was left out.
struct Rejection {
  std::string record;
  Error error;
};

/// What one recording gave.
struct Prepared {
  std::vector<ShardRecord> records;
  std::vector<Rejection> rejections;
};

/// Writes shards and keeps the index. After every whole shard its state is on disk, so that another
/// process can go on from there. Shards end between recordings, never within one.
class CorpusWriter {
 public:
  /// Makes the folder, or takes up what is in it if that was begun with the same `key` (a digest of
  /// sources and options); anything else in it is thrown away. kIo.
  static Result<CorpusWriter> open(const std::filesystem::path& folder, const ShardShape& shape,
                                   std::uint32_t records_per_shard, const std::string& key);

  /// Recordings that are done already: `add` goes on with this one.
  std::size_t recordings_done() const { return state_.recordings; }

  /// Adds what the next recording gave.
  Result<void> add(const Prepared& prepared);

  /// Ends the last shard, checks that enough was usable and that no patient is in two splits,
  /// learns a vocabulary of `vocabulary_pieces` (0 = none) where records have reports, and writes
  /// index, quarantine and corpus.json. `info` comes with what is not counted here.
  Result<PrepareSummary> finish(CorpusInfo info, double most_quarantined,
                                std::size_t vocabulary_pieces);

 private:
  /// What has to survive: it is written after every shard.
  struct State {
    std::size_t recordings = 0, shards = 0, windows = 0;
    std::uint64_t index_bytes = 0, quarantine_bytes = 0;
    std::map<std::string, std::uint64_t> quarantined;
  };
  CorpusWriter(std::filesystem::path folder, ShardShape shape, std::uint32_t records_per_shard,
               std::string key);
  Result<bool> take_up();
  Result<void> begin();
  Result<void> write(const ShardRecord& record);
  void reject(const Rejection& rejection);
  Result<void> close_shard();
  Result<void> save_state();
  Result<void> check_enough(double most_quarantined) const;
  Result<void> write_vocabulary(std::span<const IndexEntry> index, std::size_t pieces,
                                CorpusInfo& info) const;

  std::filesystem::path folder_;
  ShardShape shape_;
  std::uint32_t records_per_shard_;
  std::string key_;
  State state_;
  std::optional<ShardWriter> shard_;
  std::string index_, quarantine_;  ///< lines not yet on disk
  std::string first_rejection_;
};

}  // namespace ecg
