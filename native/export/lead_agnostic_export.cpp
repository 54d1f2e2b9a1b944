#include "export/lead_agnostic_export.h"

#include <cmath>

#include "export/weight_source.h"
#include "nn/transformer_block.h"

namespace ecg {
namespace {

constexpr std::int64_t kHalves = 2;
constexpr std::int64_t kChannels = 12;

// [outputs, inputs, kernel] with the rows `inputs` of a kernel [outputs, kChannels, kernel] alone.
std::vector<float> chosen_inputs(const std::vector<float>& kernel, std::int64_t outputs,
                                 const std::vector<std::int64_t>& inputs) {
  const auto length = static_cast<std::int64_t>(kernel.size()) / (outputs * kChannels);
  std::vector<float> chosen;
  for (std::int64_t out = 0; out < outputs; ++out) {
    for (const std::int64_t in : inputs) {
      const auto begin = kernel.begin() + (out * kChannels + in) * length;
      chosen.insert(chosen.end(), begin, begin + length);
    }
  }
  return chosen;
}

// gain * direction / |direction|, the length taken per place in the kernel.
std::vector<float> folded(const std::vector<float>& direction, const std::vector<float>& gain) {
  const std::size_t kernel = gain.size();
  std::vector<double> square(kernel, 0.0);
  for (std::size_t i = 0; i < direction.size(); ++i) {
    square[i % kernel] += static_cast<double>(direction[i]) * direction[i];
  }
  std::vector<float> weight(direction.size());
  for (std::size_t i = 0; i < direction.size(); ++i) {
    weight[i] = static_cast<float>(gain[i % kernel] * direction[i] / std::sqrt(square[i % kernel]));
  }
  return weight;
}

// Writes the graph, both halves of the record as a batch of two.
class LeadAgnosticGraph {
 public:
  LeadAgnosticGraph(const LeadAgnosticSizes& sizes, std::int64_t samples,
                    const NamedWeights& weights, Precision precision)
      : sizes_(sizes), samples_(samples), weights_(weights), graph_("encode", precision) {}

  OnnxModel model(const OnnxMetadata& metadata);

 private:
  std::int64_t steps() const { return (samples_ / kHalves) >> sizes_.conv_layers; }
  Value halves(const Value& signal, const Value& lead_mask);
  Value convolved(const Value& x, std::int64_t layer);
  Value features(Value x);
  Value normed(const Value& x, const std::string& name, std::int64_t width) {
    return graph_.layer_norm(x, weights_.norm(name, width), kNormEpsilon);
  }
  Value placed(const Value& x);
  Value block(const Value& x, const std::string& name);
  void outputs(const Value& tokens, const Value& lead_mask);

  const LeadAgnosticSizes& sizes_;
  std::int64_t samples_;
  WeightSource weights_;
  GraphBuilder graph_;
};

// [1, leads, samples] -> [2, leads, samples / 2] with absent leads 0.
Value LeadAgnosticGraph::halves(const Value& signal, const Value& lead_mask) {
  graph_.scope("inputs");
  const auto leads = static_cast<std::int64_t>(sizes_.leads.size()), half = samples_ / kHalves;
  const Value present = graph_.is_set(graph_.reshape(lead_mask, {1, leads, 1}));
  Value heard = graph_.where(present, signal, graph_.constant(0.0F));
  if (samples_ != kHalves * half) {
    heard = graph_.node("Slice", {heard, graph_.integers({0}), graph_.integers({kHalves * half}),
                                  graph_.integers({2})});
  }
  return graph_.transpose(graph_.reshape(heard, {leads, kHalves, half}), {1, 0, 2});
}

Value LeadAgnosticGraph::convolved(const Value& x, std::int64_t layer) {
  const std::string name = "features.convs." + std::to_string(layer) + ".weight";
  const std::int64_t width = sizes_.conv_width;
  std::vector<float> kernel = weights_.get(name, {width, layer == 0 ? kChannels : width, 2});
  std::int64_t inputs = width;
  if (layer == 0) {
    kernel = chosen_inputs(kernel, width, lead_channels(sizes_.leads).value());
    inputs = static_cast<std::int64_t>(sizes_.leads.size());
  }
  return graph_.convolution(x, {std::move(kernel), {}, width, inputs, 2}, 2, 0);
}

// [2, leads, samples / 2] -> [2, steps, conv_width]
Value LeadAgnosticGraph::features(Value x) {
  graph_.scope("features");
  for (std::int64_t layer = 0; layer < sizes_.conv_layers; ++layer) {
    x = convolved(x, layer);
    const std::string norm = "features.norms." + std::to_string(layer);
    if (sizes_.conv_norm == FeatureNorm::kLayer) {
      x = graph_.transpose(normed(graph_.transpose(x, {0, 2, 1}), norm, sizes_.conv_width),
                           {0, 2, 1});
    } else if (layer == 0) {
      const std::int64_t width = sizes_.conv_width;
      x = graph_.group_norm(x, weights_.norm(norm, width), width,
                            {kHalves, width, samples_ / kHalves / 2}, kNormEpsilon);
    }
    x = graph_.node("Gelu", {x});
  }
  return graph_.transpose(x, {0, 2, 1});
}

// x + what its place says, normalised.
Value LeadAgnosticGraph::placed(const Value& x) {
  graph_.scope("position");
  const std::int64_t width = sizes_.width, kernel = sizes_.position_kernel;
  const std::int64_t inputs = width / sizes_.position_groups;
  ConvolutionWeights weights{folded(weights_.get("position.direction", {width, inputs, kernel}),
                                    weights_.get("position.gain", {1, 1, kernel})),
                             weights_.get("position.bias", {width}),
                             width,
                             inputs,
                             kernel,
                             sizes_.position_groups};
  Value mixed = graph_.convolution(graph_.transpose(x, {0, 2, 1}), weights, 1, kernel / 2);
  if (kernel % 2 == 0) {
    mixed = graph_.node(
        "Slice", {mixed, graph_.integers({0}), graph_.integers({steps()}), graph_.integers({2})});
  }
  const Value added = graph_.transpose(graph_.node("Gelu", {mixed}), {0, 2, 1});
  return normed(graph_.node("Add", {x, added}), "norm", width);
}

Value LeadAgnosticGraph::block(const Value& x, const std::string& name) {
  graph_.scope(name);
  const std::int64_t width = sizes_.width, mlp = sizes_.mlp_width;
  const Value qkv = graph_.linear(x, weights_.linear(name + ".qkv", width, 3 * width));
  const Value mixed = graph_.attention(qkv, "", steps(), width, sizes_.heads, kHalves);
  const Value read = graph_.linear(mixed, weights_.linear(name + ".proj", width, width));
  const Value attended = normed(graph_.node("Add", {x, read}), name + ".norm1", width);
  const Value wide =
      graph_.node("Gelu", {graph_.linear(attended, weights_.linear(name + ".fc1", width, mlp))});
  const Value thought = graph_.linear(wide, weights_.linear(name + ".fc2", mlp, width));
  return normed(graph_.node("Add", {attended, thought}), name + ".norm2", width);
}

void LeadAgnosticGraph::outputs(const Value& tokens, const Value& lead_mask) {
  graph_.scope("outputs");
  const std::int64_t rows = kHalves * steps();
  const Value whole = graph_.reshape(tokens, {1, rows, sizes_.width});
  const Value axis = graph_.integers({1});
  const Value present = graph_.node("ReduceMax", {lead_mask, axis});
  const Value any = graph_.is_set(graph_.reshape(present, {1, 1, 1}));
  const Value shown = graph_.where(any, whole, graph_.constant(0.0F));
  graph_.output(shown, "tokens", {1, rows, sizes_.width});
  graph_.output(graph_.node("ReduceMean", {shown, axis}, {{"keepdims", std::int64_t{0}}}),
                "embedding", {1, sizes_.width});
}

OnnxModel LeadAgnosticGraph::model(const OnnxMetadata& metadata) {
  const auto leads = static_cast<std::int64_t>(sizes_.leads.size());
  const Value signal = graph_.input("signal", {1, leads, samples_});
  const Value lead_mask = graph_.input("lead_mask", {1, leads});
  const Value read = features(halves(signal, lead_mask));
  graph_.scope("project");
  Value x = graph_.linear(normed(read, "feature_norm", sizes_.conv_width),
                          weights_.linear("project", sizes_.conv_width, sizes_.width));
  x = placed(x);
  for (std::int64_t i = 0; i < sizes_.depth; ++i) x = block(x, "blocks." + std::to_string(i));
  outputs(x, lead_mask);
  for (const auto& [key, text] : metadata) graph_.metadata(key, text);
  return graph_.model();
}

}  // namespace

OnnxModel lead_agnostic_encode_graph(const LeadAgnosticSizes& sizes, std::int64_t samples,
                                     const NamedWeights& weights, Precision precision,
                                     const OnnxMetadata& metadata) {
  return LeadAgnosticGraph(sizes, samples, weights, precision).model(metadata);
}

}  // namespace ecg
