#pragma once
// What the system "cg_dmer" (cg_dmer_system.h) needs beyond what every system has. No LibTorch
// here.

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/result.h"

namespace ecg {

struct CorpusInfo;

/// Texts and how they are read.
struct TextOptions {
  /// Word pieces in the order of their numbers, separated by spaces (corpus/word_piece.h). Empty =
  /// the corpus' own, filled in when a run starts, so that a trained model knows its words.
  std::string vocabulary;
  std::int64_t length = 96;  ///< most pieces of a report, [CLS] included
  std::int64_t width = 96;   ///< of the text transformer; a multiple of `heads`
  std::int64_t depth = 2;
  std::int64_t heads = 4;
  double mask_ratio = 0.25;   ///< share of a report's pieces to guess
  double mask_share = 0.8;    ///< of those: replaced by [MASK]
  double random_share = 0.1;  ///< of those: replaced by another piece
  std::string embeddings;     ///< BASE of BASE.npy and BASE.txt (corpus/text_vectors.h): vectors of
                              ///< texts instead of a transformer of our own; empty = our own
  std::int64_t embedding_width = 0;  ///< of these vectors
};

/// Parts of the loss and the space in which ECGs and texts are compared.
struct CgDmerOptions {
  std::int64_t shared_width = 128;  ///< of shared and specific vectors
  double words_weight = 1;          ///< of masked language modelling
  double alignment_weight = 1;      ///< of SigLIP (objective/siglip.h)
  double orthogonality_weight = 0.1;
  std::string orthogonality = "batch";    ///< objective/orthogonality.h
  std::string same_report = "positive";   ///< whose reports are equal: objective/siglip.h
  std::string same_patient = "excluded";  ///< other records of the same person
  TextOptions text;
};

/// Whether the options can be used together. Errors: kBadValue naming the field.
Result<void> check_cg_dmer(const CgDmerOptions& options);

/// Fills in the vocabulary of the corpus in `folder` unless the options have one or use embeddings.
/// Errors: those of read_vocabulary (corpus/vocabulary.h).
Result<void> adopt_vocabulary(CgDmerOptions& options, const std::filesystem::path& folder,
                              const CorpusInfo& corpus);

}  // namespace ecg
