// What the model answered, in figures: error per token, mean, time, embedding, labels.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "viewer/panels.h"
#include "viewer/texts.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

constexpr float kLeadNamePx = 32;
constexpr float kCellHeightPx = 14;
constexpr float kEmbeddingPx = 40;
constexpr float kPercentPx = 52;  ///< for "100 %" before the bar of a label
constexpr float kLeastBarPx = 40;

std::string mv_text(double mv) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f mV", mv);
  return text;
}

std::string time_text(double ms) { return number_text(ms, ms < 10 ? 1 : 0) + " ms"; }

/// Cells of the error grid on screen.
struct GridPlace {
  Rect cells;
  const ModelTokens& tokens;

  Rect cell(std::size_t lead, std::size_t column) const {
    const float width = cells.width() / static_cast<float>(tokens.columns.size());
    const float left = cells.left + width * static_cast<float>(column);
    const float top = cells.top + kCellHeightPx * static_cast<float>(lead);
    return {left, top, left + width - 1, top + kCellHeightPx - 1};
  }

  std::optional<std::size_t> token_at(ImVec2 point) const {
    if (!cells.contains(point)) return std::nullopt;
    const auto column = static_cast<std::size_t>((point.x - cells.left) / cells.width() *
                                                 static_cast<float>(tokens.columns.size()));
    const auto lead = static_cast<std::size_t>((point.y - cells.top) / kCellHeightPx);
    if (lead >= tokens.leads || column >= tokens.columns.size()) return std::nullopt;
    return tokens.token(lead, column);
  }
};

ImU32 cell_colour(const Encoder& encoder, std::size_t token) {
  if (encoder.mask().empty() || encoder.mask()[token] == 0) return theme::kHover;
  if (!encoder.reconstruction()) return theme::rgb(0x5B6B8C, 0.30);
  const double error = encoder.reconstruction()->token_error_mv[token];
  if (!std::isfinite(error)) return theme::kLine;
  return error_colour(error, encoder.reconstruction()->largest_error_mv);
}

void draw_cells(const Encoder& encoder, const GridPlace& place,
                std::optional<std::size_t> hovered) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t lead = 0; lead < place.tokens.leads; ++lead) {
    const Rect first = place.cell(lead, 0);
    widgets::draw_text(list, {first.left - kLeadNamePx, first.top - 1},
                       lead_name(encoder.spec()->leads[lead]), theme::kSecondary,
                       theme::Text::kSmall);
    for (std::size_t column = 0; column < place.tokens.columns.size(); ++column) {
      const Rect cell = place.cell(lead, column);
      const std::size_t token = place.tokens.token(lead, column);
      list.AddRectFilled(cell.low(), cell.high(), cell_colour(encoder, token), 1);
      if (hovered == token) {
        list.AddRect({cell.left - 1, cell.top - 1}, {cell.right + 1, cell.bottom + 1}, theme::kText,
                     2, 1.5f);
      }
    }
  }
}

/// The error of every token, leads down, time across.
void show_error_grid(Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  GridPlace place{{}, encoder.tokens()};
  const float height = kCellHeightPx * static_cast<float>(place.tokens.leads);
  place.cells = {at.x + kLeadNamePx, at.y, at.x + width, at.y + height};
  ImGui::InvisibleButton("error_grid", {width, height});
  if (ImGui::IsItemHovered()) {
    workspace.hovered_token = place.token_at(ImGui::GetIO().MousePos);
    if (workspace.hovered_token)
      widgets::tooltip(token_sentence(workspace, *workspace.hovered_token));
  }
  draw_cells(encoder, place, workspace.hovered_token);
}

void show_legend(const Encoder& encoder) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const Rect ramp = {at.x + kLeadNamePx, at.y, at.x + kLeadNamePx + (width - kLeadNamePx) * 0.45f,
                     at.y + 8};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilledMultiColor(ramp.low(), ramp.high(), error_colour(0, 1), error_colour(1, 1),
                               error_colour(1, 1), error_colour(0, 1));
  constexpr auto kStyle = theme::Text::kSmall;
  widgets::draw_text(list, {ramp.left, ramp.bottom + 3}, "0", theme::kSecondary, kStyle);
  const std::string most = mv_text(encoder.reconstruction()->largest_error_mv);
  widgets::draw_text(list, {ramp.right - widgets::text_size(most, kStyle).x, ramp.bottom + 3}, most,
                     theme::kSecondary, kStyle);
  list.AddRectFilled({ramp.right + 20, ramp.top}, {ramp.right + 32, ramp.bottom}, theme::kHover, 1);
  list.AddRect({ramp.right + 20, ramp.top}, {ramp.right + 32, ramp.bottom}, theme::kControlLine, 1);
  widgets::draw_text(list, {ramp.right + 38, ramp.top - 4}, "visible", theme::kSecondary, kStyle);
  ImGui::Dummy({width, 26});
}

void show_embedding(const Embedding& embedding) {
  widgets::divider();
  widgets::heading("Embedding");
  char norm[32];
  std::snprintf(norm, sizeof norm, "%.2f", embedding.norm);
  widgets::fact("Size", std::to_string(embedding.values.size()) + " values, norm " + norm,
                "The model's summary of the whole, unmasked recording");
  widgets::fact("Time", time_text(embedding.elapsed_ms));
  float largest = 1e-9f;
  for (const float value : embedding.values) largest = std::max(largest, std::abs(value));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float step = width / static_cast<float>(embedding.values.size());
  const float zero = at.y + kEmbeddingPx / 2;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + kEmbeddingPx}, theme::kGround, 4);
  for (std::size_t i = 0; i < embedding.values.size(); ++i) {
    const float x = at.x + step * static_cast<float>(i);
    const float y = zero - embedding.values[i] / largest * (kEmbeddingPx / 2 - 2);
    list.AddRectFilled({x, std::min(y, zero)}, {x + std::max(step * 0.8f, 0.7f), std::max(y, zero)},
                       theme::kAccent);
  }
  ImGui::Dummy({width, kEmbeddingPx});
}

/// "NORM   [=====     ] 93 %".
void show_label(const HeadLabel& label, double share) {
  const std::string percent = number_text(100 * share, 0) + " %";
  widgets::fact(label.name, percent, label.known);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const float left = low.x + widgets::fact_value_px(high.x - low.x) + kPercentPx;
  const float width = high.x - left;
  if (width < kLeastBarPx) return;
  const float middle = low.y + theme::kBodyPx / 2;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({left, middle - 3}, {high.x, middle + 3}, theme::kHover, 3);
  const float filled = width * static_cast<float>(std::clamp(share, 0.0, 1.0));
  list.AddRectFilled({left, middle - 3}, {left + filled, middle + 3}, theme::kAccent, 3);
}

/// Every label's probability; nothing here is a finding.
void show_heads(const Encoder& encoder) {
  std::size_t at = 0;
  for (const ModelHead& head : encoder.heads()) {
    widgets::divider();
    widgets::heading(head.compares ? "Compared with sentences" : "Labels it was taught");
    widgets::paragraph(head.compares
                           ? "How well the ECG goes with each sentence, each judged by itself. No "
                             "label was taught. Not a diagnosis."
                           : "Guesses of a small model, for teaching. Not a diagnosis.",
                       theme::kSecondary);
    widgets::paragraph(head.task, theme::kText, theme::Text::kStrong);
    for (const HeadLabel& label : head.labels) {
      show_label(label, static_cast<double>(encoder.probabilities()[at++]));
      if (label.sentences.empty()) continue;
      widgets::paragraph(label.sentences, theme::kSecondary, theme::Text::kSmall);
      widgets::gap();
    }
    if (!head.figures.empty())
      widgets::paragraph(head.figures, theme::kSecondary, theme::Text::kSmall);
  }
}

void show_reconstruction(Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  if (encoder.mask().empty()) return;
  widgets::divider();
  widgets::heading("Error where it could not see");
  if (encoder.reconstruction()) {
    const Reconstruction& result = *encoder.reconstruction();
    const bool known = std::isfinite(result.mean_error_mv);
    widgets::fact(
        "Mean error", known ? mv_text(result.mean_error_mv) : "nothing hidden",
        "Mean distance between the model's drawing and its filtered input, over hidden tokens");
    widgets::fact("Time", time_text(result.elapsed_ms));
  } else if (encoder.status() == EncoderStatus::kRunning || encoder.wants_run()) {
    widgets::paragraph("Running\u2026", theme::kSecondary);
  }
  show_error_grid(workspace);
  if (encoder.reconstruction()) show_legend(encoder);
}

}  // namespace

void show_encoder_results(Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  if (encoder.facts().reconstructs) show_reconstruction(workspace);
  if (encoder.embedding()) show_embedding(*encoder.embedding());
  if (!encoder.probabilities().empty()) show_heads(encoder);
}

}  // namespace ecg
