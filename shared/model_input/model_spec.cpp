#include "model_input/model_spec.h"

#include <algorithm>
#include <cmath>

namespace ecg {
namespace {

Error bad(std::string_view field, std::string_view value, std::string_view allowed) {
  return {ErrorCode::kBadValue,
          "model input: " + std::string(field) + " is " + std::string(value),
          std::string(field) + " must be " + std::string(allowed),
          {},
          {}};
}

Error bad(std::string_view field, double value, std::string_view allowed) {
  return bad(field, std::to_string(value), allowed);
}

Error bad(std::string_view field, SampleIndex value, std::string_view allowed) {
  return bad(field, std::to_string(value), allowed);
}

Result<void> check_leads(const std::vector<Lead>& leads) {
  if (leads.empty() || leads.size() > 64) {
    return bad("leads", static_cast<SampleIndex>(leads.size()), "a list of 1 to 64 leads");
  }
  for (std::size_t i = 0; i < leads.size(); ++i) {
    const bool again = std::find(leads.begin(), leads.begin() + static_cast<std::ptrdiff_t>(i),
                                 leads[i]) != leads.begin() + static_cast<std::ptrdiff_t>(i);
    if (leads[i] == Lead::kOther || again) {
      return bad("leads[" + std::to_string(i) + "]", lead_name(leads[i]),
                 "a standard lead (I ... V9, V3R ... V6R, X, Y, Z), each at most once");
    }
  }
  return {};
}

Result<void> check_filter(const ModelSpec& spec) {
  const double nyquist_hz = spec.sampling_rate_hz / 2;
  const bool high = spec.highpass_hz != 0;
  const bool low = spec.lowpass_hz != 0;
  if (high && !(spec.highpass_hz > 0 && spec.highpass_hz < nyquist_hz)) {
    return bad("filter.highpass_hz", spec.highpass_hz,
               "0 (off) or between 0 and half the sampling rate");
  }
  if (low && !(spec.lowpass_hz > 0 && std::isfinite(spec.lowpass_hz))) {
    return bad("filter.lowpass_hz", spec.lowpass_hz, "0 (off) or a positive frequency");
  }
  if (high && low && !(spec.highpass_hz < spec.lowpass_hz)) {
    return bad("filter.highpass_hz", spec.highpass_hz, "below filter.lowpass_hz");
  }
  if ((high || low) && (spec.filter_order < 1 || spec.filter_order > 16)) {
    return bad("filter.order", SampleIndex{spec.filter_order}, "1 to 16");
  }
  return {};
}

}  // namespace

std::string_view normalisation_name(Normalisation normalisation) {
  switch (normalisation) {
    case Normalisation::kNone:
      return "none";
    case Normalisation::kZscoreRecord:
      return "zscore_record";
    case Normalisation::kZscoreLead:
      return "zscore_lead";
  }
  return "none";
}

Result<void> check_model_spec(const ModelSpec& spec) {
  if (auto ok = check_leads(spec.leads); !ok) return ok;
  if (!(spec.sampling_rate_hz > 0 && spec.sampling_rate_hz <= 1e5)) {
    return bad("sampling_rate_hz", spec.sampling_rate_hz, "above 0 and at most 100000");
  }
  if (spec.samples < 1 || spec.samples > (SampleIndex{1} << 24)) {
    return bad("samples", spec.samples, "1 to 2^24");
  }
  if (spec.patch_samples < 1 || spec.samples % spec.patch_samples != 0) {
    return bad("patch_samples", spec.patch_samples,
               "positive and a divisor of samples (" + std::to_string(spec.samples) + ")");
  }
  return check_filter(spec);
}

}  // namespace ecg
