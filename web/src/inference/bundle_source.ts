// Where the files of a model bundle come from: the page's own folder, or what a person dropped.
import { EcgError } from '../wasm/ecg_error';
import { download, type Progress } from './download';

/** `folder`: address of a bundle that came with the page. `files`: by name; they stay in this browser. */
export type BundleSource = { folder: string } | { files: ReadonlyMap<string, Blob> };

/** The bytes of one file. `expected`: their number where it is known before and already counted. */
export async function readBundleFile(source: BundleSource, name: string, progress: Progress, expected?: number): Promise<Uint8Array<ArrayBuffer>> {
  if ('folder' in source) return download(new URL(name, source.folder).href, progress, expected);
  const file = source.files.get(name);
  if (file === undefined) {
    throw new EcgError(`${name} is not among the files of this model`, { code: 'missing_file', file: name, hint: kWholeBundle });
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  progress.received(bytes.length);
  return bytes;
}

export const kWholeBundle = 'Drop the whole folder that einthoven-train export wrote, or a .zip of it: model.json, its .onnx files and golden.bin.';
