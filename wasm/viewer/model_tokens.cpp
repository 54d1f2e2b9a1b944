#include "viewer/model_tokens.h"

#include <algorithm>

#include "beat/r_peaks.h"

namespace ecg {
namespace {

constexpr std::size_t kMostTableValues = std::size_t{1} << 22;

Error unsupported(std::string message, std::string hint) {
  return {ErrorCode::kUnsupported, std::move(message), std::move(hint), "model.json", {}};
}

Error impossible(std::string message) {
  return {ErrorCode::kBadValue,
          std::move(message),
          "export the model again with einthoven-train export",
          "model.json",
          {}};
}

/// The count at a key; 0 where there is none.
std::size_t count_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_unsigned()) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(found->get<std::uint64_t>(), 1u << 30));
}

Result<TokenScheme> beats_from_json(const Json& tokens, const ModelSpec& spec) {
  const std::size_t most = count_at(tokens, "most_beats");
  const std::size_t width = count_at(tokens, "beat_samples");
  const auto samples = static_cast<std::size_t>(spec.samples);
  const bool possible = most > 0 && most <= samples && width > 1 && width % 2 == 0 &&
                        width <= samples && most <= kMostTableValues / width / spec.leads.size();
  if (!possible) {
    return impossible("tokens of " + std::to_string(most) + " beats of " + std::to_string(width) +
                      " samples in " + std::to_string(samples));
  }
  const std::size_t bins = count_at(tokens, "time_bins");
  if (bins < beat_time_bins(spec.samples, spec.sampling_rate_hz)) {
    return impossible("tokens.time_bins of " + std::to_string(bins) + " for " +
                      std::to_string(samples) + " samples");
  }
  const auto padding = tokens.find("padding_tokens");
  if (padding != tokens.end() && !padding->is_boolean()) {
    return impossible("tokens.padding_tokens is " + text_from_json(*padding));
  }
  return TokenScheme{true, most, static_cast<SampleIndex>(width),
                     padding != tokens.end() && padding->get<bool>()};
}

Result<void> check_input(const Json& input, const std::vector<NamedInput>& made) {
  const auto name = input.find("name");
  if (name == input.end() || !name->is_string()) return {};
  const auto wanted = name->get<std::string>();
  const auto found = std::find_if(made.begin(), made.end(),
                                  [&](const NamedInput& one) { return one.name == wanted; });
  if (found == made.end()) {
    return unsupported("the model wants \"" + wanted + "\", which this page does not make",
                       "use a model that reads patches of the signal, or its heartbeats");
  }
  const auto shape = input.find("shape");
  if (shape == input.end() || *shape == Json(found->shape)) return {};
  return impossible("the model wants \"" + wanted + "\" of shape " + shape->dump() + ", made is " +
                    Json(found->shape).dump());
}

Result<void> check_graphs(const Json& model, const std::vector<NamedInput>& made) {
  const auto graphs = model.find("graphs");
  if (graphs == model.end() || !graphs->is_object()) return {};
  for (const Json& graph : *graphs) {
    if (!graph.is_object() || !graph.contains("inputs") || !graph["inputs"].is_array()) continue;
    for (const Json& input : graph["inputs"]) {
      if (!input.is_object()) continue;
      if (const auto ok = check_input(input, made); !ok) return ok.error();
    }
  }
  return {};
}

}  // namespace

std::vector<NamedInput> inputs_made(const ModelSpec& spec, const TokenScheme& scheme) {
  const std::size_t leads = spec.leads.size();
  const std::size_t tokens = leads * (scheme.beats ? scheme.most_beats : spec.column_count());
  std::vector<NamedInput> made = {{"signal", {1, leads, static_cast<std::size_t>(spec.samples)}},
                                  {"lead_mask", {1, leads}},
                                  {"token_mask", {1, tokens}}};
  if (!scheme.beats) return made;
  made.push_back({"beats", {1, tokens, static_cast<std::size_t>(scheme.beat_samples)}});
  made.push_back({"beat_time", {1, tokens}});
  made.push_back({"beat_present", {1, tokens}});
  return made;
}

Result<TokenScheme> token_scheme_from_json(const Json& model, const ModelSpec& spec) {
  TokenScheme scheme;
  const auto tokens = model.is_object() ? model.find("tokens") : model.end();
  if (tokens == model.end() || !tokens->is_object()) return scheme;
  const auto kind = tokens->find("kind");
  if (kind != tokens->end() && *kind == "beats") {
    auto beats = beats_from_json(*tokens, spec);
    if (!beats) return beats.error();
    scheme = *beats;
  } else if (kind != tokens->end() && *kind == "steps") {
    scheme.steps = std::max<std::size_t>(count_at(*tokens, "rows"), 1);
  } else if (kind != tokens->end() && *kind != "patches") {
    return unsupported("model.json: tokens.kind is " + text_from_json(*kind) +
                           "; this page knows \"patches\", \"beats\" and \"steps\"",
                       "load the page anew, in case a newer version of it knows them");
  }
  if (const auto ok = check_graphs(model, inputs_made(spec, scheme)); !ok) return ok.error();
  return scheme;
}

std::size_t ModelTokens::column_at(double sample) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const TokenSpan& span) {
    return sample >= static_cast<double>(span.begin) && sample < static_cast<double>(span.end);
  });
  return static_cast<std::size_t>(found - columns.begin());
}

ModelTokens patch_tokens(const TokenGrid& grid) {
  ModelTokens tokens{grid.leads, {}, false};
  for (std::size_t column = 0; column < grid.columns; ++column) {
    tokens.columns.push_back({grid.begin_sample(column), grid.end_sample(column)});
  }
  return tokens;
}

ModelTokens beat_tokens_of(const BeatInput& table) {
  ModelTokens tokens{table.leads, {}, true};
  for (const BeatWindow& beat : table.tokens.beats)
    tokens.columns.push_back({beat.begin, beat.end});
  return tokens;
}

Result<BeatInput> beat_table(ModelInput& input, const TokenScheme& scheme) {
  const auto peaks = find_r_peaks(input.signal);
  if (!peaks) return peaks.error();
  auto table = beat_input(input.signal, input.lead_mask, *peaks,
                          {scheme.beat_samples, scheme.most_beats, scheme.padding_tokens});
  if (!table) return table;
  if (peaks->empty()) {
    input.notes.push_back("No heartbeat was found: the model is given " +
                          std::to_string(table->tokens.beats.size()) +
                          " stretches at equal distances instead.");
  } else if (peaks->size() > scheme.most_beats) {
    input.notes.push_back("The model reads the first " + std::to_string(scheme.most_beats) +
                          " of " + std::to_string(peaks->size()) + " heartbeats.");
  }
  return table;
}

Result<TokenMask> draw_mask(const TokenGrid& patches, double ratio, RandomStream& random) {
  return stdm_mask(patches, stdm_options_for_ratio(patches, ratio), random);
}

Result<TokenMask> draw_mask(const BeatInput& table, double ratio, RandomStream& random) {
  const BeatTokens& tokens = table.tokens;
  std::vector<std::size_t> there;
  for (std::size_t token = 0; token < tokens.token_count(); ++token) {
    const std::size_t row = tokens.lead_of(token) * table.most_beats + tokens.beat_of(token);
    if (table.present[row] > 0) there.push_back(token);
  }
  const auto drawn = random_mask({1, there.size(), 1}, ratio, random);
  if (!drawn) return drawn;
  TokenMask mask(tokens.token_count(), 0);
  for (std::size_t i = 0; i < there.size(); ++i) mask[there[i]] = (*drawn)[i];
  return mask;
}

std::vector<float> mask_of_table(const TokenMask& mask, const BeatInput& table) {
  std::vector<float> rows(table.token_count(), 0.0f);
  for (std::size_t token = 0; token < mask.size(); ++token) {
    rows[table.tokens.lead_of(token) * table.most_beats + table.tokens.beat_of(token)] =
        mask[token];
  }
  return rows;
}

std::vector<float> signal_of_beats(std::span<const float> beats, const BeatInput& table,
                                   const Signal& input) {
  if (beats.size() != table.beats.size()) return {};
  Signal drawn({input.leads().begin(), input.leads().end()}, input.sample_count(),
               input.sampling_rate_hz());
  write_beat_input(beats, table, drawn);
  return {drawn.values().begin(), drawn.values().end()};
}

}  // namespace ecg
