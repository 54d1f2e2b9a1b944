#include "io/units.h"

#include <string>

#include "io/text.h"

namespace ecg {

double units_per_mv(std::string_view unit) {
  const std::string lower = lower_case(unit);
  for (const std::string_view name : {"mv", "millivolt", "millivolts"}) {
    if (lower == name) return 1;
  }
  // Both code points of the micro sign are in use.
  for (const std::string_view name : {"uv", "\xC2\xB5v", "\xCE\xBCv", "microvolt", "microvolts"}) {
    if (lower == name) return 1000;
  }
  if (lower == "nv") return 1e6;
  if (lower == "v" || lower == "volt" || lower == "volts") return 0.001;
  return 0;
}

}  // namespace ecg
