#pragma once
// The parts of the workspace on screen. Each shows one area and turns input into actions.

#include <optional>

#include "plot/overview.h"
#include "plot/scene.h"
#include "viewer/scene_draw.h"
#include "viewer/workspace.h"

namespace ecg {

/// The sheet as last built; kept until recording, view, size or pixel ratio change.
struct PaperState {
  Scene scene;
  ViewTransform to_px;   ///< sheet to screen, CSS px
  double px_per_mm = 0;  ///< device pixels; what the scene was built for
  ViewState built_view;
  std::uint64_t built_generation = 0;
  bool built = false;
  Rect area;                ///< of the last frame
  std::int64_t builds = 0;  ///< scenes built since the start, for tests
};

struct OverviewState {
  Overview overview;
  std::uint64_t generation = 0;
  std::size_t columns = 0;
};

/// Opens an ImGui window that fills `area` without any decoration. Close with end_area().
void begin_area(const char* name, const Rect& area, ImU32 ground, ImVec2 padding = {0, 0});
void end_area();

/// Height the top bar needs at this width.
float top_bar_height(const Workspace& workspace, float width_px);
void show_top_bar(Workspace& workspace, const Rect& area);

void show_paper(Workspace& workspace, PaperState& paper, const Rect& area,
                float device_pixel_ratio);
/// Zooms about a point of the screen (wheel, pinch).
void zoom_paper(Workspace& workspace, const PaperState& paper, ImVec2 pointer, double factor);

/// Encode mode's drawing over the sheet: hidden tokens, reconstruction, the token pointed at.
void draw_encode_overlay(ImDrawList& list, const Workspace& workspace, const PaperState& paper);
/// The token of the model's input at a point of the screen.
std::optional<std::size_t> token_at(const Workspace& workspace, const PaperState& paper,
                                    ImVec2 pointer);
/// "V3, 2.5-3.0 s" and what is known about it.
std::string token_sentence(const Workspace& workspace, std::size_t token);
/// Colour of an error between 0 and `largest`: one hue, light to dark.
ImU32 error_colour(double error, double largest);

void show_overview(Workspace& workspace, OverviewState& state, const Rect& area,
                   float device_pixel_ratio);

void show_panel(Workspace& workspace, const Rect& area, bool narrow);
void show_read_panel(Workspace& workspace);
void show_encode_panel(Workspace& workspace);
/// Encode's figures: error grid with legend, mean, time, embedding.
void show_encoder_results(Workspace& workspace);

void show_status_bar(const Workspace& workspace, const Rect& area);

/// The shortcut sheet, if it is open.
void show_help(Workspace& workspace, float width_px, float height_px);

/// Invitation on the desktop, where no page draws one.
void show_empty_state(Workspace& workspace, const Rect& area);

}  // namespace ecg
