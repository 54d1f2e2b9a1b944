import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Writes service_worker.js: the built file names and a version made of them, ahead of the code in
 * plugins/service_worker.js. The large runtime of the encoder is left to the ordinary browser cache.
 */
export function programCache(): Plugin {
  return {
    name: 'einthoven-program-cache',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((name) => !/ort-wasm|worker-|\.map$/.test(name)).sort();
      const hash = createHash('sha256');
      for (const name of files) {
        const file = bundle[name];
        hash.update(name).update(file === undefined ? '' : file.type === 'chunk' ? file.code : file.source);
      }
      const code = readFileSync(resolve(import.meta.dirname, 'service_worker.js'), 'utf8');
      const list = ['./', ...files.filter((name) => name !== 'index.html'), 'favicon.svg'];
      this.emitFile({
        type: 'asset',
        fileName: 'service_worker.js',
        source: `const kVersion = '${hash.digest('hex').slice(0, 16)}';\nconst kFiles = ${JSON.stringify(list, null, 1)};\n${code}`,
      });
    },
  };
}
