#include "downstream/patient_records.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "core/file_set.h"

namespace ecg {
namespace {

// Days from 1970-01-01 in the Gregorian calendar (Hinnant's algorithm: years begin in March).
std::int64_t days_from_date(int year, int month, int day) {
  const std::int64_t y = year - (month <= 2);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct TableRow {
  std::string patient;
  std::optional<double> time_s;
};

Result<std::map<std::string, TableRow>> rows_of(const IdentifyJob& job,
                                                const std::vector<int>& folds) {
  const auto csv = read_csv_table(job.table);
  if (!csv) return csv.error();
  const auto record = csv->column(job.record_column), patient = csv->column(job.patient_column);
  const auto time = job.time_column.empty() ? record : csv->column(job.time_column);
  const auto fold = folds.empty() ? record : csv->column(job.fold_column);
  for (const auto* column : {&record, &patient, &time, &fold}) {
    if (!*column) return column->error();
  }
  std::map<std::string, TableRow> rows;
  for (const auto& fields : csv->rows) {
    if (!folds.empty()) {
      const auto number = whole_number_of(fields[*fold], *csv);
      if (!number) return number.error();
      if (std::find(folds.begin(), folds.end(), *number) == folds.end()) continue;
    }
    TableRow row{fields[*patient], std::nullopt};
    if (!job.time_column.empty() && !fields[*time].empty()) {
      row.time_s = seconds_from_date(fields[*time]);
      if (!row.time_s) {
        return Error{ErrorCode::kBadValue,
                     "'" + fields[*time] + "' is no time",
                     "write 1984-11-09 09:17:34",
                     job.table.string(),
                     {}};
      }
    }
    rows[std::string(stem_of(fields[*record]))] = std::move(row);
  }
  return rows;
}

}  // namespace

std::optional<double> seconds_from_date(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const std::string whole(text);
  const int read = std::sscanf(whole.c_str(), "%4d-%2d-%2d%*1[ T]%2d:%2d:%2d", &year, &month, &day,
                               &hour, &minute, &second);
  if (read < 3 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  return 86400.0 * static_cast<double>(days_from_date(year, month, day)) + 3600.0 * hour +
         60.0 * minute + second;
}

Result<std::vector<PatientRecord>> patient_records(const Corpus& corpus, const IdentifyJob& job,
                                                   const PatientGroup& group) {
  std::map<std::string, TableRow> rows;
  if (!job.table.empty()) {
    auto read = rows_of(job, group.folds);
    if (!read) return read.error();
    rows = *std::move(read);
  }
  std::vector<PatientRecord> records;
  for (std::uint32_t position = 0; position < corpus.index().size(); ++position) {
    const auto& entry = corpus.index()[position];
    if (group.split && entry.split != *group.split) continue;
    const std::string name(entry.name);
    if (job.table.empty()) {
      records.push_back({position, std::string(entry.patient), name, std::nullopt});
      continue;
    }
    const auto row = rows.find(std::string(stem_of(name)));
    if (row == rows.end()) continue;
    records.push_back({position, row->second.patient, name, row->second.time_s});
  }
  if (!records.empty()) return records;
  return Error{ErrorCode::kInsufficientData,
               "no record of the corpus is in the wanted folds or split",
               "check --record-column and the folds",
               job.table.string(),
               {}};
}

}  // namespace ecg
