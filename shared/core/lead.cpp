#include "core/lead.h"

#include <algorithm>
#include <cctype>

namespace ecg {
namespace {

constexpr std::array<std::string_view, 23> kNames = {
    "I",  "II", "III", "aVR", "aVL", "aVF", "V1",  "V2",  "V3", "V4", "V5",   "V6",
    "V7", "V8", "V9",  "V3R", "V4R", "V5R", "V6R", "X",   "Y",  "Z",  "other"};

char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return upper(x) == upper(y); });
}

bool is_padding(char c) { return c == '\0' || std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_padding(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_padding(text.back())) text.remove_suffix(1);
  return text;
}

/// Removes one vendor prefix such as "Lead " so that the bare lead name is left.
std::string_view without_prefix(std::string_view text) {
  for (std::string_view prefix : {"MDC_ECG_LEAD_", "LEAD ", "ECG ", "LEAD_", "ECG_"}) {
    if (text.size() > prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix)) {
      return trimmed(text.substr(prefix.size()));
    }
  }
  return text;
}

}  // namespace

std::string_view lead_name(Lead lead) { return kNames[static_cast<std::size_t>(lead)]; }

Lead lead_from_name(std::string_view name) {
  const std::string_view bare = without_prefix(trimmed(name));
  for (std::size_t i = 0; i + 1 < kNames.size(); ++i) {
    if (equal_ignoring_case(bare, kNames[i])) return static_cast<Lead>(i);
  }
  return Lead::kOther;
}

LeadLabel label_of(Lead lead) { return {lead, std::string(lead_name(lead))}; }

LeadLabel label_from_name(std::string_view name) {
  return {lead_from_name(name), std::string(trimmed(name))};
}

std::string_view display_name(const LeadLabel& label) {
  if (label.lead != Lead::kOther || label.name.empty()) return lead_name(label.lead);
  return label.name;
}

}  // namespace ecg
