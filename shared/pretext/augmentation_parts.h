#pragma once
// How each augmentation is applied; augmentation.cpp checks sizes and chooses.

#include "pretext/augmentation.h"

namespace ecg {

// Preconditions of all: parameters per row fit the signal, `out` holds the result.

// augment_added.cpp
Result<void> apply_draw(SignalView signal, const ScaleDraw& draw, std::span<float> out);
Result<void> apply_draw(SignalView signal, const CosinesDraw& draw, std::span<float> out);
Result<void> apply_draw(SignalView signal, const StepDraw& draw, std::span<float> out);
Result<void> apply_draw(SignalView signal, const NoiseDraw& draw, std::span<float> out);

// augment_time.cpp
Result<void> apply_draw(SignalView signal, const LeadDropDraw& draw, std::span<float> out);
Result<void> apply_draw(SignalView signal, const TimeOutDraw& draw, std::span<float> out);
Result<void> apply_draw(SignalView signal, const CropDraw& draw, std::span<float> out);
Result<void> apply_draw(SignalView signal, const WarpDraw& draw, std::span<float> out);

// augment_vector.cpp
Result<void> apply_draw(SignalView signal, const VectorDraw& draw, std::span<float> out);

// augment_spectrum.cpp
Result<void> apply_draw(SignalView signal, const BandDraw& draw, std::span<float> out);
Result<void> apply_draw(SignalView signal, const SpectrumDraw& draw, std::span<float> out,
                        AugmentationScratch& scratch);

/// Whether III, aVR, aVL and aVF of this signal are rebuilt from I and II, and `lead` is of them.
bool is_rebuilt(SignalView signal, Lead lead);

/// The samples of one row of a contiguous result.
inline std::span<float> row_of(std::span<float> out, std::size_t row, SampleIndex samples) {
  const auto count = static_cast<std::size_t>(samples);
  return out.subspan(row * count, count);
}

/// Copies the signal's rows.
void copy_rows(SignalView signal, std::span<float> out);

}  // namespace ecg
