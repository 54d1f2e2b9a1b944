#include "objective/cg_dmer_options.h"

#include <algorithm>

#include "corpus/vocabulary.h"
#include "objective/contrast.h"
#include "objective/objective_config.h"
#include "objective/orthogonality.h"

namespace ecg {
namespace {

Error bad(std::string message, std::string hint) {
  return {ErrorCode::kBadValue, std::move(message), std::move(hint), {}, {}};
}

}  // namespace

std::vector<ConfigField> fields_of(CgDmerOptions& options) {
  TextOptions& text = options.text;
  return {{"cg_dmer.shared_width", &options.shared_width, 1, 4096, {}},
          {"cg_dmer.words_weight", &options.words_weight, 0, 1000, {}},
          {"cg_dmer.alignment_weight", &options.alignment_weight, 0, 1000, {}},
          {"cg_dmer.orthogonality_weight", &options.orthogonality_weight, 0, 1000, {}},
          {"cg_dmer.orthogonality", &options.orthogonality, 0, 0, orthogonality_names()},
          {"cg_dmer.same_report", &options.same_report, 0, 0, same_patient_names()},
          {"cg_dmer.same_patient", &options.same_patient, 0, 0, same_patient_names()},
          {"text.vocabulary", &text.vocabulary, 0, 0, {}},
          {"text.length", &text.length, 2, 1024, {}},
          {"text.width", &text.width, 2, 8192, {}},
          {"text.depth", &text.depth, 1, 128, {}},
          {"text.heads", &text.heads, 1, 256, {}},
          {"text.mask_ratio", &text.mask_ratio, 0.01, 1, {}},
          {"text.mask_share", &text.mask_share, 0, 1, {}},
          {"text.random_share", &text.random_share, 0, 1, {}},
          {"text.embeddings", &text.embeddings, 0, 0, {}},
          {"text.embedding_width", &text.embedding_width, 0, 65536, {}}};
}

Result<void> check_cg_dmer(const CgDmerOptions& options) {
  const TextOptions& text = options.text;
  if (text.width % text.heads != 0) {
    return bad("text.width = " + std::to_string(text.width) + " does not suit " +
                   std::to_string(text.heads) + " heads",
               "choose a multiple of text.heads");
  }
  if (text.mask_share + text.random_share > 1) {
    return bad("text.mask_share + text.random_share = " +
                   std::to_string(text.mask_share + text.random_share),
               "choose shares that sum to at most 1");
  }
  if (text.embeddings.empty() != (text.embedding_width == 0)) {
    return bad("text.embeddings and text.embedding_width belong together",
               "give the files and the width of their vectors, or neither");
  }
  if (text.vocabulary.empty()) return {};
  const auto vocabulary = WordPiece::from_text(text.vocabulary);
  return vocabulary ? Result<void>() : Result<void>(vocabulary.error());
}

Result<void> adopt_vocabulary(CgDmerOptions& options, const std::filesystem::path& folder,
                              const CorpusInfo& corpus) {
  if (!options.text.vocabulary.empty() || !options.text.embeddings.empty()) return {};
  const auto vocabulary = read_vocabulary(folder, corpus);
  if (!vocabulary) return vocabulary.error();
  std::string words = vocabulary->text();
  std::replace(words.begin(), words.end(), '\n', ' ');
  while (!words.empty() && words.back() == ' ') words.pop_back();
  options.text.vocabulary = std::move(words);
  return {};
}

}  // namespace ecg
