// Builds the page. Environment:
//   EINTHOVEN_WASM_DIR    folder with einthoven_viewer.js and .wasm (default ../build/wasm/bin)
//   EINTHOVEN_PAGE_DIR    where the page goes (default ../build/page)
//   EINTHOVEN_MODELS_DIR  model bundles that go with it, separated by ':' (default none)
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { licences } from './plugins/licences.ts';
import { modelBundles } from './plugins/model_bundles.ts';
import { programCache } from './plugins/program_cache.ts';

const fromHere = (path: string): string => resolve(import.meta.dirname, path);
const wasmFolder = resolve(process.env['EINTHOVEN_WASM_DIR'] ?? fromHere('../build/wasm/bin'));
const pageFolder = resolve(process.env['EINTHOVEN_PAGE_DIR'] ?? fromHere('../build/page'));
const bundleFolders = (process.env['EINTHOVEN_MODELS_DIR'] ?? '').split(':').filter((path) => path !== '');

for (const file of ['einthoven_viewer.js', 'einthoven_viewer.wasm']) {
  if (!existsSync(resolve(wasmFolder, file))) {
    throw new Error(`${file} is not in ${wasmFolder}. Build the "wasm" preset first (./tools/build does), or set EINTHOVEN_WASM_DIR.`);
  }
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  resolve: {
    alias: { 'viewer-module': wasmFolder },
    // ONNX Runtime then loads its .mjs and .wasm from the addresses that we give, so that its threads
    // are ordinary workers of our own origin and no blob: worker is needed.
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'production'],
  },
  build: {
    outDir: pageFolder,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    reportCompressedSize: false,
    // The polyfill is for browsers without WebAssembly SIMD, which cannot run the viewer anyway.
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  plugins: [modelBundles(bundleFolders), programCache(), licences()],
});
