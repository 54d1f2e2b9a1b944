#include "train/run_record.h"

#include <torch/version.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "corpus/files.h"
#include "corpus/json_fields.h"
#include "train/commit.h"
#include "train/metrics_json.h"

namespace ecg {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

std::string processor_name() {
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    if (line.compare(0, 10, "model name") == 0 && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

Json json_of(const MachineInfo& machine) {
  return {{"processor", machine.processor},
          {"device", machine.device},
          {"threads", machine.threads},
          {"torch", machine.torch_version}};
}

std::string metrics_header(const std::vector<std::string>& parts) {
  std::string header = "step,epoch,lr,loss,";
  for (const std::string& part : parts) header += part + "_loss,";
  return header +
         "gradient_norm,validation_loss,validation_patch_loss,validation_baseline,"
         "data_wait_share,mfu,records_per_s,elapsed_s";
}

std::string short_number(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

// The header and the lines of steps up to `last_kept_step` of an earlier part of the run.
std::string kept_lines(const fs::path& path, const std::string& header,
                       std::int64_t last_kept_step) {
  std::string kept = header + "\n";
  std::ifstream lines(path);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const bool whole = !lines.eof();  // a line cut off by a crash has no line break
    if (whole && std::strtoll(line.c_str(), nullptr, 10) <= last_kept_step) kept += line + "\n";
  }
  return kept;
}

}  // namespace

MachineInfo machine_info(const std::string& device, std::int64_t threads) {
  return {processor_name(), device, TORCH_VERSION, kSourceCommit, threads};
}

Result<void> write_run_record(const fs::path& run, const RunRecord& record) {
  Json object;
  object["format"] = "einthoven-run/1";
  object["status"] = record.status;
  object["command"] = record.command;
  object["commit"] = record.machine.commit;
  object["machine"] = json_of(record.machine);
  object["data"] = {
      {"hash", record.data_hash}, {"sources", record.sources}, {"licences", record.licences}};
  object["step"] = record.step;
  object["records_seen"] = record.records_seen;
  object["skipped_steps"] = record.skipped_steps;
  object["ranks"] = record.ranks;
  object["damaged_records"] = record.damaged_records;
  object["parameters"] = record.parameters;
  object["elapsed_s"] = record.elapsed_s;
  object["figures"] = Json::object();
  for (const auto& [name, value] : record.figures) object["figures"][name] = value;
  object["config"] = Json::parse(json_from_config(record.config), nullptr, false);
  const std::string text = object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return write_file_atomically(run / kRunFile, text);
}

Result<RunRecord> read_run_record(const fs::path& run) {
  const fs::path path = run / kRunFile;
  const auto bytes = read_whole_file(path);
  if (!bytes) return bytes.error();
  const Json object = Json::parse(bytes->begin(), bytes->end(), nullptr, false);
  if (!object.is_object() || text_at(object, "format") != "einthoven-run/1" ||
      !object.contains("config") || !object.contains("data")) {
    return Error{ErrorCode::kBadHeader,
                 "is not a run record of this version",
                 "name the folder that `einthoven-train pretrain -o` made",
                 path.string(),
                 {}};
  }
  RunRecord record;
  auto config = config_from_json(object["config"].dump());
  if (!config) return config.error();
  record.config = *std::move(config);
  record.machine.commit = text_at(object, "commit");
  record.command = text_at(object, "command");
  record.status = text_at(object, "status");
  record.step = integer_at(object, "step");
  record.parameters = integer_at(object, "parameters");
  record.records_seen = integer_at(object, "records_seen");
  const Json elapsed = object.value("elapsed_s", Json());
  if (elapsed.is_number()) record.elapsed_s = elapsed.get<double>();
  record.data_hash = text_at(object["data"], "hash");
  record.sources = texts_at(object["data"], "sources");
  record.licences = texts_at(object["data"], "licences");
  const Json figures = object.value("figures", Json::object());  // items() only refers to it
  for (const auto& [name, value] : figures.items()) {
    if (value.is_number()) record.figures.emplace_back(name, value.get<double>());
  }
  return record;
}

Result<MetricsLog> MetricsLog::open(const fs::path& run, std::int64_t last_kept_step,
                                    const std::vector<std::string>& parts) {
  const fs::path path = run / kMetricsFile;
  const std::string header = metrics_header(parts);
  const std::string kept = kept_lines(path, header, last_kept_step);
  if (auto written = write_file_atomically(path, kept); !written) return written.error();
  const auto json = write_file_atomically(run / kMetricsJsonFile, json_lines_from_csv(kept));
  if (!json) return json.error();
  auto lines = LineLog::open(path), json_lines = LineLog::open(run / kMetricsJsonFile);
  if (!lines || !json_lines) return lines ? json_lines.error() : lines.error();
  return MetricsLog(header, *std::move(lines), *std::move(json_lines));
}

Result<void> MetricsLog::append(const MetricsRow& row) {
  std::string line = std::to_string(row.step) + "," + short_number(row.epoch, 6);
  for (const double value : {row.lr, row.loss}) line += "," + short_number(value, 9);
  for (const double value : row.parts) line += "," + short_number(value, 9);
  line += "," + short_number(row.gradient_norm, 9);
  for (const auto& value :
       {row.validation_loss, row.validation_patch_loss, row.validation_baseline}) {
    line += "," + (value ? short_number(*value, 9) : std::string());
  }
  char speed[96];
  std::snprintf(speed, sizeof speed, ",%.3f,%.3f,%.1f,%.2f", row.data_wait_share, row.mfu,
                row.records_per_s, row.elapsed_s);
  line += speed;
  const auto json = json_lines_.append(json_from_csv_line(header_, line));
  const auto written = lines_.append(line);
  return written ? json : written;
}

}  // namespace ecg
