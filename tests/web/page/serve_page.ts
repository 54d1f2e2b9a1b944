// Serves the built page once for all page tests.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Server } from 'node:http';
import type { TestProject } from 'vitest/node';
import { servePage } from '../../../web/serve.mjs';

export const kPageFolder = resolve(process.env['EINTHOVEN_PAGE_DIR'] ?? resolve(import.meta.dirname, '../../../build/page'));

declare module 'vitest' {
  export interface ProvidedContext {
    address: string;
    pageFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(join(kPageFolder, 'index.html'))) {
    throw new Error(`There is no page in ${kPageFolder}. Build it first (./tools/build), or set EINTHOVEN_PAGE_DIR.`);
  }
  const { server, address }: { server: Server; address: string } = await servePage(kPageFolder);
  project.provide('address', address);
  project.provide('pageFolder', kPageFolder);
  return () => new Promise((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });
}
