#include "beat/qtc.h"

#include <cmath>

namespace ecg {
namespace {

/// Cube root of a > 0 by Newton's method: the same bits everywhere, unlike libm's.
double cube_root(double a) {
  double x = a > 1 ? a : 1;  // from above it falls until rounding stops it
  for (int i = 0; i < 2000; ++i) {
    const double next = (2 * x + a / (x * x)) / 3;
    if (!(next < x)) break;
    x = next;
  }
  return x;
}

}  // namespace

std::optional<CorrectedQt> correct_qt(double qt_ms, double rr_ms) {
  if (!std::isfinite(qt_ms) || !std::isfinite(rr_ms) || qt_ms <= 0 || rr_ms <= 0) {
    return std::nullopt;
  }
  const double rr_s = rr_ms / 1000;
  return CorrectedQt{.fridericia_ms = qt_ms / cube_root(rr_s),
                     .bazett_ms = qt_ms / std::sqrt(rr_s),
                     .framingham_ms = qt_ms + 154 * (1 - rr_s),
                     .hodges_ms = qt_ms + 1.75 * (60 / rr_s - 60)};
}

QtcDoubts qtc_doubts(double rr_ms, std::optional<double> qrs_ms) {
  const double rate_bpm = 60000 / rr_ms;
  return {.rate = !(rate_bpm >= 50 && rate_bpm <= 110), .wide_qrs = qrs_ms && *qrs_ms >= 120};
}

}  // namespace ecg
