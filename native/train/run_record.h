#pragma once
// What a run leaves for people and scripts: run.json and metrics.csv.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "corpus/files.h"
#include "train/train_config.h"

namespace ecg {

/// Machine and sources of a run.
struct MachineInfo {
  std::string processor, device, torch_version, commit;
  std::int64_t threads = 0;
};
MachineInfo machine_info(const std::string& device, std::int64_t threads);

/// run.json.
struct RunRecord {
  TrainConfig config;
  MachineInfo machine;
  std::string command;                         ///< as it was typed
  std::string data_hash;                       ///< of the corpus
  std::vector<std::string> sources, licences;  ///< of the corpus
  std::string status;                          ///< "running", "stopped", "finished"
  std::int64_t step = 0, parameters = 0, records_seen = 0, skipped_steps = 0;
  std::int64_t damaged_records = 0;
  std::int64_t ranks = 1;
  double elapsed_s = 0;
  /// Name and value, e.g. "validation_patch_loss".
  std::vector<std::pair<std::string, double>> figures;
};

inline constexpr const char* kRunFile = "run.json";
inline constexpr const char* kMetricsFile = "metrics.csv";
inline constexpr const char* kMetricsJsonFile = "metrics.jsonl";

/// Writes run.json atomically.
Result<void> write_run_record(const std::filesystem::path& run, const RunRecord& record);

/// Reads back what others need of it: config, command, commit, data hash, sources, licences,
/// status, step, parameters, records seen, elapsed time, figures. Errors: kMissingFile, kBadHeader.
Result<RunRecord> read_run_record(const std::filesystem::path& run);

/// One line of metrics.csv. Validation columns stay empty when a step was not validated.
struct MetricsRow {
  std::int64_t step = 0;
  double epoch = 0, lr = 0, loss = 0;
  std::vector<double> parts;  ///< of the loss, as the system names them: "patch_loss", ...
  double gradient_norm = 0;
  std::optional<double> validation_loss, validation_patch_loss, validation_baseline;
  double data_wait_share = 0, mfu = 0, records_per_s = 0, elapsed_s = 0;  ///< RunProgress
};

/// metrics.csv, and the same as metrics.jsonl (metrics_json.h), flushed after every line. Lines
/// after `last_kept_step` of an earlier part of the run are dropped when it is opened, so a resumed
/// run has each step once. The last four columns are about time and differ from run to run.
class MetricsLog {
 public:
  /// `parts`: names of the loss' parts; their columns are "<name>_loss".
  static Result<MetricsLog> open(const std::filesystem::path& run, std::int64_t last_kept_step,
                                 const std::vector<std::string>& parts);
  Result<void> append(const MetricsRow& row);

 private:
  MetricsLog(std::string header, LineLog lines, LineLog json_lines)
      : header_(std::move(header)), lines_(std::move(lines)), json_lines_(std::move(json_lines)) {}
  std::string header_;
  LineLog lines_, json_lines_;
};

}  // namespace ecg
