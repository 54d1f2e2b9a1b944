// What acts on frequencies: a band-pass, and a factor per bin.

#include <algorithm>

#include "dsp/butterworth.h"
#include "dsp/fft.h"
#include "pretext/augmentation_parts.h"

namespace ecg {

Result<void> apply_draw(SignalView signal, const BandDraw& draw, std::span<float> out) {
  const auto sections = design_butterworth(FilterKind::kBandPass, 2, draw.low_hz, draw.high_hz,
                                           signal.sampling_rate_hz);
  if (!sections) return sections.error();
  Signal filtered({signal.leads.begin(), signal.leads.end()}, signal.sample_count,
                  signal.sampling_rate_hz);
  copy_rows(signal, filtered.values());
  filter_zero_phase(*sections, filtered);
  std::copy(filtered.values().begin(), filtered.values().end(), out.begin());
  return {};
}

Result<void> apply_draw(SignalView signal, const SpectrumDraw& draw, std::span<float> out) {
  auto plan = FftPlan::create(signal.sample_count);
  if (!plan) return plan.error();
  const std::size_t bins = draw.factors.size();
  std::array<std::vector<std::complex<float>>, FftPlan::kLanes> spectra;
  for (auto& spectrum : spectra) spectrum.resize(bins);
  for (std::size_t row = 0; row < signal.lead_count; row += FftPlan::kLanes) {
    const std::size_t count = std::min(FftPlan::kLanes, signal.lead_count - row);
    std::array<const float*, FftPlan::kLanes> from{};
    std::array<std::complex<float>*, FftPlan::kLanes> to{};
    std::array<const std::complex<float>*, FftPlan::kLanes> back{};
    std::array<float*, FftPlan::kLanes> rows{};
    for (std::size_t lane = 0; lane < count; ++lane) {
      from[lane] = signal.lead(row + lane).data();
      back[lane] = to[lane] = spectra[lane].data();
      rows[lane] = row_of(out, row + lane, signal.sample_count).data();
    }
    plan->forward(std::span(from).first(count), std::span(to).first(count));
    for (std::size_t lane = 0; lane < count; ++lane) {
      for (std::size_t k = 0; k < bins; ++k) {
        const auto x = spectra[lane][k], f = draw.factors[k];  // not *: it may call a library
        spectra[lane][k] = {x.real() * f.real() - x.imag() * f.imag(),
                            x.real() * f.imag() + x.imag() * f.real()};
      }
    }
    plan->inverse(std::span(back).first(count), std::span(rows).first(count));
  }
  return {};
}

}  // namespace ecg
