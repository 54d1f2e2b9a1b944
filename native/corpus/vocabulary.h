#pragma once
// The vocabulary of a corpus: learnt from the reports of its training records, saved beside them.

#include <filesystem>
#include <optional>
#include <span>

#include "corpus/corpus.h"
#include "corpus/word_piece.h"

namespace ecg {

/// Name of the file within a corpus folder. It holds words of the reports: as private as they are.
inline constexpr const char* kVocabularyFile = "vocabulary.txt";

/// Learns at most `pieces` pieces from the reports of the training records of `index`, whose shards
/// are in `folder`; nullopt if none of them has a word. Errors: those of the shards and of
/// training.
Result<std::optional<WordPiece>> learn_vocabulary(const std::filesystem::path& folder,
                                                  std::span<const IndexEntry> index,
                                                  std::size_t pieces);

/// Hash of a vocabulary's text (16 hexadecimal digits, FNV-1a 64), as corpus.json states it.
std::string hash_of_vocabulary(const WordPiece& vocabulary);

/// The vocabulary of the corpus `info` in `folder`. Errors: kNotFound (its records have no
/// reports), kMissingFile, kBadHeader, kBadChecksum (not the one that corpus.json speaks of).
Result<WordPiece> read_vocabulary(const std::filesystem::path& folder, const CorpusInfo& info);

}  // namespace ecg
