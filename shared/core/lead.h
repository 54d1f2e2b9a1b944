#pragma once
// Lead names: the field's standard set, and the label a file gave.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ecg {

/// Standard electrocardiographic leads (X, Y, Z: Frank). kOther: anything else, known by name only.
enum class Lead : std::uint8_t {
  kI,
  kII,
  kIII,
  kAvr,
  kAvl,
  kAvf,
  kV1,
  kV2,
  kV3,
  kV4,
  kV5,
  kV6,
  kV7,
  kV8,
  kV9,
  kV3r,
  kV4r,
  kV5r,
  kV6r,
  kX,
  kY,
  kZ,
  kOther,
};

/// The twelve standard leads in their usual order: I, II, III, aVR, aVL, aVF, V1-V6.
inline constexpr std::array<Lead, 12> kTwelveLeads = {
    Lead::kI,  Lead::kII, Lead::kIII, Lead::kAvr, Lead::kAvl, Lead::kAvf,
    Lead::kV1, Lead::kV2, Lead::kV3,  Lead::kV4,  Lead::kV5,  Lead::kV6};

/// Standard spelling ("aVR", "V3R"); "other" for kOther.
std::string_view lead_name(Lead lead);

/// Reads a lead name as files write it: any case, with or without "Lead ", "ECG " or
/// "MDC_ECG_LEAD_" in front, surrounding blanks and NULs ignored. kOther when it is no standard
/// lead ("MLII").
Lead lead_from_name(std::string_view name);

/// A lead and the name its file gave it. For kOther the name is what is shown.
struct LeadLabel {
  Lead lead = Lead::kOther;
  std::string name;  ///< as in the file; empty means the standard spelling

  bool operator==(const LeadLabel&) const = default;
};

/// Label with the standard spelling.
LeadLabel label_of(Lead lead);

/// Label of a name found in a file.
LeadLabel label_from_name(std::string_view name);

/// What to show: the standard spelling, or the file's name for kOther.
std::string_view display_name(const LeadLabel& label);

}  // namespace ecg
