#include "corpus/prepare.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "beat/r_peaks.h"
#include "corpus/files.h"
#include "corpus/word_piece.h"
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

// Names go into index.tsv: no tabs or line breaks.
std::string plain(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = '_';
  }
  return text;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

// The table's facts on a recording, with patient, labels and report filled in from elsewhere.
RecordFacts facts_of(const SourceRecord& source, const std::string& name,
                     const PrepareOptions& options) {
  const Recording& recording = source.recording;
  RecordFacts facts;
  if (const RecordFacts* listed = options.table.find(name)) facts = *listed;
  if (facts.labels.empty()) facts.labels = source.labels;
  if (facts.patient.empty()) facts.patient = recording.info.patient_id.value_or(name);
  facts.patient = plain(facts.patient);
  if (facts.report.empty()) facts.report = joined(recording.info.statements);
  if (!facts.split) facts.split = split_of_patient(options.seed, facts.patient, options.shares);
  return facts;
}

std::size_t window_count(const Recording& recording, const PrepareOptions& options) {
  const double windows = recording.signal.duration_s() / options.spec.duration_s();
  const auto whole =
      static_cast<std::size_t>(std::max(1.0, windows + 1e-9));  // a short one is refused later
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
                 "only " + std::to_string(present) + " leads of the model are present",
                 "",
                 {},
                 {}};
  }
  ShardRecord record;
  record.start_s = input->start_s;
  record.lead_present = input->lead_mask;
  record.offset_mv = input->offset_mv;
  record.scale_mv = input->scale_mv;
  record.values.assign(input->signal.values().begin(), input->signal.values().end());
  return record;
}

// R peaks of a whole recording, in seconds. None where they cannot be found: they are an extra.
std::vector<double> r_peak_times(const Recording& recording, const PrepareOptions& options) {
  std::vector<double> times;
  if (!options.r_peaks) return times;
  const auto peaks = find_r_peaks(recording.signal);
  if (!peaks) return times;
  for (const SampleIndex peak : *peaks) {
    times.push_back(static_cast<double>(peak) / recording.signal.sampling_rate_hz());
  }
  return times;
}

RecordDetails details_of(const RecordFacts& facts, const std::vector<double>& r_peaks_s,
                         double start_s, const ModelSpec& spec) {
  RecordDetails details{facts.labels, facts.report, {}};
  for (const double time : r_peaks_s) {
    const double sample = std::round((time - start_s) * spec.sampling_rate_hz);
    if (sample >= 0 && sample < static_cast<double>(spec.samples)) {
      details.r_peaks.push_back(static_cast<std::int32_t>(sample));
    }
  }
  return details;
}

Prepared prepare_recording(const Item& item, const PrepareOptions& options) {
  Prepared prepared;
  const std::string name = plain(item.source->names[item.index]);
  const auto source = item.source->read(item.index);
  if (!source) {
    prepared.rejections.push_back({name, source.error()});
    return prepared;
  }
  const Recording& recording = source->recording;
  const RecordFacts facts = facts_of(*source, name, options);
  const std::vector<double> r_peaks_s = r_peak_times(recording, options);
  const std::size_t windows = window_count(recording, options);
  for (std::size_t window = 0; window < windows; ++window) {
    auto record = prepare_window(recording, window, options);
    if (!record) {
      prepared.rejections.push_back({name, record.error()});
      // The recording as a whole does not suit the input; its other windows would say the same.
      if (record.error().code == ErrorCode::kInvalidArgument) break;
      continue;
    }
    record->name = name;
    record->patient = facts.patient;
    record->split = *facts.split;
    record->details = details_of(facts, r_peaks_s, record->start_s, options.spec);
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
  for (std::size_t i = 1; i < std::min(options.threads, items.size()); ++i)
    helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return block;
}

Result<void> check_options(const fs::path& folder, const PrepareOptions& options) {
  const SplitShares& shares = options.shares;
  if (!(shares.validation >= 0 && shares.test >= 0 && shares.validation + shares.test < 1)) {
    return Error{ErrorCode::kInvalidArgument,
                 "the shares of validation and test leave nothing to train on",
                 "choose shares of 0 or more that sum to less than 1",
                 {},
                 {}};
  }
  if (options.records_per_shard == 0 || options.threads == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "records per shard and threads must be at least 1",
                 {},
                 {},
                 {}};
  }
  std::error_code failed;
  if (fs::exists(folder, failed)) {
    return Error{ErrorCode::kInvalidArgument,
                 "already exists",
                 "name a new folder, or remove this one",
                 folder.string(),
                 {}};
  }
  if (options.vocabulary_pieces > 0) {
    WordPieceOptions vocabulary;
    vocabulary.pieces = options.vocabulary_pieces;
    if (auto tried = WordPiece::train({}, vocabulary); !tried) return tried.error();
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

// Tells whether an unfinished corpus was begun with the same recordings and options. The order of
// records, their number per shard and everything that goes into them must be the same.
std::string key_of(const std::vector<RecordSource>& sources, const PrepareOptions& options) {
  nlohmann::ordered_json key;
  key["input"] = model_spec_input_json(options.spec);
  key["numbers"] = {options.seed,         options.shares.validation,
                    options.shares.test,  options.windows_per_record,
                    options.least_leads,  options.records_per_shard,
                    options.table.size(), options.r_peaks ? 1 : 0};
  std::string names;
  for (const RecordSource& source : sources) {
    names += source.description + "\n";
    for (const std::string& name : source.names) names += name + "\n";
  }
  key["recordings"] = hash_of_index(names);
  return key.dump();
}

CorpusInfo info_of(const std::vector<RecordSource>& sources, const PrepareOptions& options) {
  CorpusInfo info;
  info.spec = options.spec;
  info.seed = options.seed;
  for (const RecordSource& source : sources) {
    info.sources.push_back(source.description);
    if (!source.licence.empty()) info.licences.push_back(source.licence);
  }
  return info;
}

Result<PrepareSummary> write_corpus(const std::vector<RecordSource>& sources,
                                    const fs::path& folder, const PrepareOptions& options,
                                    const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::vector<Item> items = items_of(sources);
  const ShardShape shape{options.spec.leads, static_cast<std::uint32_t>(options.spec.samples),
                         options.spec.sampling_rate_hz};
  auto writer =
      CorpusWriter::open(folder, shape, options.records_per_shard, key_of(sources, options));
  if (!writer) return writer.error();
  for (std::size_t begin = writer->recordings_done(); begin < items.size(); begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, items.size());
    const auto block = prepare_block(std::span(items).subspan(begin, end - begin), options);
    for (const Prepared& prepared : block) {
      if (auto added = writer->add(prepared); !added) return added.error();
    }
    if (progress) progress(end, items.size());
  }
  return writer->finish(info_of(sources, options), options.most_quarantined,
                        options.vocabulary_pieces);
}

}  // namespace

Result<PrepareSummary> prepare_corpus(
    const std::vector<RecordSource>& sources, const fs::path& folder, const PrepareOptions& options,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  if (auto checked = check_options(folder, options); !checked) return checked.error();
  fs::path temporary = folder;
  temporary += ".preparing";
  std::error_code failed;
  auto summary = write_corpus(sources, temporary, options, progress);
  if (!summary) {
    // A full disk can be helped and what is there be gone on from; anything else would come again.
    if (summary.error().code != ErrorCode::kIo) fs::remove_all(temporary, failed);
    return summary;
  }
  fs::rename(temporary, folder, failed);
  if (failed) {
    return Error{ErrorCode::kIo,
                 "cannot be renamed: " + failed.message(),
                 "check the path",
                 folder.string(),
                 {}};
  }
  if (auto synced = sync_folder(folder.parent_path()); !synced) return synced.error();
  return summary;
}

}  // namespace ecg
