#pragma once
// QRS energy: how much of one lead, around each moment, looks like a QRS complex. Two bands are
// looked at together: P and T waves and slow artefacts lack the upper one, muscle the lower one.

#include <span>
#include <vector>

#include "core/signal.h"

namespace ecg {

/// A quadrature pair of Gabor filters (a cosine and a sine under one Gaussian window). The sum of
/// their squared outputs is an energy without ripple: one hump per QRS complex, centred on it,
/// whatever its polarity.
struct QrsBand {
  double centre_hz = 0;
  double width_s = 0;  ///< standard deviation of the window in time
};

/// Where the QRS stands out most from T waves and from muscle, and where it alone is left.
inline constexpr QrsBand kQrsBand{11, 0.030}, kUpperQrsBand{20, 0.018};

/// Energies are computed at a lower rate: one value per `factor` samples, which are averaged first.
struct EnergyGrid {
  SampleIndex factor = 1;
  double rate_hz = 0;  ///< sampling rate / factor, 100 to 250 Hz wherever the signal has as much

  /// Sample at the middle of grid point k.
  SampleIndex sample_of(SampleIndex k) const { return k * factor + (factor - 1) / 2; }
};

/// The grid for a sampling rate.
EnergyGrid energy_grid(double sampling_rate_hz);

/// The two filters on a grid; both are applied symmetrically about their middle.
struct QrsFilters {
  std::vector<float> even;  ///< taps 0..reach of the cosine; tap -k = tap k; sum over all is 0
  std::vector<float> odd;   ///< taps 0..reach of the sine; tap -k = -tap k

  SampleIndex reach() const { return static_cast<SampleIndex>(even.size()) - 1; }
};

/// Filters with unit gain at the band's centre.
QrsFilters design_qrs_filters(const QrsBand& band, double rate_hz);

/// The filters of both bands. The upper one's are not longer than the lower one's.
struct QrsFilterPair {
  QrsFilters lower, upper;
};
QrsFilterPair design_qrs_filters(double rate_hz);

/// Averages blocks of `factor` samples; missing samples do not count. Blocks without any finite
/// sample become NaN. The rest of the signal after the last whole block is left out.
void average_blocks(std::span<const float> samples, SampleIndex factor, std::vector<float>& out);

/// Energy (mV^2) at every grid point of one lead, from its block averages: the geometric mean of
/// the two bands' energies, the lower one counting three times. `averages` is worked on
/// in place: gaps are bridged linearly. In gaps longer than 40 ms, and within 40 ms of them, the
/// energy is 0. Before the start and after the end the signal counts as constant.
/// `energy` has as many values as `averages`; all 0 if no average is finite.
void qrs_energy(const QrsFilterPair& filters, double rate_hz, std::vector<float>& averages,
                std::vector<float>& energy);

}  // namespace ecg
