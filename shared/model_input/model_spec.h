#pragma once
// ModelSpec: what a model expects to be fed; the "input" object of a model bundle's model.json.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/lead.h"
#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// Units in which a model sees a signal.
enum class Normalisation {
  kNone,          ///< millivolt
  kZscoreRecord,  ///< one mean and deviation over all present leads: keeps ratios between leads
  kZscoreLead,    ///< a mean and deviation per lead
};

/// "none", "zscore_record" or "zscore_lead", as in JSON.
std::string_view normalisation_name(Normalisation normalisation);

/// The input of a model: leads in order, rate, length, filter, units, patches.
struct ModelSpec {
  std::string name;
  std::string version;
  std::vector<Lead> leads{kTwelveLeads.begin(), kTwelveLeads.end()};
  double sampling_rate_hz = 100;
  SampleIndex samples = 1000;  ///< per lead
  double highpass_hz = 0.5;    ///< 0 = off
  double lowpass_hz = 40;      ///< 0 = off
  int filter_order = 4;        ///< Butterworth, applied forward and backward
  Normalisation normalisation = Normalisation::kZscoreRecord;
  SampleIndex patch_samples = 50;  ///< samples of one lead in one token

  /// Patches along time. Precondition: valid (check_model_spec).
  std::size_t column_count() const { return static_cast<std::size_t>(samples / patch_samples); }

  /// Tokens: lead_count x column_count, lead-major.
  std::size_t token_count() const { return leads.size() * column_count(); }

  double duration_s() const { return static_cast<double>(samples) / sampling_rate_hz; }

  bool operator==(const ModelSpec&) const = default;
};

/// Success, or kBadValue naming the field that is impossible and what it may be.
Result<void> check_model_spec(const ModelSpec& spec);

/// Reads a whole model.json (name, version and its "input" object) or an input object alone.
/// Required in the input object: leads, sampling_rate_hz, samples, unit ("mV"), normalisation,
/// patch_samples. "filter" is null or absent (no filter), or {kind: "butterworth", order,
/// highpass_hz, lowpass_hz, zero_phase: true}; an edge that is null or absent is off. Unknown keys
/// are ignored in model.json and refused in the input object: a model fed differently than it was
/// trained is worse than none. Errors: kBadHeader (not JSON, missing key, wrong type, with the
/// key's path), kBadValue (impossible value, with what is allowed), kUnsupported (a kind of filter,
/// unit or normalisation not known here).
Result<ModelSpec> model_spec_from_json(std::string_view json);

/// The "input" object, indented by two blanks; model_spec_from_json reads it back to an equal spec
/// (without name and version).
std::string model_spec_input_json(const ModelSpec& spec);

}  // namespace ecg
