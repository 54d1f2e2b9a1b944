#include "export/clear_export.h"

#include "export/weight_source.h"
#include "nn/mae_config.h"

namespace ecg {
namespace {

constexpr auto kClosed = static_cast<float>(kHiddenKeyBias);

// Encoder or decoder: what the two have in common.
struct Tower {
  std::string name;
  std::int64_t width, depth, heads;
};

// A beat without its level and amplitude, [1, tokens, P], and those, [1, tokens, 1].
struct BeatParts {
  Value shape, mean, log_sd;
};

// Writes the parts of one graph. A graph is run for one record, so that the attention's pattern is
// a mask of rows x rows here: native code groups rows instead (nn/structured_attention.h).
class ClearGraph {
 public:
  ClearGraph(std::string name, const ClearConfig& config, const NamedWeights& weights,
             Precision precision)
      : config_(config),
        leads_(config.lead_count()),
        tokens_(config.token_count()),
        weights_(weights),
        graph_(std::move(name), precision) {}

  void inputs(bool with_token_mask);
  Value encoder();
  Value decoder(const Value& encoded);
  void encode_outputs(const Value& rows);
  void reconstruct_output(const Value& prediction);

  OnnxModel finished(const OnnxMetadata& metadata) {
    for (const auto& [key, text] : metadata) graph_.metadata(key, text);
    return graph_.model();
  }

 private:
  BeatParts normalised(const Value& beats);
  Value lead_rows(const Tower& tower, const std::string& table, std::int64_t rows_per_lead);
  Value token_places(const Tower& tower);
  Value cls_rows(const Tower& tower);
  Value bias_of(const Value& open);
  Value pattern(const Value& token_pairs, const Value& cls_keys);
  Value visible_pattern();
  Value decoder_pattern();
  Value block(const Value& x, const Value& bias, const Tower& tower, const std::string& name);
  Value blocks(Value x, const Value& bias, const Tower& tower);
  Value concat(std::vector<Value> parts, std::int64_t axis) {
    return graph_.node("Concat", std::move(parts), {{"axis", axis}});
  }

  Tower encoder_tower() const { return {"encoder", config_.width, config_.depth, config_.heads}; }
  Tower decoder_tower() const {
    return {"decoder", config_.decoder_width, config_.decoder_depth, config_.decoder_heads};
  }

  const ClearConfig& config_;
  std::int64_t leads_, tokens_;
  WeightSource weights_;
  GraphBuilder graph_;
  Value time_, present_, visible_;  // int64 [tokens]; bool [1, tokens, 1]
  BeatParts seen_;                  // of visible beats
};

void ClearGraph::inputs(bool with_token_mask) {
  const Value beats = graph_.input("beats", {1, tokens_, config_.beat_samples});
  const Value time = graph_.input("beat_time", {1, tokens_});
  const Value present = graph_.input("beat_present", {1, tokens_});
  graph_.scope("inputs");
  time_ = graph_.node("Cast", {graph_.reshape(time, {tokens_})},
                      {{"to", static_cast<std::int64_t>(OnnxType::kInt64)}});
  present_ = graph_.is_set(graph_.reshape(present, {1, tokens_, 1}));
  visible_ = present_;
  if (with_token_mask) {
    const Value token_mask = graph_.input("token_mask", {1, tokens_});
    const Value hidden = graph_.is_set(graph_.reshape(token_mask, {1, tokens_, 1}));
    visible_ = graph_.node("And", {present_, graph_.node("Not", {hidden})});
  }
  seen_ = normalised(graph_.where(visible_, beats, graph_.constant(0.0F)));
}

BeatParts ClearGraph::normalised(const Value& beats) {
  const Value axis = graph_.integers({-1});
  const Value mean = graph_.node("ReduceMean", {beats, axis});
  const Value centred = graph_.node("Sub", {beats, mean});
  const Value sum = graph_.node("ReduceSum", {graph_.node("Mul", {centred, centred}), axis});
  const Value count = graph_.constant(static_cast<float>(config_.beat_samples - 1));
  const Value variance = graph_.node("Add", {graph_.node("Div", {sum, count}),
                                             graph_.constant(static_cast<float>(config_.epsilon))});
  const Value sd = graph_.node("Sqrt", {variance});
  return {graph_.node("Div", {centred, sd}), mean, graph_.node("Log", {sd})};
}

// Rows of a table that has `rows_per_lead` rows for every Lead value: [1, leads * those, width].
Value ClearGraph::lead_rows(const Tower& tower, const std::string& table,
                            std::int64_t rows_per_lead) {
  const std::int64_t size = rows_per_lead * tower.width;
  const auto& all =
      weights_.get(tower.name + ".places." + table, {kLeadRows * rows_per_lead, tower.width});
  std::vector<float> rows;
  for (const Lead lead : config_.leads) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(lead) * size;
    rows.insert(rows.end(), begin, begin + size);
  }
  return graph_.constant(std::move(rows), {1, leads_ * rows_per_lead, tower.width});
}

Value ClearGraph::cls_rows(const Tower& tower) { return lead_rows(tower, "cls_embedding", 1); }

// [1, tokens, width] that a token's lead, beat and time add to it.
Value ClearGraph::token_places(const Tower& tower) {
  const Value lead =
      graph_.reshape(lead_rows(tower, "lead_embedding", 1), {1, leads_, 1, tower.width});
  const Value beat = graph_.reshape(lead_rows(tower, "position_embedding", config_.beats),
                                    {1, leads_, config_.beats, tower.width});
  const Value place = graph_.reshape(graph_.node("Add", {lead, beat}), {1, tokens_, tower.width});
  const Value bins = graph_.constant(
      weights_.get(tower.name + ".places.time_embedding", {config_.time_bins, tower.width}),
      {config_.time_bins, tower.width});
  const Value time = graph_.node("Gather", {bins, time_}, {{"axis", std::int64_t{0}}});
  return graph_.node("Add", {place, time});
}

Value ClearGraph::bias_of(const Value& open) {
  return graph_.where(open, graph_.constant(0.0F), graph_.constant(kClosed));
}

// [1, 1, rows, rows] from the biases of tokens towards tokens, [tokens or 1, tokens], and of CLS
// rows towards tokens, [1, tokens], of which every lead sees its own.
Value ClearGraph::pattern(const Value& token_pairs, const Value& cls_keys) {
  std::vector<float> own(static_cast<std::size_t>(leads_ * tokens_), kClosed);
  std::vector<float> own_cls(static_cast<std::size_t>(leads_ * tokens_), kClosed);
  std::vector<float> itself(static_cast<std::size_t>(leads_ * leads_), kClosed);
  for (std::int64_t lead = 0; lead < leads_; ++lead) {
    itself[static_cast<std::size_t>(lead * leads_ + lead)] = 0;
    for (std::int64_t beat = 0; beat < config_.beats; ++beat) {
      const std::int64_t token = lead * config_.beats + beat;
      own[static_cast<std::size_t>(lead * tokens_ + token)] = 0;
      own_cls[static_cast<std::size_t>(token * leads_ + lead)] = 0;
    }
  }
  const Value own_tokens =
      graph_.node("Min", {graph_.constant(std::move(own), {leads_, tokens_}), cls_keys});
  const Value cls = concat({graph_.constant(std::move(itself), {leads_, leads_}), own_tokens}, 1);
  const Value pairs = graph_.node("Expand", {token_pairs, graph_.integers({tokens_, tokens_})});
  const Value tokens = concat({graph_.constant(std::move(own_cls), {tokens_, leads_}), pairs}, 1);
  const std::int64_t rows = leads_ + tokens_;
  return graph_.reshape(concat({cls, tokens}, 0), {1, 1, rows, rows});
}

Value ClearGraph::visible_pattern() {
  const Value keys = bias_of(graph_.reshape(visible_, {1, tokens_}));
  return pattern(keys, keys);
}

Value ClearGraph::decoder_pattern() {
  std::vector<float> same_beat(static_cast<std::size_t>(tokens_ * tokens_), kClosed);
  for (std::int64_t from = 0; from < tokens_; ++from) {
    for (std::int64_t to = from % config_.beats; to < tokens_; to += config_.beats) {
      same_beat[static_cast<std::size_t>(from * tokens_ + to)] = 0;
    }
  }
  const Value keys = bias_of(graph_.reshape(present_, {1, tokens_}));
  const Value shown = bias_of(graph_.reshape(visible_, {1, tokens_}));
  const Value by_beat =
      graph_.node("Min", {graph_.constant(std::move(same_beat), {tokens_, tokens_}), keys});
  const Value from_visible = graph_.reshape(visible_, {tokens_, 1});
  return pattern(graph_.where(from_visible, shown, by_beat), keys);
}

Value ClearGraph::block(const Value& x, const Value& bias, const Tower& tower,
                        const std::string& name) {
  graph_.scope(name);
  const std::int64_t width = tower.width, ffn = config_.ffn_width;
  const Value qkv = graph_.linear(x, weights_.linear(name + ".qkv", width, 3 * width));
  const Value mixed = graph_.attention(qkv, bias, leads_ + tokens_, width, tower.heads);
  const Value added = graph_.linear(mixed, weights_.linear(name + ".proj", width, width));
  const Value attended = graph_.layer_norm(graph_.node("Add", {x, added}),
                                           weights_.norm(name + ".norm1", width), kNormEpsilon);
  const Value wide =
      graph_.node("Relu", {graph_.linear(attended, weights_.linear(name + ".fc1", width, ffn))});
  const Value transformed = graph_.linear(wide, weights_.linear(name + ".fc2", ffn, width));
  return graph_.layer_norm(graph_.node("Add", {attended, transformed}),
                           weights_.norm(name + ".norm2", width), kNormEpsilon);
}

Value ClearGraph::blocks(Value x, const Value& bias, const Tower& tower) {
  for (std::int64_t i = 0; i < tower.depth; ++i) {
    x = block(x, bias, tower, tower.name + ".blocks." + std::to_string(i));
  }
  graph_.scope(tower.name);
  return x;
}

Value ClearGraph::encoder() {
  const Tower tower = encoder_tower();
  graph_.scope(tower.name);
  Value tokens = graph_.linear_exact(
      seen_.shape, weights_.linear("encoder.beat_embed", config_.beat_samples, tower.width));
  tokens = graph_.node("Add", {tokens, token_places(tower)});
  if (config_.amplitude) {
    // Unseen rows matter to nobody, but large ones would widen the range of 8-bit activations.
    const Value log_sd = graph_.where(visible_, seen_.log_sd, graph_.constant(0.0F));
    const Value amplitude =
        graph_.linear_exact(log_sd, weights_.linear("encoder.amplitude_embed", 1, tower.width));
    tokens = graph_.node("Add", {tokens, amplitude});
  }
  return blocks(concat({cls_rows(tower), tokens}, 1), visible_pattern(), tower);
}

Value ClearGraph::decoder(const Value& encoded) {
  const Tower tower = decoder_tower();
  graph_.scope(tower.name);
  const Value rows =
      graph_.linear(encoded, weights_.linear("decoder.embed", config_.width, tower.width));
  const std::vector<Value> parts = graph_.node_with_outputs(
      "Split", {rows, graph_.integers({leads_, tokens_})}, 2, {{"axis", std::int64_t{1}}});
  const Value mask_token =
      graph_.constant(weights_.get("decoder.mask_token", {tower.width}), {1, 1, tower.width});
  const Value cls = graph_.node("Add", {parts[0], cls_rows(tower)});
  const Value mixed =
      graph_.node("Add", {graph_.where(visible_, parts[1], mask_token), token_places(tower)});
  const Value x = blocks(concat({cls, mixed}, 1), decoder_pattern(), tower);
  const std::vector<Value> answers = graph_.node_with_outputs(
      "Split", {x, graph_.integers({leads_, tokens_})}, 2, {{"axis", std::int64_t{1}}});
  const Value normed =
      graph_.layer_norm(answers[1], weights_.norm("decoder.norm", tower.width), kNormEpsilon);
  return graph_.linear_exact(
      normed, weights_.linear("decoder.head", tower.width, config_.beat_samples + 2));
}

void ClearGraph::encode_outputs(const Value& rows) {
  graph_.scope("outputs");
  const Value zero = graph_.constant(0.0F), one = graph_.constant(1.0F);
  const Value flags = graph_.reshape(graph_.where(present_, one, zero), {1, leads_, config_.beats});
  const Value lead_flags =
      graph_.reshape(graph_.node("ReduceMax", {flags, graph_.integers({2})}), {1, leads_, 1});
  const Value there = concat({graph_.is_set(lead_flags), present_}, 1);
  const Value shown = graph_.where(there, rows, zero);
  const Value cls = graph_.node_with_outputs("Split", {shown, graph_.integers({leads_, tokens_})},
                                             2, {{"axis", std::int64_t{1}}})[0];
  const Value axis = graph_.integers({1});
  const Value sum = graph_.node("ReduceSum", {cls, axis}, {{"keepdims", std::int64_t{0}}});
  const Value count = graph_.node("ReduceSum", {lead_flags, axis}, {{"keepdims", std::int64_t{0}}});
  graph_.output(shown, "tokens", {1, leads_ + tokens_, config_.width});
  graph_.output(graph_.node("Div", {sum, graph_.node("Max", {count, one})}), "embedding",
                {1, config_.width});
}

void ClearGraph::reconstruct_output(const Value& prediction) {
  graph_.scope("outputs");
  const Value sizes = graph_.integers({config_.beat_samples, 1, 1});
  const std::vector<Value> parts =
      graph_.node_with_outputs("Split", {prediction, sizes}, 3, {{"axis", std::int64_t{-1}}});
  const Value mean = graph_.where(visible_, seen_.mean, parts[1]);
  const Value sd = graph_.node("Exp", {graph_.where(visible_, seen_.log_sd, parts[2])});
  const Value beats = graph_.node("Add", {graph_.node("Mul", {parts[0], sd}), mean});
  graph_.output(graph_.where(present_, beats, graph_.constant(0.0F)), "reconstruction",
                {1, tokens_, config_.beat_samples});
}

}  // namespace

OnnxModel clear_encode_graph(const ClearConfig& config, const NamedWeights& weights,
                             Precision precision, const OnnxMetadata& metadata) {
  ClearGraph graph("encode", config, weights, precision);
  graph.inputs(false);
  graph.encode_outputs(graph.encoder());
  return graph.finished(metadata);
}

OnnxModel clear_reconstruct_graph(const ClearConfig& config, const NamedWeights& weights,
                                  Precision precision, const OnnxMetadata& metadata) {
  ClearGraph graph("reconstruct", config, weights, precision);
  graph.inputs(true);
  graph.reconstruct_output(graph.decoder(graph.encoder()));
  return graph.finished(metadata);
}

}  // namespace ecg
