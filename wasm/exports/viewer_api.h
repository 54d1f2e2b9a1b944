#pragma once
// The border between the page (TypeScript) and the viewer (C++): flat C functions on one handle.
//
// Rules. Strings are UTF-8. A `const char*` that is returned stays valid until the next call on the
// same handle. Everything with structure crosses as JSON text; samples cross as float32 arrays.
// Status 0 means success; otherwise ecg_viewer_error() holds {"code","message","hint","file",
// "byte_offset","found","unstated"} (byte_offset may be null; found lists what was seen in files
// that did not open: {"what","detail","file"}; unstated, where stating it would open them:
// {"rate","unit": whether it is missing, "leads","samples","largest"}, else null).
//
// The page calls ecg_viewer_frame() only when something happened (input, resize, data) or when the
// last frame asked for another. After each frame it collects what the viewer wants from it with
// ecg_viewer_take_requests().

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct EcgViewer EcgViewer;

/* ---- life ---- */

/// Creates window, WebGL2 context and viewer on the canvas that Module.canvas names. NULL on
/// failure.
EcgViewer* ecg_viewer_create(void);
void ecg_viewer_destroy(EcgViewer* viewer);

/// Memory for handing bytes over; free with ecg_free().
void* ecg_alloc(size_t bytes);
void ecg_free(void* memory);

/* ---- frame and window ---- */

/// Canvas size in CSS pixels and device pixels per CSS pixel.
void ecg_viewer_resize(EcgViewer* viewer, int width_css_px, int height_css_px,
                       double device_pixel_ratio);

/// Draws one frame. Returns the number of further frames wanted (0: nothing changes by itself).
int ecg_viewer_frame(EcgViewer* viewer);

/// WebGL context lost / restored: releases or rebuilds GPU objects; state is kept.
void ecg_viewer_context_lost(EcgViewer* viewer);
void ecg_viewer_context_restored(EcgViewer* viewer);

/* ---- input (CSS pixels relative to the canvas); the page decides which keys stay the browser's
 * ---- */

/// pointer_type: 0 mouse, 1 touch, 2 pen. button: 0 left, 1 right, 2 middle, -1 none (move only).
void ecg_viewer_pointer(EcgViewer* viewer, int pointer_type, double x, double y, int button,
                        int pressed);
void ecg_viewer_pointer_leave(EcgViewer* viewer);
/// In wheel notches (already normalised for deltaMode); positive y scrolls up.
void ecg_viewer_wheel(EcgViewer* viewer, double dx, double dy);
/// Two-finger pinch about (x, y): scale factor since the last call.
void ecg_viewer_pinch(EcgViewer* viewer, double x, double y, double factor);
/// `code` is KeyboardEvent.code, `key` is KeyboardEvent.key. modifiers: 1 ctrl, 2 shift, 4 alt, 8
/// meta. Returns 1 if the viewer uses this key (the page then prevents the default).
int ecg_viewer_key(EcgViewer* viewer, const char* code, const char* key, int modifiers,
                   int pressed);
/// Focus lost: releases all keys and buttons.
void ecg_viewer_blur(EcgViewer* viewer);

/* ---- recordings ---- */

/// Collects the files of one opening. ecg_viewer_add_file() copies name and bytes.
void ecg_viewer_begin_files(EcgViewer* viewer);
void ecg_viewer_add_file(EcgViewer* viewer, const char* name, const uint8_t* bytes, size_t size);
/// The recordings in the collected files, in natural order: [{"name","files":[position,...]}].
/// Files may be given by their beginnings only, as long as none is an archive; archives are
/// unpacked, and positions are then of what they held.
const char* ecg_viewer_recordings(EcgViewer* viewer);
/// The collected files, archives unpacked if ecg_viewer_recordings() could: [{"name","bytes"}].
const char* ecg_viewer_files(EcgViewer* viewer);
/// Bytes of one of them; NULL if there is none of that number. Valid until the next call that
/// collects or reads files.
const uint8_t* ecg_viewer_file(EcgViewer* viewer, int file);
/// Keeps, of the collected files, those of that recording of the list.
void ecg_viewer_choose(EcgViewer* viewer, int recording);
/// Reads the collected files. On failure the recording shown before stays. For a table of numbers
/// that does not say so itself: its samples per second (0: as the file says) and its unit ("mV",
/// "uV", "200/mV"; "": as the file says).
int ecg_viewer_open_files(EcgViewer* viewer, double sampling_rate_hz, const char* unit);
/// Opens the built-in example from the simulator.
int ecg_viewer_open_example(EcgViewer* viewer, uint32_t seed);
const char* ecg_viewer_error(EcgViewer* viewer);

/* ---- state for the page: accessibility mirror, title, URL, tests ---- */

/// {"recording": null | {"record","format","sampling_rate_hz","samples","duration_s","leads":[...],
///   "annotations": n, "warnings":[...],"example":bool}, "mode":"read|encode",
///   "view":{speed_mm_per_s, gain_mm_per_mv, filter, layout, start_s, zoom, to_scale},
///   "encoder":{"status","detail","model","mask_ratio","seed","mask_by_hand": bool,"generation",
///   "masked_tokens","tokens",
///   "token_kind":"patches|beats","reconstructs": bool,"mean_error" (mV) | null, "elapsed_ms" |
///   null, "embedding_norm" | null, "labels": [{"task", "name", "sentences", "probability"}],
///   "problem" | null}, "checks": null |
///   {"limb_lead_residual_mv","flat_leads","missing_samples"}, "panel_open": bool, "help_open":
///   bool, "frames": n}
const char* ecg_viewer_state_json(EcgViewer* viewer);

/// The scene on screen: {"px_per_mm" (device px), "width_mm","height_mm",
///   "lines":[{"lead","strip","kind":"trace|minor_grid|...","points":[[x_mm,y_mm],...]}],
///   "texts":[{"x_mm","y_mm","text"}], "strips":[{"lead","name","begin_s","end_s","x_mm","y_mm",
///   "width_mm","speed_mm_per_s","gain_mm_per_mv"}]}; lead and strip are null where they do not
///   apply.
const char* ecg_viewer_scene_json(EcgViewer* viewer);

/// The scene of the whole sheet at true scale, as SVG.
const char* ecg_viewer_scene_svg(EcgViewer* viewer);

/// View (never anything of the patient) as a URL fragment: "mode=read&speed=25&...", and back.
const char* ecg_viewer_view_fragment(EcgViewer* viewer);
void ecg_viewer_apply_view_fragment(EcgViewer* viewer, const char* fragment);

/// Runs a named action, the same ones as the keys (all of them: wasm/viewer/actions.cpp): "open",
/// "example", "mode_read", "mode_encode", "gain_up", "zoom_reset", "set_mask_ratio:0.6",
/// "set_seed:7", "run_encoder", ... Returns 0 if there is no such action. The accessibility
/// mirror's buttons call this.
int ecg_viewer_action(EcgViewer* viewer, const char* action);

/// What the viewer wants from the page since the last call: JSON array of
/// {"kind":"open_dialog"} | {"kind":"open_example"} | {"kind":"load_model"} |
/// {"kind":"choose_model"} |
/// {"kind":"run_encoder","generation":n} | {"kind":"copy","text":t} |
/// {"kind":"download","name":n,"mime":m,"text":t or "base64":b} | {"kind":"print"} |
/// {"kind":"view_changed"} |
/// {"kind":"cursor","css":c} | {"kind":"announce","text":t}.
const char* ecg_viewer_take_requests(EcgViewer* viewer);

/// Host facts to show: requests sent since load, whether threads are available.
void ecg_viewer_set_host_status(EcgViewer* viewer, int requests_since_load, int threads);

/* ---- encoder: the page runs ONNX Runtime in a worker; the viewer prepares and shows ---- */

/// Takes the bundle's model.json. Status 0 if its input can be prepared, whatever its graphs name.
/// Mask ratio and seed stay, so that the same tokens are hidden from a model with the same tokens.
/// Empty text: without a model, as before the first.
int ecg_viewer_set_model(EcgViewer* viewer, const char* model_json);
/// status: "none", "loading", "checking", "ready", "running", "fallback", "failed". detail: one
/// sentence.
void ecg_viewer_set_encoder_status(EcgViewer* viewer, const char* status, const char* detail);

/// Prepares the input of the current recording, mask ratio and seed. Status 0 if there is one.
int ecg_viewer_prepare_input(EcgViewer* viewer);
/// What a graph is fed under that name, as many values as its shape has; NULL if none is prepared
/// or nothing of that name is made for this model. Of patches: "signal", "lead_mask" (1 = present),
/// "token_mask" (1 = hidden); of heartbeats besides: "beats", "beat_time", "beat_present"
/// (pretext/beat_input.h).
const float* ecg_viewer_input(EcgViewer* viewer, const char* name);
/// {"generation","shapes":{NAME:[...]},"start_s","notes"} of the prepared input; null if none.
const char* ecg_viewer_input_json(EcgViewer* viewer);

/// Results for the input of that generation; older ones are ignored. A reconstruction is a signal,
/// or a table as "beats".
void ecg_viewer_set_reconstruction(EcgViewer* viewer, int generation, const float* values,
                                   size_t count, double elapsed_ms);
void ecg_viewer_set_embedding(EcgViewer* viewer, int generation, const float* embedding,
                              size_t count, double elapsed_ms);
/// Probabilities of all labels of the model's heads, one head after the other.
void ecg_viewer_set_probabilities(EcgViewer* viewer, int generation, const float* probabilities,
                                  size_t count);

#ifdef __cplusplus
}
#endif
