#include "corpus/word_piece_trainer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "corpus/report_text.h"

namespace ecg {
namespace {

using Pair = std::pair<std::uint32_t, std::uint32_t>;

struct PairUse {
  std::uint64_t count = 0;
  std::set<std::size_t> words;  // that hold it, or once did
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A word as numbers of the pieces it is made of so far.
struct Word {
  std::vector<std::uint32_t> pieces;
  std::uint64_t count = 0;
};

class PieceLearner {
 public:
  PieceLearner(const WordCounts& counts, std::size_t most);

  std::vector<std::string> learn(std::uint64_t least_count);

 private:
  std::uint32_t number_of(const std::string& piece);
  void keep_characters(const std::map<std::string, std::uint64_t>& characters);
  void count_pairs(std::size_t word, bool added);
  bool may_join(const Pair& pair) const;
  const Pair* best_pair(std::uint64_t least_count) const;
  void join(const Pair& pair);

  std::size_t most_;
  std::vector<std::string> pieces_;
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<Word> words_;
  std::map<Pair, PairUse> pairs_;
};

std::vector<std::string> characters_of(std::string_view word) {
  std::vector<std::string> characters;
  for (const char c : word) {
    characters.push_back(characters.empty() ? std::string(1, c) : std::string("##") + c);
  }
  return characters;
}

bool is_learnable(const std::string& word) {
  return word.size() <= WordPiece::kLongestWord && split_words(word).size() == 1 &&
         normalise_report(word) == word && word.find(kUnknownCharacter) == std::string::npos;
}

PieceLearner::PieceLearner(const WordCounts& counts, std::size_t most) : most_(most) {
  std::map<std::string, std::uint64_t> characters;
  for (const auto& [word, count] : counts) {
    if (!is_learnable(word)) continue;
    for (const std::string& character : characters_of(word)) characters[character] += count;
  }
  keep_characters(characters);
  for (const auto& [text, count] : counts) {
    if (!is_learnable(text)) continue;
    Word word{{}, count};
    for (const std::string& character : characters_of(text)) {
      const auto found = numbers_.find(character);
      if (found == numbers_.end()) break;
      word.pieces.push_back(found->second);
    }
    if (word.pieces.size() == text.size()) words_.push_back(std::move(word));
  }
  for (std::size_t i = 0; i < words_.size(); ++i) count_pairs(i, true);
}

std::uint32_t PieceLearner::number_of(const std::string& piece) {
  const auto [entry, added] = numbers_.emplace(piece, static_cast<std::uint32_t>(pieces_.size()));
  if (added) pieces_.push_back(piece);
  return entry->second;
}

void PieceLearner::keep_characters(const std::map<std::string, std::uint64_t>& characters) {
  std::vector<std::pair<std::uint64_t, std::string>> by_count;
  for (const auto& [character, count] : characters) by_count.emplace_back(count, character);
  std::stable_sort(by_count.begin(), by_count.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  by_count.resize(std::min(by_count.size(), most_));
  std::sort(by_count.begin(), by_count.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  for (const auto& [count, character] : by_count) number_of(character);
}

// Adds the pairs of a word to the counts, or takes them away.
void PieceLearner::count_pairs(std::size_t word, bool added) {
  const Word& w = words_[word];
  for (std::size_t i = 0; i + 1 < w.pieces.size(); ++i) {
    const Pair pair{w.pieces[i], w.pieces[i + 1]};
    if (!may_join(pair)) continue;
    PairUse& use = pairs_[pair];
    if (added) {
      use.count += w.count;
      use.words.insert(word);
    } else {
      use.count -= w.count;
    }
  }
}

bool PieceLearner::may_join(const Pair& pair) const {
  return !(is_digit(pieces_[pair.first].back()) && is_digit(pieces_[pair.second][2]));
}

const Pair* PieceLearner::best_pair(std::uint64_t least_count) const {
  const Pair* best = nullptr;
  std::uint64_t count = std::max<std::uint64_t>(least_count, 1);
  const auto before = [&](const Pair& a, const Pair& b) {
    return std::pair(pieces_[a.first], pieces_[a.second]) <
           std::pair(pieces_[b.first], pieces_[b.second]);
  };
  for (const auto& [pair, use] : pairs_) {
    if (use.count < count || (best && use.count == count && !before(pair, *best))) continue;
    best = &pair;
    count = use.count;
  }
  return best;
}

void PieceLearner::join(const Pair& pair) {
  const std::uint32_t joined = number_of(pieces_[pair.first] + pieces_[pair.second].substr(2));
  const std::set<std::size_t> words = std::move(pairs_[pair].words);
  for (const std::size_t word : words) {
    count_pairs(word, false);
    std::vector<std::uint32_t>& old = words_[word].pieces;
    std::vector<std::uint32_t> pieces;
    for (std::size_t i = 0; i < old.size(); ++i) {
      const bool match = i + 1 < old.size() && old[i] == pair.first && old[i + 1] == pair.second;
      pieces.push_back(match ? joined : old[i]);
      i += match ? 1 : 0;
    }
    old = std::move(pieces);
    count_pairs(word, true);
  }
  pairs_.erase(pair);
}

std::vector<std::string> PieceLearner::learn(std::uint64_t least_count) {
  while (pieces_.size() < most_) {
    const Pair* best = best_pair(least_count);
    if (!best) break;
    join(Pair(*best));
  }
  return pieces_;
}

}  // namespace

std::vector<std::string> learn_pieces(const WordCounts& counts, std::size_t most,
                                      std::uint64_t least_count) {
  return PieceLearner(counts, most).learn(least_count);
}

}  // namespace ecg
