#include "corpus/corpus.h"

#include <set>
#include <unordered_map>

#include "core/fnv1a.h"
#include "core/philox.h"
#include "corpus/files.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;

Error not_a_corpus(Error error) {
  if (error.code == ErrorCode::kMissingFile) {
    error.hint = "this is no corpus: make one with `einthoven-train prepare`";
  }
  return error;
}

Result<std::string> read_text(const fs::path& path) {
  auto bytes = read_whole_file(path);
  if (!bytes) return not_a_corpus(std::move(bytes).error());
  return std::string(bytes->begin(), bytes->end());
}

Error inconsistent(std::string message, const fs::path& file) {
  return {ErrorCode::kInconsistent,
          std::move(message),
          "run `einthoven-train prepare` again",
          file.string(),
          {}};
}

// The shape that corpus.json asks every shard to have.
ShardShape shape_of(const ModelSpec& spec) {
  return {spec.leads, static_cast<std::uint32_t>(spec.samples), spec.sampling_rate_hz};
}

Result<ShardReader> open_shard(const fs::path& path, std::uint32_t rows, const ShardShape& shape) {
  auto reader = ShardReader::open(path);
  if (reader && (reader->record_count() != rows || !(reader->shape() == shape))) {
    return inconsistent("does not fit corpus.json and index.tsv", path);
  }
  return reader;
}

}  // namespace

Split split_of_patient(std::uint64_t seed, std::string_view patient, const SplitShares& shares) {
  RandomStream random({seed, 0, fnv1a_48(patient), 0, RandomPurpose::kSplit});
  const double draw = random.uniform();
  if (draw < shares.validation) return Split::kValidation;
  return draw < shares.validation + shares.test ? Split::kTest : Split::kTrain;
}

std::string hash_of_index(std::string_view index_text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex(16, '0');
  std::uint64_t hash = fnv1a(index_text);
  for (std::size_t i = 16; i-- > 0; hash >>= 4) hex[i] = kDigits[hash & 15];
  return hex;
}

Result<Corpus> Corpus::open(const fs::path& folder,
                            std::vector<std::pair<std::uint32_t, Error>>* damaged) {
  Corpus corpus;
  const auto info_text = read_text(folder / kCorpusFile);
  if (!info_text) return info_text.error();
  auto info = info_from_text(*info_text);
  if (!info) return info.error();
  corpus.info_ = *std::move(info);
  auto index_text = MappedFile::open(folder / kIndexFile);
  if (!index_text) return not_a_corpus(std::move(index_text).error());
  corpus.index_text_ = *std::move(index_text);
  if (hash_of_index(corpus.index_text_.text()) != corpus.info_.data_hash) {
    Error error = inconsistent("is not the index that corpus.json speaks of", folder / kIndexFile);
    error.code = ErrorCode::kBadChecksum;
    return error;
  }
  auto index = index_from_text(corpus.index_text_.text());
  if (!index) return index.error();
  corpus.index_ = *std::move(index);
  corpus.shape_ = shape_of(corpus.info_.spec);

  std::vector<std::uint32_t> rows;  // of each shard
  for (std::uint32_t i = 0; i < corpus.index_.size(); ++i) {
    const IndexEntry& entry = corpus.index_[i];
    if (entry.shard > rows.size()) return inconsistent("skips a shard", folder / kIndexFile);
    if (entry.shard == rows.size()) rows.push_back(0);
    if (entry.row != rows[entry.shard]++) return inconsistent("skips a row", folder / kIndexFile);
    corpus.by_split_[static_cast<std::size_t>(entry.split)].push_back(i);
  }
  for (std::uint32_t shard = 0; shard < rows.size(); ++shard) {
    auto reader = open_shard(folder / shard_file_name(shard), rows[shard], corpus.shape_);
    if (!reader && !damaged) return reader.error();
    if (!reader) damaged->emplace_back(shard, reader.error());
    corpus.shards_.push_back(std::move(reader));
  }
  return corpus;
}

Result<void> Corpus::read_values(std::uint32_t position, std::span<float> values,
                                 std::span<float> lead_present) const {
  const IndexEntry& entry = index_[position];
  const auto& shard = shards_[entry.shard];
  return shard ? shard->read_values(entry.row, values, lead_present) : Result<void>(shard.error());
}

Result<void> Corpus::read_counts(std::uint32_t position, std::span<std::int16_t> counts,
                                 std::span<float> gains, std::span<float> lead_present) const {
  const IndexEntry& entry = index_[position];
  const auto& shard = shards_[entry.shard];
  return shard ? shard->read_counts(entry.row, counts, gains, lead_present)
               : Result<void>(shard.error());
}

Result<ShardRecord> Corpus::read(std::uint32_t position) const {
  const IndexEntry& entry = index_[position];
  const auto& shard = shards_[entry.shard];
  return shard ? shard->read(entry.row) : Result<ShardRecord>(shard.error());
}

Result<RecordDetails> Corpus::read_details(std::uint32_t position) const {
  const IndexEntry& entry = index_[position];
  const auto& shard = shards_[entry.shard];
  return shard ? shard->read_details(entry.row) : Result<RecordDetails>(shard.error());
}

Result<void> check_no_leakage(std::span<const IndexEntry> index) {
  constexpr std::size_t kMostNamed = 3;
  std::unordered_map<std::string_view, Split> patients, records;
  std::set<std::string> leaking;
  for (const IndexEntry& entry : index) {
    const auto patient = patients.emplace(entry.patient, entry.split).first;
    const auto record = records.emplace(entry.name, entry.split).first;
    if (patient->second != entry.split)
      leaking.insert("patient '" + std::string(entry.patient) + "'");
    if (record->second != entry.split) leaking.insert("record '" + std::string(entry.name) + "'");
  }
  if (leaking.empty()) return {};
  std::string message =
      std::to_string(leaking.size()) + " patients or records are in more than one split:";
  std::size_t named = 0;
  for (const std::string& who : leaking) {
    if (named++ < kMostNamed) message += " " + who;
  }
  return Error{ErrorCode::kInconsistent,
               message,
               "give every patient one split only; what is held out must not have been trained on",
               kIndexFile,
               {}};
}

}  // namespace ecg
