#include "objective/cg_dmer_system.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "corpus/failure.h"
#include "nn/initialise.h"
#include "objective/masked_reconstruction.h"
#include "objective/orthogonality.h"
#include "objective/report_tokens.h"
#include "objective/views.h"

namespace ecg {
namespace {

torch::Tensor both(const torch::Tensor& shared, const torch::Tensor& specific) {
  return at::cat({shared, specific}, 1);
}

PieceMaskOptions piece_mask(const TextOptions& text) {
  return {text.mask_ratio, text.mask_share, text.random_share};
}

TextTransformerConfig text_size(const TextOptions& text, const WordPiece& vocabulary) {
  TextTransformerConfig size;
  size.pieces = vocabulary.size();
  size.length = text.length;
  size.width = text.width;
  size.depth = text.depth;
  size.heads = text.heads;
  return size;
}

}  // namespace

CgDmerSystem::CgDmerSystem(const ObjectiveConfig& config)
    : System(config), autoencoder_(config.model, static_cast<std::uint64_t>(config.seed)) {
  const CgDmerOptions& options = config.cg_dmer;
  const std::int64_t width = config.model.width, shared = options.shared_width;
  const bool own_text = options.text.embeddings.empty();
  const std::int64_t text_width = own_text ? options.text.width : options.text.embedding_width;
  register_module("encoder", autoencoder_->encoder);
  register_module("decoder", autoencoder_->decoder);
  const auto head = [&](const char* name, std::int64_t inputs) {
    return register_module(name, ProjectionHead(inputs, inputs, shared));
  };
  ecg_shared_ = head("ecg_shared", width);
  ecg_specific_ = head("ecg_specific", width);
  text_shared_ = head("text_shared", text_width);
  text_specific_ = head("text_specific", text_width);
  ecg_condition_ =
      register_module("ecg_condition", torch::nn::Linear(2 * shared, config.model.decoder_width));
  if (own_text) {
    vocabulary_ = value_or_throw(WordPiece::from_text(options.text.vocabulary));
    text_ = register_module("text", TextTransformer(text_size(options.text, *vocabulary_)));
    text_condition_ =
        register_module("text_condition", torch::nn::Linear(2 * shared, options.text.width));
  } else {
    vectors_ = value_or_throw(TextVectors::read(options.text.embeddings));
    if (static_cast<std::int64_t>(vectors_->width()) != text_width) {
      throw Failure({ErrorCode::kInconsistent,
                     "holds vectors of " + std::to_string(vectors_->width()) + " numbers",
                     "set text.embedding_width to that",
                     options.text.embeddings + ".npy",
                     {}});
    }
  }
  log_scale_ = register_parameter("log_scale", torch::zeros({1}));
  bias_ = register_parameter("bias", torch::zeros({1}));
  initialise_randomly(*this, static_cast<std::uint64_t>(config.seed));
  initialise_weights(*autoencoder_, static_cast<std::uint64_t>(config.seed));
  const torch::NoGradGuard no_grad;
  log_scale_.fill_(kSiglipLogScale);
  bias_.fill_(kSiglipBias);
}

void CgDmerSystem::prepare(Batch& batch) const {
  View view = masked_view(batch, 0, config());
  prepare_words(batch, view);
  batch.views.push_back(std::move(view));
}

void CgDmerSystem::prepare_words(const Batch& batch, View& view) const {
  std::vector<std::string> reports = batch.reports;
  reports.resize(static_cast<std::size_t>(batch.size()));
  const TextOptions& text = config().cg_dmer.text;
  if (vectors_) {
    const auto tokens = tokens_of_texts(WordPiece(), reports, text.length);
    torch::Tensor known;
    view.extra["text_vector"] = vectors_of(reports, &known);
    view.extra["has_report"] = tokens.present * known;
    view.extra["text_id"] = tokens.text_id;
    return;
  }
  const auto tokens =
      tokens_of_reports(*vocabulary_, reports, batch.keys, text.length, piece_mask(text));
  view.extra["pieces"] = tokens.pieces;
  view.extra["hidden"] = tokens.hidden;
  view.extra["hidden_piece"] = tokens.original.flatten().index_select(0, tokens.hidden);
  view.extra["has_report"] = tokens.present;
  view.extra["text_id"] = tokens.text_id;
}

torch::Tensor CgDmerSystem::vectors_of(const std::vector<std::string>& texts,
                                       torch::Tensor* known) const {
  const auto rows = static_cast<std::int64_t>(texts.size());
  auto table = torch::zeros({rows, static_cast<std::int64_t>(vectors_->width())});
  auto found = torch::zeros({rows});
  float* out = table.data_ptr<float>();
  for (std::size_t i = 0; i < texts.size(); ++i, out += vectors_->width()) {
    const auto vector = vectors_->find(texts[i]);
    std::copy(vector.begin(), vector.end(), out);
    found[static_cast<std::int64_t>(i)] = vector.empty() ? 0 : 1;
    if (!vector.empty() || known) continue;
    throw Failure({ErrorCode::kNotFound,
                   "no vector for the text '" + texts[i].substr(0, 80) + "'",
                   "add it to the table",
                   config().cg_dmer.text.embeddings + ".txt",
                   {}});
  }
  if (known) *known = found;
  return table;
}

std::vector<LossTerm> CgDmerSystem::terms() const {
  const CgDmerOptions& options = config().cg_dmer;
  const double weight = config().reconstruction.weight;
  std::vector<LossTerm> terms{
      {"patch", weight}, {"level", weight * kLevelWeight}, {"spread", weight * kLevelWeight}};
  if (vocabulary_) terms.push_back({"words", options.words_weight});
  terms.push_back({"alignment", options.alignment_weight});
  terms.push_back({"ecg_orthogonality", options.orthogonality_weight});
  terms.push_back({"text_orthogonality", options.orthogonality_weight});
  return terms;
}

torch::Tensor CgDmerSystem::counts(const Batch& batch) const {
  const View& view = batch.views.at(0);
  const auto tokens = view.counted.sum(torch::kFloat64);
  const auto ecg = view.visible.sum(1).gt(0).to(torch::kFloat64);
  const auto text = view.extra.at("has_report").to(torch::kFloat64);
  std::vector<torch::Tensor> counts{tokens, tokens, tokens};
  if (vocabulary_) {
    counts.push_back(
        torch::full_like(tokens, static_cast<double>(view.extra.at("hidden").numel())));
  }
  counts.push_back((ecg * text).sum());
  counts.push_back(ecg.sum());
  counts.push_back(text.sum());
  return at::stack(counts);
}

std::vector<torch::Tensor> CgDmerSystem::sums(const Batch& batch, const Communicator& ranks) {
  const CgDmerOptions& options = config().cg_dmer;
  const View& view = batch.views.at(0);
  const EcgSide ecg = ecg_side(view, batch.path_scale);
  const TextSide text = text_side(view);
  auto sums =
      reconstruction_sums(*autoencoder_->decoder, ecg.seen, view, config().model, ecg.condition);
  if (text.words.defined()) sums.push_back(text.words);
  const auto& has_report = view.extra.at("has_report");
  const SiglipBatch pairs{ecg.parts.shared, text.parts.shared, view.extra.at("text_id"),
                          batch.patient, ecg.valid * has_report};
  const SiglipOptions relations{same_patient_of(options.same_report),
                                same_patient_of(options.same_patient)};
  const auto form = orthogonality_of(options.orthogonality);
  sums.push_back(siglip_sum(pairs, log_scale_, bias_, relations, ranks));
  sums.push_back(orthogonality_sum(ecg.parts.shared, ecg.parts.specific, ecg.valid, form, ranks));
  sums.push_back(
      orthogonality_sum(text.parts.shared, text.parts.specific, has_report, form, ranks));
  return sums;
}

CgDmerSystem::EcgSide CgDmerSystem::ecg_side(const View& view, const torch::Tensor& path_scale) {
  EcgSide side;
  side.seen = encode_view(*autoencoder_->encoder, patches_of(view.signal), view, path_scale);
  side.parts = {ecg_shared_(side.seen.pooled), ecg_specific_(side.seen.pooled)};
  side.condition = ecg_condition_(both(side.parts.shared, side.parts.specific));
  side.valid = view.visible.sum(1).gt(0).to(view.visible.scalar_type());
  return side;
}

CgDmerSystem::TextSide CgDmerSystem::text_side(const View& view) {
  TextSide side;
  if (vectors_) {
    const auto& vector = view.extra.at("text_vector");
    side.parts = {text_shared_(vector), text_specific_(vector)};
    return side;
  }
  const auto& pieces = view.extra.at("pieces");
  const auto& hidden = view.extra.at("hidden");
  const auto tokens = text_->forward(pieces);
  const auto pooled = TextTransformerImpl::pool(tokens, pieces);
  side.parts = {text_shared_(pooled), text_specific_(pooled)};
  const auto condition = text_condition_(both(side.parts.shared, side.parts.specific));
  const auto record = hidden.floor_divide(pieces.size(1));
  const auto rows =
      tokens.flatten(0, 1).index_select(0, hidden) + condition.index_select(0, record);
  const auto logits = text_->guess_pieces(rows);
  const auto type = logits.scalar_type() == torch::kFloat64 ? torch::kFloat64 : torch::kFloat32;
  side.words = at::cross_entropy_loss(logits.to(type), view.extra.at("hidden_piece"), {},
                                      at::Reduction::Sum);
  return side;
}

// [batch, tokens, P + 2]
torch::Tensor CgDmerSystem::prediction_of(const View& view) {
  const EcgSide ecg = ecg_side(view, {});
  return decode_view(*autoencoder_->decoder, ecg.seen, view, ecg.condition);
}

EncodedBatch CgDmerSystem::encode(const torch::Tensor& signal, const torch::Tensor& lead_mask) {
  return autoencoder_->encode(signal, lead_mask);
}

std::optional<PatchPrediction> CgDmerSystem::predict(const View& view) {
  return PatchPrediction{prediction_of(view), patches_of(view.target)};
}

torch::Tensor CgDmerSystem::reconstruct(const torch::Tensor& signal, const torch::Tensor& lead_mask,
                                        const torch::Tensor& token_mask) {
  View view;
  view.signal = signal;
  view.visible = visible_tokens(lead_mask, token_mask, config().model.columns);
  return signal_from_prediction(prediction_of(view), patches_of(signal), view.visible,
                                config().model);
}

torch::Tensor CgDmerSystem::shared_of_embedding(const torch::Tensor& embedding) {
  return unit_rows(ecg_shared_(embedding));
}

torch::Tensor CgDmerSystem::encode_text(const std::vector<std::string>& texts) {
  const auto device = log_scale_.device();
  if (vectors_) {
    return unit_rows(text_shared_(vectors_of(texts, nullptr).to(device, log_scale_.scalar_type())));
  }
  const auto pieces =
      tokens_of_texts(*vocabulary_, texts, config().cg_dmer.text.length).pieces.to(device);
  return unit_rows(text_shared_(TextTransformerImpl::pool(text_->forward(pieces), pieces)));
}

torch::Tensor CgDmerSystem::patches_of(const torch::Tensor& signal) const {
  return patches_from_signal(signal, config().model.patch_samples);
}

torch::Tensor class_vectors(CgDmerSystem& system, const std::vector<ClassPrompts>& classes) {
  std::vector<torch::Tensor> vectors;
  for (const ClassPrompts& one : classes) {
    vectors.push_back(system.encode_text(one.prompts).mean(0));
  }
  return unit_rows(at::stack(vectors));
}

torch::Tensor class_scores(CgDmerSystem& system, const std::vector<ClassPrompts>& classes,
                           const torch::Tensor& embeddings) {
  const torch::NoGradGuard no_grad;
  return at::matmul(system.shared_of_embedding(embeddings), class_vectors(system, classes).t());
}

}  // namespace ecg
