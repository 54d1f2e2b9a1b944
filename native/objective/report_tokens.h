#pragma once
// Reports of a batch as word pieces, some of them hidden: what masked language modelling looks at.

#include <ATen/core/Tensor.h>

#include <span>
#include <string>
#include <vector>

#include "core/philox.h"
#include "corpus/word_piece.h"

namespace ecg {

/// Which pieces of a report are to be guessed (Devlin et al. 2019).
struct PieceMaskOptions {
  double ratio = 0.25;        ///< share of a report's pieces: round(ratio * n), at least one
  double mask_share = 0.8;    ///< of them replaced by [MASK]
  double random_share = 0.1;  ///< of them replaced by another piece; the rest stays as it is
};

/// Reports of a batch, padded to the longest of them.
struct ReportTokens {
  at::Tensor pieces;    ///< [batch, length] int64 as the encoder sees them; kPadding after the end
  at::Tensor original;  ///< [batch, length] int64 as they are
  at::Tensor hidden;    ///< [hidden] int64, ascending: record * length + place of a piece to guess
  at::Tensor present;   ///< [batch] float32: 1 = the record has a report with a word in it
  at::Tensor text_id;   ///< [batch] int64: equal where normalised reports are equal (hash)
};

/// Pieces of `reports` (UTF-8), at most `length` each, hidden as drawn from their records' `keys`
/// (RandomPurpose::kMask, view 0x8000): a function of report, key and options alone. Never hidden:
/// [CLS]. With ratio 0 nothing is hidden.
ReportTokens tokens_of_reports(const WordPiece& vocabulary, std::span<const std::string> reports,
                               std::span<const RandomKey> keys, std::int64_t length,
                               const PieceMaskOptions& options);

/// Pieces of texts without anything hidden.
ReportTokens tokens_of_texts(const WordPiece& vocabulary, std::span<const std::string> texts,
                             std::int64_t length);

}  // namespace ecg
