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

/** The bytes at that address; `progressed` is told how many more have come. */
export async function download(address: string, progressed: (moreBytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const response = await respond(address);
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    total += part.value.length;
    progressed(part.value.length);
  }
  const bytes = new Uint8Array(total);
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
