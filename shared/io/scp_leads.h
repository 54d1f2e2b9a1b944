#pragma once
// Lead numbers of SCP-ECG (EN 1064, section 3), which DICOM and MDC codes share.

#include <cstdint>

#include "core/lead.h"

namespace ecg {

/// The standard lead of that number (1 = I, 61 = III); kOther if it is none.
Lead lead_of_scp_number(std::int64_t number);

/// The number of a standard lead; 0 for kOther.
int scp_number_of_lead(Lead lead);

}  // namespace ecg
