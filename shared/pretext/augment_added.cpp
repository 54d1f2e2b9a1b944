// Gain, and what is added to a signal: cosines, steps, noise.

#include <algorithm>

#include "core/exact_math.h"
#include "pretext/augmentation_parts.h"

namespace ecg {
namespace {

void add_scaled(std::span<const float> wave, float gain, std::span<float> row) {
  for (std::size_t n = 0; n < row.size(); ++n) row[n] += gain * wave[n];
}

/// Adds a cosine by turning a vector: basic operations only, errors below 1e-12.
void add_cosine(const Cosine& cosine, double sampling_rate_hz, std::span<float> wave) {
  const double turns = cosine.frequency_hz / sampling_rate_hz;
  const double turn_cos = exact_cos_turns(turns), turn_sin = exact_sin_turns(turns);
  double x = cosine.amplitude_mv * exact_cos_turns(cosine.phase_turns);
  double y = cosine.amplitude_mv * exact_sin_turns(cosine.phase_turns);
  for (float& value : wave) {
    value += static_cast<float>(x);
    const double next = x * turn_cos - y * turn_sin;
    y = x * turn_sin + y * turn_cos;
    x = next;
  }
}

/// The sum of the four bytes in each word, as two 16-bit fields that still have to be added.
std::uint32_t half_sums(std::uint32_t word) {
  return (word & 0x00FF00FFu) + ((word >> 8) & 0x00FF00FFu);
}

}  // namespace

void fill_normal(RandomStream& random, std::span<float> out) {
  constexpr float kMean = 8 * 127.5f;
  constexpr float kScale = 1.0f / 209.02153f;  // sqrt(8 (256^2 - 1) / 12)
  std::array<std::uint32_t, 512> words;
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t count = std::min(out.size() - done, words.size() / 2);
    random.fill_u32(std::span(words).first(2 * count));
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t fields = half_sums(words[2 * i]) + half_sums(words[2 * i + 1]);
      const auto sum = static_cast<std::int32_t>((fields & 0xFFFFu) + (fields >> 16));
      out[done + i] = (static_cast<float>(sum) - kMean) * kScale;
    }
    done += count;
  }
}

void copy_rows(SignalView signal, std::span<float> out) {
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const auto from = signal.lead(row);
    std::copy(from.begin(), from.end(), row_of(out, row, signal.sample_count).begin());
  }
}

Result<void> apply_draw(SignalView signal, const ScaleDraw& draw, std::span<float> out) {
  copy_rows(signal, out);
  for (float& value : out) value *= draw.gain;
  return {};
}

Result<void> apply_draw(SignalView signal, const CosinesDraw& draw, std::span<float> out) {
  copy_rows(signal, out);
  std::vector<float> wave(static_cast<std::size_t>(signal.sample_count), 0.0f);
  for (const Cosine& cosine : draw.cosines) add_cosine(cosine, signal.sampling_rate_hz, wave);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    add_scaled(wave, draw.row_gain[row], row_of(out, row, signal.sample_count));
  }
  return {};
}

Result<void> apply_draw(SignalView signal, const StepDraw& draw, std::span<float> out) {
  copy_rows(signal, out);
  const auto begin = static_cast<std::size_t>(draw.begin);
  const auto count = static_cast<std::size_t>(draw.end - draw.begin);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    for (float& value : row_of(out, row, signal.sample_count).subspan(begin, count)) {
      value += draw.row_step_mv[row];
    }
  }
  return {};
}

Result<void> apply_draw(SignalView signal, const NoiseDraw& draw, std::span<float> out) {
  copy_rows(signal, out);
  RandomStream random = draw.noise;
  const auto samples = static_cast<std::size_t>(signal.sample_count);
  std::vector<float> first(samples), second(samples), own(samples);
  fill_normal(random, first);
  fill_normal(random, second);
  for (std::size_t row = 0; row < signal.lead_count; ++row) {
    const auto to = row_of(out, row, signal.sample_count);
    if (const auto weights = limb_lead_weights(signal.leads[row].lead)) {
      add_scaled(first, (*weights)[0] * draw.limb_mv[0], to);
      add_scaled(second, (*weights)[1] * draw.limb_mv[1], to);
    } else {
      fill_normal(random, own);
      add_scaled(own, draw.row_mv[row], to);
    }
  }
  return {};
}

}  // namespace ecg
