#include "cli/info_table.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "cli/cli_error.h"
#include "cli/files.h"
#include "io/formats.h"
#include "io/read_recording.h"
#include "io/recording_checks.h"

namespace ecg::cli {
namespace {

namespace fs = std::filesystem;

/// All files below the paths, headers first, each group in the order of names.
std::vector<std::string> files_below(const std::vector<std::string>& paths) {
  std::vector<std::string> headers, others;
  const auto add = [&](const fs::path& path) {
    (extension_of(path.string()) == "hea" ? headers : others).push_back(path.string());
  };
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::exists(path, failure)) load_file(path);  // throws
    if (!fs::is_directory(path, failure)) {
      add(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.is_regular_file()) add(entry.path());
  }
  std::sort(headers.begin(), headers.end());
  std::sort(others.begin(), others.end());
  headers.insert(headers.end(), others.begin(), others.end());
  return headers;
}

void fill_row(const Recording& recording, TableRow& row) {
  const RecordingChecks checks = check_recording(recording);
  row.format = recording.info.source_format;
  row.leads = recording.signal.lead_count();
  row.sampling_rate_hz = recording.signal.sampling_rate_hz();
  row.duration_s = recording.signal.duration_s();
  row.limb_lead_residual_mv = checks.limb_lead_residual_mv;
  row.flat_leads = checks.flat_leads.size();
  row.missing_samples = checks.missing_samples;
  row.warnings = recording.warnings;
  row.warnings.insert(row.warnings.end(), checks.warnings.begin(), checks.warnings.end());
}

/// The name of the format that the first file was recognised as, without its size.
std::string recognised_format(const FileSet& files) {
  const auto parts = describe_files(files);
  return parts.empty() ? "" : parts.front().detail.substr(0, parts.front().detail.find(", "));
}

void fill_row(const Error& error, TableRow& row) {
  row.error = error.message;
  row.error_code = error_code_name(error.code);
}

TableRow row_of(const std::string& path, const FileSet& files, const ReadOptions& options) {
  TableRow row;
  row.file = path;
  const bool is_table = options.empty() || files.files.size() == 1;
  auto recording = read_recording(files, is_table ? options : ReadOptions{});
  // Options are for the tables among the files; others state everything themselves.
  if (!recording && recording.error().code == ErrorCode::kInvalidArgument && !options.empty())
    recording = read_recording(files);
  if (recording) {
    fill_row(*recording, row);
  } else {
    row.format = recognised_format(files);
    fill_row(recording.error(), row);
  }
  return row;
}

std::string number_text(const char* form, double value) {
  char text[40];
  std::snprintf(text, sizeof text, form, value);
  return text;
}

std::string checks_text(const TableRow& row) {
  if (!row.error.empty()) return "";
  std::string text = row.limb_lead_residual_mv ? number_text("%.3g mV", *row.limb_lead_residual_mv)
                                               : std::string("no limb leads");
  if (row.flat_leads > 0) text += ", " + std::to_string(row.flat_leads) + " flat";
  if (row.missing_samples > 0) text += ", " + std::to_string(row.missing_samples) + " missing";
  return text;
}

std::string verdict_text(const TableRow& row) {
  if (!row.error.empty()) return "refused (" + row.error_code + "): " + row.error;
  if (row.warnings.empty()) return "opens";
  std::string text = "opens: " + row.warnings.front();
  if (row.warnings.size() > 1)
    text += " (and " + std::to_string(row.warnings.size() - 1) + " more)";
  return text;
}

struct Counts {
  std::size_t opens = 0, with_warnings = 0, refused = 0;
};

Counts counts_of(const std::vector<TableRow>& rows) {
  Counts counts;
  for (const TableRow& row : rows) {
    if (!row.error.empty()) {
      ++counts.refused;
    } else {
      ++(row.warnings.empty() ? counts.opens : counts.with_warnings);
    }
  }
  return counts;
}

}  // namespace

std::vector<TableRow> table_of(const std::vector<std::string>& paths, const ReadOptions& options) {
  std::vector<TableRow> rows;
  std::set<std::string> used;
  for (const std::string& path : files_below(paths)) {
    if (used.contains(fs::path(path).lexically_normal().string())) continue;
    try {
      const FileSet files = load_recording_files(path);
      for (const NamedBytes& file : files.files) {
        // A segment of a longer WFDB record is a record of its own too.
        if (file.name != path && extension_of(file.name) != "hea")
          used.insert(fs::path(file.name).lexically_normal().string());
      }
      rows.push_back(row_of(path, files, options));
    } catch (const CliError& error) {
      rows.emplace_back();
      rows.back().file = path;
      fill_row(error.error(), rows.back());
    }
  }
  // A part may come before the file it belongs to (x.ann before x.ecg).
  std::erase_if(rows, [&](const TableRow& row) {
    return used.contains(fs::path(row.file).lexically_normal().string());
  });
  return rows;
}

std::string text_of_table(const std::vector<TableRow>& rows) {
  std::vector<std::vector<std::string>> lines{
      {"file", "format", "leads", "Hz", "s", "limb leads", "verdict"}};
  for (const TableRow& row : rows) {
    const bool open = row.error.empty();
    lines.push_back({row.file, row.format, open ? std::to_string(row.leads) : "",
                     open ? number_text("%.6g", row.sampling_rate_hz) : "",
                     open ? number_text("%.6g", row.duration_s) : "", checks_text(row),
                     verdict_text(row)});
  }
  std::vector<std::size_t> widths(lines.front().size(), 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
      widths[i] = std::max(widths[i], line[i].size());
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      text +=
          line[i] + (i + 1 < line.size() ? std::string(widths[i] - line[i].size() + 2, ' ') : "\n");
  }
  const Counts counts = counts_of(rows);
  return text + "\n" + std::to_string(rows.size()) + " records: " + std::to_string(counts.opens) +
         " open, " + std::to_string(counts.with_warnings) + " open with warnings, " +
         std::to_string(counts.refused) + " refused\n";
}

nlohmann::ordered_json json_of_table(const std::vector<TableRow>& rows) {
  using Json = nlohmann::ordered_json;
  Json files = Json::array();
  for (const TableRow& row : rows) {
    const bool open = row.error.empty();
    files.push_back(
        {{"file", row.file},
         {"format", row.format},
         {"leads", open ? Json(row.leads) : Json()},
         {"sampling_rate_hz", open ? Json(row.sampling_rate_hz) : Json()},
         {"duration_s", open ? Json(row.duration_s) : Json()},
         {"limb_lead_residual_mv",
          row.limb_lead_residual_mv ? Json(*row.limb_lead_residual_mv) : Json()},
         {"flat_leads", open ? Json(row.flat_leads) : Json()},
         {"missing_samples", open ? Json(row.missing_samples) : Json()},
         {"warnings", row.warnings},
         {"error", open ? Json() : Json({{"code", row.error_code}, {"message", row.error}})}});
  }
  const Counts counts = counts_of(rows);
  return {{"files", files},
          {"opens", counts.opens},
          {"opens_with_warnings", counts.with_warnings},
          {"refused", counts.refused}};
}

}  // namespace ecg::cli
