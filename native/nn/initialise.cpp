// Initial weights. Plain random weights spend the first thousands of steps on finding out that a
// token concerns its own time and its own lead. So the model starts with that: positions, lead
// directions and patch content live in subspaces at right angles to each other; even heads attend
// to the same column, odd heads to the same lead; the decoder carries content from there to the
// head, which turns it back into samples. Everything else is small and random.

#include <algorithm>
#include <cmath>

#include "core/exact_math.h"
#include "nn/initialise.h"
#include "nn/lead_direction.h"
#include "nn/masked_autoencoder.h"
#include "nn/subspaces.h"
#include "nn/weight_draws.h"

namespace ecg {
namespace {

constexpr double kEmbeddingNoise = 0.05;  ///< of lead embeddings, beside their direction
constexpr double kLeadShare = 0.5;        ///< length of a lead embedding / sqrt(width)
constexpr double kPatchGain = 0.5;        ///< of the patch embedding
constexpr double kHeadGain = 0.2;         ///< of the head that turns content into samples
constexpr double kRandomShare = 0.2;      ///< of Xavier weights in attention
constexpr double kMlpShare = 0.3;         ///< the same in what an MLP adds
constexpr double kBridgeShare = 0.1;      ///< the same between encoder and decoder, and in the head

/// Weights of position and direction in the logits of a head.
struct Look {
  double position, direction;
};
constexpr Look kSameColumn = {2, 2};
constexpr Look kSameLead = {0.5, 2};

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

bool is_embedding(const std::string& name) {
  return ends_with(name, "embedding") || ends_with(name, "position") || ends_with(name, "token") ||
         ends_with(name, "embedding.weight");
}

// matrix += gain * column x row.
void add_outer(torch::Tensor& matrix, const std::vector<double>& column,
               const std::vector<double>& row, double gain) {
  auto values = matrix.accessor<float, 2>();
  for (std::size_t i = 0; i < column.size(); ++i) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      values[static_cast<std::int64_t>(i)][static_cast<std::int64_t>(j)] +=
          static_cast<float>(gain * column[i] * row[j]);
    }
  }
}

void add_row(torch::Tensor& matrix, std::int64_t row, const std::vector<double>& values,
             double gain) {
  auto out = matrix.accessor<float, 2>()[row];
  for (std::size_t j = 0; j < values.size(); ++j) {
    out[static_cast<std::int64_t>(j)] += static_cast<float>(gain * values[j]);
  }
}

void add_column(torch::Tensor& matrix, std::int64_t column, const std::vector<double>& values,
                double gain) {
  auto out = matrix.accessor<float, 2>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    out[static_cast<std::int64_t>(i)][column] += static_cast<float>(gain * values[i]);
  }
}

void point_leads(torch::Tensor& lead_embedding, const Subspaces& spaces) {
  const double length = kLeadShare * std::sqrt(static_cast<double>(lead_embedding.size(1)));
  for (std::int64_t row = 0; row < lead_embedding.size(0); ++row) {
    const auto direction = lead_direction(static_cast<Lead>(row));
    for (std::size_t axis = 0; axis < spaces.direction.size(); ++axis) {
      add_row(lead_embedding, row, spaces.direction[axis], length * direction[axis]);
    }
  }
}

// Queries and keys of a head read position and direction alike; values read content.
void point_head(TransformerBlockImpl& block, std::int64_t head, std::int64_t head_width,
                const Subspaces& spaces, double carried) {
  const std::int64_t width = block.proj->weight.size(0);
  const std::int64_t first = head * head_width;
  const Look look = head % 2 == 0 ? kSameColumn : kSameLead;
  std::int64_t row = 0;
  const auto read = [&](const std::vector<std::vector<double>>& axes, double weight) {
    for (std::size_t i = 0; i < axes.size() && row < head_width; ++i, ++row) {
      add_row(block.qkv->weight, first + row, axes[i], std::sqrt(weight));
      add_row(block.qkv->weight, width + first + row, axes[i], std::sqrt(weight));
    }
  };
  read(spaces.direction, look.direction);
  read(spaces.position, look.position);
  const auto contents = static_cast<std::int64_t>(spaces.content.size());
  for (std::int64_t i = 0; i < std::min(head_width, contents); ++i) {
    const auto& axis = spaces.content[static_cast<std::size_t>((first + i) % contents)];
    add_row(block.qkv->weight, 2 * width + first + i, axis, 1);
    add_column(block.proj->weight, first + i, axis, carried);
  }
}

void shape_blocks(torch::nn::ModuleList& blocks, std::int64_t heads, const Subspaces& spaces,
                  double carried) {
  for (const auto& module : *blocks) {
    auto& block = *module->as<TransformerBlock>();
    const std::int64_t width = block.proj->weight.size(0);
    block.qkv->weight.mul_(kRandomShare);
    block.proj->weight.mul_(kRandomShare);
    block.fc2->weight.mul_(kMlpShare);
    for (std::int64_t head = 0; head < heads; ++head) {
      point_head(block, head, width / heads, spaces, carried / static_cast<double>(heads));
    }
  }
}

// Row j of the orthonormal cosine transform (DCT-II) of `length` samples.
std::vector<double> cosine_row(std::size_t j, std::size_t length) {
  std::vector<double> row(length);
  const double size = static_cast<double>(length);
  const double gain = std::sqrt((j == 0 ? 1.0 : 2.0) / size);
  for (std::size_t n = 0; n < length; ++n) {
    const double turns = (static_cast<double>(n) + 0.5) * static_cast<double>(j) / (2 * size);
    row[n] = gain * exact_cos_turns(turns);
  }
  return row;
}

}  // namespace

void initialise_randomly(torch::nn::Module& module, std::uint64_t seed) {
  const torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) {
    const std::string& name = item.key();
    torch::Tensor& values = item.value();
    if (ends_with(name, "column_position")) continue;  // learned ones start as the fixed table
    if (is_embedding(name)) {
      draw_normal(values, kEmbeddingNoise, weight_stream(seed, name));
    } else if (values.dim() >= 2) {
      draw_xavier(values, weight_stream(seed, name));
    } else {
      values.fill_(ends_with(name, "weight") ? 1.0 : 0.0);
    }
  }
}

void initialise_weights(MaskedAutoencoderImpl& model, std::uint64_t seed) {
  const torch::NoGradGuard no_grad;
  const MaeConfig& config = model.config();
  auto& encoder = *model.encoder;
  auto& decoder = *model.decoder;
  initialise_randomly(model, seed);
  const auto patch_samples = static_cast<std::size_t>(config.patch_samples);
  const Subspaces wide =
      make_subspaces(encoder.column_position, patch_samples, weight_stream(seed, "encoder"));
  const Subspaces narrow =
      make_subspaces(decoder.column_position, patch_samples, weight_stream(seed, "decoder"));

  point_leads(encoder.lead_embedding, wide);
  point_leads(decoder.lead_embedding, narrow);
  shape_blocks(encoder.blocks, config.heads, wide, 0);
  shape_blocks(decoder.blocks, config.decoder_heads, narrow, 1);
  encoder.patch_embed->weight.mul_(0);
  if (config.has_stem()) encoder.stem->output->weight.mul_(kBridgeShare);
  decoder.embed->weight.mul_(kBridgeShare);
  decoder.head->weight.mul_(kBridgeShare);
  auto samples = decoder.head->weight.narrow(0, 0, config.patch_samples);
  for (std::size_t j = 0; j < std::min(wide.content.size(), narrow.content.size()); ++j) {
    const auto cosine = cosine_row(j, patch_samples);
    add_outer(encoder.patch_embed->weight, wide.content[j], cosine, kPatchGain);
    add_outer(decoder.embed->weight, narrow.content[j], wide.content[j], 1);
    add_outer(samples, cosine, narrow.content[j], kHeadGain);
  }
}

}  // namespace ecg
