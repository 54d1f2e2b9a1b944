#include "io/scp_leads.h"

#include <utility>

namespace ecg {

namespace {

constexpr std::pair<int, Lead> kNumbers[] = {
    {1, Lead::kI},    {2, Lead::kII},   {3, Lead::kV1},   {4, Lead::kV2},   {5, Lead::kV3},
    {6, Lead::kV4},   {7, Lead::kV5},   {8, Lead::kV6},   {9, Lead::kV7},   {11, Lead::kV3r},
    {12, Lead::kV4r}, {13, Lead::kV5r}, {14, Lead::kV6r}, {16, Lead::kX},   {17, Lead::kY},
    {18, Lead::kZ},   {61, Lead::kIII}, {62, Lead::kAvr}, {63, Lead::kAvl}, {64, Lead::kAvf},
    {66, Lead::kV8},  {67, Lead::kV9}};
}  // namespace

Lead lead_of_scp_number(std::int64_t number) {
  for (const auto& [value, lead] : kNumbers) {
    if (number == value) return lead;
  }
  return Lead::kOther;
}

int scp_number_of_lead(Lead lead) {
  for (const auto& [value, known] : kNumbers) {
    if (lead == known) return value;
  }
  return 0;
}

}  // namespace ecg
