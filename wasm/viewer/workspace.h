#pragma once
// Workspace: everything the viewer shows and remembers, without any drawing.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_set.h"
#include "core/recording.h"
#include "core/result.h"
#include "io/formats.h"
#include "io/recording_checks.h"
#include "io/recording_list.h"
#include "plot/view_state.h"
#include "viewer/display_filter.h"
#include "viewer/encoder.h"
#include "viewer/measured_facts.h"
#include "viewer/requests.h"

namespace ecg {

enum class Mode { kRead, kEncode };

/// "read", "encode".
std::string_view mode_name(Mode mode);

/// What the program around the viewer says about itself.
struct HostStatus {
  int requests_since_load = 0;
  int threads = 1;
  /// False in a desktop window, where there is no page: no model runs, and the viewer itself shows
  /// what the page otherwise does (invitation to open a file, messages).
  bool on_page = true;
};

/// A recording that is open, unchanged as read.
struct OpenRecording {
  Recording recording;
  RecordingChecks checks;
  bool example = false;                       ///< from the simulator, not from a file
  std::optional<MeasuredHere> measured = {};  ///< what Einthoven measured in it
};

/// State of one workspace. Functions below and actions.h change it; panels show it.
struct Workspace {
  std::optional<OpenRecording> open;
  std::optional<Error> error;    ///< of the last opening or model loading that failed
  std::vector<FoundPart> found;  ///< what the files held that could not be opened
  Mode mode = Mode::kRead;
  ViewState view;   ///< zoom and pan are of the screen, 96 px per inch
  bool fit = true;  ///< zoom follows the window, so that the whole sheet is seen
  DisplayFilter filter = DisplayFilter::kNone;
  FilteredSignal filtered;  ///< the recording's signal through `filter`
  bool panel_open = true;
  bool help_open = false;
  std::string message;         ///< shown over the sheet; only the desktop sets it
  std::string saved_note;      ///< what the last de-identified copy of this recording left out
  bool trace_as_model = true;  ///< Encode draws the model's input instead of the recording
  Encoder encoder;
  HostStatus host;
  Requests requests;
  std::optional<std::size_t> hovered_token;  ///< pointed at in the error grid
  std::optional<bool> painting;              ///< a drag hides (true) or shows the tokens it passes
  std::uint64_t trace_generation = 0;        ///< raised when the drawn signal changes
  Signal model_trace;                        ///< model's input from the recording's begin, mV
  int model_trace_generation = 0;            ///< encoder generation that it belongs to
  std::optional<UnstatedFacts> unstated;     ///< what opens the files of `error` once it is stated
};

/// The recordings in these files, in natural order. Archives are replaced by what they hold, unless
/// they cannot be unpacked: opening says why.
std::vector<RecordingFiles> list_recordings(FileSet& files);

/// Reads and shows a recording, with what the person states of a table of numbers; on failure
/// `workspace.error` says why and the one before stays.
Result<void> open_files(Workspace& workspace, const FileSet& files,
                        const ReadOptions& options = {});

/// Shows recording `seed` of the simulator: 10 s, 12 leads, 500 Hz.
Result<void> open_example(Workspace& workspace, std::uint32_t seed);

void set_mode(Workspace& workspace, Mode mode);
void set_filter(Workspace& workspace, DisplayFilter filter);

/// Limits of the screen zoom (1 = true scale at 96 px per inch).
inline constexpr double kLowestZoom = 0.2;
inline constexpr double kHighestZoom = 12;

/// Moves the left edge of the sheet, within the recording.
void set_start(Workspace& workspace, double start_s);

/// True while the sheet shows the model's input in place of the recording.
bool shows_model_trace(const Workspace& workspace);

/// What the sheet draws: the recording, filtered, or the model's input. Empty if nothing is open.
SignalView shown_signal(const Workspace& workspace);

/// The whole sheet at true scale, every sample, as SVG. Empty sheet if nothing is open.
std::string sheet_svg(const Workspace& workspace);

/// The view as the paper states it: title, subtitle and filter text filled in.
ViewState shown_view(const Workspace& workspace);

/// Takes the model's answer and says its figures to screen readers. False if it is not the answer
/// to the present input.
bool take_reconstruction(Workspace& workspace, int generation, std::span<const float> normalised,
                         double elapsed_ms);

/// The same of an embedding, which is said where no reconstruction follows.
bool take_embedding(Workspace& workspace, int generation, std::span<const float> values,
                    double elapsed_ms);

/// Makes the encoder's input and asks the host for a model or a run, as far as Encode mode needs
/// it.
void update_encoder(Workspace& workspace);

}  // namespace ecg
