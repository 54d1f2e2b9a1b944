#include "corpus/prepare.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "core/file_set.h"
#include "corpus/files.h"
#include "corpus/shard_layout.h"
#include "model_input/make_input.h"

namespace ecg {
namespace {

namespace fs = std::filesystem;

/// Recordings prepared together, then written in order.
constexpr std::size_t kBlock = 128;

/// One recording of one source.
struct Item {
  const RecordSource* source = nullptr;
  std::size_t index = 0;
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

// Names go into index.tsv: no tabs or line breaks.
std::string plain(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = '_';
  }
  return text;
}

std::string patient_of(const Recording& recording, const std::string& name,
                       const PrepareOptions& options) {
  const auto listed = options.patients.find(std::string(stem_of(name)));
  if (listed != options.patients.end()) return plain(listed->second);
  return plain(recording.info.patient_id.value_or(name));
}

std::size_t window_count(const Recording& recording, const PrepareOptions& options) {
  const double windows = recording.signal.duration_s() / options.spec.duration_s();
  const auto whole = static_cast<std::size_t>(std::max(1.0, windows + 1e-9));  // a short one is refused later
  return options.windows_per_record > 0 ? std::min(whole, options.windows_per_record) : whole;
}

Result<ShardRecord> prepare_window(const Recording& recording, std::size_t window,
                                   const PrepareOptions& options) {
  const double start_s = static_cast<double>(window) * options.spec.duration_s();
  auto input = make_input(recording.signal, options.spec, start_s);
  if (!input) return input.error();
  const auto present = std::count(input->lead_mask.begin(), input->lead_mask.end(), 1.0f);
  if (static_cast<std::size_t>(present) < options.least_leads) {
    return Error{ErrorCode::kInsufficientData,
                 "only " + std::to_string(present) + " leads of the model are present", "", {}, {}};
  }
  ShardRecord record;
  record.start_s = input->start_s;
  record.lead_present = input->lead_mask;
  record.offset_mv = input->offset_mv;
  record.scale_mv = input->scale_mv;
  record.values.assign(input->signal.values().begin(), input->signal.values().end());
  return record;
}

Prepared prepare_recording(const Item& item, const PrepareOptions& options) {
  Prepared prepared;
  const std::string name = plain(item.source->names[item.index]);
  const auto recording = item.source->read(item.index);
  if (!recording) {
    prepared.rejections.push_back({name, recording.error()});
    return prepared;
  }
  const std::string patient = patient_of(*recording, name, options);
  const std::size_t windows = window_count(*recording, options);
  for (std::size_t window = 0; window < windows; ++window) {
    auto record = prepare_window(*recording, window, options);
    if (!record) {
      prepared.rejections.push_back({name, record.error()});
      // The recording as a whole does not suit the input; its other windows would say the same.
      if (record.error().code == ErrorCode::kInvalidArgument) break;
      continue;
    }
    record->name = name;
    record->patient = patient;
    record->split = split_of_patient(options.seed, patient, options.shares);
    prepared.records.push_back(*std::move(record));
  }
  return prepared;
}

std::vector<Prepared> prepare_block(std::span<const Item> items, const PrepareOptions& options) {
  std::vector<Prepared> block(items.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < items.size(); i = next++) {
      block[i] = prepare_recording(items[i], options);
    }
  };
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < std::min(options.threads, items.size()); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return block;
}

/// Writes shards one after another and keeps the index.
class CorpusWriter {
 public:
  CorpusWriter(fs::path folder, const PrepareOptions& options)
      : folder_(std::move(folder)), options_(options) {}

  Result<void> add(Prepared prepared) {
    for (const Rejection& rejection : prepared.rejections) reject(rejection);
    for (const ShardRecord& record : prepared.records) {
      if (auto written = write(record); !written) return written;
    }
    return {};
  }

  Result<PrepareSummary> finish(const std::vector<RecordSource>& sources) {
    if (auto closed = close_shard(); !closed) return closed.error();
    if (auto enough = check_enough(); !enough) return enough.error();
    fill_info(sources);
    const std::string index = text_of_index(index_);
    summary_.info.data_hash = hash_of_index(index);
    if (auto w = write_file_atomically(folder_ / kIndexFile, index); !w) return w.error();
    if (auto w = write_file_atomically(folder_ / kQuarantineFile, quarantine_); !w) return w.error();
    const std::string info = text_of_info(summary_.info);
    if (auto w = write_file_atomically(folder_ / kCorpusFile, info); !w) return w.error();
    return summary_;
  }

 private:
  void reject(const Rejection& rejection) {
    const std::string reason(error_code_name(rejection.error.code));
    ++summary_.quarantined[reason];
    ++summary_.info.quarantined;
    nlohmann::ordered_json line;
    line["record"] = rejection.record;
    line["reason"] = reason;
    line["message"] = rejection.error.message;
    if (!rejection.error.file.empty()) line["file"] = fs::path(rejection.error.file).filename().string();
    if (rejection.error.byte_offset) line["byte_offset"] = *rejection.error.byte_offset;
    quarantine_ += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }

  Result<void> write(const ShardRecord& record) {
    if (shards_.empty() || shards_.back().record_count() == options_.records_per_shard) {
      if (auto closed = close_shard(); !closed) return closed;
      const ShardShape shape{options_.spec.leads, static_cast<std::uint32_t>(options_.spec.samples),
                             options_.spec.sampling_rate_hz};
      auto shard = ShardWriter::create(folder_ / shard_file_name(shard_count_), shape);
      if (!shard) return shard.error();
      shards_.push_back(*std::move(shard));
      ++shard_count_;
    }
    const auto row = static_cast<std::uint32_t>(shards_.back().record_count());
    const auto crc = shards_.back().append(record);
    if (!crc && crc.error().code == ErrorCode::kInvalidArgument) {
      reject({record.name, crc.error()});
      return {};
    }
    if (!crc) return crc.error();
    index_.push_back({static_cast<std::uint32_t>(shard_count_ - 1), row, record.split, *crc, record.name,
                      record.patient});
    return {};
  }

  Result<void> close_shard() {
    if (shards_.empty()) return {};
    auto finished = shards_.back().finish();
    shards_.clear();
    return finished;
  }

  Result<void> check_enough() const {
    const std::size_t seen = index_.size() + summary_.info.quarantined;
    std::string message = std::to_string(summary_.info.quarantined) + " of " + std::to_string(seen) +
                          " windows cannot be used";
    for (const auto& [reason, count] : summary_.quarantined) {
      message += ", " + std::to_string(count) + " " + reason;
    }
    const double share = static_cast<double>(summary_.info.quarantined) /
                         static_cast<double>(std::max<std::size_t>(seen, 1));
    if (!index_.empty() && share <= options_.most_quarantined) return {};
    std::string first = quarantine_.substr(0, quarantine_.find('\n'));
    return Error{ErrorCode::kInsufficientData, message + ". The first: " + first,
                 "check the folder, or allow more with --most-quarantined", folder_.string(), {}};
  }

  void fill_info(const std::vector<RecordSource>& sources) {
    CorpusInfo& info = summary_.info;
    info.spec = options_.spec;
    info.seed = options_.seed;
    for (const RecordSource& source : sources) {
      info.sources.push_back(source.description);
      if (!source.licence.empty()) info.licences.push_back(source.licence);
    }
    std::array<std::set<std::string>, 3> patients;
    for (const IndexEntry& entry : index_) {
      const auto split = static_cast<std::size_t>(entry.split);
      ++info.records[split];
      patients[split].insert(entry.patient);
    }
    for (std::size_t split = 0; split < 3; ++split) info.patients[split] = patients[split].size();
  }

  fs::path folder_;
  const PrepareOptions& options_;
  std::vector<ShardWriter> shards_;  // none or the open one
  std::size_t shard_count_ = 0;
  std::vector<IndexEntry> index_;
  std::string quarantine_;
  PrepareSummary summary_;
};

Result<void> check_options(const fs::path& folder, const PrepareOptions& options) {
  const SplitShares& shares = options.shares;
  if (!(shares.validation >= 0 && shares.test >= 0 && shares.validation + shares.test < 1)) {
    return Error{ErrorCode::kInvalidArgument, "the shares of validation and test leave nothing to train on",
                 "choose shares of 0 or more that sum to less than 1", {}, {}};
  }
  if (options.records_per_shard == 0 || options.threads == 0) {
    return Error{ErrorCode::kInvalidArgument, "records per shard and threads must be at least 1", {}, {}, {}};
  }
  std::error_code failed;
  if (fs::exists(folder, failed)) {
    return Error{ErrorCode::kInvalidArgument, "already exists", "name a new folder, or remove this one",
                 folder.string(), {}};
  }
  return check_model_spec(options.spec);
}

std::vector<Item> items_of(const std::vector<RecordSource>& sources) {
  std::vector<Item> items;
  for (const RecordSource& source : sources) {
    for (std::size_t i = 0; i < source.names.size(); ++i) items.push_back({&source, i});
  }
  return items;
}

Result<PrepareSummary> write_corpus(const std::vector<RecordSource>& sources, const fs::path& folder,
                                    const PrepareOptions& options,
                                    const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::vector<Item> items = items_of(sources);
  CorpusWriter writer(folder, options);
  for (std::size_t begin = 0; begin < items.size(); begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, items.size());
    auto block = prepare_block(std::span(items).subspan(begin, end - begin), options);
    for (Prepared& prepared : block) {
      if (auto added = writer.add(std::move(prepared)); !added) return added.error();
    }
    if (progress) progress(end, items.size());
  }
  return writer.finish(sources);
}

}  // namespace

Result<PrepareSummary> prepare_corpus(const std::vector<RecordSource>& sources, const fs::path& folder,
                                      const PrepareOptions& options,
                                      const std::function<void(std::size_t, std::size_t)>& progress) {
  if (auto checked = check_options(folder, options); !checked) return checked.error();
  fs::path temporary = folder;
  temporary += ".preparing";
  std::error_code failed;
  fs::remove_all(temporary, failed);  // what a stopped run left
  if (!fs::create_directories(temporary, failed)) {
    return Error{ErrorCode::kIo, "cannot be created: " + failed.message(), "check the path",
                 temporary.string(), {}};
  }
  auto summary = write_corpus(sources, temporary, options, progress);
  if (!summary) {
    fs::remove_all(temporary, failed);
    return summary;
  }
  fs::rename(temporary, folder, failed);
  if (failed) {
    return Error{ErrorCode::kIo, "cannot be renamed: " + failed.message(), "check the path",
                 folder.string(), {}};
  }
  if (auto synced = sync_folder(folder.parent_path()); !synced) return synced.error();
  return summary;
}

}  // namespace ecg
