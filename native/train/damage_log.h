#pragma once
// Records that prove damaged while a run reads them: set aside, listed, and too many of them an
// end.

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "corpus/corpus.h"
#include "corpus/files.h"

namespace ecg {

/// File of a run folder: one JSON object per damaged record or shard.
inline constexpr const char* kDamagedFile = "damaged.jsonl";

/// A shard that cannot be opened at all.
using DamagedShard = std::pair<std::uint32_t, Error>;

/// Keeps account. May be told from several threads.
class DamageLog {
 public:
  /// `most_share` of the corpus' records may prove damaged; `say` is told of each once. Shards
  /// listed in `shards` count with all their records at once; `list_shards` says whether this rank
  /// lists them. Throws Failure as `note` does.
  DamageLog(const std::filesystem::path& run, const Corpus& corpus, double most_share,
            const std::vector<DamagedShard>& shards, bool list_shards,
            std::function<void(const std::string&)> say);

  /// Notes a damaged record (position in the index). Throws Failure with its place when more than
  /// the share are damaged by now.
  void note(std::uint32_t record, const Error& error);

  /// Damaged records so far.
  std::size_t count() const;

 private:
  void note_shard(const DamagedShard& shard, bool list);
  void write_line(const Error& error, const char* what, const std::string& name);
  void check_share(const Error& error) const;

  const Corpus& corpus_;
  double most_share_;
  std::function<void(const std::string&)> say_;
  mutable std::mutex mutex_;
  std::set<std::uint32_t> records_;
  LineLog lines_;
};

}  // namespace ecg
