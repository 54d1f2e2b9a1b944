import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Writes service_worker.js: the names of the files that a start needs and a version made of all
 * contents, ahead of the code in plugins/service_worker.js. The encoder is kept when first used.
 */
export function programCache(): Plugin {
  return {
    name: 'einthoven-program-cache',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((name) => !/ort-wasm|worker-|latin-ext/.test(name)).sort();
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
