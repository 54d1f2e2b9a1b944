#include "io/edf_annotations.h"

#include <algorithm>
#include <cstdio>

#include "io/text.h"

namespace ecg {
namespace {

constexpr char kTextEnd = 0x14;
constexpr char kDurationMark = 0x15;

/// One list without its closing 0.
void parse_list(std::string_view list, EdfAnnotationRecord& record) {
  const std::size_t stamp_end = list.find(kTextEnd);
  if (stamp_end == std::string_view::npos) return;
  const std::string_view stamp = list.substr(0, stamp_end);
  const std::size_t mark = stamp.find(kDurationMark);
  const auto onset = parse_number(stamp.substr(0, mark));
  if (!onset) return;
  std::optional<double> duration;
  if (mark != std::string_view::npos) duration = parse_number(stamp.substr(mark + 1));
  if (!record.onset_s) record.onset_s = onset;
  std::string_view rest = list.substr(stamp_end + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find(kTextEnd);
    const std::string_view text = rest.substr(0, end);
    if (!text.empty()) record.annotations.push_back({*onset, duration, utf8_from_bytes(text)});
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

EdfAnnotationRecord parse_edf_annotations(std::string_view bytes) {
  EdfAnnotationRecord record;
  for (std::size_t at = 0; (at = bytes.find_first_not_of('\0', at)) != std::string_view::npos;) {
    const std::size_t end = std::min(bytes.find('\0', at), bytes.size());
    parse_list(bytes.substr(at, end - at), record);
    at = end;
  }
  return record;
}

std::string edf_annotation_list(double onset_s, std::string_view text) {
  char stamp[400];
  std::snprintf(stamp, sizeof stamp, "%+.9f", onset_s);
  std::string list(stamp);
  list.erase(list.find_last_not_of('0') + 1);
  if (list.back() == '.') list.pop_back();
  list += kTextEnd;
  for (const char c : text) {
    const bool allowed =
        static_cast<unsigned char>(c) >= ' ' || c == '\t' || c == '\n' || c == '\r';
    list += allowed ? c : ' ';
  }
  list += kTextEnd;
  list += '\0';
  return list;
}

}  // namespace ecg
