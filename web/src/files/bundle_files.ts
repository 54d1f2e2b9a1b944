// Model bundles among what a person drops.
import { kWholeBundle } from '../inference/bundle_source';
import { EcgError } from '../wasm/ecg_error';
import { baseName, type LocalFile } from './recording_files';

/** The files of one bundle by their names. */
export type BundleFiles = ReadonlyMap<string, Blob>;

/** Names that only a bundle's files have. */
const kOfBundle = /^(model\.json|golden\.bin|card\.md)$|\.onnx$/;

export function isOfBundle(path: string): boolean {
  return kOfBundle.test(baseName(path));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/**
 * The bundles among these files: one for each folder that holds a graph, and a model.json beside it or
 * nothing else. Empty where recordings are meant: a data set may have a model.json of its own.
 */
export function bundlesAmong(files: readonly LocalFile[]): BundleFiles[] {
  const onlyBundles = files.length > 0 && files.every(({ path }) => isOfBundle(path));
  const folders = new Map<string, Map<string, Blob>>();
  for (const { path, file } of files) {
    const names = folders.get(folderOf(path)) ?? new Map<string, Blob>();
    folders.set(folderOf(path), names.set(baseName(path), file));
  }
  const isBundle = (names: ReadonlyMap<string, Blob>): boolean => {
    const graph = [...names.keys()].some((name) => name.endsWith('.onnx'));
    return onlyBundles ? graph || names.has('model.json') : graph && names.has('model.json');
  };
  return [...folders.values()].filter(isBundle);
}

/** The text of a bundle's model.json, as far as it can be described. Throws where there is none. */
export async function modelOf(files: BundleFiles): Promise<unknown> {
  const file = files.get('model.json');
  if (file === undefined) {
    throw new EcgError('model.json is not among the files of this model', { code: 'missing_file', file: 'model.json', hint: kWholeBundle });
  }
  try {
    return JSON.parse(await file.text());
  } catch {
    // What is wrong with it is said where it is loaded, by file and place.
    return {};
  }
}
