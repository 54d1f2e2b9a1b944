#include "viewer/view_fragment.h"

#include <array>
#include <utility>

#include "viewer/actions.h"
#include "viewer/texts.h"

namespace ecg {
namespace {

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '+') {
      result += "%2B";  // form decoders read a bare '+' as a blank
    } else {
      result += c;
    }
  }
  return result;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                       hex_digit(text[i + 2]) >= 0;
    if (!coded) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return result;
}

/// Fragment key -> action that takes its value.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kKeys = {
    {{"layout", "set_layout"},
     {"speed", "set_speed"},
     {"gain", "set_gain"},
     {"filter", "set_filter"},
     {"mask", "set_mask_ratio"},
     {"seed", "set_seed"}}};

void apply_pair(Workspace& workspace, std::string_view key, const std::string& value) {
  if (key == "mode" && value == "read") set_mode(workspace, Mode::kRead);
  if (key == "mode" && value == "encode") set_mode(workspace, Mode::kEncode);
  for (const auto& [name, action] : kKeys) {
    if (key == name) run_action(workspace, std::string(action) + ":" + value);
  }
}

}  // namespace

std::string view_fragment(const Workspace& workspace) {
  const ViewState& view = workspace.view;
  std::string text = "mode=";
  text += mode_name(workspace.mode);
  text += "&layout=" + percent_encoded(layout_name(view.layout));
  text += "&speed=" + number_text(view.speed_mm_per_s, 3);
  text += "&gain=" + number_text(view.gain_mm_per_mv, 3);
  text += "&filter=";
  text += display_filter_name(workspace.filter);
  text += "&mask=" + number_text(workspace.encoder.mask_ratio(), 3);
  text += "&seed=" + std::to_string(workspace.encoder.seed());
  return text;
}

void apply_view_fragment(Workspace& workspace, std::string_view fragment) {
  if (!fragment.empty() && fragment.front() == '#') fragment.remove_prefix(1);
  while (!fragment.empty()) {
    const std::size_t end = fragment.find('&');
    const std::string_view pair = fragment.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) {
      apply_pair(workspace, pair.substr(0, equals), percent_decoded(pair.substr(equals + 1)));
    }
    if (end == std::string_view::npos) break;
    fragment.remove_prefix(end + 1);
  }
}

}  // namespace ecg
