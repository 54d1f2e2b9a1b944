import { EcgError } from '../wasm/ecg_error';
import type { BundleFile } from './bundle';

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Throws unless the bytes are those that model.json promises. */
export async function verifyFile(bytes: Uint8Array<ArrayBuffer>, promised: BundleFile): Promise<void> {
  if (bytes.length === promised.bytes && (await sha256Hex(bytes)) === promised.sha256) return;
  throw new EcgError(`${promised.file} is damaged: it does not have the SHA-256 that model.json states.`, {
    code: 'damaged_model',
    file: promised.file,
    hint: 'Load or copy the model anew; if it persists, export it again.',
  });
}
