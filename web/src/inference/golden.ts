// The self-check: known inputs through the session that will be used, compared with what LibTorch
// answered when the model was exported.
import { EcgError } from '../wasm/ecg_error';
import type { Tensor } from '../wasm/viewer_state';
import type { GoldenCase, Graph, GraphName, Tolerance } from './bundle';

/** Runs one graph on named inputs. */
export type RunGraph = (inputs: Record<string, Tensor>) => Promise<Record<string, Tensor>>;

export interface Difference {
  max_abs: number;
  relative_rms: number;
}

export interface CheckFigure extends Difference {
  graph: GraphName;
  case: string;
  output: string;
}

export function goldenTensor(bytes: Uint8Array<ArrayBuffer>, golden: GoldenCase, name: string): Tensor {
  const place = golden.tensors[name];
  const count = place?.shape.reduce((product, size) => product * size, 1) ?? 0;
  if (place === undefined || !(place.offset + count * 4 <= bytes.length)) {
    throw new EcgError(`golden.bin does not hold all of ${golden.name}/${name}.`, { code: 'bad_model', file: 'golden.bin', hint: 'Export the model again.' });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + place.offset, count * 4);
  return { shape: place.shape, values: Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true)) };
}

/** max |a - b|, and the root mean square of a - b relative to that of b, or to 1 where b is smaller (the
 *  unit of signals). NaN counts as infinite. */
export function difference(answer: Float32Array, golden: Float32Array): Difference {
  if (answer.length !== golden.length) return { max_abs: Infinity, relative_rms: Infinity };
  let largest = 0;
  let squares = 0;
  let reference = 0;
  for (let i = 0; i < golden.length; i++) {
    const expected = golden[i] ?? NaN;
    const apart = Math.abs((answer[i] ?? NaN) - expected);
    if (!(apart <= largest)) largest = Number.isNaN(apart) ? Infinity : apart;
    squares += apart * apart;
    reference += expected * expected;
  }
  const relative = squares === 0 ? 0 : Math.sqrt(squares / Math.max(reference, golden.length));
  return { max_abs: largest, relative_rms: Number.isNaN(relative) ? Infinity : relative };
}

/** Compares every case that concerns this graph; at least one must. */
export async function checkGraph(name: GraphName, graph: Graph, run: RunGraph, cases: readonly GoldenCase[], bytes: Uint8Array<ArrayBuffer>): Promise<CheckFigure[]> {
  const figures: CheckFigure[] = [];
  for (const golden of cases) {
    const outputs = graph.outputs.filter((output) => output in golden.tensors);
    if (outputs.length === 0 || !graph.inputs.every((input) => input in golden.tensors)) continue;
    const inputs = Object.fromEntries(graph.inputs.map((input) => [input, goldenTensor(bytes, golden, input)]));
    const answers = await run(inputs);
    for (const output of outputs) {
      const answer = answers[output];
      const expected = goldenTensor(bytes, golden, output);
      figures.push({ graph: name, case: golden.name, output, ...difference(answer?.values ?? new Float32Array(0), expected.values) });
    }
  }
  if (figures.length === 0) {
    throw new EcgError(`The bundle holds no golden values for its graph "${name}".`, { code: 'bad_model', file: 'model.json', hint: 'Export the model again.' });
  }
  return figures;
}

export function within(figure: Difference, tolerance: Tolerance): boolean {
  return figure.max_abs <= tolerance.max_abs && figure.relative_rms <= tolerance.relative_rms;
}

/** Throws an EcgError naming the worst figure that breaks the tolerance. */
export function requireWithin(figures: readonly CheckFigure[], tolerance: Tolerance): void {
  const bad = figures.filter((figure) => !within(figure, tolerance)).sort((a, b) => b.relative_rms - a.relative_rms)[0];
  if (bad === undefined) return;
  throw new EcgError(
    `The self-check failed: ${bad.graph} answers ${bad.output} up to ${bad.max_abs.toPrecision(2)} beside the golden value (allowed ${tolerance.max_abs.toPrecision(2)}).`,
    { code: 'self_check', hint: 'This browser computes the model wrongly, or the bundle is inconsistent.' },
  );
}
