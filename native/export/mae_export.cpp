#include "export/mae_export.h"

#include "export/weight_source.h"
#include "nn/patch_stem.h"
#include "nn/transformer_block.h"

namespace ecg {
namespace {

// Encoder or decoder: what the two have in common.
struct Tower {
  std::string name;
  std::int64_t width, depth, heads, mlp_width;
};

// Masks and patches of a graph.
struct TokenInputs {
  Value patches;  // [1, tokens, P], 0 where not visible
  Value visible;  // bool [1, tokens, 1]
};

// Writes the parts of one graph.
class MaeGraph {
 public:
  MaeGraph(std::string name, const MaeConfig& config, const NamedWeights& weights,
           Precision precision, std::int64_t shared_width)
      : config_(config),
        weights_(weights),
        graph_(std::move(name), precision),
        shared_width_(shared_width) {}

  TokenInputs token_inputs(bool with_token_mask);
  Value encoder(const TokenInputs& inputs);
  Value condition(const Value& tokens, const Value& visible);
  Value decoder(const Value& tokens, const Value& visible, const Value& condition);
  void encode_outputs(const Value& tokens, const Value& visible);
  void reconstruct_output(const Value& prediction, const TokenInputs& inputs);

  OnnxModel finished(const OnnxMetadata& metadata) {
    for (const auto& [key, text] : metadata) graph_.metadata(key, text);
    return graph_.model();
  }

 private:
  Value place_embedding(const Tower& tower);
  Value stem(const Value& patches);
  Value mean_over_visible(const Value& tokens, const Value& visible);
  Value projection(const std::string& name, const Value& x);
  Value unit_row(const Value& x);
  Value block(const Value& x, const Value& key_bias, const Tower& tower, const std::string& name);
  Value blocks(Value x, const Value& key_bias, const Tower& tower);

  const MaeConfig& config_;
  WeightSource weights_;
  GraphBuilder graph_;
  std::int64_t shared_width_ = 0;  // of vectors compared with texts; 0 = the model has none
};

TokenInputs MaeGraph::token_inputs(bool with_token_mask) {
  const std::int64_t leads = config_.lead_count(), tokens = config_.token_count();
  const Value signal = graph_.input("signal", {1, leads, config_.samples()});
  const Value lead_mask = graph_.input("lead_mask", {1, leads});
  graph_.scope("inputs");
  const Value lead_column = graph_.reshape(lead_mask, {1, leads, 1});
  const Value present_grid =
      graph_.node("Expand", {lead_column, graph_.integers({1, leads, config_.columns})});
  Value visible = graph_.is_set(graph_.reshape(present_grid, {1, tokens, 1}));
  if (with_token_mask) {
    const Value token_mask = graph_.input("token_mask", {1, tokens});
    const Value hidden = graph_.is_set(graph_.reshape(token_mask, {1, tokens, 1}));
    visible = graph_.node("And", {visible, graph_.node("Not", {hidden})});
  }
  const Value patches = graph_.reshape(signal, {1, tokens, config_.patch_samples});
  return {graph_.where(visible, patches, graph_.constant(0.0F)), visible};
}

// [1, tokens, width] that a token's lead and column add to it; folded when a session starts.
Value MaeGraph::place_embedding(const Tower& tower) {
  const auto width = static_cast<std::size_t>(tower.width);
  const auto& table = weights_.get(tower.name + ".lead_embedding", {kLeadRows, tower.width});
  std::vector<float> rows;
  for (const Lead lead : config_.leads) {
    const auto begin =
        table.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(lead) * width);
    rows.insert(rows.end(), begin, begin + tower.width);
  }
  const Value leads = graph_.constant(std::move(rows), {config_.lead_count(), 1, tower.width});
  const Value columns =
      graph_.constant(weights_.get(tower.name + ".column_position", {config_.columns, tower.width}),
                      {1, config_.columns, tower.width});
  return graph_.reshape(graph_.node("Add", {leads, columns}),
                        {1, config_.token_count(), tower.width});
}

Value MaeGraph::block(const Value& x, const Value& key_bias, const Tower& tower,
                      const std::string& name) {
  graph_.scope(name);
  const std::int64_t width = tower.width, mlp = tower.mlp_width;
  const Value normed = graph_.layer_norm(x, weights_.norm(name + ".norm1", width), kNormEpsilon);
  const Value qkv = graph_.linear(normed, weights_.linear(name + ".qkv", width, 3 * width));
  const Value mixed = graph_.attention(qkv, key_bias, config_.token_count(), width, tower.heads);
  const Value attended =
      graph_.node("Add", {x, graph_.linear(mixed, weights_.linear(name + ".proj", width, width))});
  const Value again =
      graph_.layer_norm(attended, weights_.norm(name + ".norm2", width), kNormEpsilon);
  const Value wide =
      graph_.node("Gelu", {graph_.linear(again, weights_.linear(name + ".fc1", width, mlp))});
  return graph_.node("Add",
                     {attended, graph_.linear(wide, weights_.linear(name + ".fc2", mlp, width))});
}

Value MaeGraph::blocks(Value x, const Value& key_bias, const Tower& tower) {
  for (std::int64_t i = 0; i < tower.depth; ++i) {
    x = block(x, key_bias, tower, tower.name + ".blocks." + std::to_string(i));
  }
  graph_.scope(tower.name);
  return graph_.layer_norm(x, weights_.norm(tower.name + ".norm", tower.width), kNormEpsilon);
}

// The convolutional stem: every token a signal of one channel.
Value MaeGraph::stem(const Value& patches) {
  graph_.scope("encoder.stem");
  const std::int64_t tokens = config_.token_count(), channels = config_.stem_channels;
  std::int64_t samples = config_.patch_samples;
  Value x = graph_.reshape(patches, {tokens, 1, samples});
  for (std::int64_t i = 0; i < kStemLayers; ++i) {
    const std::string number = std::to_string(i);
    const auto weights = weights_.convolution("encoder.stem.convolutions." + number, channels,
                                              i == 0 ? 1 : channels, kStemKernel);
    x = graph_.node("Gelu", {graph_.convolution(x, weights, kStemStride, kStemKernel / 2)});
    samples = stem_samples(samples, 1);
    x = graph_.group_norm(x, weights_.norm("encoder.stem.norms." + number, channels), kStemGroups,
                          {tokens, channels, samples}, kStemEpsilon);
  }
  const Value flat = graph_.reshape(x, {1, tokens, channels * samples});
  return graph_.linear(
      flat, weights_.linear("encoder.stem.output", channels * samples, config_.width));
}

Value MaeGraph::encoder(const TokenInputs& inputs) {
  const Tower tower{"encoder", config_.width, config_.depth, config_.heads, config_.mlp_width()};
  graph_.scope(tower.name);
  const Value seen = graph_.reshape(inputs.visible, {1, 1, 1, config_.token_count()});
  const Value key_bias = graph_.where(seen, graph_.constant(0.0F),
                                      graph_.constant(static_cast<float>(kHiddenKeyBias)));
  Value embedded = graph_.linear_exact(
      inputs.patches, weights_.linear("encoder.patch_embed", config_.patch_samples, tower.width));
  if (config_.has_stem()) embedded = graph_.node("Add", {embedded, stem(inputs.patches)});
  graph_.scope(tower.name);
  return blocks(graph_.node("Add", {embedded, place_embedding(tower)}), key_bias, tower);
}

// [1, width].
Value MaeGraph::mean_over_visible(const Value& tokens, const Value& visible) {
  const Value shown = graph_.where(visible, tokens, graph_.constant(0.0F));
  const Value ones = graph_.where(visible, graph_.constant(1.0F), graph_.constant(0.0F));
  const Value axis = graph_.integers({1});
  const Value sum = graph_.node("ReduceSum", {shown, axis}, {{"keepdims", std::int64_t{0}}});
  const Value count = graph_.node("ReduceSum", {ones, axis}, {{"keepdims", std::int64_t{0}}});
  return graph_.node("Div", {sum, graph_.node("Max", {count, graph_.constant(1.0F)})});
}

// A projection head (nn/projection_head.h) of a record's embedding [1, width].
Value MaeGraph::projection(const std::string& name, const Value& x) {
  graph_.scope(name);
  const std::int64_t width = config_.width;
  const Value hidden = graph_.linear_exact(x, weights_.linear(name + ".hidden", width, width));
  const Value normed =
      graph_.layer_norm(hidden, weights_.norm(name + ".norm", width), kNormEpsilon);
  return graph_.linear_exact(graph_.node("Gelu", {normed}),
                             weights_.linear(name + ".output", width, shared_width_));
}

// unit_rows of objective/siglip.h.
Value MaeGraph::unit_row(const Value& x) {
  const Value square =
      graph_.node("ReduceSum", {graph_.node("Mul", {x, x}), graph_.integers({1})});
  const Value length = graph_.node("Sqrt", {graph_.node("Add", {square, graph_.constant(1e-12F)})});
  return graph_.node("Div", {x, length});
}

// [1, 1, decoder width]: what every token of the decoder is told of its record; empty if nothing.
Value MaeGraph::condition(const Value& tokens, const Value& visible) {
  if (shared_width_ == 0) return {};
  graph_.scope("condition");
  const Value embedding = mean_over_visible(tokens, visible);
  const Value shared = projection("ecg_shared", embedding);
  const Value specific = projection("ecg_specific", embedding);
  graph_.scope("ecg_condition");
  const Value both = graph_.node("Concat", {shared, specific}, {{"axis", std::int64_t{1}}});
  const Value told = graph_.linear_exact(
      both, weights_.linear("ecg_condition", 2 * shared_width_, config_.decoder_width));
  return graph_.reshape(told, {1, 1, config_.decoder_width});
}

Value MaeGraph::decoder(const Value& tokens, const Value& visible, const Value& condition) {
  const Tower tower{"decoder", config_.decoder_width, config_.decoder_depth, config_.decoder_heads,
                    config_.decoder_mlp_width()};
  graph_.scope(tower.name);
  const Value embedded =
      graph_.linear(tokens, weights_.linear("decoder.embed", config_.width, tower.width));
  const Value mask_token =
      graph_.constant(weights_.get("decoder.mask_token", {tower.width}), {1, 1, tower.width});
  Value mixed = graph_.where(visible, embedded, mask_token);
  if (!condition.empty()) mixed = graph_.node("Add", {mixed, condition});
  const Value x = blocks(graph_.node("Add", {mixed, place_embedding(tower)}), "", tower);
  return graph_.linear_exact(
      x, weights_.linear("decoder.head", tower.width, config_.patch_samples + 2));
}

void MaeGraph::encode_outputs(const Value& tokens, const Value& visible) {
  graph_.scope("outputs");
  const Value shown = graph_.where(visible, tokens, graph_.constant(0.0F));
  const Value embedding = mean_over_visible(tokens, visible);
  graph_.output(shown, "tokens", {1, config_.token_count(), config_.width});
  graph_.output(embedding, "embedding", {1, config_.width});
  if (shared_width_ == 0) return;
  const Value shared = projection("ecg_shared", embedding);
  graph_.output(unit_row(shared), "shared", {1, shared_width_});
}

void MaeGraph::reconstruct_output(const Value& prediction, const TokenInputs& inputs) {
  graph_.scope("outputs");
  const Value sizes = graph_.integers({config_.patch_samples, 1, 1});
  const std::vector<Value> parts =
      graph_.node_with_outputs("Split", {prediction, sizes}, 3, {{"axis", std::int64_t{-1}}});
  const Value axis = graph_.integers({-1});
  const Value own_mean = graph_.node("ReduceMean", {inputs.patches, axis});
  const Value centred = graph_.node("Sub", {inputs.patches, own_mean});
  const Value variance = graph_.node("ReduceMean", {graph_.node("Mul", {centred, centred}), axis});
  const Value epsilon = graph_.constant(static_cast<float>(config_.patch_epsilon));
  const Value own_sd = graph_.node("Sqrt", {graph_.node("Add", {variance, epsilon})});
  const Value mean = graph_.where(inputs.visible, own_mean, parts[1]);
  const Value sd = graph_.where(inputs.visible, own_sd, graph_.node("Exp", {parts[2]}));
  const Value waveform = graph_.node("Add", {graph_.node("Mul", {parts[0], sd}), mean});
  const std::vector<std::int64_t> shape = {1, config_.lead_count(), config_.samples()};
  graph_.output(graph_.reshape(waveform, shape), "reconstruction", shape);
}

}  // namespace

OnnxModel encode_graph(const MaeConfig& config, const NamedWeights& weights, Precision precision,
                       const OnnxMetadata& metadata, std::int64_t shared_width) {
  MaeGraph graph("encode", config, weights, precision, shared_width);
  const TokenInputs inputs = graph.token_inputs(false);
  graph.encode_outputs(graph.encoder(inputs), inputs.visible);
  return graph.finished(metadata);
}

OnnxModel reconstruct_graph(const MaeConfig& config, const NamedWeights& weights,
                            Precision precision, const OnnxMetadata& metadata,
                            std::int64_t shared_width) {
  MaeGraph graph("reconstruct", config, weights, precision, shared_width);
  const TokenInputs inputs = graph.token_inputs(true);
  const Value tokens = graph.encoder(inputs);
  const Value condition = graph.condition(tokens, inputs.visible);
  graph.reconstruct_output(graph.decoder(tokens, inputs.visible, condition), inputs);
  return graph.finished(metadata);
}

}  // namespace ecg
