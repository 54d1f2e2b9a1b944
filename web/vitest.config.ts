// Two kinds of tests: "unit" runs in Node, "page" drives the built page in Chromium.
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const fromHere = (path: string): string => resolve(import.meta.dirname, path);

const shared = {
  root: fromHere('..'),
  resolve: {
    // The tests lie outside web/ and would not find its packages by themselves.
    alias: {
      'playwright-core': fromHere('node_modules/playwright-core/index.mjs'),
      page: fromHere('src'),
    },
  },
  server: { fs: { allow: [fromHere('..')] } },
};

export default defineConfig({
  test: {
    projects: [
      { ...shared, test: { name: 'unit', include: ['tests/web/unit/**/*_test.ts'] } },
      {
        ...shared,
        test: {
          name: 'page',
          include: ['tests/web/page/**/*_test.ts'],
          globalSetup: [fromHere('../tests/web/page/serve_page.ts')],
          // One browser at a time: timings are printed, and a build machine has few cores.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
