// What a visit costs: the built page, gzipped, without the encoder's runtime and models.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, inject, test } from 'vitest';

const kLimitBytes = 700_000;

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

test('WebAssembly and JavaScript without ONNX Runtime stay below 700 KB gzipped', () => {
  const folder = inject('pageFolder');
  let program = 0;
  let all = 0;
  for (const file of filesBelow(folder)) {
    const name = file.slice(folder.length + 1);
    if (name.startsWith('models/')) continue;
    const size = gzipSync(readFileSync(file), { level: 9 }).length;
    console.log(`${name}: ${(statSync(file).size / 1000).toFixed(1)} kB, ${(size / 1000).toFixed(1)} kB gzipped`);
    // The worker is ONNX Runtime's JavaScript; it comes with the runtime, when first needed.
    const ofRuntime = /ort-wasm|worker-/.test(name);
    if (/\.(js|mjs|wasm)$/.test(name) && !ofRuntime) program += size;
    if (!ofRuntime) all += size;
  }
  console.log(`program (wasm + JS): ${(program / 1000).toFixed(0)} kB gzipped; with HTML, CSS, typeface: ${(all / 1000).toFixed(0)} kB`);
  expect(program).toBeLessThan(kLimitBytes);
  expect(program).toBeGreaterThan(10_000);
});
