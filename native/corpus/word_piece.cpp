#include "corpus/word_piece.h"

#include <algorithm>
#include <array>

#include "corpus/report_text.h"
#include "corpus/word_piece_trainer.h"

namespace ecg {
namespace {

constexpr std::array<std::string_view, WordPiece::kSpecialPieces> kSpecial = {"[PAD]", "[UNK]",
                                                                              "[CLS]", "[MASK]"};
constexpr std::string_view kInside = "##";
constexpr std::size_t kFewestPieces = 256, kMostPieces = 65536;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Takes the next text without blanks off the front; empty at the end.
std::string_view take_piece(std::string_view& text) {
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
  std::size_t end = 0;
  while (end < text.size() && !is_blank(text[end])) ++end;
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(end);
  return piece;
}

// Whether a text can be cut into this piece at all.
bool is_plain_piece(std::string_view piece) {
  const bool inside = piece.size() > kInside.size() && piece.substr(0, kInside.size()) == kInside;
  std::string word = inside ? "a" : "";  // something that it goes on with
  word += inside ? piece.substr(kInside.size()) : piece;
  return word.size() <= WordPiece::kLongestWord && split_words(word).size() == 1 &&
         split_words(word)[0] == word && normalise_report(word) == word &&
         word.find(kUnknownCharacter) == std::string::npos;
}

Error malformed(std::string_view piece, std::int32_t number, const std::string& what) {
  std::string shown(piece.substr(0, 40));
  for (char& c : shown) c = c < 0x20 || c > 0x7e ? '?' : c;
  return {ErrorCode::kBadHeader,
          "piece " + std::to_string(number) + " (" + shown + ") " + what,
          "use the vocabulary.txt that `einthoven-train prepare` wrote",
          "",
          {}};
}

}  // namespace

void count_words(std::string_view report, WordCounts& counts) {
  const std::string normalised = normalise_report(report);
  for (const std::string_view word : split_words(normalised)) {
    const auto found = counts.find(word);
    if (found != counts.end()) {
      ++found->second;
    } else {
      counts.emplace(word, 1);
    }
  }
}

WordPiece::WordPiece() {
  for (const std::string_view special : kSpecial) add(std::string(special));
  longest_ = 0;
}

bool WordPiece::add(std::string piece) {
  const bool inside = piece.size() > kInside.size() && piece.compare(0, 2, kInside) == 0;
  longest_ = std::max(longest_, piece.size() - (inside ? kInside.size() : 0));
  if (!number_of_.emplace(piece, size()).second) return false;
  pieces_.push_back(std::move(piece));
  return true;
}

Result<WordPiece> WordPiece::train(const WordCounts& counts, const WordPieceOptions& options) {
  if (options.pieces < kFewestPieces || options.pieces > kMostPieces) {
    return Error{ErrorCode::kInvalidArgument,
                 "a vocabulary of " + std::to_string(options.pieces) + " pieces",
                 "choose 256 to 65536",
                 "",
                 {}};
  }
  WordPiece out;
  const std::size_t wanted = options.pieces - kSpecial.size();
  for (std::string& piece : learn_pieces(counts, wanted, options.least_count)) {
    out.add(std::move(piece));
  }
  return out;
}

Result<WordPiece> WordPiece::from_text(std::string_view vocabulary) {
  WordPiece out;
  std::int32_t number = 0;
  for (std::string_view piece = take_piece(vocabulary); !piece.empty();
       piece = take_piece(vocabulary), ++number) {
    if (number < kSpecialPieces) {
      const std::string_view special = kSpecial[static_cast<std::size_t>(number)];
      if (piece != special) return malformed(piece, number, "is not " + std::string(special));
      continue;
    }
    if (number >= static_cast<std::int32_t>(kMostPieces)) {
      return malformed(piece, number, "is one too many");
    }
    if (!is_plain_piece(piece)) return malformed(piece, number, "cannot occur in a report");
    if (!out.add(std::string(piece))) return malformed(piece, number, "occurs twice");
  }
  if (number < kSpecialPieces) return malformed("", number, "is missing");
  return out;
}

std::string WordPiece::text() const {
  std::string text;
  for (const std::string& piece : pieces_) text += piece + "\n";
  return text;
}

const std::string& WordPiece::piece(std::int32_t number) const {
  const bool known = number >= 0 && number < size();
  return pieces_[static_cast<std::size_t>(known ? number : kUnknown)];
}

// Cuts a word, longest piece first. False (and nothing appended) where that does not come out.
bool WordPiece::append_word(std::string_view word, std::vector<std::int32_t>& numbers) const {
  if (word.size() > kLongestWord) return false;
  const std::size_t before = numbers.size();
  std::string candidate;
  for (std::size_t begin = 0; begin < word.size();) {
    std::size_t length = std::min(longest_, word.size() - begin);
    for (; length > 0; --length) {
      candidate = begin > 0 ? kInside : std::string_view();
      candidate += word.substr(begin, length);
      const auto found = number_of_.find(candidate);
      if (found == number_of_.end()) continue;
      numbers.push_back(found->second);
      break;
    }
    if (length == 0) {
      numbers.resize(before);
      return false;
    }
    begin += length;
  }
  return true;
}

std::vector<std::int32_t> WordPiece::encode(std::string_view report, std::size_t most) const {
  std::vector<std::int32_t> numbers{kClass};
  const std::string normalised = normalise_report(report);
  for (const std::string_view word : split_words(normalised)) {
    if (numbers.size() >= most) break;
    if (!append_word(word, numbers)) numbers.push_back(kUnknown);
  }
  numbers.resize(std::min(numbers.size(), std::max<std::size_t>(most, 1)));
  return numbers;
}

std::string WordPiece::decode(const std::vector<std::int32_t>& numbers) const {
  std::string text;
  for (const std::int32_t number : numbers) {
    if (number == kClass || number == kPadding) continue;
    const std::string& shown = piece(number);
    if (shown.size() > kInside.size() && shown.compare(0, kInside.size(), kInside) == 0) {
      text += shown.substr(kInside.size());
    } else {
      text += (text.empty() ? "" : " ") + shown;
    }
  }
  return text;
}

}  // namespace ecg
