#pragma once
// Sub-word tokeniser for reports: a WordPiece vocabulary (Schuster & Nakajima 2012; longest match
// first as in BERT, Devlin et al. 2019) learnt from the reports of a corpus.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace ecg {

/// Words of normalised reports and how often each occurs.
using WordCounts = std::map<std::string, std::uint64_t, std::less<>>;

/// Adds the words of `report` (any UTF-8) to `counts`.
void count_words(std::string_view report, WordCounts& counts);

/// How a vocabulary is learnt.
struct WordPieceOptions {
  std::size_t pieces = 2048;      ///< at most, special ones included: 256 to 65536
  std::uint64_t least_count = 2;  ///< a pair seen less often is not joined
};

/// A vocabulary and what it makes of texts. Pieces that go on with a word begin with "##". A number
/// is cut into its digits. Words of more than kLongestWord characters, or with a character that is
/// not in the vocabulary, are [UNK] as a whole.
class WordPiece {
 public:
  /// The special pieces, first in every vocabulary.
  static constexpr std::int32_t kPadding = 0, kUnknown = 1, kClass = 2, kMask = 3;
  static constexpr std::int32_t kSpecialPieces = 4;
  static constexpr std::size_t kLongestWord = 64;

  /// An empty vocabulary: special pieces only.
  WordPiece();

  /// Learns from words: all their characters first, then the most frequent pair of neighbouring
  /// pieces is joined until the vocabulary is full; of equally frequent pairs the alphabetically
  /// first. Two digits are never joined. A function of `counts` and `options` alone. Errors:
  /// kInvalidArgument (number of pieces).
  static Result<WordPiece> train(const WordCounts& counts, const WordPieceOptions& options = {});

  /// Reads what text() wrote; line breaks may have become spaces. Errors: kBadHeader naming the
  /// piece and its number.
  static Result<WordPiece> from_text(std::string_view vocabulary);

  /// One piece per line, in the order of their numbers.
  std::string text() const;

  std::int32_t size() const { return static_cast<std::int32_t>(pieces_.size()); }
  const std::string& piece(std::int32_t number) const;

  /// [CLS] and the pieces of `report` (any UTF-8), cut off after `most` numbers (at least 1).
  std::vector<std::int32_t> encode(std::string_view report, std::size_t most) const;

  /// The words of `numbers` joined by spaces, without [CLS] and [PAD]; numbers outside the
  /// vocabulary are [UNK]. The inverse of encode on normalised words that are not [UNK].
  std::string decode(const std::vector<std::int32_t>& numbers) const;

 private:
  bool add(std::string piece);
  bool append_word(std::string_view word, std::vector<std::int32_t>& numbers) const;

  std::vector<std::string> pieces_;
  std::map<std::string, std::int32_t, std::less<>> number_of_;
  std::size_t longest_ = 0;  ///< characters of the longest piece
};

}  // namespace ecg
