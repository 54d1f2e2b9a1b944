#include "io/read_options.h"

#include "io/text.h"
#include "io/units.h"

namespace ecg {

double steps_per_mv(const std::string& unit) {
  const std::size_t slash = unit.find('/');
  if (slash == std::string::npos) return units_per_mv(unit);
  const auto steps = parse_number(trimmed(std::string_view(unit).substr(0, slash)));
  const double per_mv = units_per_mv(trimmed(std::string_view(unit).substr(slash + 1)));
  return steps && *steps > 0 ? *steps * per_mv : 0;
}

Result<void> check_read_options(const ReadOptions& options) {
  const auto rate = options.sampling_rate_hz;
  if (rate && !(*rate > 0 && *rate <= 1e6)) {
    return Error{ErrorCode::kInvalidArgument,
                 "a sampling rate of " + shortest_decimal(*rate) + " Hz is impossible",
                 "state the samples per second, for example 500", "", std::nullopt};
  }
  if (!options.unit.empty() && steps_per_mv(options.unit) == 0) {
    return Error{ErrorCode::kInvalidArgument, "\"" + options.unit + "\" is no unit of voltage",
                 "use mV, uV, V, nV, or counts per millivolt such as 200/mV", "", std::nullopt};
  }
  return {};
}

Error not_stated(bool rate_missing, bool unit_missing, const std::string& file_name) {
  const std::string what = rate_missing && unit_missing
                               ? "neither the sampling rate nor the unit"
                               : (rate_missing ? "no sampling rate" : "no unit of voltage");
  std::string hint = "state what you know of the recording:";
  if (rate_missing) hint += " --rate 500";
  if (unit_missing) hint += " --unit mV (or uV, or 200/mV for counts)";
  return {ErrorCode::kBadHeader, "the file states " + what, hint + "; nothing is guessed",
          file_name, std::nullopt};
}

}  // namespace ecg
