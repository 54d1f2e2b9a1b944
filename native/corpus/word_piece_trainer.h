#pragma once
// Learns the pieces of a WordPiece vocabulary (word_piece.h).

#include <cstdint>
#include <string>
#include <vector>

#include "corpus/word_piece.h"

namespace ecg {

/// At most `most` pieces, in the order in which they are added: the characters of the words (most
/// frequent first if there are too many), then joined pairs seen at least `least_count` times.
std::vector<std::string> learn_pieces(const WordCounts& counts, std::size_t most,
                                      std::uint64_t least_count);

}  // namespace ecg
