// Opens the page in Chromium and keeps watch: every request, every breach of the policy, every error.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { inject } from 'vitest';
import type { ViewerScene, ViewerState } from '../../../web/src/wasm/viewer_state.ts';

const kScreenshots = resolve(import.meta.dirname, '../../../build/screenshots');

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['EINTHOVEN_CHROMIUM'] ?? '/usr/bin/chromium',
    // As root, as in a container, Chromium runs only without its sandbox.
    args: [
      '--headless=new', '--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
    ],
  });
}

/** What happened in a page that should not have, and what it asked for. */
export interface Watch {
  requests: string[];
  foreign: string[];
  violations: string[];
  errors: string[];
}

export interface OpenPage {
  page: Page;
  context: BrowserContext;
  watch: Watch;
}

export interface OpenOptions extends BrowserContextOptions {
  /** Appended to the page's address, e.g. "#mode=encode". */
  fragment?: string;
  /** Prepares the page before it loads (routes, scripts). */
  prepare?: (page: Page, context: BrowserContext) => Promise<unknown>;
  /** Wait until the viewer runs (default). */
  ready?: boolean;
}

export async function openPage(browser: Browser, { fragment = '', prepare, ready = true, ...options }: OpenOptions = {}): Promise<OpenPage> {
  const address = inject('address');
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: 'block', ...options });
  const watch: Watch = { requests: [], foreign: [], violations: [], errors: [] };
  const origin = new URL(address).origin;
  context.on('request', (request) => {
    const url = request.url();
    watch.requests.push(url);
    if (!url.startsWith(`${origin}/`) && !url.startsWith('blob:') && !url.startsWith('data:')) watch.foreign.push(url);
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => watch.errors.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) watch.violations.push(message.text());
    else if (message.type() === 'error') watch.errors.push(message.text());
  });
  await prepare?.(page, context);
  await page.goto(address + fragment);
  if (ready) await waitUntilReady(page);
  return { page, context, watch };
}

export async function waitUntilReady(page: Page): Promise<void> {
  await page.waitForFunction(() => document.body.dataset['ready'] === 'true', undefined, { timeout: 15_000 });
}

export function state(page: Page): Promise<ViewerState> {
  return page.evaluate(() => window.einthoven?.viewer.state()) as Promise<ViewerState>;
}

export function scene(page: Page): Promise<ViewerScene> {
  return page.evaluate(() => window.einthoven?.viewer.scene()) as Promise<ViewerScene>;
}

export async function waitForRecording(page: Page): Promise<ViewerState> {
  await page.waitForFunction(() => window.einthoven?.viewer.state().recording != null, undefined, { timeout: 15_000 });
  await settle(page);
  return state(page);
}

/** Waits until no frame has been drawn for a while. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const memory = window as unknown as { seenFrames?: number; seenAt?: number };
      const frames = window.einthoven?.viewer.state().frames ?? 0;
      if (frames !== memory.seenFrames) [memory.seenFrames, memory.seenAt] = [frames, performance.now()];
      return performance.now() - (memory.seenAt ?? 0) > 300;
    },
    undefined,
    { polling: 50, timeout: 15_000 },
  );
}

/** Takes a picture for people to look at: build/screenshots/NAME.png. */
export async function screenshot(page: Page, name: string): Promise<Buffer> {
  mkdirSync(kScreenshots, { recursive: true });
  return page.screenshot({ path: join(kScreenshots, `${name}.png`) });
}

/** Drops files on the window as the desktop would: dragenter, dragover, drop. */
export async function dropFiles(page: Page, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  await page.evaluate((sent) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of sent) transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    }
  }, plain);
}

/** Gives files to the file picker. */
export async function pickFiles(page: Page, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  await page.locator('#picker').setInputFiles(files.map(({ name, bytes }) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) })));
}
