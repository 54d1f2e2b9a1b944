#pragma once
// Encode mode without its looks: which tokens are hidden, what goes to the model, what came back
// and how far it is from the truth. The model itself runs elsewhere (the page's worker).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/recording.h"
#include "core/result.h"
#include "model_input/make_input.h"
#include "pretext/mask.h"
#include "viewer/model_heads.h"
#include "viewer/model_tokens.h"

namespace ecg {

enum class EncoderStatus { kNone, kLoading, kChecking, kReady, kRunning, kFallback, kFailed };

/// "none", "loading", ...; the inverse gives nullopt for any other text.
std::string_view encoder_status_name(EncoderStatus status);
std::optional<EncoderStatus> encoder_status_from_name(std::string_view name);

/// What the model made of one masked input. All in millivolt, leads x samples of the ModelSpec.
struct Reconstruction {
  std::vector<float> signal_mv;  ///< lead after lead
  std::vector<double>
      token_error_mv;           ///< mean |reconstruction - input| per token; NaN: visible or absent
  double mean_error_mv = 0;     ///< mean over the hidden tokens of present leads; NaN if none
  double largest_error_mv = 0;  ///< of token_error_mv
  double elapsed_ms = 0;
};

struct Embedding {
  std::vector<float> values;
  double norm = 0;  ///< Euclidean
  double elapsed_ms = 0;
};

/// Facts of model.json worth showing; texts are empty where the file does not say.
struct ModelFacts {
  std::string corpus, preset, licence;
  bool reconstructs = true;  ///< false: it has no decoder, so hiding parts from it shows nothing
};

/// The state of Encode mode. Every change of recording, model, mask ratio, seed or window start
/// raises generation(); results of other generations are ignored.
class Encoder {
 public:
  /// Reads a bundle's model.json. Errors: those of model_spec_from_json and token_scheme_from_json;
  /// the model before stays.
  Result<void> set_model(std::string_view model_json);
  /// Without a model, as before the first: no answer, no figures. Mask ratio and seed stay.
  void forget_model();
  void set_recording(const Recording* recording);  ///< kept by the caller; nullptr: none
  void set_mask_ratio(double ratio);               ///< clamped to [0.05, 0.95]
  void set_seed(std::uint32_t seed);
  void set_window_start(double start_s);  ///< clamped to what the recording holds
  void set_status(EncoderStatus status, std::string detail);

  /// Hides one token of a lead that is there, or shows it, and leaves the others as they are: a
  /// mask by hand, until ratio, seed, window, recording or model change. The last visible one
  /// stays.
  void hide_token(std::size_t token, bool hidden);

  /// Makes input and mask if they are not made yet. Errors: kInvalidArgument without a model,
  /// kInsufficientData without a recording, else those of make_input and beat_table.
  Result<void> prepare();

  /// True when a run is wanted and none is under way: call note_requested() after asking for it.
  bool wants_run() const;
  void note_requested() { requested_generation_ = generation_; }
  void request_again();  ///< runs once more although nothing changed, a mask by hand included

  /// Takes a result as the graph gave it (a signal, or a table of heartbeats); false if it is of
  /// another generation or has the wrong size.
  bool set_reconstruction(int generation, std::span<const float> values, double elapsed_ms);
  bool set_embedding(int generation, std::span<const float> values, double elapsed_ms);
  /// Probabilities of all labels of heads(), one head after the other.
  bool set_probabilities(int generation, std::span<const float> values);

  int generation() const { return generation_; }
  EncoderStatus status() const { return status_; }
  const std::string& status_detail() const { return status_detail_; }
  const std::optional<ModelSpec>& spec() const { return spec_; }
  const TokenScheme& token_scheme() const { return scheme_; }
  const ModelFacts& facts() const { return facts_; }
  /// Of the input; without one, those of patches still, and no columns of a model of heartbeats.
  const ModelTokens& tokens() const { return tokens_; }
  double mask_ratio() const { return mask_ratio_; }
  std::uint32_t seed() const { return seed_; }
  double window_start_s() const { return window_start_s_; }
  const std::optional<Error>& input_error() const { return input_error_; }

  /// Valid after prepare() succeeded; nullopt otherwise.
  const std::optional<ModelInput>& input() const { return input_; }
  const TokenMask& mask() const { return mask_; }
  bool mask_by_hand() const { return mask_by_hand_; }
  /// What the graphs may be fed, with their shapes; their values once prepare() succeeded, and none
  /// for a name that is not among them.
  std::vector<NamedInput> inputs() const;
  std::span<const float> input_values(std::string_view name) const;
  const Signal& input_mv() const { return input_mv_; }  ///< the input in mV; absent leads are NaN
  const std::optional<Reconstruction>& reconstruction() const { return reconstruction_; }
  const std::optional<Embedding>& embedding() const { return embedding_; }
  const std::vector<ModelHead>& heads() const { return heads_; }
  const std::vector<float>& probabilities() const { return probabilities_; }  ///< empty: none yet

 private:
  void change(bool keeps_input);
  void abandon_run();  ///< what a model before was asked will not be answered
  Result<void> make_input();
  Result<void> make_mask();
  void give_mask_to_graph();
  void ask_anew();  ///< what came back is of another mask
  std::size_t visible_count() const;
  TokenGrid patches() const;

  const Recording* recording_ = nullptr;
  std::optional<ModelSpec> spec_;
  TokenScheme scheme_;
  ModelFacts facts_;
  EncoderStatus status_ = EncoderStatus::kNone;
  std::string status_detail_;
  double mask_ratio_ = 0.6;
  std::uint32_t seed_ = 1;
  double window_start_s_ = 0;
  int generation_ = 1;
  int requested_generation_ = 0;
  int finished_generation_ = 0;
  std::optional<ModelInput> input_;
  std::optional<Error> input_error_;
  Signal input_mv_;
  std::optional<BeatInput> table_;  ///< of a model of heartbeats
  ModelTokens tokens_;
  TokenMask mask_;
  bool mask_by_hand_ = false;
  std::vector<float> token_mask_;  ///< as the graph takes it
  std::optional<Reconstruction> reconstruction_;
  std::optional<Embedding> embedding_;
  std::vector<ModelHead> heads_;
  std::vector<float> probabilities_;
};

/// Millivolt from model units, and the error of every hidden token of a present lead.
Reconstruction reconstruction_from(const ModelInput& input, const ModelTokens& tokens,
                                   const TokenMask& mask, std::span<const float> normalised);

/// The input in millivolt; absent leads become NaN.
Signal input_in_mv(const ModelInput& input);

}  // namespace ecg
