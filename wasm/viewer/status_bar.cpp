#include <cmath>
#include <string>

#include "viewer/panels.h"
#include "viewer/texts.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

constexpr std::string_view kNotice = "Education and research only, not for diagnosis";
constexpr float kLeastFactsPx = 120;  ///< with less room, facts are left out

std::string recording_facts(const OpenRecording& opened) {
  const Signal& signal = opened.recording.signal;
  return number_text(signal.sampling_rate_hz(), 2) + " Hz, " + duration_text(signal.duration_s()) +
         ", " + sheet_title(opened);
}

std::string requests_text(int requests) {
  return std::to_string(requests) + (requests == 1 ? " request" : " requests") + " since load";
}

}  // namespace

void show_status_bar(const Workspace& workspace, const Rect& area) {
  begin_area("status_bar", area, theme::kPanel);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(area.low(), {area.right, area.top + 1}, theme::kLine);
  const float y = std::floor((area.top + area.bottom - theme::kSmallPx) / 2);
  constexpr auto kStyle = theme::Text::kSmall;
  const bool roomy = area.width() >= theme::kNarrowPx;
  float right = area.right - 12;
  if (workspace.open) {
    const std::string facts = recording_facts(*workspace.open);
    // The notice is never cut short for the facts.
    const float notice = widgets::text_size(kNotice, theme::Text::kSmallStrong).x;
    const float room = std::fmin(area.width() * 0.4f, area.width() - notice - 12 - 12 - 16);
    if (room >= kLeastFactsPx) {
      const float width = std::fmin(widgets::text_size(facts, kStyle).x, room);
      widgets::draw_text_clipped(list, {right - width, y}, room, facts, theme::kSecondary, kStyle);
      right -= width + 16;
    }
  }
  float x = area.left + 12;
  const float room = right - x;
  x += widgets::draw_text_clipped(list, {x, y}, room, kNotice, theme::kText,
                                  theme::Text::kSmallStrong) +
       16;
  if (roomy && workspace.host.requests_since_load >= 0) {
    const std::string text = requests_text(workspace.host.requests_since_load);
    const ImU32 colour = workspace.host.requests_since_load == 0 ? theme::kAccent : theme::kWarning;
    list.AddCircleFilled({x + 3, (area.top + area.bottom) / 2}, 3, colour);
    const float width = widgets::draw_text(list, {x + 12, y}, text, theme::kSecondary, kStyle);
    ImGui::SetCursorScreenPos({x, area.top});
    ImGui::Dummy({width + 12, area.height()});
    widgets::hint_on_hover(
        "Your files stay on this computer: this counts what the page asked of the network since it "
        "was loaded.");
  }
  end_area();
}

}  // namespace ecg
