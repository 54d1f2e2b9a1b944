#include "train/damage_log.h"

#include <nlohmann/json.hpp>

#include "corpus/failure.h"

namespace ecg {

DamageLog::DamageLog(const std::filesystem::path& run, const Corpus& corpus, double most_share,
                     const std::vector<DamagedShard>& shards, bool list_shards,
                     std::function<void(const std::string&)> say)
    : corpus_(corpus),
      most_share_(most_share),
      say_(std::move(say)),
      lines_(value_or_throw(LineLog::open(run / kDamagedFile))) {
  for (const DamagedShard& shard : shards) note_shard(shard, list_shards);
}

void DamageLog::note(std::uint32_t record, const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!records_.insert(record).second) return;
  const std::string name(corpus_.index()[record].name);
  write_line(error, "record", name);
  if (say_) say_("damaged record set aside (" + name + "): " + to_string(error));
  check_share(error);
}

void DamageLog::note_shard(const DamagedShard& shard, bool list) {
  const auto& index = corpus_.index();
  for (std::uint32_t i = 0; i < index.size(); ++i) {
    if (index[i].shard == shard.first) records_.insert(i);
  }
  if (list) write_line(shard.second, "shard", shard_file_name(shard.first));
  if (list && say_) say_("damaged shard set aside: " + to_string(shard.second));
  check_share(shard.second);
}

void DamageLog::write_line(const Error& error, const char* what, const std::string& name) {
  nlohmann::ordered_json line;
  line[what] = name;
  line["reason"] = std::string(error_code_name(error.code));
  line["message"] = error.message;
  line["file"] = std::filesystem::path(error.file).filename().string();
  if (error.byte_offset) line["byte_offset"] = *error.byte_offset;
  const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (auto written = lines_.append(text); !written && say_) say_(to_string(written.error()));
}

void DamageLog::check_share(const Error& error) const {
  const auto all = static_cast<double>(corpus_.index().size());
  if (static_cast<double>(records_.size()) <= most_share_ * all) return;
  Error too_many = error;
  too_many.hint = std::to_string(records_.size()) + " of " +
                  std::to_string(corpus_.index().size()) +
                  " records proved damaged, more than run.most_damaged allows: run "
                  "`einthoven-train prepare` again";
  throw Failure(std::move(too_many));
}

std::size_t DamageLog::count() const {
  const std::lock_guard lock(mutex_);
  return records_.size();
}

}  // namespace ecg
