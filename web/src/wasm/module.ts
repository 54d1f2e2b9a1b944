// The C++ viewer as Emscripten delivers it: flat functions and one heap.
import moduleUrl from 'viewer-module/einthoven_viewer.js?url';
import wasmUrl from 'viewer-module/einthoven_viewer.wasm?url';

type Pointer = number;

/** wasm/exports/viewer_api.h, as seen from JavaScript: pointers and sizes are numbers. */
export interface ViewerModule {
  readonly HEAPU8: Uint8Array;
  _ecg_viewer_create(): Pointer;
  _ecg_viewer_destroy(viewer: Pointer): void;
  _ecg_alloc(bytes: number): Pointer;
  _ecg_free(memory: Pointer): void;
  _ecg_viewer_resize(viewer: Pointer, width: number, height: number, devicePixelRatio: number): void;
  _ecg_viewer_frame(viewer: Pointer): number;
  _ecg_viewer_context_lost(viewer: Pointer): void;
  _ecg_viewer_context_restored(viewer: Pointer): void;
  _ecg_viewer_pointer(viewer: Pointer, type: number, x: number, y: number, button: number, pressed: number): void;
  _ecg_viewer_pointer_leave(viewer: Pointer): void;
  _ecg_viewer_wheel(viewer: Pointer, dx: number, dy: number): void;
  _ecg_viewer_pinch(viewer: Pointer, x: number, y: number, factor: number): void;
  _ecg_viewer_key(viewer: Pointer, code: Pointer, key: Pointer, modifiers: number, pressed: number): number;
  _ecg_viewer_blur(viewer: Pointer): void;
  _ecg_viewer_begin_files(viewer: Pointer): void;
  _ecg_viewer_add_file(viewer: Pointer, name: Pointer, bytes: Pointer, size: number): void;
  _ecg_viewer_recordings(viewer: Pointer): Pointer;
  _ecg_viewer_files(viewer: Pointer): Pointer;
  _ecg_viewer_file(viewer: Pointer, file: number): Pointer;
  _ecg_viewer_choose(viewer: Pointer, recording: number): void;
  _ecg_viewer_open_files(viewer: Pointer, samplingRateHz: number, unit: Pointer): number;
  _ecg_viewer_open_example(viewer: Pointer, seed: number): number;
  _ecg_viewer_error(viewer: Pointer): Pointer;
  _ecg_viewer_state_json(viewer: Pointer): Pointer;
  _ecg_viewer_scene_json(viewer: Pointer): Pointer;
  _ecg_viewer_scene_svg(viewer: Pointer): Pointer;
  _ecg_viewer_view_fragment(viewer: Pointer): Pointer;
  _ecg_viewer_apply_view_fragment(viewer: Pointer, fragment: Pointer): void;
  _ecg_viewer_action(viewer: Pointer, action: Pointer): number;
  _ecg_viewer_take_requests(viewer: Pointer): Pointer;
  _ecg_viewer_set_host_status(viewer: Pointer, requests: number, threads: number): void;
  _ecg_viewer_set_model(viewer: Pointer, json: Pointer): number;
  _ecg_viewer_set_encoder_status(viewer: Pointer, status: Pointer, detail: Pointer): void;
  _ecg_viewer_prepare_input(viewer: Pointer): number;
  _ecg_viewer_input(viewer: Pointer, name: Pointer): Pointer;
  _ecg_viewer_input_json(viewer: Pointer): Pointer;
  _ecg_viewer_set_reconstruction(viewer: Pointer, generation: number, signal: Pointer, count: number, elapsedMs: number): void;
  _ecg_viewer_set_probabilities(viewer: Pointer, generation: number, probabilities: Pointer, count: number): void;
  _ecg_viewer_set_embedding(viewer: Pointer, generation: number, embedding: Pointer, count: number, elapsedMs: number): void;
}

type ModuleFactory = (options: {
  canvas: HTMLCanvasElement;
  locateFile: (name: string) => string;
  print: (text: string) => void;
  printErr: (text: string) => void;
}) => Promise<ViewerModule>;

/** Fetches and starts the viewer's code on that canvas. Rejects if it cannot be loaded. */
export async function loadViewerModule(canvas: HTMLCanvasElement): Promise<ViewerModule> {
  const { default: create } = (await import(/* @vite-ignore */ new URL(moduleUrl, document.baseURI).href)) as { default: ModuleFactory };
  return create({
    canvas,
    locateFile: () => new URL(wasmUrl, document.baseURI).href,
    print: (text) => console.info(text),
    printErr: (text) => console.warn(text),
  });
}
