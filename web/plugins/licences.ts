import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

interface Component {
  name: string;
  licence: string;
  /** Where its own text lies; without one its licence's name must do. */
  text?: string;
}

const fromWeb = (path: string): string => resolve(import.meta.dirname, '..', path);

/** What is in the built page besides our own code: JavaScript, typeface, and the C++ inside the wasm. */
const kComponents: readonly Component[] = [
  { name: 'Inter (typeface)', licence: 'OFL-1.1', text: fromWeb('node_modules/@fontsource-variable/inter/LICENSE') },
  { name: 'ONNX Runtime Web, (c) Microsoft Corporation', licence: 'MIT' },
  { name: 'Dear ImGui', licence: 'MIT', text: fromWeb('../.deps/imgui-bundle-1.92.801/external/imgui/imgui/LICENSE.txt') },
  { name: 'KissFFT, (c) Mark Borgerding', licence: 'BSD-3-Clause', text: fromWeb('../.deps/kissfft-131.1.0/LICENSES/BSD-3-Clause') },
  { name: 'zlib', licence: 'Zlib', text: fromWeb('../.deps/zlib-1.2.13/LICENSE') },
  { name: 'pugixml', licence: 'MIT', text: fromWeb('../.deps/pugixml-1.13/LICENSE.md') },
  { name: 'libFLAC', licence: 'BSD-3-Clause', text: fromWeb('../.deps/flac-1.4.2/COPYING.Xiph') },
  { name: 'JSON for Modern C++, (c) Niels Lohmann', licence: 'MIT' },
];

function section({ name, licence, text }: Component): string {
  const own = text !== undefined && existsSync(text) ? `\n\n${readFileSync(text, 'utf8').trim()}` : '';
  return `${name}\nSPDX-License-Identifier: ${licence}${own}\n`;
}

/** Writes licences.txt, which third-party licences ask to travel with the program. */
export function licences(): Plugin {
  return {
    name: 'einthoven-licences',
    apply: 'build',
    generateBundle() {
      const own = 'Einthoven\nSPDX-License-Identifier: Apache-2.0\n';
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: [own, ...kComponents.map(section)].join(`\n${'-'.repeat(78)}\n\n`) });
    },
  };
}
