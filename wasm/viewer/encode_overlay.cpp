// Encode mode over the sheet: what was hidden from the model, and what it put there.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "viewer/panels.h"
#include "viewer/texts.h"
#include "viewer/theme.h"

namespace ecg {
namespace {

/// Times of the model's tokens.
struct TokenGeometry {
  const ModelTokens& tokens;
  double start_s;
  double rate_hz;

  double s_of(SampleIndex sample) const { return start_s + static_cast<double>(sample) / rate_hz; }
  double sample_of(double time_s) const { return (time_s - start_s) * rate_hz; }
};

bool has_overlay(const Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  return workspace.mode == Mode::kEncode && workspace.open && encoder.input() &&
         encoder.facts().reconstructs && !encoder.mask().empty();
}

TokenGeometry geometry_of(const Encoder& encoder) {
  return {encoder.tokens(), encoder.input()->start_s, encoder.spec()->sampling_rate_hz};
}

/// The model's row for a strip's lead.
std::optional<std::size_t> model_row(const Workspace& workspace, const Strip& strip) {
  if (!strip.lead) return std::nullopt;
  const Lead lead = shown_signal(workspace).leads[*strip.lead].lead;
  const std::vector<Lead>& leads = workspace.encoder.spec()->leads;
  const auto found = std::find(leads.begin(), leads.end(), lead);
  if (lead == Lead::kOther || found == leads.end()) return std::nullopt;
  return static_cast<std::size_t>(found - leads.begin());
}

/// Where a token lies on screen within a strip; no width if it is not there.
Rect token_rect(const Strip& strip, const ViewTransform& to_px, double begin_s, double end_s) {
  const double left = std::max(begin_s, strip.begin_s);
  const double right = std::min(end_s, strip.end_s);
  if (right <= left) return {};
  return rect_on_screen(
      {strip.x_mm_from_s(left), strip.top_mm, strip.x_mm_from_s(right), strip.bottom_mm}, to_px);
}

void draw_tokens(ImDrawList& list, const Workspace& workspace, const PaperState& paper,
                 const Strip& strip, std::size_t row) {
  const Encoder& encoder = workspace.encoder;
  const TokenGeometry places = geometry_of(encoder);
  const bool present = encoder.input()->lead_mask[row] > 0;
  for (std::size_t column = 0; column < places.tokens.columns.size(); ++column) {
    const std::size_t token = places.tokens.token(row, column);
    const TokenSpan& span = places.tokens.columns[column];
    const Rect rect =
        token_rect(strip, paper.to_px, places.s_of(span.begin), places.s_of(span.end));
    if (rect.width() <= 0) continue;
    if (encoder.mask()[token] != 0) {
      list.AddRectFilled(rect.low(), rect.high(), theme::kMasked);
      list.AddRect(rect.low(), {rect.right + 1, rect.bottom}, theme::kMaskedLine);
    } else if (places.tokens.beats && present) {
      // Patches fill the sheet; where a heartbeat begins and ends is seen only if it is drawn.
      list.AddRect({rect.left + 1, rect.top + 1}, {rect.right, rect.bottom - 1}, theme::kSeenLine);
    }
    if (workspace.hovered_token == token) {
      list.AddRect({rect.left - 1, rect.top - 1}, {rect.right + 2, rect.bottom + 1}, theme::kAccent,
                   2, 2);
    }
  }
}

/// One run of hidden columns [first, last) of one lead.
void draw_run(ImDrawList& list, const Workspace& workspace, const PaperState& paper,
              const Strip& strip, std::size_t row, std::size_t first, std::size_t last) {
  const Encoder& encoder = workspace.encoder;
  const TokenGeometry places = geometry_of(encoder);
  const std::size_t base = row * static_cast<std::size_t>(encoder.spec()->samples);
  const std::vector<TokenSpan>& columns = places.tokens.columns;
  std::vector<ImVec2> points;
  for (SampleIndex i = columns[first].begin; i < columns[last - 1].end; ++i) {
    const double time_s = places.s_of(i);
    if (time_s < strip.begin_s || time_s > strip.end_s) continue;
    const float mv = encoder.reconstruction()->signal_mv[base + static_cast<std::size_t>(i)];
    if (!std::isfinite(mv)) continue;
    points.push_back({static_cast<float>(paper.to_px.x_px(strip.x_mm_from_s(time_s))),
                      static_cast<float>(paper.to_px.y_px(strip.y_mm_from_mv(mv)))});
  }
  if (points.size() > 1) stroke(list, points, theme::kAccent, theme::kReconstructionPx);
}

void draw_reconstruction(ImDrawList& list, const Workspace& workspace, const PaperState& paper,
                         const Strip& strip, std::size_t row) {
  const Encoder& encoder = workspace.encoder;
  const ModelTokens& tokens = encoder.tokens();
  if (!encoder.reconstruction() || encoder.input()->lead_mask[row] <= 0) return;
  const auto hidden = [&](std::size_t column) {
    return encoder.mask()[tokens.token(row, column)] != 0;
  };
  for (std::size_t column = 0; column < tokens.columns.size();) {
    std::size_t end = column + 1;
    if (hidden(column)) {
      while (end < tokens.columns.size() && hidden(end) &&
             tokens.columns[end].begin == tokens.columns[end - 1].end) {
        ++end;
      }
      draw_run(list, workspace, paper, strip, row, column, end);
    }
    column = end;
  }
}

}  // namespace

void draw_encode_overlay(ImDrawList& list, const Workspace& workspace, const PaperState& paper) {
  if (!has_overlay(workspace)) return;
  const Rect ruled = rect_on_screen(paper.scene.paper, paper.to_px);
  list.PushClipRect(ruled.low(), ruled.high(), true);
  for (const Strip& strip : paper.scene.strips) {
    const auto row = model_row(workspace, strip);
    if (row) draw_tokens(list, workspace, paper, strip, *row);
  }
  for (const Strip& strip : paper.scene.strips) {
    const auto row = model_row(workspace, strip);
    if (row) draw_reconstruction(list, workspace, paper, strip, *row);
  }
  list.PopClipRect();
}

std::optional<std::size_t> token_at(const Workspace& workspace, const PaperState& paper,
                                    ImVec2 pointer) {
  if (!has_overlay(workspace)) return std::nullopt;
  const double x_mm = paper.to_px.x_mm(pointer.x);
  const Strip* strip = strip_at(paper.scene, x_mm, paper.to_px.y_mm(pointer.y));
  if (strip == nullptr) return std::nullopt;
  const auto row = model_row(workspace, *strip);
  if (!row) return std::nullopt;
  const TokenGeometry places = geometry_of(workspace.encoder);
  const std::size_t column = places.tokens.column_at(places.sample_of(strip->s_from_x_mm(x_mm)));
  if (column >= places.tokens.columns.size()) return std::nullopt;
  return places.tokens.token(*row, column);
}

std::string token_sentence(const Workspace& workspace, std::size_t token) {
  const Encoder& encoder = workspace.encoder;
  if (token >= encoder.mask().size()) return {};
  std::string text = token_text(encoder, token);
  const std::size_t lead = encoder.tokens().lead_of(token);
  if (encoder.input()->lead_mask[lead] <= 0) return text + "\nlead is absent";
  if (encoder.mask()[token] == 0) return text + "\nvisible to the model";
  text += "\nhidden from the model";
  if (!encoder.reconstruction()) return text;
  char error[64];
  std::snprintf(error, sizeof error, "\nmean error %.3f mV",
                encoder.reconstruction()->token_error_mv[token]);
  return text + error;
}

ImU32 error_colour(double error, double largest) {
  const double share = largest > 0 ? std::clamp(error / largest, 0.0, 1.0) : 0;
  // From a pale to a deep tone of one hue (the warning's orange), in equal steps.
  const auto mix = [&](int from, int to) {
    return static_cast<int>(std::lround(from + share * (to - from)));
  };
  return IM_COL32(mix(0xFD, 0x8A), mix(0xEE, 0x3A), mix(0xDD, 0x03), 255);
}

}  // namespace ecg
