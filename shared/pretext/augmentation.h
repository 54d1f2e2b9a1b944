#pragma once
// Augmentations: perturbed views of a signal.
//
// Each is split in two: its parameters are drawn (augmentation_catalogue.h; keyed Philox), and a
// set of parameters is applied here. Applying draws nothing but the samples of white noise, so a
// caller may also set parameters by hand. Native and WebAssembly builds give the same bits.
//
// Limb leads: I and II carry what is added and III, aVR, aVL, aVF get the sum that Einthoven and
// Goldberger demand of them, whether or not I and II are among the rows.

#include <array>
#include <complex>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/philox.h"
#include "core/result.h"
#include "core/signal.h"

namespace ecg {

/// What stays true of every signal of which it was true before.
struct Preserves {
  bool limb_lead_identities = true;  ///< III = II - I, aVR = -(I + II) / 2, ...
  bool rate = true;                  ///< beats that remain keep their distances in time
  bool axis = true;    ///< the heart's part of I and II keeps its ratio (added noise is no part)
  bool length = true;  ///< as many samples

  bool operator==(const Preserves&) const = default;
};

/// A limb lead as a sum of leads I and II: {1, 0} for I, {-1, 1} for III, ...; none for others.
std::optional<std::array<float, 2>> limb_lead_weights(Lead lead);

/// All leads times one gain.
struct ScaleDraw {
  float gain = 1;
};

/// amplitude_mv cos(2 pi (frequency_hz t + phase_turns)).
struct Cosine {
  double frequency_hz = 0;
  double phase_turns = 0;
  double amplitude_mv = 0;
};

/// One sum of cosines, added to every row with its own gain (baseline wander, mains).
struct CosinesDraw {
  std::vector<Cosine> cosines;
  std::vector<float> row_gain;
};

/// A step added to the samples [begin, end) of every row.
struct StepDraw {
  SampleIndex begin = 0;
  SampleIndex end = 0;
  std::vector<float> row_step_mv;
};

/// White noise (muscle): `limb_mv` is the standard deviation in I and II, whose noise the other
/// limb leads share; every other row has noise of its own. Deviates: fill_normal(noise).
struct NoiseDraw {
  std::array<float, 2> limb_mv = {0, 0};
  std::vector<float> row_mv;  ///< read for rows that are no limb leads
  RandomStream noise{RandomKey{}};
};

/// Rows set to 0 where `dropped` is 1.
struct LeadDropDraw {
  std::vector<std::uint8_t> dropped;
};

/// The samples [begin, end) of every row set to 0.
struct TimeOutDraw {
  SampleIndex begin = 0;
  SampleIndex end = 0;
};

/// Only the samples [begin, begin + length).
struct CropDraw {
  SampleIndex begin = 0;
  SampleIndex length = 0;
};

/// Another clock: sample n of the result is the input at n speed + sum over k of
/// bend_samples[k] sin(pi (k + 1) n speed / (N - 1)), by Catmull-Rom interpolation. It has
/// floor((N - 1) / speed) + 1 samples.
struct WarpDraw {
  double speed = 1;
  std::array<double, 3> bend_samples = {0, 0, 0};
};

/// The heart vector X, Y, Z (inverse Dower) multiplied by `change`; the leads get the difference
/// back through Dower's matrix, so that what is no dipole stays and the unit matrix changes
/// nothing. Rows beyond the twelve leads stay as they are.
struct VectorDraw {
  std::array<std::array<double, 3>, 3> change = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
};

/// Butterworth band-pass of order 2, forwards and backwards.
struct BandDraw {
  double low_hz = 0.5;
  double high_hz = 40;
};

/// Spectra times `factors`, one per bin from 0 Hz to the Nyquist frequency: bins of them for all
/// rows alike, or bins for each row, row after row. In the second case III, aVR, aVL and aVF are
/// rebuilt from the new I and II where both are among the rows, and their own factors not read.
struct SpectrumDraw {
  std::vector<std::complex<float>> factors;
};

/// The parameters of any augmentation.
using AugmentationDraw =
    std::variant<ScaleDraw, CosinesDraw, StepDraw, NoiseDraw, LeadDropDraw, TimeOutDraw, CropDraw,
                 WarpDraw, VectorDraw, BandDraw, SpectrumDraw>;

/// Samples per lead of the result.
SampleIndex augmented_samples(SignalView signal, const AugmentationDraw& draw);

class FftPlan;

/// What apply_augmentation may keep from one call to the next: tables of the Fourier transform. One
/// per thread. The result is the same with, without, and whatever it served before.
struct AugmentationScratch {
  std::shared_ptr<FftPlan> plan;
};

/// Writes the view, lead-major and contiguous: lead_count x augmented_samples values. `out` may not
/// overlap the input. Missing samples (NaN) stay missing unless they are set to 0; where a result
/// mixes samples, it is missing if one of them is.
/// Errors: kInvalidArgument (parameters or `out` that do not fit the signal), kNotFound (VectorDraw
/// without I, II, V1 to V6), those of design_butterworth and FftPlan.
Result<void> apply_augmentation(SignalView signal, const AugmentationDraw& draw,
                                std::span<float> out, AugmentationScratch* scratch = nullptr);

/// Approximately standard normal deviates, about four times as fast as RandomStream::normal: each
/// is the sum of eight random bytes, scaled. Mean 0, variance 1, excess kurtosis -0.15, |z| < 4.9.
void fill_normal(RandomStream& random, std::span<float> out);

}  // namespace ecg
