import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

interface IndexEntry {
  folder: string;
  name: string;
  version: string;
}

function bundleName(folder: string): { name: string; version: string } {
  const file = join(folder, 'model.json');
  if (!existsSync(file)) {
    throw new Error(`${folder} is no model bundle: it holds no model.json (EINTHOVEN_MODELS_DIR).`);
  }
  const model = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
  return { name: String(model.name ?? basename(folder)), version: String(model.version ?? '') };
}

/** Copies model bundles to models/<name>/ of the page and lists them in models/index.json. */
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
      const index: IndexEntry[] = [];
      for (const folder of folders) {
        const { name, version } = bundleName(folder);
        const safe = name.replace(/[^A-Za-z0-9._-]/g, '_');
        cpSync(folder, join(models, safe), { recursive: true, filter: (path) => statSync(path).isDirectory() || !basename(path).startsWith('.') });
        index.push({ folder: safe, name, version });
      }
      writeFileSync(join(models, 'index.json'), `${JSON.stringify({ models: index }, null, 1)}\n`);
    },
  };
}
