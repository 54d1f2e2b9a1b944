#include "corpus/corpus_writer.h"

#include <set>

#include <nlohmann/json.hpp>

#include "corpus/files.h"
#include "corpus/vocabulary.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// State of an unfinished corpus, and its index and quarantine so far.
constexpr const char* kStateFile = "state.json";

// Lines are appended before the state that counts them is written, so what follows the counted
// bytes belongs to a shard that was not finished.
Result<void> append_text(const fs::path& path, std::uint64_t kept_bytes, const std::string& text) {
  std::error_code failed;
  if (fs::exists(path, failed)) fs::resize_file(path, kept_bytes, failed);
  if (failed)
    return Error{ErrorCode::kIo, "cannot be cut: " + failed.message(), "", path.string(), {}};
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (!file) return system_error("cannot be opened", path);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !written) return system_error("cannot be written", path);
  return {};
}

std::uint64_t count_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

void count_splits(const std::vector<IndexEntry>& index, CorpusInfo& info) {
  std::array<std::set<std::string_view>, 3> patients;
  for (const IndexEntry& entry : index) {
    const auto split = static_cast<std::size_t>(entry.split);
    ++info.records[split];
    patients[split].insert(entry.patient);
  }
  for (std::size_t split = 0; split < 3; ++split) info.patients[split] = patients[split].size();
}

}  // namespace

CorpusWriter::CorpusWriter(fs::path folder, ShardShape shape, std::uint32_t records_per_shard,
                           std::string key)
    : folder_(std::move(folder)),
      shape_(std::move(shape)),
      records_per_shard_(records_per_shard),
      key_(std::move(key)) {}

Result<CorpusWriter> CorpusWriter::open(const fs::path& folder, const ShardShape& shape,
                                        std::uint32_t records_per_shard, const std::string& key) {
  CorpusWriter writer(folder, shape, records_per_shard, key);
  const auto taken_up = writer.take_up();
  if (!taken_up) return taken_up.error();
  if (*taken_up) return writer;
  if (auto begun = writer.begin(); !begun) return begun.error();
  return writer;
}

// False if there is nothing of the same key to go on with.
Result<bool> CorpusWriter::take_up() {
  const auto bytes = read_whole_file(folder_ / kStateFile);
  if (!bytes)
    return bytes.error().code == ErrorCode::kMissingFile ? Result<bool>(false) : bytes.error();
  const Json object = Json::parse(bytes->begin(), bytes->end(), nullptr, false);
  if (!object.is_object() || object.value("key", Json()) != key_) return false;
  state_.recordings = count_at(object, "recordings");
  state_.shards = count_at(object, "shards");
  state_.windows = count_at(object, "windows");
  state_.index_bytes = count_at(object, "index_bytes");
  state_.quarantine_bytes = count_at(object, "quarantine_bytes");
  const Json reasons = object.value("quarantined", Json::object());
  for (const auto& [reason, count] : reasons.items()) {
    state_.quarantined[reason] = count.get<std::uint64_t>();
  }
  return true;
}

Result<void> CorpusWriter::begin() {
  std::error_code failed;
  fs::remove_all(folder_, failed);
  if (!fs::create_directories(folder_, failed)) {
    return Error{ErrorCode::kIo,
                 "cannot be created: " + failed.message(),
                 "check the path",
                 folder_.string(),
                 {}};
  }
  index_ = kIndexHeader;
  return save_state();
}

Result<void> CorpusWriter::add(const Prepared& prepared) {
  for (const Rejection& rejection : prepared.rejections) reject(rejection);
  for (const ShardRecord& record : prepared.records) {
    if (auto written = write(record); !written) return written;
  }
  ++state_.recordings;
  if (shard_ && shard_->record_count() >= records_per_shard_) return close_shard();
  return {};
}

void CorpusWriter::reject(const Rejection& rejection) {
  const std::string reason(error_code_name(rejection.error.code));
  ++state_.quarantined[reason];
  Json line;
  line["record"] = rejection.record;
  line["reason"] = reason;
  line["message"] = rejection.error.message;
  if (!rejection.error.file.empty())
    line["file"] = fs::path(rejection.error.file).filename().string();
  if (rejection.error.byte_offset) line["byte_offset"] = *rejection.error.byte_offset;
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (first_rejection_.empty()) first_rejection_ = text;
  quarantine_ += text + "\n";
}

Result<void> CorpusWriter::write(const ShardRecord& record) {
  if (!shard_) {
    auto shard = ShardWriter::create(folder_ / shard_file_name(state_.shards), shape_);
    if (!shard) return shard.error();
    shard_.emplace(*std::move(shard));
  }
  const auto row = static_cast<std::uint32_t>(shard_->record_count());
  const auto crc = shard_->append(record);
  if (!crc && crc.error().code == ErrorCode::kInvalidArgument) {
    reject({record.name, crc.error()});
    return {};
  }
  if (!crc) return crc.error();
  ++state_.windows;
  index_ += index_line({static_cast<std::uint32_t>(state_.shards), row, record.split, *crc,
                        record.name, record.patient});
  return {};
}

Result<void> CorpusWriter::close_shard() {
  if (shard_ && shard_->record_count() > 0) {
    if (auto finished = shard_->finish(); !finished) return finished;
    ++state_.shards;
  }
  shard_.reset();
  return save_state();
}

Result<void> CorpusWriter::save_state() {
  auto appended = append_text(folder_ / kIndexFile, state_.index_bytes, index_);
  if (!appended) return appended;
  appended = append_text(folder_ / kQuarantineFile, state_.quarantine_bytes, quarantine_);
  if (!appended) return appended;
  state_.index_bytes += index_.size();
  state_.quarantine_bytes += quarantine_.size();
  index_.clear();
  quarantine_.clear();
  Json object = {{"key", key_},
                 {"recordings", state_.recordings},
                 {"shards", state_.shards},
                 {"windows", state_.windows},
                 {"index_bytes", state_.index_bytes},
                 {"quarantine_bytes", state_.quarantine_bytes},
                 {"quarantined", state_.quarantined}};
  return write_file_atomically(folder_ / kStateFile, object.dump() + "\n");
}

Result<void> CorpusWriter::check_enough(double most_quarantined) const {
  std::uint64_t quarantined = 0;
  std::string reasons;
  for (const auto& [reason, count] : state_.quarantined) {
    quarantined += count;
    reasons += ", " + std::to_string(count) + " " + reason;
  }
  const std::uint64_t seen = state_.windows + quarantined;
  const double share =
      static_cast<double>(quarantined) / static_cast<double>(std::max<std::uint64_t>(seen, 1));
  if (state_.windows > 0 && share <= most_quarantined) return {};
  return Error{ErrorCode::kInsufficientData,
               std::to_string(quarantined) + " of " + std::to_string(seen) +
                   " windows cannot be used" + reasons + ". The first: " + first_rejection_,
               "check the folder, or allow more with --most-quarantined",
               folder_.string(),
               {}};
}

Result<void> CorpusWriter::write_vocabulary(std::span<const IndexEntry> index, std::size_t pieces,
                                            CorpusInfo& info) const {
  if (pieces == 0) return {};
  const auto vocabulary = learn_vocabulary(folder_, index, pieces);
  if (!vocabulary) return vocabulary.error();
  if (!*vocabulary) return {};
  info.vocabulary_hash = hash_of_vocabulary(**vocabulary);
  return write_file_atomically(folder_ / kVocabularyFile, (*vocabulary)->text());
}

Result<PrepareSummary> CorpusWriter::finish(CorpusInfo info, double most_quarantined,
                                            std::size_t vocabulary_pieces) {
  if (auto closed = close_shard(); !closed) return closed.error();
  if (auto enough = check_enough(most_quarantined); !enough) return enough.error();
  const auto text = MappedFile::open(folder_ / kIndexFile);
  if (!text) return text.error();
  const auto index = index_from_text(text->text());
  if (!index) return index.error();
  if (auto apart = check_no_leakage(*index); !apart) return apart.error();
  count_splits(*index, info);
  for (const auto& [reason, count] : state_.quarantined) info.quarantined += count;
  info.data_hash = hash_of_index(text->text());
  if (auto w = write_vocabulary(*index, vocabulary_pieces, info); !w) return w.error();
  if (auto w = write_file_atomically(folder_ / kCorpusFile, text_of_info(info)); !w)
    return w.error();
  std::error_code failed;
  fs::remove(folder_ / kStateFile, failed);
  return PrepareSummary{info, state_.quarantined};
}

}  // namespace ecg
