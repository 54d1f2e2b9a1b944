#include "pretext/beat_input.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/assert.h"

namespace ecg {
namespace {

std::vector<SampleIndex> equal_distances(SampleIndex sample_count, std::size_t most_beats) {
  std::vector<SampleIndex> peaks;
  const auto beats = static_cast<SampleIndex>(most_beats);
  for (SampleIndex beat = 0; beat < beats; ++beat) {
    const SampleIndex at = (2 * beat + 1) * sample_count / (2 * beats);
    if (at < sample_count && (peaks.empty() || at > peaks.back())) peaks.push_back(at);
  }
  return peaks;
}

Result<void> check(SignalView signal, std::span<const float> lead_present,
                   const BeatInputOptions& options) {
  if (options.most_beats == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "a table of 0 beats per lead",
                 "choose how many beats the model takes",
                 "",
                 {}};
  }
  if (!lead_present.empty() && lead_present.size() != signal.lead_count) {
    return Error{ErrorCode::kInvalidArgument,
                 "presence of " + std::to_string(lead_present.size()) + " leads for a signal of " +
                     std::to_string(signal.lead_count),
                 "give one flag per lead",
                 "",
                 {}};
  }
  return {};
}

/// Copies the beats of present leads into the table.
void fill_table(SignalView signal, std::span<const float> lead_present, BeatInput& input) {
  const auto width = static_cast<std::size_t>(input.width);
  std::vector<float> cut(input.tokens.token_count() * width);
  read_beat_tokens(signal, input.tokens, cut);
  for (std::size_t lead = 0; lead < input.leads; ++lead) {
    if (!lead_present.empty() && lead_present[lead] < 0.5f) continue;
    for (std::size_t beat = 0; beat < input.tokens.beats.size(); ++beat) {
      const std::size_t token = lead * input.most_beats + beat;
      const auto from =
          cut.begin() + static_cast<std::ptrdiff_t>(input.tokens.token(lead, beat) * width);
      std::copy_n(from, width, input.beats.begin() + static_cast<std::ptrdiff_t>(token * width));
      const auto r_peak = static_cast<double>(input.tokens.beats[beat].r_peak);
      input.time_bin[token] = static_cast<float>(std::floor(r_peak / signal.sampling_rate_hz) + 1);
      input.present[token] = 1;
    }
  }
}

/// Every row of a present lead becomes a token, beat or not.
void count_padding(std::span<const float> lead_present, BeatInput& input) {
  for (std::size_t token = 0; token < input.token_count(); ++token) {
    const std::size_t lead = token / input.most_beats;
    if (lead_present.empty() || lead_present[lead] >= 0.5f) input.present[token] = 1;
  }
}

}  // namespace

std::size_t beat_time_bins(SampleIndex sample_count, double sampling_rate_hz) {
  return static_cast<std::size_t>(std::ceil(static_cast<double>(sample_count) / sampling_rate_hz)) +
         1;
}

Result<BeatInput> beat_input(SignalView signal, std::span<const float> lead_present,
                             std::span<const SampleIndex> r_peaks,
                             const BeatInputOptions& options) {
  if (const auto ok = check(signal, lead_present, options); !ok) return ok.error();
  std::vector<SampleIndex> instead;
  if (r_peaks.empty()) {
    instead = equal_distances(signal.sample_count, options.most_beats);
    r_peaks = instead;
  }
  auto tokens = beat_tokens(signal.sample_count, r_peaks, signal.lead_count,
                            {options.width, options.most_beats});
  if (!tokens) return tokens.error();
  BeatInput input;
  input.leads = signal.lead_count;
  input.most_beats = options.most_beats;
  input.width = options.width;
  input.tokens = std::move(*tokens);
  input.beats.assign(input.token_count() * static_cast<std::size_t>(options.width), 0.0f);
  input.time_bin.assign(input.token_count(), 0.0f);
  input.present.assign(input.token_count(), 0.0f);
  fill_table(signal, lead_present, input);
  if (options.padding_tokens) count_padding(lead_present, input);
  return input;
}

void write_beat_input(std::span<const float> beats, const BeatInput& input, Signal& signal) {
  const auto width = static_cast<std::size_t>(input.width);
  ECG_ASSERT(beats.size() == input.token_count() * width);
  std::vector<float> there(input.tokens.token_count() * width);
  for (std::size_t lead = 0; lead < input.leads; ++lead) {
    const auto from = beats.begin() + static_cast<std::ptrdiff_t>(lead * input.most_beats * width);
    const std::size_t count = input.tokens.beats.size() * width;
    std::copy_n(from, count, there.begin() + static_cast<std::ptrdiff_t>(lead * count));
  }
  write_beat_tokens(there, input.tokens, signal);
}

}  // namespace ecg
