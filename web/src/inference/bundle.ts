// model.json of a model bundle (native/export/README.md), read with suspicion: a bundle is input. What the
// model is fed is the viewer's to judge (ecg_viewer_set_model).
import { EcgError } from '../wasm/ecg_error';

export const kBundleFormat = 'einthoven-bundle/1';

/** Variants the page can run, best first: int8 is a quarter of the download and faster on WebAssembly. */
export const kVariants = ['int8', 'f32'] as const;
export type Variant = (typeof kVariants)[number];

export const kGraphs = ['encode', 'reconstruct'] as const;
export type GraphName = (typeof kGraphs)[number];

export interface BundleFile {
  file: string;
  sha256: string;
  bytes: number;
}

export interface Tolerance {
  max_abs: number;
  relative_rms: number;
}

export interface GoldenTensor {
  offset: number;
  shape: number[];
}

export interface GoldenCase {
  name: string;
  tensors: Record<string, GoldenTensor>;
}

export interface Graph {
  inputs: string[];
  outputs: string[];
  /** The files of the variants that the bundle holds. */
  files: Partial<Record<Variant, BundleFile>>;
}

export interface BundleModel {
  name: string;
  version: string;
  /** A system without a decoder has no graph "reconstruct". */
  graphs: { encode: Graph; reconstruct?: Graph };
  /** Outputs of the encode graph that hold probabilities of labels, in the order of model.json. */
  heads: string[];
  golden: BundleFile & { tolerance: Partial<Record<Variant, Tolerance>>; cases: GoldenCase[] };
}

type Json = Record<string, unknown>;

function broken(where: string, what: string): EcgError {
  return new EcgError(`model.json: ${where} ${what}.`, { code: 'bad_model', file: 'model.json', hint: 'Export the model again with einthoven-train export.' });
}

function object(parent: Json, key: string, where: string): Json {
  const value = parent[key];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken(`${where}${key}`, 'is no object');
  return value as Json;
}

function list(parent: Json, key: string, where: string): unknown[] {
  const value = parent[key];
  if (!Array.isArray(value)) throw broken(`${where}${key}`, 'is no list');
  return value;
}

function text(parent: Json, key: string, where: string): string {
  const value = parent[key];
  if (typeof value !== 'string') throw broken(`${where}${key}`, 'is no text');
  return value;
}

function count(parent: Json, key: string, where: string): number {
  const value = parent[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw broken(`${where}${key}`, 'is no count');
  return value;
}

function positive(parent: Json, key: string, where: string): number {
  const value = parent[key];
  if (typeof value !== 'number' || !(value > 0)) throw broken(`${where}${key}`, 'is no positive number');
  return value;
}

function bundleFile(value: Json, where: string): BundleFile {
  const file = text(value, 'file', where);
  // A name, not a path: a bundle may only point at its own files.
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(file)) throw broken(`${where}file`, 'is no plain file name');
  const sha256 = text(value, 'sha256', where);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw broken(`${where}sha256`, 'is no SHA-256');
  return { file, sha256, bytes: count(value, 'bytes', where) };
}

function names(values: unknown[], where: string): string[] {
  return values.map((value) => text(value as Json, 'name', where));
}

function graph(graphs: Json, name: GraphName): Graph {
  const where = `graphs.${name}.`;
  const value = object(graphs, name, 'graphs.');
  const files: Partial<Record<Variant, BundleFile>> = { f32: bundleFile(value, where) };
  const variants = value['variants'] === undefined ? {} : object(value, 'variants', where);
  if (variants['int8'] !== undefined) files.int8 = bundleFile(object(variants, 'int8', `${where}variants.`), `${where}variants.int8.`);
  return { inputs: names(list(value, 'inputs', where), `${where}inputs.`), outputs: names(list(value, 'outputs', where), `${where}outputs.`), files };
}

function goldenCase(value: unknown): GoldenCase {
  const where = 'golden.cases.';
  const raw = value as Json;
  const tensors: Record<string, GoldenTensor> = {};
  for (const [name, tensor] of Object.entries(object(raw, 'tensors', where))) {
    const place = tensor as Json;
    const shape = list(place, 'shape', `${where}${name}.`).map(Number);
    if (shape.some((size) => !Number.isSafeInteger(size) || size < 1)) throw broken(`${where}${name}.shape`, 'holds something that is no size');
    tensors[name] = { offset: count(place, 'offset', `${where}${name}.`), shape };
  }
  return { name: text(raw, 'name', where), tensors };
}

function golden(root: Json): BundleModel['golden'] {
  const value = object(root, 'golden', '');
  const tolerances = object(value, 'tolerance', 'golden.');
  const tolerance: Partial<Record<Variant, Tolerance>> = {};
  for (const variant of kVariants) {
    if (tolerances[variant] === undefined) continue;
    const where = `golden.tolerance.${variant}.`;
    const pair = object(tolerances, variant, 'golden.tolerance.');
    tolerance[variant] = { max_abs: positive(pair, 'max_abs', where), relative_rms: positive(pair, 'relative_rms', where) };
  }
  return { ...bundleFile(value, 'golden.'), tolerance, cases: list(value, 'cases', 'golden.').map(goldenCase) };
}

function checkFormat(format: unknown): void {
  if (format === kBundleFormat) return;
  const other = /^einthoven-bundle\/\d+$/.test(String(format));
  throw new EcgError(`model.json: format is ${JSON.stringify(format)}; this page reads "${kBundleFormat}"`, {
    code: 'bad_model',
    file: 'model.json',
    hint: other ? 'Page and model are of different versions of Einthoven: load the page anew, or export the model again with the version that this page is of.' : 'This is not the model.json of a model bundle. einthoven-train export writes one.',
  });
}

/** Reads model.json; throws an EcgError that names the part that is missing or wrong. */
export function parseBundleModel(json: string): BundleModel {
  let root: Json;
  try {
    root = JSON.parse(json) as Json;
  } catch (error) {
    throw broken('the file', `is no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  checkFormat(root?.['format']);
  const graphs = object(root, 'graphs', '');
  return {
    name: text(root, 'name', ''),
    version: text(root, 'version', ''),
    graphs: { encode: graph(graphs, 'encode'), ...(graphs['reconstruct'] === undefined ? {} : { reconstruct: graph(graphs, 'reconstruct') }) },
    heads: root['heads'] === undefined ? [] : list(root, 'heads', '').map((head) => text(head as Json, 'output', 'heads.')),
    golden: golden(root),
  };
}

/** The graphs that this bundle has. */
export function graphsOf(model: BundleModel): GraphName[] {
  return kGraphs.filter((name) => model.graphs[name] !== undefined);
}

/** The variants that this bundle holds completely, best first. */
export function variantsOf(model: BundleModel): Variant[] {
  return kVariants.filter((variant) => graphsOf(model).every((name) => model.graphs[name]?.files[variant] !== undefined) && model.golden.tolerance[variant] !== undefined);
}
