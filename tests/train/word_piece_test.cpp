// The sub-word tokeniser: reports made plain, vocabularies learnt, texts cut and put together
// again.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cctype>

#include "core/philox.h"
#include "corpus/failure.h"
#include "corpus/report_text.h"
#include "corpus/word_piece.h"

using namespace ecg;

namespace {

WordCounts counts_of(const std::vector<std::string>& reports) {
  WordCounts counts;
  for (const std::string& report : reports) count_words(report, counts);
  return counts;
}

WordPiece trained(const std::vector<std::string>& reports, std::size_t pieces = 512) {
  return value_or_throw(WordPiece::train(counts_of(reports), {pieces, 2}));
}

const std::vector<std::string> kReports = {
    "Sinusrhythmus, überdrehter Linkstyp. Normales EKG",
    "sinus rhythm. normal ecg",
    "Sinus bradycardia at 48 bpm; left anterior fascicular block.",
    "sinus tachycardia, 121 bpm. ST elevation in V1-V4",
    "atrial fibrillation, ventricular rate 97 bpm",
    "sinus rhythm. left bundle branch block",
    "Sinusrhythmus. Linkstyp. unspezifisches ST-T",
    "atrial flutter with a ventricular response of 140 bpm"};

std::string joined_words(const std::string& report) {
  const std::string normalised = normalise_report(report);
  std::string text;
  for (const auto word : split_words(normalised)) {
    text += text.empty() ? "" : " ";
    text += word;
  }
  return text;
}

std::string random_bytes(std::uint64_t record, std::size_t size) {
  RandomStream random({11, 0, record, 0, RandomPurpose::kTest});
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random.below(256));
  return bytes;
}

}  // namespace

TEST_CASE("Reports become lower-case ASCII without accents, composed or not") {
  CHECK(normalise_report("Überdrehter LINKSTYP") == "uberdrehter linkstyp");
  CHECK(normalise_report("U\xCC\x88"
                         "berdreht") == "uberdreht");  // U and a combining diaeresis
  CHECK(normalise_report("großer Infarkt, Ångström, ção, œdème, Łódź") ==
        "grosser infarkt, angstrom, cao, oedeme, lodz");
  CHECK(normalise_report("QT\xE2\x80\x93"
                         "Zeit \xE2\x80\x9Enormal\xE2\x80\x9C\xC2\xA0\xE2\x89\xA5 2 \xC2\xB5V") ==
        "qt-zeit \"normal\" >= 2 uv");
  CHECK(normalise_report("a\tb\r\nc") == "a b  c");
  CHECK(normalise_report("\xE5\xBF\x83 \xF0\x9F\x92\x93") == "\x7f \x7f");
  CHECK(normalise_report("a\xC3") == "a\x7f");                // cut off
  CHECK(normalise_report("\xC0\xAF\xFF") == "\x7f\x7f\x7f");  // overlong, never valid
}

TEST_CASE("Words are runs of letters and digits, other characters stand alone") {
  const std::string text = normalise_report("ST-elevation in V1, 2.5 mV (acute?)");
  std::vector<std::string> words;
  for (const auto word : split_words(text)) words.emplace_back(word);
  CHECK(words == std::vector<std::string>{"st", "-", "elevation", "in", "v1", ",", "2", ".", "5",
                                          "mv", "(", "acute", "?", ")"});
}

TEST_CASE("The most frequent pair is joined first, of equals the alphabetically first") {
  // Pairs: h ##u 10 + 5, ##u ##g 10 + 5 + 5, p ##u 5 + 12, ##u ##n 12 + 4, b ##u 4.
  const WordCounts counts{{"hug", 10}, {"pug", 5}, {"pun", 12}, {"bun", 4}, {"hugs", 5}};
  const auto learnt = value_or_throw(WordPiece::train(counts, {256, 2}));
  std::vector<std::string> pieces;
  for (std::int32_t i = WordPiece::kSpecialPieces; i < learnt.size(); ++i)
    pieces.push_back(learnt.piece(i));
  // After ##ug (20): ##un 16, h ##ug 15, p ##un 12, hug ##s and p ##ug 5, b ##un 4.
  CHECK(pieces == std::vector<std::string>{"##g", "##n", "##s", "##u", "b", "h", "p", "##ug",
                                           "##un", "hug", "pun", "hugs", "pug", "bun"});
}

TEST_CASE("Learning is a function of the words alone") {
  auto reports = kReports;
  const std::string first = trained(reports).text();
  std::reverse(reports.begin(), reports.end());
  CHECK(trained(reports).text() == first);
  CHECK(trained({"other words here", "other words here"}).text() != first);
}

TEST_CASE("A vocabulary comes back from its text, line breaks or spaces") {
  const WordPiece learnt = trained(kReports);
  std::string text = learnt.text();
  CHECK(value_or_throw(WordPiece::from_text(text)).text() == text);
  std::replace(text.begin(), text.end(), '\n', ' ');
  CHECK(value_or_throw(WordPiece::from_text(text)).text() == learnt.text());
}

TEST_CASE("Texts whose words are known come back from their numbers") {
  const WordPiece learnt = trained(kReports);
  for (const std::string& report : kReports) {
    const auto numbers = learnt.encode(report, 512);
    CHECK(numbers[0] == WordPiece::kClass);
    CHECK(std::count(numbers.begin(), numbers.end(), WordPiece::kUnknown) == 0);
    CHECK(learnt.decode(numbers) == joined_words(report));
  }
}

TEST_CASE("Frequent words are one piece, rare ones several, numbers are cut into digits") {
  const WordPiece learnt = trained(kReports);
  CHECK(learnt.encode("SINUS rhythm", 99).size() == 3);
  CHECK(learnt.encode("unspezifisches", 99).size() > 2);
  CHECK(learnt.encode("140", 99).size() == 4);
  for (std::int32_t i = WordPiece::kSpecialPieces; i < learnt.size(); ++i) {
    const std::string& piece = learnt.piece(i);
    for (std::size_t j = 1; j < piece.size(); ++j) {
      CHECK_FALSE((std::isdigit(piece[j]) && std::isdigit(piece[j - 1])));
    }
  }
}

TEST_CASE("A word with an unknown character is unknown as a whole; texts are cut off") {
  const WordPiece learnt = trained({"sinus rhythm", "sinus rhythm"});
  CHECK(learnt.encode("sinus xyz rhythm", 99) ==
        std::vector<std::int32_t>{WordPiece::kClass, learnt.encode("sinus", 9)[1],
                                  WordPiece::kUnknown, learnt.encode("rhythm", 9)[1]});
  CHECK(learnt.encode(std::string(65, 's'), 99).back() == WordPiece::kUnknown);
  CHECK(learnt.encode("sin\xE5\xBF\x83us", 99) ==
        std::vector<std::int32_t>{WordPiece::kClass, WordPiece::kUnknown});
  CHECK(learnt.encode("sinus rhythm", 2).size() == 2);
  CHECK(learnt.encode("sinus rhythm", 0) == std::vector<std::int32_t>{WordPiece::kClass});
  CHECK(learnt.encode("", 5) == std::vector<std::int32_t>{WordPiece::kClass});
  CHECK(learnt.decode({-5, 1 << 30}) == "[UNK] [UNK]");
}

TEST_CASE("The vocabulary is no larger than asked for, and holds characters before words") {
  std::string all;
  for (char c = 'a'; c <= 'z'; ++c) all += std::string(1, c) + c + " ";
  for (int i = 0; i < 300; ++i)
    all += "word" + std::string(1, static_cast<char>('a' + i % 26)) + " ";
  const WordPiece learnt = trained({all, all}, 256);
  CHECK(learnt.size() <= 256);
  CHECK(learnt.encode("zz", 9).size() >= 2);
  CHECK(learnt.encode("zz", 9)[1] != WordPiece::kUnknown);
  CHECK_FALSE(WordPiece::train({}, {255, 2}).has_value());
  CHECK_FALSE(WordPiece::train({}, {65537, 2}).has_value());
  CHECK(value_or_throw(WordPiece::train({}, {})).size() == WordPiece::kSpecialPieces);
}

TEST_CASE("Damaged vocabularies are refused with the piece and its number") {
  const std::string good = trained(kReports).text();
  const auto refused = [](const std::string& text) {
    const auto read = WordPiece::from_text(text);
    return !read && read.error().code == ErrorCode::kBadHeader && !read.error().hint.empty();
  };
  CHECK(refused(""));
  CHECK(refused("[PAD]\n[UNK]\n[CLS]\n"));
  CHECK(refused("[UNK]\n" + good));
  CHECK(refused(good + "sinus\n"));
  CHECK(refused(good + "two-words\n"));
  CHECK(refused(good + "##,\n"));
  CHECK(refused(good + "##\n"));
  CHECK(refused(good + "\xC3\xA4h\n"));
  CHECK(refused(good + std::string(65, 'q') + "\n"));
  CHECK(refused(good + std::string("a\0b", 3) + "\n"));
  for (std::uint64_t i = 0; i < 50; ++i) CHECK(refused(random_bytes(i, 200)));
}

TEST_CASE("Whatever the bytes, a text is cut into numbers of the vocabulary") {
  const WordPiece learnt = trained(kReports);
  WordCounts counts;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::string bytes = random_bytes(100 + i, 1 + i * 3);
    const std::string plain = normalise_report(bytes);
    CHECK(normalise_report(plain) == plain);
    for (const char c : plain) REQUIRE((c >= 0x20 && c <= 0x7f));
    for (const std::int32_t number : learnt.encode(bytes, 64)) {
      REQUIRE((number >= 0 && number < learnt.size()));
    }
    count_words(bytes, counts);
  }
  const auto hostile = value_or_throw(WordPiece::train(counts, {512, 1}));
  CHECK(value_or_throw(WordPiece::from_text(hostile.text())).text() == hostile.text());
}
