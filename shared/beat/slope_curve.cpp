#include "beat/slope_curve.h"

namespace ecg {

float walk_to_rest(const Curve& curve, SampleIndex from, SampleIndex limit, float threshold,
                   SampleIndex quiet) {
  const SampleIndex step = limit < from ? -1 : 1;
  SampleIndex at = from;
  while (at != limit) {
    if (curve[at] < threshold) {
      SampleIndex again = at;
      for (SampleIndex k = 1; k <= quiet && at + (k - 1) * step != limit; ++k) {
        if (curve[at + k * step] > 2 * threshold) again = at + k * step;
      }
      if (again == at) break;
      at = again;
      continue;
    }
    at += step;
  }
  const float here = curve[at], inner = curve[at - step];
  if (at == from || !(here < threshold) || !(inner > here)) return static_cast<float>(at);
  const float share = std::min(1.0f, (threshold - here) / (inner - here));
  return static_cast<float>(at) - static_cast<float>(step) * share;
}

}  // namespace ecg
