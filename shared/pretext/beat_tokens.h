#pragma once
// Beat tokens: one heartbeat of one lead each, in a window centred on its R peak (CLEAR, Pan et
// al., AAAI 2026: 96 samples at 100 Hz, at most 15 beats). The way from beats to samples and patch
// tokens and back, for drawing and for hiding by hand.

#include <cstddef>
#include <span>
#include <vector>

#include "core/result.h"
#include "core/signal.h"
#include "pretext/mask.h"

namespace ecg {

/// The samples [begin, end) of one heartbeat; begin <= r_peak < end.
struct BeatWindow {
  SampleIndex r_peak = 0;
  SampleIndex begin = 0;
  SampleIndex end = 0;

  bool operator==(const BeatWindow&) const = default;
};

/// Tokens of leads x beats, lead-major: token = lead * beats + beat. A token is `width` samples
/// with the R peak at width / 2; what lies outside its window is 0.
struct BeatTokens {
  std::size_t leads = 12;
  SampleIndex width = 96;
  std::vector<BeatWindow> beats;  ///< in time order, never overlapping

  std::size_t token_count() const { return leads * beats.size(); }
  std::size_t token(std::size_t lead, std::size_t beat) const { return lead * beats.size() + beat; }
  std::size_t lead_of(std::size_t token) const { return token / beats.size(); }
  std::size_t beat_of(std::size_t token) const { return token % beats.size(); }

  /// Beat whose window holds a sample, or beats.size() between windows.
  std::size_t beat_at(SampleIndex sample) const;

  /// Where a sample of the recording lies within the token of a beat.
  SampleIndex offset_of(std::size_t beat, SampleIndex sample) const {
    return sample - beats[beat].r_peak + width / 2;
  }
};

/// How beats are cut.
struct BeatTokenOptions {
  SampleIndex width = 96;       ///< samples; even. 0.96 s at CLEAR's 100 Hz
  std::size_t most_beats = 15;  ///< later beats belong to no token; 0 = all
};

/// Windows around ascending R peaks: each reaches half-way to the neighbouring peaks, but no
/// further than width / 2 from its own. (CLEAR's code lets a window that is wide on one side only
/// run over the neighbour; here windows never overlap.)
/// Errors: kInsufficientData (no R peak); kInvalidArgument (no lead, a width that is not even and
/// positive, peaks that do not ascend within [0, sample_count)).
Result<BeatTokens> beat_tokens(SampleIndex sample_count, std::span<const SampleIndex> r_peaks,
                               std::size_t leads, const BeatTokenOptions& options = {});

/// Copies the tokens' samples to `out`: token_count x width values, 0 outside the windows.
/// Preconditions: the tokens are those of a signal of this length and these leads; out fits.
void read_beat_tokens(SignalView signal, const BeatTokens& tokens, std::span<float> out);

/// The way back: writes the windows' samples into the signal; the rest of it stays as it is.
/// Preconditions: as read_beat_tokens.
void write_beat_tokens(std::span<const float> values, const BeatTokens& tokens, Signal& signal);

/// The patches that hide at least what `beat_mask` hides: every patch with a sample in the window
/// of a hidden beat. Precondition: beat_mask has one value per beat token, the leads agree.
TokenMask patches_of_beats(const TokenMask& beat_mask, const BeatTokens& tokens,
                           const TokenGrid& grid);

/// The beats that patches hide: those of whose window more than half lies in hidden patches.
/// Precondition: patch_mask has one value per token of the grid, the leads agree.
TokenMask beats_of_patches(const TokenMask& patch_mask, const TokenGrid& grid,
                           const BeatTokens& tokens);

}  // namespace ecg
