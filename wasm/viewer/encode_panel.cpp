#include <string>

#include "viewer/actions.h"
#include "viewer/panels.h"
#include "viewer/texts.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace ecg {
namespace {

/// Corpora are told of in full sentences; beyond this the rest appears on hover.
constexpr std::size_t kMostCorpusBytes = 150;

void show_introduction(const Encoder& encoder) {
  const char* text =
      "The model sums the ECG up in an embedding. It has no decoder, so it cannot draw what is "
      "hidden from it.";
  if (encoder.facts().reconstructs) {
    text = encoder.token_scheme().beats
               ? "Heartbeats of single leads are hidden from the model. It sees the others and "
                 "draws what it expects in the hidden ones."
               : "Part of the ECG is hidden from the model. It sees the rest and draws what it "
                 "expects in the hidden parts.";
  }
  widgets::paragraph(text, theme::kSecondary);
}

void show_model_facts(const Encoder& encoder) {
  const ModelSpec& spec = *encoder.spec();
  const ModelFacts& facts = encoder.facts();
  widgets::divider();
  widgets::heading("About this model");
  widgets::fact("Input",
                std::to_string(spec.leads.size()) + " leads, " + duration_text(spec.duration_s()));
  widgets::fact("Prepared", model_input_text(spec),
                "What is done to a recording before the model sees it");
  const TokenScheme& scheme = encoder.token_scheme();
  const char* token = scheme.beats       ? "One token is one heartbeat of one lead"
                      : scheme.steps > 0 ? "One token is one stretch of all leads together"
                                         : "One token is one stretch of one lead";
  widgets::fact("Tokens", tokens_text(encoder), token);
  if (!facts.preset.empty()) widgets::fact("Method", facts.preset);
  const std::string corpus = shortened_text(facts.corpus, kMostCorpusBytes);
  if (!corpus.empty())
    widgets::fact("Trained on", corpus, corpus == facts.corpus ? std::string() : facts.corpus);
  if (!facts.licence.empty()) widgets::fact("Licence", facts.licence);
}

/// Which model answers, and the way to the others.
void show_model_choice(Workspace& workspace) {
  if (!workspace.host.on_page) return;
  const std::string name = model_name(workspace.encoder);
  widgets::fact("Model", name.empty() ? "none" : name);
  if (widgets::button("choose_model", "Choose a model")) run_action(workspace, "choose_model");
  widgets::hint_on_hover("Those that came with this page, or one of your own");
  widgets::gap();
}

/// One line on what the model is doing; a box where something went wrong.
void show_status(const Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  const std::string& detail = encoder.status_detail();
  const auto sentence = [&](std::string_view otherwise) {
    return detail.empty() ? std::string(otherwise) : detail;
  };
  if (!workspace.host.on_page) {
    widgets::notice(
        "The model runs on the page, not in this window. Start it with ./tools/demo and open the "
        "same recording there.",
        theme::kAccent, theme::kAccentSoft);
    return;
  }
  switch (encoder.status()) {
    case EncoderStatus::kNone:
      widgets::paragraph(sentence("The model is not loaded yet."), theme::kSecondary);
      break;
    case EncoderStatus::kLoading:
      widgets::paragraph(sentence("Loading the model\u2026"), theme::kSecondary);
      break;
    case EncoderStatus::kChecking:
      widgets::paragraph(sentence("Checking the model against its reference answers\u2026"),
                         theme::kSecondary);
      break;
    case EncoderStatus::kRunning:
      widgets::paragraph(sentence("Running\u2026"), theme::kSecondary);
      break;
    case EncoderStatus::kReady:
      if (!detail.empty()) widgets::paragraph(detail, theme::kSecondary);
      break;
    case EncoderStatus::kFallback:
      widgets::notice(
          sentence(
              "The model runs in a slower, safe form because the first one failed its self-check."),
          theme::kWarning, theme::kWarningSoft);
      break;
    case EncoderStatus::kFailed:
      widgets::notice(sentence("The model cannot be used here."), theme::kError, theme::kErrorSoft);
      break;
  }
  if (encoder.input_error()) {
    widgets::notice(to_string(*encoder.input_error()), theme::kWarning, theme::kWarningSoft);
  }
  if (encoder.input()) {
    for (const std::string& note : encoder.input()->notes)
      widgets::notice(note, theme::kAccent, theme::kAccentSoft);
  }
}

/// "Hidden     60 %  144 of 240 tokens" above its slider.
void show_mask_controls(Workspace& workspace) {
  Encoder& encoder = workspace.encoder;
  widgets::heading("Hide");
  std::string share = number_text(encoder.mask_ratio() * 100, 0) + " %";
  if (!encoder.mask().empty()) share = hidden_text(encoder);
  widgets::fact("Hidden", share,
                encoder.token_scheme().beats
                    ? "Heartbeats drawn at random, each lead by itself: the mask used in training"
                    : "Whole stretches of time, and whole leads: the mask used in training (STDM)");
  double percent = encoder.mask_ratio() * 100;
  if (widgets::slider("mask_ratio", percent, 5, 95, 1)) {
    run_action(workspace, "set_mask_ratio:" + number_text(percent / 100, 4));
  }
  widgets::fact("Seed", encoder.mask_by_hand() ? "by hand" : std::to_string(encoder.seed()),
                "The same seed always hides the same tokens");
  widgets::paragraph("Click a part of the sheet to hide or show it; drag to paint.",
                     theme::kSecondary);
  if (widgets::button("new_seed", "Hide others")) run_action(workspace, "new_seed");
  ImGui::SameLine();
  const bool able =
      encoder.status() == EncoderStatus::kReady || encoder.status() == EncoderStatus::kFallback;
  if (widgets::button("run", "Run again", widgets::ButtonStyle::kPlain, able))
    run_action(workspace, "run_encoder");
}

/// One entry of the legend; returns where the next may begin.
float draw_legend_entry(ImVec2 at, bool box, ImU32 colour, std::string_view text) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float middle = at.y + theme::kSmallPx / 2;
  if (box) {
    list.AddRectFilled({at.x, middle - 5}, {at.x + 18, middle + 5}, colour);
    list.AddRect({at.x, middle - 5}, {at.x + 18, middle + 5}, theme::kMaskedLine);
  } else {
    list.AddRectFilled({at.x, middle - 1}, {at.x + 18, middle + 1}, colour);
  }
  const float width =
      widgets::draw_text(list, {at.x + 24, at.y}, text, theme::kSecondary, theme::Text::kSmall);
  return at.x + 24 + width + 16;
}

/// What the marks on the sheet mean.
void show_sheet_legend(bool beats) {
  ImVec2 at = ImGui::GetCursorScreenPos();
  at.x = draw_legend_entry(at, true, theme::kMasked, "hidden");
  if (beats) at.x = draw_legend_entry(at, true, theme::kPanel, "seen");
  at.x = draw_legend_entry(at, false, theme::kText, "ECG");
  draw_legend_entry(at, false, theme::kAccent, beats ? "model" : "drawn by the model");
  ImGui::Dummy({0, theme::kSmallPx});
}

void show_trace_choice(Workspace& workspace) {
  constexpr std::string_view kTraces[] = {"As recorded", "As the model sees it"};
  widgets::gap();
  const int chosen = widgets::segmented("trace", kTraces, workspace.trace_as_model ? 1 : 0,
                                        ImGui::GetContentRegionAvail().x);
  if (chosen >= 0) run_action(workspace, chosen == 1 ? "trace_as_model:on" : "trace_as_model:off");
}

/// For recordings longer than the model's window.
void show_window_choice(Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  const double window_s = encoder.spec()->duration_s();
  if (workspace.open->recording.signal.duration_s() <= window_s * 1.05) return;
  const double start_s = encoder.window_start_s();
  widgets::fact("Window",
                number_text(start_s, 1) + "\u2013" + number_text(start_s + window_s, 1) + " s",
                "The stretch of the recording that the model is given");
  if (widgets::button("window", "Use what is on the sheet")) {
    run_action(workspace, "set_window_start:" + number_text(workspace.view.start_s, 6));
  }
}

}  // namespace

void show_encode_panel(Workspace& workspace) {
  const Encoder& encoder = workspace.encoder;
  const bool reconstructs = encoder.facts().reconstructs;
  show_model_choice(workspace);
  show_introduction(encoder);
  if (encoder.input() && reconstructs) show_sheet_legend(encoder.tokens().beats);
  show_status(workspace);
  if (!encoder.spec()) return;
  widgets::divider();
  if (reconstructs) show_mask_controls(workspace);
  show_trace_choice(workspace);
  show_window_choice(workspace);
  if (encoder.status() != EncoderStatus::kFailed) show_encoder_results(workspace);
  show_model_facts(encoder);
}

}  // namespace ecg
