#include "corpus/vocabulary.h"

#include "corpus/files.h"

namespace ecg {

namespace fs = std::filesystem;

Result<std::optional<WordPiece>> learn_vocabulary(const fs::path& folder,
                                                  std::span<const IndexEntry> index,
                                                  std::size_t pieces) {
  WordCounts counts;
  std::optional<ShardReader> shard;
  std::uint32_t opened = 0;
  for (const IndexEntry& entry : index) {
    if (entry.split != Split::kTrain) continue;
    if (!shard || opened != entry.shard) {
      auto reader = ShardReader::open(folder / shard_file_name(entry.shard));
      if (!reader) return reader.error();
      shard.emplace(*std::move(reader));
      opened = entry.shard;
    }
    const auto details = shard->read_details(entry.row);
    if (!details) return details.error();
    count_words(details->report, counts);
  }
  if (counts.empty()) return std::optional<WordPiece>();
  WordPieceOptions options;
  options.pieces = pieces;
  auto learnt = WordPiece::train(counts, options);
  if (!learnt) return learnt.error();
  return std::optional<WordPiece>(*std::move(learnt));
}

std::string hash_of_vocabulary(const WordPiece& vocabulary) {
  return hash_of_index(vocabulary.text());
}

Result<WordPiece> read_vocabulary(const fs::path& folder, const CorpusInfo& info) {
  const std::string path = (folder / kVocabularyFile).string();
  if (info.vocabulary_hash.empty()) {
    return Error{ErrorCode::kNotFound,
                 "no record to train on has a report",
                 "prepare the corpus with --table and --columns report=NAME",
                 path,
                 {}};
  }
  const auto bytes = read_whole_file(path);
  if (!bytes) return bytes.error();
  auto read = WordPiece::from_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!read) {
    Error error = read.error();
    error.file = path;
    return error;
  }
  if (hash_of_vocabulary(*read) != info.vocabulary_hash) {
    return Error{ErrorCode::kBadChecksum,
                 "is not the vocabulary that corpus.json speaks of",
                 "run `einthoven-train prepare` again",
                 path,
                 {}};
  }
  return read;
}

}  // namespace ecg
