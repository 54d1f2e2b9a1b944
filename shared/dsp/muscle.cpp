#include "dsp/muscle.h"

#include "dsp/butterworth.h"

namespace ecg {

Result<void> reduce_muscle_noise(Signal& signal, double cutoff_hz) {
  const auto sections =
      design_butterworth(FilterKind::kLowPass, 2, 0, cutoff_hz, signal.sampling_rate_hz());
  if (!sections) return sections.error();
  filter_zero_phase(*sections, signal);
  return {};
}

}  // namespace ecg
