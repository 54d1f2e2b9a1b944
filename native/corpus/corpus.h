#pragma once
// A corpus: a folder of shards with corpus.json (what it is), index.tsv (one line per record),
// vocabulary.txt (word pieces of the reports, where there are any) and
// quarantine.jsonl (what was left out and why).

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/shard.h"
#include "model_input/model_spec.h"

namespace ecg {

/// Shares of patients that go to validation and test; the others train.
struct SplitShares {
  double validation = 0.1;
  double test = 0.1;
};

/// Split of a patient: a function of seed and patient alone, so a patient is never in two splits
/// and records added later do not move the others.
Split split_of_patient(std::uint64_t seed, std::string_view patient, const SplitShares& shares);

/// One line of index.tsv. Texts are views into the index they were read from.
struct IndexEntry {
  std::uint32_t shard = 0;
  std::uint32_t row = 0;
  Split split = Split::kTrain;
  std::uint32_t crc = 0;
  std::string_view name, patient;
};

/// What corpus.json says.
struct CorpusInfo {
  ModelSpec spec;                           ///< what `make_input` was asked for
  std::vector<std::string> sources;         ///< descriptions
  std::vector<std::string> licences;        ///< as far as stated
  std::uint64_t seed = 0;                   ///< of simulation and split
  std::array<std::uint64_t, 3> records{};   ///< per Split
  std::array<std::uint64_t, 3> patients{};  ///< per Split
  std::uint64_t quarantined = 0;
  std::string data_hash;        ///< of index.tsv, which holds every record's CRC
  std::string vocabulary_hash;  ///< of vocabulary.txt (vocabulary.h); empty = no reports
};

/// Names of the files of a corpus folder.
inline constexpr const char* kCorpusFile = "corpus.json";
inline constexpr const char* kIndexFile = "index.tsv";
inline constexpr const char* kQuarantineFile = "quarantine.jsonl";

/// Name of a shard within its corpus: "shard-00003.ecgs".
std::string shard_file_name(std::size_t shard);

/// corpus.json and index.tsv as text, and back.
std::string text_of_info(const CorpusInfo& info);
Result<CorpusInfo> info_from_text(std::string_view text);
inline constexpr std::string_view kIndexHeader = "shard\trow\tsplit\tcrc32\trecord\tpatient\n";
std::string index_line(const IndexEntry& entry);
Result<std::vector<IndexEntry>> index_from_text(std::string_view text);

/// Refuses an index in which a patient is in two splits, or a record name in two splits:
/// kInconsistent naming the first few. Such a corpus would make held-out figures worthless.
Result<void> check_no_leakage(std::span<const IndexEntry> index);

/// Hash of an index text (16 hexadecimal digits, FNV-1a 64).
std::string hash_of_index(std::string_view index_text);

/// An opened corpus.
class Corpus {
 public:
  /// Opens the folder and checks info, index and every shard's header against each other. Errors:
  /// those of the shards; kMissingFile, kBadHeader, kBadChecksum (the index is not the one that
  /// corpus.json speaks of), kInconsistent.
  /// With `damaged`, shards that cannot be opened are listed there instead, and reading one of
  /// their records gives the shard's error.
  static Result<Corpus> open(const std::filesystem::path& folder,
                             std::vector<std::pair<std::uint32_t, Error>>* damaged = nullptr);

  const CorpusInfo& info() const { return info_; }
  const std::vector<IndexEntry>& index() const { return index_; }
  const ShardShape& shape() const { return shape_; }

  /// Positions in index() of the records of a split, in order.
  const std::vector<std::uint32_t>& records_of(Split split) const {
    return by_split_[static_cast<std::size_t>(split)];
  }

  /// Values and lead mask of record `position` of index(); see ShardReader::read_values.
  Result<void> read_values(std::uint32_t position, std::span<float> values,
                           std::span<float> lead_present) const;

  /// The same as they are stored; see ShardReader::read_counts.
  Result<void> read_counts(std::uint32_t position, std::span<std::int16_t> counts,
                           std::span<float> gains, std::span<float> lead_present) const;

  /// One whole record, or only what is known of it beside its samples.
  Result<ShardRecord> read(std::uint32_t position) const;
  Result<RecordDetails> read_details(std::uint32_t position) const;

 private:
  Corpus() = default;

  CorpusInfo info_;
  ShardShape shape_;
  MappedFile index_text_;
  std::vector<IndexEntry> index_;
  std::array<std::vector<std::uint32_t>, 3> by_split_;
  std::vector<Result<ShardReader>> shards_;
};

}  // namespace ecg
