// Messages between the page and the inference worker.
import type { EncoderStatus, ModelInput } from '../wasm/viewer_state';
import type { Variant } from './bundle';
import type { BundleSource } from './bundle_source';
import type { CheckFigure } from './golden';

export type ToWorker =
  | { kind: 'load'; source: BundleSource; threads: number; pageFolder: string }
  | { kind: 'run'; input: ModelInput }
  /** Checks one variant and reports its figures, whatever is in use. For tests and benchmarks. */
  | { kind: 'check'; variant: Variant };

export interface RunResult {
  kind: 'result';
  generation: number;
  reconstruction: Float32Array<ArrayBuffer>;
  embedding: Float32Array<ArrayBuffer>;
  /** Of all labels of the bundle's heads, one head after the other. */
  probabilities: Float32Array<ArrayBuffer>;
  encode_ms: number;
  reconstruct_ms: number;
}

export type FromWorker =
  /** The text of model.json, before anything else of the bundle. */
  | { kind: 'model'; json: string }
  | { kind: 'status'; status: EncoderStatus; detail: string }
  /** Nothing will be computed with this model. "file": the file of the bundle that is to blame. */
  | { kind: 'load_failed'; detail: string; code: string; file: string; hint: string }
  | { kind: 'loaded'; variant: Variant; figures: CheckFigure[] }
  | RunResult
  | { kind: 'run_failed'; generation: number; detail: string }
  | { kind: 'checked'; variant: Variant; figures: CheckFigure[]; error: string }
  | { kind: 'requests'; count: number };
