#pragma once
// The beats of a recording as a model of beat tokens is fed them: a table of fixed size, whatever
// the heart rate. The same code feeds training, the export's golden cases and the page.

#include <span>
#include <vector>

#include "core/result.h"
#include "core/signal.h"
#include "pretext/beat_tokens.h"

namespace ecg {

/// Beats of `leads` x `most_beats` tokens, lead-major: token = lead * most_beats + beat.
struct BeatInput {
  std::size_t leads = 12;
  std::size_t most_beats = 15;
  SampleIndex width = 96;
  BeatTokens tokens;            ///< where in the recording the beats lie
  std::vector<float> beats;     ///< tokens x width, in units of the signal; 0 where not present
  std::vector<float> time_bin;  ///< per token: 1 + the second in which its R peak lies, 0 = no beat
  std::vector<float> present;   ///< per token: 1 where the lead is present and there is a beat,
                                ///< or padding counts as a token

  std::size_t token_count() const { return leads * most_beats; }
};

/// How the table is made: cut as beat_tokens cuts, and what stands where there is no beat.
struct BeatInputOptions {
  SampleIndex width = 96;       ///< samples of a beat; even
  std::size_t most_beats = 15;  ///< rows per lead; later beats belong to no token
  /// Rows of a present lead without a beat count as tokens, of zeros and of no time, as CLEAR's
  /// code has it; otherwise they are neither seen nor predicted.
  bool padding_tokens = false;
};

/// Bins of time that `beat_input` can give for recordings of this length, 0 included.
std::size_t beat_time_bins(SampleIndex sample_count, double sampling_rate_hz);

/// Cuts the first `options.most_beats` beats (> 0). lead_present: per lead, 1 = present; empty =
/// all. Where there is no R peak, as many as `most_beats` are put at equal distances, as CLEAR does
/// (each in the middle of its share), so that a recording without a heartbeat is still seen.
/// With padding_tokens every row of a present lead is present. Errors: those of beat_tokens,
/// kInvalidArgument (lead_present of another size, most_beats 0).
Result<BeatInput> beat_input(SignalView signal, std::span<const float> lead_present,
                             std::span<const SampleIndex> r_peaks,
                             const BeatInputOptions& options = {});

/// The way back: writes the windows' samples of a table (as BeatInput::beats) into the signal; the
/// rest of it stays as it is. Preconditions: the table is of `input`'s size, the signal the one
/// that `input` was made of or of its size.
void write_beat_input(std::span<const float> beats, const BeatInput& input, Signal& signal);

}  // namespace ecg
