import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { describeModel, type ListedModel } from '../src/inference/model_list.ts';

function modelOf(folder: string): ListedModel {
  const file = join(folder, 'model.json');
  if (!existsSync(file)) {
    throw new Error(`${folder} is no model bundle: it holds no model.json (EINTHOVEN_MODELS_DIR).`);
  }
  const model = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return describeModel({ name: basename(resolve(folder)), ...model });
}

/** The name as a folder's, and another where that is taken: nothing may overwrite a bundle before it. */
function folderOf(name: string, taken: ReadonlySet<string>): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, '_');
  for (let count = 1; ; count++) {
    const folder = count === 1 ? safe : `${safe}-${count}`;
    if (!taken.has(folder)) return folder;
  }
}

/** Copies model bundles to models/<name>/ of the page and lists them, with what they can do, in
 *  models/index.json. The first is the one that the page begins with. */
export function modelBundles(folders: readonly string[]): Plugin {
  let outputFolder = '';
  return {
    name: 'einthoven-model-bundles',
    apply: 'build',
    configResolved(config) {
      outputFolder = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      const models = join(outputFolder, 'models');
      mkdirSync(models, { recursive: true });
      const taken = new Set<string>();
      const index = folders.map((from) => {
        const model = modelOf(from);
        const folder = folderOf(model.name, taken);
        taken.add(folder);
        cpSync(from, join(models, folder), { recursive: true, filter: (path) => statSync(path).isDirectory() || !basename(path).startsWith('.') });
        return { folder, ...model };
      });
      writeFileSync(join(models, 'index.json'), `${JSON.stringify({ models: index }, null, 1)}\n`);
    },
  };
}
