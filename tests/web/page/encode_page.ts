// Opens the page with a model bundle whose files come from memory, so that a test can damage them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { describeModel } from '../../../web/src/inference/model_list.ts';
import { openPage, screenshot, settle, waitForRecording, type OpenOptions, type Watch } from './browser.ts';

export type Files = Map<string, Buffer>;

/** The folder that a variable of the environment names, if a bundle lies there. */
export function namedBundle(variable: string): string | null {
  const named = process.env[variable];
  return named !== undefined && existsSync(join(named, 'model.json')) ? named : null;
}

/** EINTHOVEN_TEST_BUNDLE, or a bundle that the built page carries. */
export function anyBundle(): string | null {
  const named = namedBundle('EINTHOVEN_TEST_BUNDLE');
  const models = join(inject('pageFolder'), 'models');
  if (named !== null || !existsSync(models)) return named;
  const own = readdirSync(models).map((name) => join(models, name)).find((folder) => existsSync(join(folder, 'model.json')));
  return own ?? null;
}

export function filesOf(folder: string): Files {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

export function serving(files: Files): (page: Page) => Promise<void> {
  return servingAll({ test: files });
}

/** Serves bundles under these folders, listed as the build lists them. */
export function servingAll(bundles: Readonly<Record<string, Files>>): (page: Page) => Promise<void> {
  const models = Object.entries(bundles).map(([folder, files]) => ({ folder, ...describeModel(jsonOrNothing(files.get('model.json'))) }));
  return async (page) => {
    await page.route('**/models/index.json', (route) => route.fulfill({ json: { models } }));
    await page.route('**/models/*/*', (route) => {
      const [name = '', folder = ''] = new URL(route.request().url()).pathname.split('/').reverse();
      const body = bundles[folder]?.get(name);
      return body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ body, contentType: 'application/octet-stream' });
    });
  };
}

function jsonOrNothing(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString() ?? '');
  } catch {
    return {};
  }
}

export interface Opened {
  page: Page;
  watch: Watch;
}

/** Opens the example in a page that carries these files (null: its own), and sees that nothing left it. */
export async function withExample(browser: Browser, files: Files | null, use: (opened: Opened) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  const { page, watch, context } = await openPage(browser, { ...(files === null ? {} : { prepare: serving(files) }), ...options });
  try {
    await page.locator('#empty-example').click();
    await waitForRecording(page);
    await use({ page, watch });
    expect(watch.foreign).toEqual([]);
    expect(watch.violations).toEqual([]);
  } finally {
    await context.close();
  }
}

export async function encode(page: Page): Promise<void> {
  await page.evaluate(() => window.einthoven?.act('mode_encode'));
}

export type Status = 'none' | 'ready' | 'fallback' | 'failed';

export async function waitForStatus(page: Page, ...wanted: Status[]): Promise<void> {
  await page.waitForFunction((all) => (all as string[]).includes(window.einthoven?.viewer.state().encoder.status ?? ''), wanted, { timeout: 45_000, polling: 100 });
}

/** Waits until the encoder has answered for what is shown now. */
export async function waitForAnswer(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const encoder = window.einthoven?.viewer.state().encoder;
      return encoder != null && (encoder.status === 'ready' || encoder.status === 'fallback') && encoder.mean_error != null;
    },
    undefined,
    { timeout: 45_000, polling: 100 },
  );
  await settle(page);
}

/** Waits until the model has answered for what is shown now, decoder or not. */
export async function waitForEmbedding(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const encoder = window.einthoven?.viewer.state().encoder;
      return (encoder?.status === 'ready' || encoder?.status === 'fallback') && encoder.embedding_norm !== null;
    },
    undefined,
    { timeout: 45_000, polling: 100 },
  );
  await settle(page);
}

/** What a person sees it on: name, width, height, device pixels per CSS pixel. */
export const kSizes = [['1280x800', 1280, 800, 1], ['1920x1080@2', 1920, 1080, 2], ['phone', 390, 844, 3]] as const;

export function sized(width: number, height: number, ratio: number): OpenOptions {
  return { viewport: { width, height }, deviceScaleFactor: ratio, ...(width < 500 ? { hasTouch: true, isMobile: true } : {}) };
}

/** Tests that take pictures of the example under a bundle, for people to look at: NAME-SIZE.png. */
export function pictures(title: string, name: string, folder: string | null, browser: () => Browser): void {
  describe.skipIf(folder === null)(title, () => {
    for (const [size, width, height, ratio] of kSizes) {
      test(size, () =>
        withExample(
          browser(),
          filesOf(folder as string),
          async ({ page }) => {
            await encode(page);
            await waitForAnswer(page);
            expect((await screenshot(page, `${name}-${size}`)).length).toBeGreaterThan(20_000);
          },
          sized(width, height, ratio),
        ));
    }
  });
}
