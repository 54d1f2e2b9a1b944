#pragma once
// CG-DMER-style pretraining on ECGs and their reports: masked ECG modelling over time and leads,
// masked language modelling, parts that both modalities share and parts of one alone kept apart,
// and alignment of the shared parts. After arXiv 2602.21154 (ICASSP 2026), of which only the
// abstract was readable: the objective's parts are its, every form and size below is our
// reconstruction.
//
//   ECG:   visible tokens -> encoder -> mean h_e -> shared s_e, specific p_e
//          tokens, hidden ones as a mask token, each plus condition([s_e; p_e]) -> decoder ->
//          patches
//   text:  word pieces, some hidden -> transformer -> mean h_t -> shared s_t, specific p_t
//          rows of hidden pieces plus condition([s_t; p_t]) -> pieces
//   loss:  patches + words + SigLIP(s_e, s_t) + 0.1 orthogonality(s_e, p_e) and (s_t, p_t)
// Both sides are aligned as they are seen in training, partly hidden, so that a step costs one
// pass. A record without a report takes part in what concerns its ECG only.

#include <optional>
#include <string>
#include <vector>

#include "corpus/class_prompts.h"
#include "corpus/text_vectors.h"
#include "corpus/word_piece.h"
#include "nn/masked_autoencoder.h"
#include "nn/projection_head.h"
#include "nn/text_transformer.h"
#include "objective/siglip.h"
#include "objective/system.h"
#include "objective/view_reconstruction.h"

namespace ecg {

/// Kind "cg_dmer". Parameters: encoder.*, decoder.* (masked_autoencoder.h), text.*
/// (text_transformer.h; absent with text.embeddings), {ecg,text}_{shared,specific}.* (projection
/// heads), {ecg,text}_condition.*, log_scale, bias (of SigLIP).
class CgDmerSystem : public System {
 public:
  /// Throws Failure where there is no vocabulary and no table of text embeddings.
  explicit CgDmerSystem(const ObjectiveConfig& config);

  bool needs_details() const override { return true; }
  bool compares_records() const override { return true; }

  /// View 0 with extra: pieces [batch, length], hidden [hidden], hidden_piece [hidden]
  /// (report_tokens.h) or text_vector [batch, width]; has_report [batch], text_id [batch].
  bool prepares_on_device() const override { return true; }
  void prepare(Batch& batch) const override;
  std::vector<LossTerm> terms() const override;
  torch::Tensor counts(const Batch& batch) const override;
  std::vector<torch::Tensor> sums(const Batch& batch, const Communicator& ranks) override;
  EncodedBatch encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) override;
  std::optional<PatchPrediction> predict(const View& view) override;
  torch::Tensor reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                            const torch::Tensor& token_mask) override;

  /// Shared vectors of ECG embeddings (EncodedBatch::embedding) [records, width]: [records, shared
  /// width], each of length 1.
  torch::Tensor shared_of_embedding(const torch::Tensor& embedding);

  /// Shared vectors of texts, [texts, shared width], each of length 1. Throws Failure where a text
  /// has no embedding in the table that the system uses.
  torch::Tensor encode_text(const std::vector<std::string>& texts);

  /// SigLIP's probability that an ECG and a text belong together is
  /// sigmoid(alignment_scale() * cosine + alignment_bias()).
  double alignment_scale() const { return log_scale_.exp().item<double>(); }
  double alignment_bias() const { return bias_.item<double>(); }

 private:
  struct Parts {
    torch::Tensor shared, specific;  ///< [batch, shared width]
  };
  /// The ECG side of one view.
  struct EcgSide {
    EncodedView seen;
    Parts parts;
    torch::Tensor condition;  ///< [batch, decoder width] of the decoder
    torch::Tensor valid;  ///< [batch]: 1 = something of the ECG is visible
  };
  /// The text side of a batch.
  struct TextSide {
    Parts parts;
    torch::Tensor
        words;  ///< sum over hidden pieces of their cross entropy; undefined without words
  };
  EcgSide ecg_side(const View& view, const torch::Tensor& path_scale);
  TextSide text_side(const View& view);
  torch::Tensor prediction_of(const View& view);
  torch::Tensor patches_of(const torch::Tensor& signal) const;
  torch::Tensor vectors_of(const std::vector<std::string>& texts, torch::Tensor* known) const;
  void prepare_words(const Batch& batch, View& view) const;

  MaskedAutoencoder autoencoder_;
  std::optional<WordPiece> vocabulary_;
  std::optional<TextVectors> vectors_;
  TextTransformer text_{nullptr};
  ProjectionHead ecg_shared_{nullptr}, ecg_specific_{nullptr};
  ProjectionHead text_shared_{nullptr}, text_specific_{nullptr};
  torch::nn::Linear ecg_condition_{nullptr}, text_condition_{nullptr};
  torch::Tensor log_scale_, bias_;
};

/// Vectors of classes, [classes, shared width], each of length 1: the mean of those of its prompts.
torch::Tensor class_vectors(CgDmerSystem& system, const std::vector<ClassPrompts>& classes);

/// Zero-shot scores [records, classes], cosines from -1 to 1: the shared vectors of ECG
/// `embeddings` (EncodedBatch::embedding, [records, width]) against those of the classes. No label
/// is looked at.
torch::Tensor class_scores(CgDmerSystem& system, const std::vector<ClassPrompts>& classes,
                           const torch::Tensor& embeddings);

}  // namespace ecg
