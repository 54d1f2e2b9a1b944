// The vocabulary of a corpus: learnt from what it trains on, and kept with it.

#include <catch2/catch_test_macros.hpp>

#include "corpus/failure.h"
#include "corpus/prepare.h"
#include "corpus/simulated_source.h"
#include "corpus/vocabulary.h"
#include "toy.h"

using namespace ecg;
using namespace ecg::test;
namespace fs = std::filesystem;

namespace {

RecordSource toy_source() { return simulated_source(7, 24, toy_config().input.duration_s()); }

PrepareOptions toy_options(const std::vector<std::string>& names) {
  PrepareOptions options;
  options.spec = toy_config().input;
  options.records_per_shard = 8;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto split = static_cast<Split>(i % 3);
    const std::string report = split == Split::kTrain ? "Linkstyp im EKG" : "quergestellt";
    options.table.add(names[i], {"patient" + std::to_string(i), split, {}, report});
  }
  return options;
}

fs::path prepared(const TemporaryFolder& folder, const char* name, const PrepareOptions& options) {
  const fs::path path = folder / name;
  value_or_throw(prepare_corpus({toy_source()}, path, options, {}));
  return path;
}

}  // namespace

TEST_CASE("A corpus' vocabulary knows the words of its training reports and no others") {
  const TemporaryFolder folder;
  const fs::path path = prepared(folder, "corpus", toy_options(toy_source().names));
  const Corpus corpus = value_or_throw(Corpus::open(path));
  const WordPiece words = value_or_throw(read_vocabulary(path, corpus.info()));
  CHECK(words.encode("EKG: Linkstyp", 9).size() == 4);
  CHECK(words.decode(words.encode("linkstyp ekg", 9)) == "linkstyp ekg");
  CHECK(words.encode("quergestellt", 9).back() == WordPiece::kUnknown);
  CHECK(hash_of_vocabulary(words) == corpus.info().vocabulary_hash);
  CHECK(text_of_file(path / kVocabularyFile) == words.text());
}

TEST_CASE("Simulated records bring reports of their own") {
  const TemporaryFolder folder;
  const fs::path path = folder / "corpus";
  make_toy_corpus(path, 20);
  const Corpus corpus = value_or_throw(Corpus::open(path));
  const WordPiece words = value_or_throw(read_vocabulary(path, corpus.info()));
  CHECK(words.encode("sinus rhythm", 9).size() == 3);
  for (std::uint32_t i = 0; i < corpus.index().size(); ++i) {
    CHECK(value_or_throw(corpus.read_details(i)).report.find("bpm") != std::string::npos);
  }
}

TEST_CASE("Another vocabulary than that of the corpus is refused, and so is one too small") {
  const TemporaryFolder folder;
  auto options = toy_options(toy_source().names);
  const fs::path path = prepared(folder, "corpus", options);
  const CorpusInfo info = value_or_throw(Corpus::open(path)).info();
  write_text_file(path / kVocabularyFile, WordPiece().text());
  CHECK(read_vocabulary(path, info).error().code == ErrorCode::kBadChecksum);
  write_text_file(path / kVocabularyFile, "sinus");
  CHECK(read_vocabulary(path, info).error().code == ErrorCode::kBadHeader);
  fs::remove(path / kVocabularyFile);
  CHECK(read_vocabulary(path, info).error().code == ErrorCode::kMissingFile);
  options.vocabulary_pieces = 100;
  const auto refused = prepare_corpus({toy_source()}, folder / "small", options, {});
  CHECK(refused.error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("A corpus made without a vocabulary says so") {
  const TemporaryFolder folder;
  auto options = toy_options(toy_source().names);
  options.vocabulary_pieces = 0;
  const fs::path path = prepared(folder, "corpus", options);
  CHECK_FALSE(fs::exists(path / kVocabularyFile));
  const auto none = read_vocabulary(path, value_or_throw(Corpus::open(path)).info());
  CHECK(none.error().code == ErrorCode::kNotFound);
}
