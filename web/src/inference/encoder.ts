// The page's side of the encoder: starts a worker for the model in use, hands the viewer's input over
// and the answers back. At most one run is under way; of those waiting only the newest is kept.
import { EcgError } from '../wasm/ecg_error';
import type { Viewer } from '../wasm/viewer';
import type { EncoderStatus } from '../wasm/viewer_state';
import type { Variant } from './bundle';
import type { CheckFigure } from './golden';
import type { Model, Models } from './models';
import type { FromWorker, RunResult, ToWorker } from './protocol';

export interface EncoderEvents {
  /** The viewer was told something new: draw. */
  changed(): void;
  /** Foreign requests seen in the worker. */
  requests(count: number): void;
  /** The model passed its self-check and answers from now on. */
  inUse(model: Model): void;
  /** The model cannot be used. `before`: the one that it was chosen over, which is no longer loaded. */
  refused(model: Model, before: Model | null, error: EcgError): void;
}

export interface EncoderReport {
  status: EncoderStatus;
  detail: string;
  variant: Variant | null;
  figures: CheckFigure[];
  encode_ms: number | null;
  reconstruct_ms: number | null;
}

/** Threads need a page isolated from others (COOP and COEP); without it the runtime has one. */
export function encoderThreads(): number {
  return crossOriginIsolated ? Math.max(1, Math.min(4, navigator.hardwareConcurrency)) : 1;
}

export class Encoder {
  readonly report: EncoderReport = { status: 'none', detail: '', variant: null, figures: [], encode_ms: null, reconstruct_ms: null };
  private readonly viewer: Viewer;
  private readonly models: Models;
  private readonly events: EncoderEvents;
  private readonly pageFolder: string;
  private worker: Worker | null = null;
  private model: Model | null = null;
  /** The model that passed last, to go back to. */
  private before: Model | null = null;
  /** Set once it is known that this copy of the page carries no model. */
  private none = false;
  private waiting = false;
  private running = false;
  /** What to show between runs: "ready" or "fallback", with its sentence. */
  private resting: { status: EncoderStatus; detail: string } | null = null;
  private checks: ((answer: Extract<FromWorker, { kind: 'checked' }>) => void)[] = [];

  constructor(viewer: Viewer, models: Models, pageFolder: string, events: EncoderEvents) {
    this.viewer = viewer;
    this.models = models;
    this.events = events;
    this.pageFolder = pageFolder;
  }

  /** The model that answers, or that is being loaded. */
  get current(): Model | null {
    return this.model;
  }

  /** Loads the model that the page begins with; does nothing if some model is or was loaded. */
  async load(): Promise<void> {
    if (this.model !== null || this.none || this.report.status === 'loading') return;
    this.setStatus('loading', 'Loading the encoder.');
    try {
      const first = await this.models.first();
      if (this.model !== null) return;
      if (first === null) {
        this.none = true;
        this.setStatus('none', 'This copy of the page carries no model. Drop a model bundle here, or build the page with one: ./tools/demo makes one.');
        return;
      }
      this.use(first);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Lets go of the model in use and loads this one; it answers once it has passed its self-check. */
  use(model: Model): void {
    this.worker?.terminate();
    for (const give of this.checks.splice(0)) give({ kind: 'checked', variant: 'f32', figures: [], error: 'Another model was chosen.' });
    if (this.resting !== null) this.before = this.model;
    this.model = model;
    this.waiting = this.running = false;
    this.resting = null;
    Object.assign(this.report, { variant: null, figures: [], encode_ms: null, reconstruct_ms: null });
    this.viewer.setModel('');
    this.setStatus('loading', `Loading ${model.name}.`);
    this.startWorker({ kind: 'load', source: model.source, threads: encoderThreads(), pageFolder: this.pageFolder });
  }

  /** Runs the model on the present recording as soon as it can. */
  run(): void {
    this.waiting = true;
    if (this.worker === null) void this.load();
    this.runNext();
  }

  /** Self-check figures of one variant, for tests. */
  check(variant: Variant): Promise<Extract<FromWorker, { kind: 'checked' }>> {
    return new Promise((resolve, reject) => {
      if (this.worker === null) {
        reject(new EcgError('The encoder is not loaded.'));
        return;
      }
      this.checks.push(resolve);
      this.post({ kind: 'check', variant });
    });
  }

  private startWorker(first: ToWorker): void {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'einthoven-encoder' });
    this.worker = worker;
    // What one that was let go of had already sent may still arrive.
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (this.worker === worker) this.receive(data);
    };
    worker.onerror = (event) => {
      if (this.worker === worker) this.fail(new EcgError(`The encoder's worker stopped: ${event.message || 'it could not be loaded'}.`));
    };
    this.post(first);
  }

  private post(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case 'model':
        this.acceptModel(message.json);
        break;
      case 'status':
        this.setStatus(message.status, message.detail);
        if (message.status === 'ready' || message.status === 'fallback') this.begin({ status: message.status, detail: message.detail });
        break;
      case 'load_failed':
        this.fail(new EcgError(message.detail, message));
        break;
      case 'loaded':
        this.report.variant = message.variant;
        this.report.figures = message.figures;
        break;
      case 'result':
        this.accept(message);
        break;
      case 'run_failed':
        this.running = false;
        this.setStatus('failed', message.detail);
        break;
      case 'checked':
        this.checks.shift()?.(message);
        break;
      case 'requests':
        this.events.requests(message.count);
        break;
    }
  }

  private acceptModel(json: string): void {
    try {
      this.viewer.setModel(json);
    } catch (error) {
      this.fail(error);
    }
  }

  /** The model has passed its self-check. */
  private begin(resting: { status: EncoderStatus; detail: string }): void {
    this.resting = resting;
    if (this.model !== null) this.events.inUse(this.model);
    this.runNext();
  }

  private runNext(): void {
    if (!this.waiting || this.running || this.resting === null) return;
    this.waiting = false;
    try {
      const input = this.viewer.prepareInput();
      this.running = true;
      this.setStatus('running', this.resting.detail);
      this.post({ kind: 'run', input }, Object.values(input.tensors).map(({ values }) => values.buffer));
    } catch (error) {
      // A recording the model cannot take is no fault of the encoder: say so and stay ready.
      const { message, hint } = EcgError.from(error, '');
      this.setStatus(this.resting.status, hint === '' ? message : `${message} ${hint}`);
    }
  }

  private accept(result: RunResult): void {
    this.running = false;
    this.report.encode_ms = result.encode_ms;
    this.report.reconstruct_ms = result.reconstruct_ms;
    if (result.reconstruction.length > 0) this.viewer.setReconstruction(result.generation, result.reconstruction, result.reconstruct_ms);
    this.viewer.setEmbedding(result.generation, result.embedding, result.encode_ms);
    if (result.probabilities.length > 0) this.viewer.setProbabilities(result.generation, result.probabilities);
    if (this.resting !== null) this.setStatus(this.resting.status, this.resting.detail);
    this.runNext();
  }

  private fail(thrown: unknown): void {
    const error = EcgError.from(thrown, '');
    const { model } = this;
    // Nothing to go back to where it is the one before itself that does not come back.
    const before = this.before === model ? null : this.before;
    const loading = this.resting === null;
    this.worker?.terminate();
    this.worker = this.resting = null;
    this.setStatus('failed', error.hint === '' ? error.message : `${error.message} ${error.hint}`);
    if (loading && model !== null) this.events.refused(model, before, error);
  }

  private setStatus(status: EncoderStatus, detail: string): void {
    this.report.status = status;
    this.report.detail = detail;
    this.viewer.setEncoderStatus(status, detail);
    this.events.changed();
  }
}
