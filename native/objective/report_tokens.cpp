#include "objective/report_tokens.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/assert.h"
#include "core/fnv1a.h"
#include "corpus/report_text.h"

namespace ecg {
namespace {

/// View number of the stream that hides pieces: apart from those that hide patches.
constexpr std::uint16_t kTextView = 0x8000;

// Another piece than the special ones, each equally likely.
std::int32_t any_piece(const WordPiece& vocabulary, RandomStream& random) {
  const auto choices = vocabulary.size() - WordPiece::kSpecialPieces;
  if (choices <= 0) return WordPiece::kUnknown;
  return WordPiece::kSpecialPieces +
         static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(choices)));
}

// Hides pieces of one report in place and returns their places, ascending.
std::vector<std::size_t> hide_pieces(std::vector<std::int32_t>& pieces, const WordPiece& vocabulary,
                                     const PieceMaskOptions& options, const RandomKey& record) {
  if (pieces.size() < 2 || options.ratio <= 0) return {};
  RandomKey key = record;
  key.view = kTextView;
  key.purpose = RandomPurpose::kMask;
  RandomStream random(key);
  std::vector<std::size_t> places(pieces.size() - 1);
  std::iota(places.begin(), places.end(), std::size_t{1});
  random.shuffle(std::span(places));
  const auto wanted = std::lround(options.ratio * static_cast<double>(places.size()));
  places.resize(static_cast<std::size_t>(std::max(1L, wanted)));
  std::sort(places.begin(), places.end());
  for (const std::size_t place : places) {
    const double draw = random.uniform();
    const std::int32_t other = any_piece(vocabulary, random);
    if (draw < options.mask_share) {
      pieces[place] = WordPiece::kMask;
    } else if (draw < options.mask_share + options.random_share) {
      pieces[place] = other;
    }
  }
  return places;
}

at::Tensor padded(const std::vector<std::vector<std::int32_t>>& rows, std::int64_t length) {
  const auto records = static_cast<std::int64_t>(rows.size());
  auto table = at::full({records, length}, WordPiece::kPadding, at::kLong);
  auto* out = table.data_ptr<std::int64_t>();
  for (const auto& row : rows) {
    std::copy(row.begin(), row.end(), out);
    out += length;
  }
  return table;
}

}  // namespace

ReportTokens tokens_of_reports(const WordPiece& vocabulary, std::span<const std::string> reports,
                               std::span<const RandomKey> keys, std::int64_t length,
                               const PieceMaskOptions& options) {
  ECG_ASSERT(length >= 1 && (options.ratio <= 0 || keys.size() == reports.size()));
  std::vector<std::vector<std::int32_t>> original, seen;
  std::vector<std::vector<std::size_t>> places;
  std::vector<float> present;
  std::vector<std::int64_t> ids;
  std::size_t longest = 1;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    original.push_back(vocabulary.encode(reports[i], static_cast<std::size_t>(length)));
    longest = std::max(longest, original.back().size());
    present.push_back(original.back().size() > 1 ? 1.0F : 0.0F);
    ids.push_back(static_cast<std::int64_t>(fnv1a(plain_words(reports[i]))));
    seen.push_back(original.back());
    const RandomKey key = options.ratio > 0 ? keys[i] : RandomKey{};
    places.push_back(hide_pieces(seen.back(), vocabulary, options, key));
  }
  std::vector<std::int64_t> hidden;
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (const std::size_t place : places[i]) {
      hidden.push_back(static_cast<std::int64_t>(i * longest + place));
    }
  }
  const auto columns = static_cast<std::int64_t>(longest);
  return {padded(seen, columns), padded(original, columns), at::tensor(hidden, at::kLong),
          at::tensor(present, at::kFloat), at::tensor(ids, at::kLong)};
}

ReportTokens tokens_of_texts(const WordPiece& vocabulary, std::span<const std::string> texts,
                             std::int64_t length) {
  PieceMaskOptions nothing;
  nothing.ratio = 0;
  return tokens_of_reports(vocabulary, texts, {}, length, nothing);
}

}  // namespace ecg
