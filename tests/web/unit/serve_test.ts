// The local server: headers, types, and nothing outside its folder.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePage } from '../../../web/serve.mjs';

const folder = mkdtempSync(join(tmpdir(), 'einthoven-serve-'));
let server: Server;
let address: string;

beforeAll(async () => {
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'page/index.html'), `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'" />`);
  writeFileSync(join(folder, 'page/assets/a-1234.wasm'), 'wasm');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'page/link.txt'));
  ({ server, address } = await servePage(join(folder, 'page')));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

/** The status of a path that is sent as it stands: fetch() would tidy ".." away. */
function rawStatus(path: string): Promise<number> {
  return new Promise((done, failed) => {
    const { hostname, port } = new URL(address);
    request({ hostname, port, path }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    }).on('error', failed).end();
  });
}

describe('serve', () => {
  test('sends isolation and the page\'s own policy with every answer', async () => {
    for (const path of ['', 'assets/a-1234.wasm', 'missing']) {
      const { headers } = await fetch(address + path);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; script-src 'self'; frame-ancestors 'none'");
    }
  });

  test('knows the types that browsers insist on', async () => {
    expect((await fetch(`${address}assets/a-1234.wasm`)).headers.get('content-type')).toBe('application/wasm');
    expect((await fetch(address)).headers.get('content-type')).toContain('text/html');
  });

  test('lets hashed files be kept and asks anew for the rest', async () => {
    expect((await fetch(`${address}assets/a-1234.wasm`)).headers.get('cache-control')).toContain('immutable');
    expect((await fetch(address)).headers.get('cache-control')).toBe('no-cache');
  });

  test.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '/..%5csecret.txt', '/link.txt', '/%00', '/%', '//secret.txt', '/assets'])('%s is not found', async (path) => {
    expect(await rawStatus(path)).toBe(404);
  });

  test('takes nothing', async () => {
    expect((await fetch(address, { method: 'POST', body: 'x' })).status).toBe(405);
  });
});
