#include "io/wfdb_comments.h"

#include <string_view>

#include "io/text.h"

namespace ecg {
namespace {

bool says_unknown(std::string_view value) {
  const std::string lower = lower_case(value);
  return lower.empty() || lower == "unknown" || lower == "nan" || lower == "n/a" ||
         lower == "(none)" || lower == "none";
}

void set_age(std::string_view value, RecordingInfo& info) {
  const auto fields = split_fields(value, 2);
  const auto age = fields.empty() ? std::nullopt : parse_number(fields[0]);
  if (age && *age >= 0 && !info.age_years) info.age_years = age;
}

void set_sex(std::string_view value, RecordingInfo& info) {
  if (says_unknown(value) || info.sex) return;
  const std::string lower = lower_case(value);
  if (lower == "m" || lower == "male") {
    info.sex = "male";
  } else if (lower == "f" || lower == "female") {
    info.sex = "female";
  } else {
    info.sex = std::string(value);
  }
}

/// "426783006,164889003" are two statements; a sentence with a comma and a blank is one.
void add_statements(std::string_view value, RecordingInfo& info) {
  if (says_unknown(value)) return;
  const bool codes = value.find_first_not_of("0123456789,") == std::string_view::npos;
  while (codes && value.find(',') != std::string_view::npos) {
    const std::size_t comma = value.find(',');
    if (comma > 0) info.statements.emplace_back(value.substr(0, comma));
    value.remove_prefix(comma + 1);
  }
  if (!value.empty()) info.statements.emplace_back(value);
}

bool is_diagnosis_key(std::string_view key) {
  return key == "dx" || key == "diagnosis" || key == "diagnoses" || key == "diagnose";
}

/// One "key: value". Returns true if it opens a list of diagnoses that goes on in the next lines.
bool take_pair(std::string_view key, std::string_view value, RecordingInfo& info) {
  std::string name = lower_case(trimmed(key));
  if (name.starts_with('<') && name.ends_with('>')) name = name.substr(1, name.size() - 2);
  if (name == "age") set_age(value, info);
  if (name == "sex" || name == "gender") set_sex(value, info);
  if (!is_diagnosis_key(name)) return false;
  add_statements(value, info);
  return value.empty();
}

/// "<age>: 25  <sex>: M": several pairs in one line.
bool take_bracketed(std::string_view line, RecordingInfo& info) {
  bool opens_list = false;
  while (line.starts_with('<')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) break;
    const std::size_t next = std::min(line.find('<', colon), line.size());
    opens_list =
        take_pair(line.substr(0, colon), trimmed(line.substr(colon + 1, next - colon - 1)), info);
    line.remove_prefix(next);
  }
  return opens_list;
}

/// "69 M 1085 1629 x1"
void take_mit_bih(std::string_view line, RecordingInfo& info) {
  const auto fields = split_fields(line, 3);
  if (fields.size() < 2 || (fields[1] != "M" && fields[1] != "F")) return;
  if (parse_integer(fields[0])) {
    set_age(fields[0], info);
    set_sex(fields[1], info);
  }
}

}  // namespace

void read_wfdb_comments(const std::vector<std::string>& comments, RecordingInfo& info) {
  bool in_diagnoses = false;
  for (const std::string& line : comments) {
    const std::size_t colon = line.find(':');
    if (line.starts_with('<')) {
      in_diagnoses = take_bracketed(line, info);
    } else if (in_diagnoses) {
      add_statements(trimmed(line), info);
    } else if (colon != std::string::npos) {
      take_pair(std::string_view(line).substr(0, colon),
                trimmed(std::string_view(line).substr(colon + 1)), info);
    } else {
      take_mit_bih(line, info);
    }
  }
}

}  // namespace ecg
