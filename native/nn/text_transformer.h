#pragma once
// A small pre-norm transformer over word pieces, and the head that guesses hidden pieces (masked
// language modelling, Devlin et al. 2019). Named parameters, N = 0, 1, ...:
//   piece_embedding[V,D]  position[L,D]  blocks.N.{norm1,qkv,proj,norm2,fc1,fc2}.{weight,bias}
//   norm.{weight,bias}  guess.{weight[D,D],bias}  guess_norm.{weight,bias}  piece_bias[V]

#include <torch/nn/modules/container/modulelist.h>

#include <cstdint>

#include "nn/transformer_block.h"

namespace ecg {

/// Size of a text transformer. Plain values.
struct TextTransformerConfig {
  std::int64_t pieces = 2048;  ///< V: of the vocabulary (corpus/word_piece.h)
  std::int64_t length = 96;    ///< L: most pieces of a text, [CLS] included
  std::int64_t width = 96;     ///< D: a multiple of `heads`
  std::int64_t depth = 2;
  std::int64_t heads = 4;
  double mlp_ratio = 4;  ///< hidden width of a block's MLP / D
};

class TextTransformerImpl : public torch::nn::Module {
 public:
  explicit TextTransformerImpl(const TextTransformerConfig& config);

  /// pieces [batch, length] int64 (length <= L), WordPiece::kPadding after a text's end ->
  /// [batch, length, D] after the final norm. Padding is excluded as attention key: how far a text
  /// is padded changes no row of it (beyond rounding). Rows of padding carry no meaning.
  torch::Tensor forward(const torch::Tensor& pieces);

  /// Mean over the rows of `tokens` that are no padding: [batch, D].
  static torch::Tensor pool(const torch::Tensor& tokens, const torch::Tensor& pieces);

  /// Logits of the vocabulary, [rows, V], from rows [rows, D]: linear, GELU, norm, then the scalar
  /// product with every piece's embedding (tied weights) plus its bias.
  torch::Tensor guess_pieces(const torch::Tensor& rows);

  torch::Tensor piece_embedding, position, piece_bias;
  torch::nn::ModuleList blocks;
  torch::nn::LayerNorm norm{nullptr}, guess_norm{nullptr};
  torch::nn::Linear guess{nullptr};
};
TORCH_MODULE(TextTransformer);

}  // namespace ecg
