// What acts on frequencies: a band-pass, and a factor per bin.

#include <algorithm>
#include <utility>

#include "dsp/butterworth.h"
#include "dsp/fft.h"
#include "pretext/augmentation_parts.h"

namespace ecg {
namespace {

void multiply(std::span<std::complex<float>> spectrum,
              std::span<const std::complex<float>> factors) {
  // Not operator*, which may call a library; real and imaginary parts lie one after the other.
  auto* x = reinterpret_cast<float*>(spectrum.data());
  const auto* f = reinterpret_cast<const float*>(factors.data());
  for (std::size_t k = 0; k < 2 * spectrum.size(); k += 2) {
    const float real = x[k], imaginary = x[k + 1];
    x[k] = real * f[k] - imaginary * f[k + 1];
    x[k + 1] = real * f[k + 1] + imaginary * f[k];
  }
}

/// Gives the rows that is_rebuilt() names their sums of the view's I and II.
void rebuild_limb_leads(SignalView signal, std::span<float> out) {
  const auto first = signal.find(Lead::kI), second = signal.find(Lead::kII);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const Lead lead = signal.leads[row].lead;
    if (!is_rebuilt(signal, lead)) continue;
    const auto weights = *limb_lead_weights(lead);
    const auto i = row_of(out, *first, signal.sample_count);
    const auto ii = row_of(out, *second, signal.sample_count);
    const auto to = row_of(out, row, signal.sample_count);
    for (std::size_t n = 0; n < to.size(); ++n) to[n] = weights[0] * i[n] + weights[1] * ii[n];
  }
}

}  // namespace

bool is_rebuilt(SignalView signal, Lead lead) {
  return lead >= Lead::kIII && lead <= Lead::kAvf && signal.find(Lead::kI) &&
         signal.find(Lead::kII);
}

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

Result<void> apply_draw(SignalView signal, const SpectrumDraw& draw, std::span<float> out,
                        AugmentationScratch& scratch) {
  if (!scratch.plan || scratch.plan->length() != signal.sample_count) {
    auto plan = FftPlan::create(signal.sample_count);
    if (!plan) return plan.error();
    scratch.plan = std::make_shared<FftPlan>(std::move(*plan));
  }
  const auto bins = static_cast<std::size_t>(scratch.plan->bin_count());
  const bool per_row = draw.factors.size() != bins;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    if (!per_row || !is_rebuilt(signal, signal.leads[row].lead)) rows.push_back(row);
  }
  std::array<std::vector<std::complex<float>>, FftPlan::kLanes> spectra;
  for (auto& spectrum : spectra) spectrum.resize(bins);
  for (std::size_t first = 0; first < rows.size(); first += FftPlan::kLanes) {
    const std::size_t count = std::min(FftPlan::kLanes, rows.size() - first);
    std::array<const float*, FftPlan::kLanes> from{};
    std::array<std::complex<float>*, FftPlan::kLanes> to{};
    std::array<const std::complex<float>*, FftPlan::kLanes> back{};
    std::array<float*, FftPlan::kLanes> views{};
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = rows[first + lane];
      from[lane] = signal.lead(row).data();
      back[lane] = to[lane] = spectra[lane].data();
      views[lane] = row_of(out, row, signal.sample_count).data();
    }
    scratch.plan->forward(std::span(from).first(count), std::span(to).first(count));
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = per_row ? rows[first + lane] : 0;
      multiply(spectra[lane], std::span(draw.factors).subspan(row * bins, bins));
    }
    scratch.plan->inverse(std::span(back).first(count), std::span(views).first(count));
  }
  if (per_row) rebuild_limb_leads(signal, out);
  return {};
}

}  // namespace ecg
