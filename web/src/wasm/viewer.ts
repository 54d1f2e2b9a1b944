import { EcgError } from './ecg_error';
import type { ViewerModule } from './module';
import type { EncoderStatus, HostRequest, ModelInput, Tensor, ViewerScene, ViewerState } from './viewer_state';

export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

/** One of several recordings: `files` are positions in what was listed. */
export interface ListedRecording {
  name: string;
  files: number[];
}

/** What a person knows of a table of numbers; what is left out, the file says. */
export interface StatedFacts {
  samplingRateHz?: number;
  /** "mV", "uV", or counts per millivolt as "200/mV". */
  unit?: string;
}

export const kPointerType = { mouse: 0, touch: 1, pen: 2 } as const;
export type PointerType = keyof typeof kPointerType;

/** Code of the error when the browser refuses a WebGL 2 context. */
export const kNoWebGl2 = 'no_webgl2';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * The C++ viewer with typed arguments, strings and errors. Everything is copied at the border: no
 * view into the heap leaves this class, because the heap moves when it grows.
 */
export class Viewer {
  private readonly module: ViewerModule;
  private readonly handle: number;

  constructor(module: ViewerModule) {
    this.module = module;
    this.handle = module._ecg_viewer_create();
    if (this.handle === 0) {
      throw new EcgError('The viewer could not start drawing.', {
        code: kNoWebGl2,
        hint: 'WebGL 2 was refused. Switch on hardware acceleration in the browser settings, or try another browser.',
      });
    }
  }

  destroy(): void {
    this.module._ecg_viewer_destroy(this.handle);
  }

  resize(widthCssPx: number, heightCssPx: number, devicePixelRatio: number): void {
    this.module._ecg_viewer_resize(this.handle, widthCssPx, heightCssPx, devicePixelRatio);
  }

  /** Draws one frame; returns how many further frames are wanted. */
  frame(): number {
    return this.module._ecg_viewer_frame(this.handle);
  }

  contextLost(): void {
    this.module._ecg_viewer_context_lost(this.handle);
  }

  contextRestored(): void {
    this.module._ecg_viewer_context_restored(this.handle);
  }

  /** button: 0 left, 1 right, 2 middle, -1 none (a move). */
  pointer(type: PointerType, x: number, y: number, button: number, pressed: boolean): void {
    this.module._ecg_viewer_pointer(this.handle, kPointerType[type], x, y, button, pressed ? 1 : 0);
  }

  pointerLeave(): void {
    this.module._ecg_viewer_pointer_leave(this.handle);
  }

  /** In wheel notches; positive y scrolls up. */
  wheel(dx: number, dy: number): void {
    this.module._ecg_viewer_wheel(this.handle, dx, dy);
  }

  pinch(x: number, y: number, factor: number): void {
    this.module._ecg_viewer_pinch(this.handle, x, y, factor);
  }

  /** Returns whether the viewer uses this key. */
  key(code: string, key: string, modifiers: number, pressed: boolean): boolean {
    return this.withText(code, (codeText) =>
      this.withText(key, (keyText) => this.module._ecg_viewer_key(this.handle, codeText, keyText, modifiers, pressed ? 1 : 0) === 1),
    );
  }

  blur(): void {
    this.module._ecg_viewer_blur(this.handle);
  }

  /** The recordings in these files, in natural order: their names, and the positions of their files. Archives are looked into. */
  recordingsIn(files: readonly NamedBytes[]): ListedRecording[] {
    this.collect(files);
    return JSON.parse(this.text(this.module._ecg_viewer_recordings(this.handle))) as ListedRecording[];
  }

  /** The files last handed over, archives unpacked by recordingsIn(): their names, and the bytes of those wanted. */
  unpackedFiles(wanted: (name: string) => boolean): { name: string; bytes: Uint8Array<ArrayBuffer> }[] {
    const all = JSON.parse(this.text(this.module._ecg_viewer_files(this.handle))) as { name: string; bytes: number }[];
    return all.map(({ name, bytes }, i) => {
      const begin = this.module._ecg_viewer_file(this.handle, i);
      return { name, bytes: new Uint8Array(this.module.HEAPU8.slice(begin, wanted(name) ? begin + bytes : begin)) };
    });
  }

  /** Opens a recording; on failure throws and keeps the one shown before. `stated`: what a table of numbers does not say itself. `chosen`: which of recordingsIn(files); without it, the first. */
  openFiles(files: readonly NamedBytes[], stated: StatedFacts = {}, chosen?: number): void {
    if (chosen === undefined) this.collect(files);
    else {
      this.recordingsIn(files);
      this.module._ecg_viewer_choose(this.handle, chosen);
    }
    this.check(this.withText(stated.unit ?? '', (unit) => this.module._ecg_viewer_open_files(this.handle, stated.samplingRateHz ?? 0, unit)));
  }

  openExample(seed: number): void {
    this.check(this.module._ecg_viewer_open_example(this.handle, seed));
  }

  state(): ViewerState {
    return JSON.parse(this.text(this.module._ecg_viewer_state_json(this.handle))) as ViewerState;
  }

  scene(): ViewerScene {
    return JSON.parse(this.text(this.module._ecg_viewer_scene_json(this.handle))) as ViewerScene;
  }

  sceneSvg(): string {
    return this.text(this.module._ecg_viewer_scene_svg(this.handle));
  }

  viewFragment(): string {
    return this.text(this.module._ecg_viewer_view_fragment(this.handle));
  }

  applyViewFragment(fragment: string): void {
    this.withText(fragment, (text) => this.module._ecg_viewer_apply_view_fragment(this.handle, text));
  }

  /** Returns false if there is no such action. */
  action(action: string): boolean {
    return this.withText(action, (text) => this.module._ecg_viewer_action(this.handle, text) !== 0);
  }

  takeRequests(): HostRequest[] {
    return JSON.parse(this.text(this.module._ecg_viewer_take_requests(this.handle))) as HostRequest[];
  }

  setHostStatus(requestsSinceLoad: number, threads: number): void {
    this.module._ecg_viewer_set_host_status(this.handle, requestsSinceLoad, threads);
  }

  /** Throws if the viewer cannot prepare this model's input. Empty text: without a model. */
  setModel(modelJson: string): void {
    this.check(this.withText(modelJson, (text) => this.module._ecg_viewer_set_model(this.handle, text)));
  }

  setEncoderStatus(status: EncoderStatus, detail: string): void {
    this.withText(status, (statusText) =>
      this.withText(detail, (detailText) => this.module._ecg_viewer_set_encoder_status(this.handle, statusText, detailText)),
    );
  }

  /** The current recording as the model's input, with the present mask ratio and seed. */
  prepareInput(): ModelInput {
    this.check(this.module._ecg_viewer_prepare_input(this.handle));
    const { generation, shapes } = JSON.parse(this.text(this.module._ecg_viewer_input_json(this.handle))) as { generation: number; shapes: Record<string, number[]> };
    const tensors: Record<string, Tensor> = {};
    for (const [name, shape] of Object.entries(shapes)) {
      const pointer = this.withText(name, (text) => this.module._ecg_viewer_input(this.handle, text));
      tensors[name] = { shape, values: this.floats(pointer, shape.reduce((product, size) => product * size, 1)) };
    }
    return { generation, tensors };
  }

  setReconstruction(generation: number, values: Float32Array, elapsedMs: number): void {
    this.withFloats(values, (memory) => this.module._ecg_viewer_set_reconstruction(this.handle, generation, memory, values.length, elapsedMs));
  }

  setEmbedding(generation: number, embedding: Float32Array, elapsedMs: number): void {
    this.withFloats(embedding, (memory) => this.module._ecg_viewer_set_embedding(this.handle, generation, memory, embedding.length, elapsedMs));
  }

  /** Probabilities of all labels of the model's heads, one head after the other. */
  setProbabilities(generation: number, probabilities: Float32Array): void {
    this.withFloats(probabilities, (memory) => this.module._ecg_viewer_set_probabilities(this.handle, generation, memory, probabilities.length));
  }

  private collect(files: readonly NamedBytes[]): void {
    this.module._ecg_viewer_begin_files(this.handle);
    for (const file of files) {
      this.withText(file.name, (name) =>
        this.withBytes(file.bytes, (bytes) => this.module._ecg_viewer_add_file(this.handle, name, bytes, file.bytes.length)),
      );
    }
  }

  private check(status: number): void {
    if (status !== 0) throw EcgError.fromJson(this.text(this.module._ecg_viewer_error(this.handle)));
  }

  private text(pointer: number): string {
    if (pointer === 0) return '';
    const heap = this.module.HEAPU8;
    return decoder.decode(heap.slice(pointer, heap.indexOf(0, pointer)));
  }

  private floats(pointer: number, count: number): Float32Array<ArrayBuffer> {
    const copy = new Float32Array(count);
    copy.set(new Float32Array(this.module.HEAPU8.buffer, pointer, count));
    return copy;
  }

  private withBytes<T>(bytes: Uint8Array, use: (pointer: number) => T): T {
    // At least one byte: an empty file is handed over as such, with an address that is not null.
    const memory = this.module._ecg_alloc(Math.max(bytes.length, 1));
    if (memory === 0) {
      throw new EcgError(`There is not enough memory for ${bytes.length} bytes.`, { code: 'out_of_memory', hint: 'Close other tabs, or open a shorter recording.' });
    }
    try {
      this.module.HEAPU8.set(bytes, memory);
      return use(memory);
    } finally {
      this.module._ecg_free(memory);
    }
  }

  private withFloats<T>(values: Float32Array, use: (pointer: number) => T): T {
    return this.withBytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), use);
  }

  private withText<T>(text: string, use: (pointer: number) => T): T {
    // A NUL inside would end the text early on the other side.
    return this.withBytes(encoder.encode(`${text.replaceAll('\0', '\uFFFD')}\0`), use);
  }
}
