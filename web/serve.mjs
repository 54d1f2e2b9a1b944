#!/usr/bin/env node
// Serves the built page on this computer, with the headers it wants: isolation (threads for the
// encoder), the page's own Content-Security-Policy, correct types, long caching of hashed files.
// Usage: node serve.mjs [--folder ../build/page] [--port 8080] [--host 127.0.0.1]
import { createReadStream, readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};

/** The policy stands once, in index.html; frame-ancestors works in a header only. */
function policyOf(folder) {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)?.[1];
  if (policy === undefined) throw new Error(`${join(folder, 'index.html')} states no Content-Security-Policy`);
  return `${policy}; frame-ancestors 'none'`;
}

/** The file that a request means, or null if there is none inside the folder. */
function fileOf(folder, requestPath) {
  let path;
  try {
    path = decodeURIComponent(requestPath.split(/[?#]/, 1)[0]);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  try {
    // realpath: neither ".." nor a link leads out of the folder.
    const file = realpathSync(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    return file.startsWith(folder + sep) && statSync(file).isFile() ? file : null;
  } catch {
    return null;
  }
}

/** Starts a server for the folder; port 0 takes any free one. Resolves to {server, address}. */
export function servePage(folder, { port = 0, host = '127.0.0.1' } = {}) {
  const root = realpathSync(resolve(folder));
  const headers = {
    'Content-Security-Policy': policyOf(root),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end();
      return;
    }
    const file = fileOf(root, request.url ?? '/');
    if (file === null) {
      response.writeHead(404, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end('not found\n');
      return;
    }
    const hashed = file.startsWith(join(root, 'assets') + sep);
    response.writeHead(200, {
      ...headers,
      'Content-Type': kTypes[extname(file)] ?? 'application/octet-stream',
      'Content-Length': statSync(file).size,
      'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).on('error', () => response.destroy()).pipe(response);
  });
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => done({ server, address: `http://${host === '127.0.0.1' ? 'localhost' : host}:${server.address().port}/` }));
  });
}

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 && process.argv[at + 1] !== undefined ? process.argv[at + 1] : fallback;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = option('folder', resolve(import.meta.dirname, '../build/page'));
  try {
    const { address } = await servePage(folder, { port: Number(option('port', '8080')), host: option('host', '127.0.0.1') });
    console.log(`Einthoven is at ${address} (end with Ctrl+C)`);
  } catch (error) {
    const hint = error.code === 'EADDRINUSE' ? 'choose another with --port N' : error.code === 'ENOENT' ? 'build the page first: ./tools/build' : '';
    console.error(`serve: error: ${error.message}${hint === '' ? '' : `: ${hint}`}`);
    process.exitCode = 1;
  }
}
