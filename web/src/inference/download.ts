import { EcgError } from '../wasm/ecg_error';

function unreachable(address: string, why: string): EcgError {
  return new EcgError(`${new URL(address).pathname} could not be loaded (${why}).`, { code: 'unreachable', hint: 'Check that the server of this page is still running.' });
}

async function respond(address: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw unreachable(address, error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw unreachable(address, `status ${response.status}`);
  return response;
}

export async function downloadText(address: string): Promise<string> {
  return (await respond(address)).text();
}

/** Counts what is to come and what has come. */
export interface Progress {
  expect(bytes: number): void;
  received(bytes: number): void;
}

export const kNoProgress: Progress = { expect: () => undefined, received: () => undefined };

/** The bytes at that address. `expected`: their number where it is known before and already counted. */
export async function download(address: string, progress: Progress, expected?: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await respond(address);
  if (expected === undefined) progress.expect(Number(response.headers.get('Content-Length') ?? 0));
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    total += part.value.length;
    progress.received(part.value.length);
  }
  const bytes = new Uint8Array(total);
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
