// ONNX Runtime Web on WebAssembly: from verified bytes to sessions that passed the self-check.
import * as ort from 'onnxruntime-web/wasm';
import ortModuleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import ortWasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { EcgError } from '../wasm/ecg_error';
import type { Tensor } from '../wasm/viewer_state';
import { readBundleFile, type BundleSource } from './bundle_source';
import { graphsOf, type BundleFile, type BundleModel, type GraphName, type Variant } from './bundle';
import { download, kNoProgress, type Progress } from './download';
import { checkGraph, requireWithin, type CheckFigure, type RunGraph } from './golden';
import { verifyFile } from './integrity';

/** Opened graphs; "reconstruct" only where the bundle has it. */
export type OpenGraphs = Record<'encode', RunGraph> & Partial<Record<GraphName, RunGraph>>;

/** Loads the runtime from the page's own files; nothing comes from anywhere else. */
export async function startRuntime(pageFolder: string, threads: number, progress: Progress): Promise<void> {
  const wasm = new URL(ortWasmUrl, pageFolder).href;
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmPaths = { mjs: new URL(ortModuleUrl, pageFolder).href, wasm };
  ort.env.wasm.wasmBinary = (await download(wasm, progress)).buffer;
}

async function readVerified(bundle: BundleSource, file: BundleFile, progress: Progress): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBundleFile(bundle, file.file, progress, file.bytes);
  await verifyFile(bytes, file);
  return bytes;
}

function runner(session: ort.InferenceSession): RunGraph {
  return async (inputs) => {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { shape, values }]) => [name, new ort.Tensor('float32', values, shape)]));
    const answers = await session.run(feeds);
    return Object.fromEntries(Object.entries(answers).map(([name, tensor]): [string, Tensor] => [name, { shape: [...tensor.dims], values: Float32Array.from(tensor.data as Float32Array) }]));
  };
}

async function openSession(bytes: Uint8Array, file: string): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  } catch (error) {
    throw new EcgError(`ONNX Runtime refused ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'bad_model',
      file,
      hint: 'Export the model again with a version of Einthoven that matches this page.',
    });
  }
}

/** Fetches, verifies and opens all graphs of one variant. */
export async function openVariant(model: BundleModel, bundle: BundleSource, variant: Variant, progress: Progress): Promise<OpenGraphs> {
  const open = async (name: GraphName): Promise<RunGraph> => {
    const file = model.graphs[name]?.files[variant];
    if (file === undefined) throw new EcgError(`The bundle holds no ${variant} graph "${name}".`, { code: 'bad_model', file: 'model.json' });
    return runner(await openSession(await readVerified(bundle, file, progress), file.file));
  };
  // One after the other: two sessions made at once would hold both files and both graphs in memory.
  const encode = await open('encode');
  return model.graphs.reconstruct === undefined ? { encode } : { encode, reconstruct: await open('reconstruct') };
}

/** Runs the golden cases through all graphs; the figures, whether good or bad. */
export async function measureVariant(model: BundleModel, bundle: BundleSource, run: OpenGraphs): Promise<CheckFigure[]> {
  const bytes = await readVerified(bundle, model.golden, kNoProgress);
  const figures: CheckFigure[] = [];
  for (const name of graphsOf(model)) {
    const graph = model.graphs[name];
    const opened = run[name];
    if (graph !== undefined && opened !== undefined) figures.push(...(await checkGraph(name, graph, opened, model.golden.cases, bytes)));
  }
  return figures;
}

/** Throws unless the figures keep the tolerance that the bundle states for this variant. */
export function requireVariant(model: BundleModel, variant: Variant, figures: readonly CheckFigure[]): void {
  const tolerance = model.golden.tolerance[variant];
  if (tolerance === undefined) throw new EcgError(`The bundle states no tolerance for ${variant}.`, { code: 'bad_model', file: 'model.json' });
  requireWithin(figures, tolerance);
}
