#pragma once
// Into which tokens a model cuts its input: patches of equal length, heartbeats, or steps in time.
// And what its graphs are fed by name.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "model_input/make_input.h"
#include "pretext/beat_input.h"
#include "pretext/mask.h"
#include "viewer/json.h"

namespace ecg {

/// The "tokens" of model.json, as far as the input depends on it.
struct TokenScheme {
  bool beats = false;            ///< tokens are heartbeats of single leads, not patches
  std::size_t most_beats = 0;    ///< rows per lead of the table of beats
  SampleIndex beat_samples = 0;  ///< samples of one of them
  bool padding_tokens = false;   ///< rows of the table without a beat are tokens too
  std::size_t steps = 0;         ///< tokens that are steps of all leads together; else 0
};

/// Something a graph may ask for by its name, and the shape in which it is made here.
struct NamedInput {
  std::string_view name;
  std::vector<std::size_t> shape;
};

/// All that is made here for such a model.
std::vector<NamedInput> inputs_made(const ModelSpec& spec, const TokenScheme& scheme);

/// Reads "tokens" and holds every input that the graphs name against what is made here. Errors:
/// kUnsupported (tokens of a kind, or an input, that is not made here, by its name), kBadValue (a
/// table of beats of impossible size, an input in another shape).
Result<TokenScheme> token_scheme_from_json(const Json& model, const ModelSpec& spec);

/// Samples [begin, end) of the model's input that one token of every lead covers.
struct TokenSpan {
  SampleIndex begin = 0;
  SampleIndex end = 0;
};

/// The tokens of one input, lead-major: token = lead * columns + column. Columns ascend in time and
/// never overlap; between heartbeats there may be samples that no token covers.
struct ModelTokens {
  std::size_t leads = 0;
  std::vector<TokenSpan> columns;
  bool beats = false;

  std::size_t token_count() const { return leads * columns.size(); }
  std::size_t token(std::size_t lead, std::size_t column) const {
    return lead * columns.size() + column;
  }
  std::size_t lead_of(std::size_t token) const { return token / columns.size(); }
  std::size_t column_of(std::size_t token) const { return token % columns.size(); }

  /// Column that covers a sample, or the number of columns.
  std::size_t column_at(double sample) const;
};

/// Tokens of patches.
ModelTokens patch_tokens(const TokenGrid& grid);
/// Tokens of the heartbeats in a table.
ModelTokens beat_tokens_of(const BeatInput& table);

/// The table of the heartbeats found in a model's input. What it leaves out, or puts in their place
/// where there are none, is added to input.notes. Errors: those of find_r_peaks and beat_input.
Result<BeatInput> beat_table(ModelInput& input, const TokenScheme& scheme);

/// Hides about that share of the tokens as training does: patches by stretches of time and whole
/// leads (STDM), heartbeats one by one among the leads that are present. Errors: those of the
/// masks.
Result<TokenMask> draw_mask(const TokenGrid& patches, double ratio, RandomStream& random);
Result<TokenMask> draw_mask(const BeatInput& table, double ratio, RandomStream& random);

/// A mask of a table's heartbeats in the layout of the table itself: leads x most_beats.
std::vector<float> mask_of_table(const TokenMask& mask, const BeatInput& table);

/// The beats a model drew, [leads * most_beats, width], where they lie in the input; 0 elsewhere.
/// Empty if `beats` is of another size.
std::vector<float> signal_of_beats(std::span<const float> beats, const BeatInput& table,
                                   const Signal& input);

}  // namespace ecg
