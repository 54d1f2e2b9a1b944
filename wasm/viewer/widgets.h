#pragma once
// The viewer's controls, drawn by us on top of ImGui's item behaviour (hover, press, focus).
//
// Widgets are placed at ImGui's cursor like ImGui's own. `id` is unique within its window; labels
// are plain UTF-8 and may hold any character of a file (nothing is interpreted).

#include <imgui.h>

#include <span>
#include <string_view>

#include "viewer/theme.h"

namespace ecg::widgets {

/// Height of a control: larger while fingers are used.
float control_px();
void set_touch(bool touch);

/// Lets a finger scroll the current window by dragging where nothing else takes the drag.
void scroll_by_touch();

enum class ButtonStyle { kPlain, kPrimary, kQuiet };
enum class Icon { kHelp, kFold, kUnfold, kClose };

/// Width that button() takes for a label.
float button_width(std::string_view label);

/// True when clicked. `width_px` 0: as wide as the label needs.
bool button(const char* id, std::string_view label, ButtonStyle style = ButtonStyle::kPlain,
            bool enabled = true, float width_px = 0);

/// Square button with a drawn icon; `hint` is its tooltip.
bool icon_button(const char* id, Icon icon, std::string_view hint);

/// Segmented control. Returns the newly chosen index, or -1.
int segmented(const char* id, std::span<const std::string_view> labels, int selected,
              float width_px = 0);
float segmented_width(std::span<const std::string_view> labels);

/// Button that opens a list. Returns the newly chosen index, or -1. `selected` may be -1.
int dropdown(const char* id, std::string_view text, std::span<const std::string_view> options,
             int selected, std::string_view hint);
float dropdown_width(std::string_view text);

/// Slider over [low, high]; true while it changes the value.
bool slider(const char* id, double& value, double low, double high, double step);

/// Section title.
void heading(std::string_view text);
/// Running text, wrapped at the width available.
void paragraph(std::string_view text, ImU32 colour = theme::kText,
               theme::Text style = theme::Text::kBody);
/// "label ........ value": the value wraps in the right part; `hint` appears on hover.
void fact(std::string_view label, std::string_view value, std::string_view hint = {});
/// Where fact() puts the value in a panel of this width.
float fact_value_px(float width_px);
/// A sentence in a tinted box with a coloured edge.
void notice(std::string_view text, ImU32 colour, ImU32 ground);
/// Thin line with space around it.
void divider();
/// Vertical space.
void gap(float height_px = theme::kSpace);

/// Tooltip at the pointer, wrapped at 280 px.
void tooltip(std::string_view text);
/// The same if the last item is hovered.
void hint_on_hover(std::string_view text);

/// Draws text in a style; returns its width. y is the top of the line.
float draw_text(ImDrawList& list, ImVec2 position, std::string_view text, ImU32 colour,
                theme::Text style = theme::Text::kBody);
/// Size of text in a style.
ImVec2 text_size(std::string_view text, theme::Text style = theme::Text::kBody);
/// As much of the text as fits into width_px, with an ellipsis where it was cut.
/// Returns the drawn width.
float draw_text_clipped(ImDrawList& list, ImVec2 position, float width_px, std::string_view text,
                        ImU32 colour, theme::Text style = theme::Text::kBody);

}  // namespace ecg::widgets
