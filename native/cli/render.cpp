// einthoven render: a recording as an ECG sheet.

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/cli_error.h"
#include "cli/commands.h"
#include "cli/drawing.h"
#include "cli/files.h"
#include "cli/read_flags.h"
#include "cli/recording_json.h"
#include "dsp/butterworth.h"
#include "io/text.h"
#include "plot/recording_text.h"
#include "plot/scene.h"
#include "plot/svg.h"

namespace ecg::cli {
namespace {

constexpr int kFilterOrder = 4;

struct RenderOptions {
  std::string in;
  std::string out;
  std::string layout = "3x4+1";
  std::string filter = "none";
  double speed_mm_per_s = kSpeedMmPerS;
  double gain_mm_per_mv = kGainMmPerMv;
  double start_s = 0;
  double dpi = 150;
  ReadOptions read;
  bool json = false;
};

[[noreturn]] void refuse(std::string message, std::string hint) {
  throw CliError(
      {ErrorCode::kInvalidArgument, std::move(message), std::move(hint), "", std::nullopt});
}

/// Edges of a filter band, Hz; 0 = open.
struct Band {
  double low_hz = 0;
  double high_hz = 0;

  bool is_open() const { return low_hz == 0 && high_hz == 0; }
};

/// "none", "0.5-40", "0.5-" (high-pass), "-40" (low-pass).
Band band_from_text(const std::string& text) {
  if (text == "none") return {};
  const auto dash = text.find('-');
  const auto edge = [&](const std::string& part) {
    const auto value = part.empty() ? std::optional<double>(0) : parse_number(part);
    if (dash == std::string::npos || !value || *value < 0 || (!part.empty() && *value == 0)) {
      refuse("\"" + text + "\" is not a filter band", "write none, 0.5-40, 0.5- or -40 (in Hz)");
    }
    return *value;
  };
  const Band band = {edge(text.substr(0, dash)), edge(text.substr(dash + 1))};
  if (band.is_open()) refuse("the filter band has no edge", "write none for no filter");
  return band;
}

std::string band_text(const std::string& option, const Band& band) {
  if (band.is_open()) return "no filter";
  if (band.low_hz == 0) return "low-pass " + option.substr(1) + " Hz";
  if (band.high_hz == 0) return "high-pass " + option.substr(0, option.size() - 1) + " Hz";
  return option + " Hz";
}

void filter_signal(Signal& signal, const Band& band) {
  if (band.is_open()) return;
  const FilterKind kind = band.low_hz == 0    ? FilterKind::kLowPass
                          : band.high_hz == 0 ? FilterKind::kHighPass
                                              : FilterKind::kBandPass;
  const auto sections = value_or_throw(
      design_butterworth(kind, kFilterOrder, band.low_hz, band.high_hz, signal.sampling_rate_hz()));
  filter_zero_phase(sections, signal);
}

ViewState view_of(const RenderOptions& options, const Recording& recording) {
  ViewState state;
  const auto layout = layout_from_name(options.layout);
  if (!layout) {
    refuse("there is no layout \"" + options.layout + "\"",
           "choose 3x4+1, 3x4+3, 6x2, 12x1 or cabrera");
  }
  state.layout = *layout;
  state.speed_mm_per_s = options.speed_mm_per_s;
  state.gain_mm_per_mv = options.gain_mm_per_mv;
  state.start_s = options.start_s;
  const ViewNumbers drawn = drawable(state);
  if (drawn.speed_mm_per_s != state.speed_mm_per_s) {
    refuse("that speed cannot be drawn", "choose 0.5 to 500 mm/s; usual are 12.5, 25 and 50");
  }
  if (drawn.gain_mm_per_mv != state.gain_mm_per_mv) {
    refuse("that gain cannot be drawn", "choose 0.1 to 1000 mm/mV; usual are 5, 10 and 20");
  }
  if (!(state.start_s >= 0 && state.start_s < recording.signal.duration_s())) {
    refuse("the recording has no such start",
           "choose a --start within its " + std::to_string(recording.signal.duration_s()) + " s");
  }
  describe_recording(state, recording);
  return state;
}

std::string drawn_as(const std::string& ending, const SignalView& signal, const ViewState& state,
                     double dpi) {
  if (ending == "png") return png_from_scene(build_scene(signal, state, dpi / 25.4), dpi);
  const Scene every_sample = build_scene(signal, state, 0);
  return ending == "pdf" ? pdf_from_scene(every_sample) : svg_from_scene(every_sample);
}

void run_render(const RenderOptions& options) {
  const std::string ending = extension_of(options.out);
  if (ending != "svg" && ending != "png" && ending != "pdf") {
    refuse("cannot draw a file that ends in \"" + ending + "\"", "end OUT with .svg, .png or .pdf");
  }
  const Band band = band_from_text(options.filter);
  Recording recording = load_recording(options.in, options.read);
  ViewState state = view_of(options, recording);
  state.filter_text = band_text(options.filter, band);
  filter_signal(recording.signal, band);
  write_file(options.out, drawn_as(ending, recording.signal, state, options.dpi));
  for (const std::string& warning : recording.warnings) {
    std::fprintf(stderr, "einthoven: %s: warning: %s\n", options.in.c_str(), warning.c_str());
  }
  if (options.json) {
    std::fputs(text_from_json({{"written", {options.out}}}).c_str(), stdout);
  } else {
    std::printf("written: %s\n%s\n", options.out.c_str(), kNotForDiagnosis);
  }
}

}  // namespace

void add_render(CLI::App& program) {
  auto options = std::make_shared<RenderOptions>();
  CLI::App* command = program.add_subcommand(
      "render", "Draw a recording as an ECG sheet on millimetre paper, at true scale");
  command->add_option("FILE", options->in, "ECG file to read (for WFDB the .hea)")->required();
  command
      ->add_option("-o,--output", options->out,
                   "Drawing to write; its ending chooses .svg, .png or .pdf")
      ->required();
  command->add_option("--layout", options->layout, "3x4+1, 3x4+3, 6x2, 12x1 or cabrera")
      ->capture_default_str();
  command->add_option("--speed", options->speed_mm_per_s, "Paper speed in mm/s")
      ->capture_default_str();
  command->add_option("--gain", options->gain_mm_per_mv, "Gain in mm/mV")->capture_default_str();
  command->add_option("--start", options->start_s, "First instant to show, in seconds")
      ->capture_default_str();
  command
      ->add_option("--filter", options->filter,
                   "none, or the band to keep in Hz: 0.5-40, 0.5- (high-pass), -40 (low-pass); "
                   "zero-phase Butterworth of order 4")
      ->capture_default_str();
  command->add_option("--dpi", options->dpi, "Resolution of a PNG, 30 to 600")
      ->capture_default_str();
  add_read_flags(*command, options->read);
  command->add_flag("--json", options->json, "Print {\"written\": [...]} instead of text");
  command->callback([options] { run_render(*options); });
}

}  // namespace ecg::cli
