#include "viewer/encoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "viewer/json.h"

namespace ecg {
namespace {

constexpr std::array<std::string_view, 7> kStatusNames = {
    "none", "loading", "checking", "ready", "running", "fallback", "failed"};
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// A text below a chain of keys, or empty.
std::string text_at(const Json& json, std::initializer_list<const char*> keys) {
  const Json* at = &json;
  for (const char* key : keys) {
    if (!at->is_object()) return {};
    const auto found = at->find(key);
    if (found == at->end()) return {};
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : std::string();
}

ModelFacts facts_from_json(const Json& json) {
  return {text_at(json, {"provenance", "corpus"}), text_at(json, {"provenance", "preset"}),
          text_at(json, {"provenance", "licence"}),
          !json.contains("graphs") || json["graphs"].contains("reconstruct")};
}

float mv_from_model(const ModelInput& input, std::size_t lead, float value) {
  return static_cast<float>(value * input.scale_mv[lead] + input.offset_mv[lead]);
}

/// Mean |difference| over one token, mV.
double token_error(const ModelInput& input, const TokenSpan& span, std::size_t lead,
                   std::span<const float> normalised) {
  const std::span<const float> truth = input.signal.lead(lead);
  const std::size_t row = lead * truth.size();
  double sum = 0;
  for (SampleIndex i = span.begin; i < span.end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    sum += std::abs(static_cast<double>(normalised[row + at]) - truth[at]);
  }
  return sum * std::abs(input.scale_mv[lead]) / static_cast<double>(span.end - span.begin);
}

}  // namespace

std::string_view encoder_status_name(EncoderStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<EncoderStatus> encoder_status_from_name(std::string_view name) {
  const auto found = std::find(kStatusNames.begin(), kStatusNames.end(), name);
  if (found == kStatusNames.end()) return std::nullopt;
  return static_cast<EncoderStatus>(found - kStatusNames.begin());
}

Signal input_in_mv(const ModelInput& input) {
  Signal result = input.signal;
  for (std::size_t lead = 0; lead < result.lead_count(); ++lead) {
    const bool present = input.lead_mask[lead] > 0;
    for (float& value : result.lead(lead)) {
      value = present ? mv_from_model(input, lead, value) : kMissing;
    }
  }
  return result;
}

Reconstruction reconstruction_from(const ModelInput& input, const ModelTokens& tokens,
                                   const TokenMask& mask, std::span<const float> normalised) {
  Reconstruction result;
  const auto samples = static_cast<std::size_t>(input.signal.sample_count());
  result.signal_mv.resize(normalised.size());
  for (std::size_t i = 0; i < normalised.size(); ++i) {
    result.signal_mv[i] = mv_from_model(input, i / samples, normalised[i]);
  }
  result.token_error_mv.assign(tokens.token_count(), kMissing);
  double sum = 0;
  std::size_t counted = 0;
  for (std::size_t token = 0; token < tokens.token_count(); ++token) {
    const std::size_t lead = tokens.lead_of(token);
    if (mask[token] == 0 || input.lead_mask[lead] <= 0) continue;
    const TokenSpan& span = tokens.columns[tokens.column_of(token)];
    const double error = token_error(input, span, lead, normalised);
    result.token_error_mv[token] = error;
    result.largest_error_mv = std::max(result.largest_error_mv, error);
    sum += error;
    ++counted;
  }
  result.mean_error_mv = counted > 0 ? sum / static_cast<double>(counted) : kMissing;
  return result;
}

void Encoder::ask_anew() {
  ++generation_;
  reconstruction_.reset();
}

void Encoder::change(bool keeps_input) {
  ask_anew();
  mask_.clear();
  mask_by_hand_ = false;
  token_mask_.clear();
  if (keeps_input) return;
  embedding_.reset();
  probabilities_.clear();
  input_.reset();
  input_error_.reset();
  input_mv_ = Signal();
  table_.reset();
  tokens_ = spec_ && !scheme_.beats ? patch_tokens(patches()) : ModelTokens();
}

Result<void> Encoder::set_model(std::string_view model_json) {
  auto spec = model_spec_from_json(model_json);
  if (!spec) return spec.error();
  const Json json = Json::parse(model_json, nullptr, false);
  const auto scheme = token_scheme_from_json(json, *spec);
  if (!scheme) return scheme.error();
  spec_ = std::move(*spec);
  scheme_ = *scheme;
  facts_ = facts_from_json(json);
  heads_ = heads_from_json(json);
  abandon_run();
  return {};
}

void Encoder::forget_model() {
  spec_.reset();
  scheme_ = {};
  facts_ = {};
  heads_.clear();
  abandon_run();
}

void Encoder::abandon_run() {
  finished_generation_ = requested_generation_;
  change(false);
}

void Encoder::set_recording(const Recording* recording) {
  recording_ = recording;
  window_start_s_ = 0;
  change(false);
}

void Encoder::set_mask_ratio(double ratio) {
  if (!std::isfinite(ratio)) return;
  ratio = std::clamp(ratio, 0.05, 0.95);
  if (ratio == mask_ratio_) return;
  mask_ratio_ = ratio;
  change(true);
}

void Encoder::set_seed(std::uint32_t seed) {
  if (seed == seed_) return;
  seed_ = seed;
  change(true);
}

void Encoder::set_window_start(double start_s) {
  if (recording_ == nullptr || !spec_ || !std::isfinite(start_s)) return;
  const double latest = std::max(0.0, recording_->signal.duration_s() - spec_->duration_s());
  start_s = std::clamp(start_s, 0.0, latest);
  if (start_s == window_start_s_) return;
  window_start_s_ = start_s;
  change(false);
}

void Encoder::set_status(EncoderStatus status, std::string detail) {
  // A run that failed will not answer: let the next change ask again, but not this one.
  if (status == EncoderStatus::kFailed) finished_generation_ = requested_generation_;
  status_ = status;
  status_detail_ = std::move(detail);
}

TokenGrid Encoder::patches() const {
  return {spec_->leads.size(), spec_->column_count(), spec_->patch_samples};
}

std::vector<NamedInput> Encoder::inputs() const {
  return spec_ ? inputs_made(*spec_, scheme_) : std::vector<NamedInput>();
}

std::span<const float> Encoder::input_values(std::string_view name) const {
  if (!input_ || mask_.empty()) return {};
  if (name == "signal") return input_->signal.values();
  if (name == "lead_mask") return input_->lead_mask;
  if (name == "token_mask") return token_mask_;
  if (!table_) return {};
  if (name == "beats") return table_->beats;
  if (name == "beat_time") return table_->time_bin;
  if (name == "beat_present") return table_->present;
  return {};
}

Result<void> Encoder::make_mask() {
  RandomKey key;
  key.seed = seed_;
  key.purpose = RandomPurpose::kMask;
  RandomStream random(key);
  auto mask =
      table_ ? draw_mask(*table_, mask_ratio_, random) : draw_mask(patches(), mask_ratio_, random);
  if (!mask) return mask.error();
  mask_ = std::move(*mask);
  give_mask_to_graph();
  return {};
}

void Encoder::give_mask_to_graph() {
  if (table_) {
    token_mask_ = mask_of_table(mask_, *table_);
  } else {
    token_mask_.assign(mask_.begin(), mask_.end());
  }
}

std::size_t Encoder::visible_count() const {
  std::size_t count = 0;
  for (std::size_t token = 0; token < mask_.size(); ++token) {
    if (mask_[token] == 0 && input_->lead_mask[tokens_.lead_of(token)] > 0) ++count;
  }
  return count;
}

void Encoder::hide_token(std::size_t token, bool hidden) {
  if (token >= mask_.size() || (mask_[token] != 0) == hidden) return;
  if (input_->lead_mask[tokens_.lead_of(token)] <= 0 || (hidden && visible_count() < 2)) return;
  mask_[token] = hidden ? 1 : 0;
  mask_by_hand_ = true;
  give_mask_to_graph();
  ask_anew();
}

Result<void> Encoder::make_input() {
  auto input = ecg::make_input(recording_->signal, *spec_, window_start_s_);
  if (!input) return input.error();
  if (scheme_.beats) {
    auto table = beat_table(*input, scheme_);
    if (!table) return table.error();
    table_ = std::move(*table);
    tokens_ = beat_tokens_of(*table_);
  }
  input_ = std::move(*input);
  input_mv_ = input_in_mv(*input_);
  return {};
}

Result<void> Encoder::prepare() {
  if (!spec_) {
    return Error{ErrorCode::kInvalidArgument,
                 "no model is loaded",
                 "Wait until the model is loaded.",
                 {},
                 {}};
  }
  if (recording_ == nullptr) {
    return Error{ErrorCode::kInsufficientData,
                 "no recording is open",
                 "Open an ECG or the example.",
                 {},
                 {}};
  }
  if (input_error_) return *input_error_;
  if (!input_) {
    if (const auto made = make_input(); !made) {
      input_error_ = made.error();
      return made.error();
    }
  }
  return mask_.empty() ? make_mask() : Result<void>();
}

bool Encoder::wants_run() const {
  const bool able = status_ == EncoderStatus::kReady || status_ == EncoderStatus::kFallback;
  const bool under_way = requested_generation_ != finished_generation_;
  return able && !under_way && finished_generation_ != generation_ && spec_ &&
         recording_ != nullptr && !input_error_;
}

void Encoder::request_again() {
  finished_generation_ = requested_generation_;
  ask_anew();
}

bool Encoder::set_reconstruction(int generation, std::span<const float> values, double elapsed_ms) {
  if (generation == requested_generation_) finished_generation_ = generation;
  if (generation != generation_ || !input_ || mask_.empty()) return false;
  std::vector<float> placed;
  if (table_) {
    placed = signal_of_beats(values, *table_, input_->signal);
    values = placed;
  }
  if (values.size() != input_->signal.values().size()) return false;
  reconstruction_ = reconstruction_from(*input_, tokens_, mask_, values);
  reconstruction_->elapsed_ms = elapsed_ms;
  return true;
}

bool Encoder::set_embedding(int generation, std::span<const float> values, double elapsed_ms) {
  // Without a decoder this is the whole answer.
  if (!facts_.reconstructs && generation == requested_generation_)
    finished_generation_ = generation;
  if (generation != generation_ || values.empty()) return false;
  Embedding embedding{{values.begin(), values.end()}, 0, elapsed_ms};
  for (const float value : values) embedding.norm += static_cast<double>(value) * value;
  embedding.norm = std::sqrt(embedding.norm);
  embedding_ = std::move(embedding);
  return true;
}

bool Encoder::set_probabilities(int generation, std::span<const float> values) {
  if (generation != generation_ || values.size() != label_count(heads_)) return false;
  probabilities_.assign(values.begin(), values.end());
  return true;
}

}  // namespace ecg
