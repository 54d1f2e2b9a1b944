// The page's side of the encoder: starts the worker when first needed, hands the viewer's input over
// and the answers back. At most one run is under way; of those waiting only the newest is kept.
import { EcgError } from '../wasm/ecg_error';
import type { Viewer } from '../wasm/viewer';
import type { EncoderStatus } from '../wasm/viewer_state';
import type { Variant } from './bundle';
import { downloadText } from './download';
import type { CheckFigure } from './golden';
import type { FromWorker, RunResult, ToWorker } from './protocol';

export interface EncoderEvents {
  /** The viewer was told something new: draw. */
  changed(): void;
  /** Foreign requests seen in the worker. */
  requests(count: number): void;
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
  private readonly events: EncoderEvents;
  private readonly pageFolder: string;
  private worker: Worker | null = null;
  /** Set once it is known that this copy of the page carries no model. */
  private none = false;
  private waiting = false;
  private running = false;
  /** What to show between runs: "ready" or "fallback", with its sentence. */
  private resting: { status: EncoderStatus; detail: string } | null = null;
  private checks: ((answer: Extract<FromWorker, { kind: 'checked' }>) => void)[] = [];

  constructor(viewer: Viewer, pageFolder: string, events: EncoderEvents) {
    this.viewer = viewer;
    this.events = events;
    this.pageFolder = pageFolder;
  }

  /** Loads the page's first model bundle; does nothing if that has begun. */
  async load(): Promise<void> {
    if (this.worker !== null || this.none || this.report.status === 'loading') return;
    this.setStatus('loading', 'Loading the encoder.');
    try {
      const bundle = await this.firstBundle();
      if (bundle === null) {
        this.none = true;
        this.setStatus('none', 'This copy of the page carries no model. Build it with a bundle: ./tools/demo makes one.');
        return;
      }
      this.startWorker({ kind: 'load', bundle, threads: encoderThreads(), pageFolder: this.pageFolder });
    } catch (error) {
      this.fail(error);
    }
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

  private async firstBundle(): Promise<string | null> {
    const text = await downloadText(new URL('models/index.json', this.pageFolder).href);
    const { models } = JSON.parse(text) as { models: { folder: string }[] };
    const first = models[0];
    return first === undefined ? null : new URL(`models/${encodeURIComponent(first.folder)}/`, this.pageFolder).href;
  }

  private startWorker(first: ToWorker): void {
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'einthoven-encoder' });
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    this.worker.onerror = (event) => this.fail(new EcgError(`The encoder's worker stopped: ${event.message || 'it could not be loaded'}.`));
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
        if (message.status === 'ready' || message.status === 'fallback') this.resting = { status: message.status, detail: message.detail };
        this.setStatus(message.status, message.detail);
        this.runNext();
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
      this.worker?.terminate();
      this.fail(error);
    }
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

  private fail(error: unknown): void {
    const { message, hint } = EcgError.from(error, '');
    this.setStatus('failed', hint === '' ? message : `${message} ${hint}`);
  }

  private setStatus(status: EncoderStatus, detail: string): void {
    this.report.status = status;
    this.report.detail = detail;
    this.viewer.setEncoderStatus(status, detail);
    this.events.changed();
  }
}
