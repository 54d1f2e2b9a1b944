// The inference worker: loads a bundle, checks it, answers runs. It sees no file and no name of a
// recording, only the prepared input.
import { watchRequests } from '../ui/network_watch';
import { EcgError } from '../wasm/ecg_error';
import type { EncoderStatus, ModelInput, Tensor } from '../wasm/viewer_state';
import { graphsOf, parseBundleModel, variantsOf, type BundleModel, type GraphName, type Variant } from './bundle';
import { readBundleFile, type BundleSource } from './bundle_source';
import { kNoProgress, type Progress } from './download';
import type { RunGraph } from './golden';
import type { FromWorker, ToWorker } from './protocol';
import { measureVariant, openVariant, requireVariant, startRuntime, type OpenGraphs } from './sessions';

interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}
const scope = self as unknown as WorkerScope;

let model: BundleModel | null = null;
let bundle: BundleSource = { folder: '' };
let sessions: OpenGraphs | null = null;

function say(status: EncoderStatus, detail: string): void {
  scope.postMessage({ kind: 'status', status, detail });
}

/** "Loading the encoder: 4.1 of 15.2 MB.", at most ten times a second. */
function progressReporter(): Progress {
  let expected = 0;
  let received = 0;
  let last = -Infinity;
  return {
    expect: (bytes) => void (expected += bytes),
    received: (bytes) => {
      received += bytes;
      const now = performance.now();
      if (now - last < 100) return;
      last = now;
      const megabytes = (count: number): string => (count / 1e6).toFixed(1);
      // A server that compresses announces fewer bytes than come.
      const of = received <= expected ? ` of ${megabytes(expected)}` : '';
      say('loading', `Loading the encoder: ${megabytes(received)}${of} MB.`);
    },
  };
}

function expectVariant(current: BundleModel, variant: Variant, progress: Progress): void {
  for (const name of graphsOf(current)) progress.expect(current.graphs[name]?.files[variant]?.bytes ?? 0);
}

async function openChecked(current: BundleModel, variant: Variant, progress: Progress): Promise<void> {
  const opened = await openVariant(current, bundle, variant, progress);
  say('checking', 'Comparing the encoder with its golden values.');
  const figures = await measureVariant(current, bundle, opened);
  requireVariant(current, variant, figures);
  sessions = opened;
  scope.postMessage({ kind: 'loaded', variant, figures });
}

/** Tries the variants, best first; says which one answers and why a better one does not. */
async function openFirstGood(current: BundleModel, progress: Progress): Promise<void> {
  const troubles: EcgError[] = [];
  const told = (): string => troubles.map(({ message }) => message).join(' ');
  for (const [attempt, variant] of variantsOf(current).entries()) {
    try {
      if (attempt > 0) expectVariant(current, variant, progress);
      await openChecked(current, variant, progress);
      if (troubles.length === 0) say('ready', `${current.name} (${variant}) passed its self-check.`);
      else say('fallback', `Using ${variant}, which passed its self-check. ${told()}`);
      return;
    } catch (error) {
      troubles.push(EcgError.from(error, ''));
    }
  }
  const { code = 'bad_model', file = 'model.json', hint = 'Export the model again with einthoven-train export.' } = troubles.at(-1) ?? {};
  throw new EcgError(`The model is not used. ${told() || 'The bundle holds no graphs that this page can run.'}`, { code, file, hint });
}

function tellFailure(error: unknown): void {
  const { message: detail, code, file, hint } = EcgError.from(error, '');
  scope.postMessage({ kind: 'load_failed', detail, code, file, hint });
}

async function load(request: Extract<ToWorker, { kind: 'load' }>): Promise<void> {
  watchRequests(request.pageFolder, (count) => scope.postMessage({ kind: 'requests', count }));
  bundle = request.source;
  say('loading', 'Loading the encoder.');
  const json = new TextDecoder().decode(await readBundleFile(bundle, 'model.json', kNoProgress));
  model = parseBundleModel(json);
  scope.postMessage({ kind: 'model', json });
  const progress = progressReporter();
  const best = variantsOf(model)[0];
  if (best !== undefined) expectVariant(model, best, progress);
  await startRuntime(request.pageFolder, request.threads, progress);
  await openFirstGood(model, progress);
}

/** Runs a graph on what it asks for by name. The viewer has seen model.json and makes all of it. */
function answer(name: GraphName, graph: RunGraph, { tensors }: ModelInput): Promise<Record<string, Tensor>> {
  const names = model?.graphs[name]?.inputs ?? [];
  return graph(Object.fromEntries(names.flatMap((input) => (tensors[input] === undefined ? [] : [[input, tensors[input]]]))));
}

async function run(input: ModelInput): Promise<void> {
  if (sessions === null) throw new EcgError('The encoder is not ready.');
  const begun = performance.now();
  const encoded = await answer('encode', sessions.encode, input);
  const between = performance.now();
  const filled = sessions.reconstruct && (await answer('reconstruct', sessions.reconstruct, input));
  const ended = performance.now();
  const embedding = encoded['embedding']?.values ?? new Float32Array(0);
  const probabilities = new Float32Array(model?.heads.flatMap((output) => [...(encoded[output]?.values ?? [])]) ?? []);
  const reconstruction = filled?.['reconstruction']?.values ?? new Float32Array(0);
  scope.postMessage(
    { kind: 'result', generation: input.generation, reconstruction, embedding, probabilities, encode_ms: between - begun, reconstruct_ms: ended - between },
    [reconstruction.buffer, embedding.buffer, probabilities.buffer],
  );
}

async function check(variant: Variant): Promise<void> {
  let error = '';
  let figures: Awaited<ReturnType<typeof measureVariant>> = [];
  try {
    if (model === null) throw new EcgError('No bundle is loaded.');
    figures = await measureVariant(model, bundle, await openVariant(model, bundle, variant, kNoProgress));
    requireVariant(model, variant, figures);
  } catch (thrown) {
    error = EcgError.from(thrown, '').message;
  }
  scope.postMessage({ kind: 'checked', variant, figures, error });
}

/** One at a time, in order: ONNX Runtime takes no second call while one is under way. */
let queue: Promise<void> = Promise.resolve();

scope.onmessage = ({ data }) => {
  queue = queue.then(async () => {
    switch (data.kind) {
      case 'load':
        return load(data).catch(tellFailure);
      case 'run':
        return run(data.input).catch((error: unknown) =>
          scope.postMessage({ kind: 'run_failed', generation: data.input.generation, detail: EcgError.from(error, '').message }),
        );
      case 'check':
        return check(data.variant);
    }
  });
};
