// Living with an open recording: idle cost, sharpness, keys, the text mirror, the address.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { kActionGroups, kPrintAction, kSettings } from '../../../web/src/ui/actions.ts';
import { launchBrowser, openPage, pickFiles, screenshot, settle, state, waitForRecording, waitUntilReady, type OpenOptions } from './browser.ts';
import { makeFixture } from './wfdb_fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function withExample(use: (page: Page) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  const { page, context, watch } = await openPage(browser, options);
  try {
    await page.locator('#empty-example').click();
    await waitForRecording(page);
    await use(page);
    expect(watch.foreign).toEqual([]);
    expect(watch.violations).toEqual([]);
    expect(watch.errors).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Colours of the canvas's drawing buffer, how often each occurs. */
function colours(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas') as HTMLCanvasElement;
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    const counts: Record<string, number> = {};
    for (let i = 0; i < data.length; i += 4) {
      const colour = `#${[data[i], data[i + 1], data[i + 2]].map((value) => (value ?? 0).toString(16).padStart(2, '0')).join('')}`;
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  });
}

describe('picture', () => {
  for (const [name, width, height, ratio] of [['1280x800', 1280, 800, 1], ['1920x1080@2', 1920, 1080, 2], ['phone', 390, 844, 3]] as const) {
    test(`${name}: paper and trace are there, every device pixel is drawn`, () =>
      withExample(
        async (page) => {
          const size = await page.evaluate(() => {
            const canvas = document.querySelector('canvas') as HTMLCanvasElement;
            return { width: canvas.width, height: canvas.height, cssWidth: canvas.clientWidth, cssHeight: canvas.clientHeight };
          });
          expect(size).toEqual({ width: width * ratio, height: height * ratio, cssWidth: width, cssHeight: height });
          const seen = await colours(page);
          expect(seen['#fffbf8'] ?? 0).toBeGreaterThan(width * height * ratio * ratio * 0.05);
          expect(seen['#17202a'] ?? 0).toBeGreaterThan(200);
          await screenshot(page, `read-${name}`);
          await page.evaluate(() => window.einthoven?.act('mode_encode'));
          await settle(page);
          await screenshot(page, `encode-without-model-${name}`);
        },
        { viewport: { width, height }, deviceScaleFactor: ratio, ...(width < 500 ? { hasTouch: true, isMobile: true } : {}), prepare: (page) => page.route('**/models/index.json', (route) => route.fulfill({ json: { models: [] } })) },
      ));
  }

  test('follows the window and the pixel ratio', () =>
    withExample(async (page) => {
      await page.setViewportSize({ width: 1000, height: 700 });
      await page.waitForFunction(() => document.querySelector('canvas')?.width === 1000 && document.querySelector('canvas')?.height === 700);
      const session = await page.context().newCDPSession(page);
      await session.send('Emulation.setDeviceMetricsOverride', { width: 1100, height: 720, deviceScaleFactor: 1.5, mobile: false });
      await page.waitForFunction(() => document.querySelector('canvas')?.width === 1650 && document.querySelector('canvas')?.height === 1080);
    }));

  test('comes back after the graphics context was lost', () =>
    withExample(async (page) => {
      const before = await colours(page);
      await page.evaluate(async () => {
        const canvas = document.querySelector('canvas') as HTMLCanvasElement;
        const loser = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context');
        const heard = (name: string): Promise<unknown> => new Promise((done) => canvas.addEventListener(name, done, { once: true }));
        const lost = heard('webglcontextlost');
        loser?.loseContext();
        await lost;
        await new Promise((done) => setTimeout(done, 100));
        const restored = heard('webglcontextrestored');
        loser?.restoreContext();
        await restored;
      });
      await settle(page);
      const after = await colours(page);
      expect(after['#17202a']).toBe(before['#17202a']);
    }));
});

describe('cost', () => {
  test('an idle page asks for no frame in two seconds', () =>
    withExample(
      async (page) => {
        const counted = (): Promise<number> => page.evaluate(() => (window as unknown as { framesAsked: number }).framesAsked);
        await page.mouse.move(400, 300);
        await settle(page);
        const [before, drawn] = [await counted(), (await state(page)).frames];
        await page.waitForTimeout(2000);
        expect(await counted()).toBe(before);
        expect((await state(page)).frames).toBe(drawn);
        // And wakes at once.
        await page.mouse.move(420, 310);
        await page.waitForFunction((n) => (window as unknown as { framesAsked: number }).framesAsked > n, before);
      },
      {
        prepare: (page) =>
          page.addInitScript(() => {
            const counter = window as unknown as { framesAsked: number };
            counter.framesAsked = 0;
            const original = window.requestAnimationFrame.bind(window);
            window.requestAnimationFrame = (callback) => {
              counter.framesAsked++;
              return original(callback);
            };
          }),
      },
    ));
});

describe('input', () => {
  test('a drag moves through a long recording', () =>
    withExample(async (page) => {
      await pickFiles(page, makeFixture({ seconds: 30 }).files);
      await page.waitForFunction(() => window.einthoven?.viewer.state().recording?.duration_s === 30);
      await settle(page);
      const start = async (): Promise<number> => ((await state(page)).view as unknown as { start_s: number }).start_s;
      expect(await start()).toBe(0);
      await page.mouse.move(600, 300);
      await page.mouse.down();
      for (let x = 580; x >= 400; x -= 20) await page.mouse.move(x, 300);
      await page.mouse.up();
      await settle(page);
      const moved = await start();
      expect(moved).toBeGreaterThan(0.5);
      // Released is released: further movement drags nothing.
      await page.mouse.move(200, 300);
      await settle(page);
      expect(await start()).toBe(moved);
    }));

  test('the wheel zooms about the pointer, a double click resets', () =>
    withExample(async (page) => {
      const view = async (): Promise<Record<string, unknown>> => (await state(page)).view as unknown as Record<string, unknown>;
      const before = await view();
      await page.mouse.move(500, 400);
      await page.mouse.wheel(0, -300);
      await settle(page);
      const zoomed = await view();
      expect(zoomed['zoom']).toBeGreaterThan(before['zoom'] as number);
      // Drawn in software on a busy machine, a frame may last longer than a double click may.
      await expect
        .poll(async () => {
          await page.mouse.dblclick(500, 400);
          await settle(page);
          return (await view())['zoom'];
        }, { timeout: 20_000 })
        .not.toBe(zoomed['zoom']);
    }));

  test('a pinch of two fingers zooms', () =>
    withExample(
      async (page) => {
        const zoom = async (): Promise<number> => ((await state(page)).view as unknown as { zoom: number }).zoom;
        const before = await zoom();
        const session = await page.context().newCDPSession(page);
        const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number): Promise<unknown> =>
          session.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: 400 - apart, y: 300, id: 1 }, { x: 400 + apart, y: 300, id: 2 }] });
        await touch('touchStart', 40);
        for (const apart of [60, 80, 100, 120]) await touch('touchMove', apart);
        await touch('touchEnd', 0);
        await settle(page);
        expect(await zoom()).toBeGreaterThan(before * 1.5);
      },
      { hasTouch: true },
    ));

  test('a tap presses a button of the viewer', () =>
    withExample(
      async (page) => {
        // The mode switch is the only control whose state shows without a picture: tap along the bar.
        for (let x = 180; x < 330 && (await state(page)).mode !== 'encode'; x += 24) {
          await page.touchscreen.tap(x, 24);
          await settle(page);
        }
        expect((await state(page)).mode).toBe('encode');
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, prepare: (page) => page.route('**/models/index.json', (route) => route.fulfill({ json: { models: [] } })) },
    ));

  test('browser keys stay the browser\'s', () =>
    withExample(async (page) => {
      const taken = (code: string, key: string, held: Record<string, boolean>): Promise<boolean> =>
        page.evaluate(
          ([c, k, h]) => !window.dispatchEvent(new KeyboardEvent('keydown', { code: c as string, key: k as string, ...(h as object), cancelable: true, bubbles: true })),
          [code, key, held] as const,
        );
      expect(await taken('KeyR', 'r', { ctrlKey: true })).toBe(false);
      expect(await taken('KeyF', 'f', { ctrlKey: true })).toBe(false);
      expect(await taken('F5', 'F5', {})).toBe(false);
      expect(await taken('Tab', 'Tab', {})).toBe(false);
      expect(await taken('BracketRight', ']', {})).toBe(true);
    }));

  test('keys change gain, speed, filter and layout', () =>
    withExample(async (page) => {
      const before = (await state(page)).view;
      for (const key of [']', '.', 'f', 'l']) await page.keyboard.press(key);
      await settle(page);
      const after = (await state(page)).view;
      expect(after.gain_mm_per_mv).toBeGreaterThan(before.gain_mm_per_mv);
      expect(after.speed_mm_per_s).toBeGreaterThan(before.speed_mm_per_s);
      expect(after.filter).not.toBe(before.filter);
      expect(after.layout).not.toBe(before.layout);
    }));
});

describe('mirror', () => {
  test('the viewer knows every action that the page offers', () =>
    withExample(async (page) => {
      const names = kActionGroups.flatMap(({ actions }) => actions.map(({ action }) => action)).filter((name) => name !== kPrintAction);
      const values = kSettings.map(({ action, min }) => `${action}:${min}`);
      for (const name of [...names, ...values]) {
        expect([name, await page.evaluate((n) => window.einthoven?.viewer.action(n), name)]).toEqual([name, true]);
      }
      expect(await page.evaluate(() => window.einthoven?.viewer.action('no_such_action'))).toBe(false);
    }));

  test('says in text what the canvas shows', () =>
    withExample(async (page) => {
      await page.waitForFunction(() => document.getElementById('mirror-facts')?.textContent?.includes('500 Hz'));
      expect(await page.locator('#canvas').getAttribute('aria-label')).toMatch(/^ECG on paper: .*12 leads, 10 s/);
      await page.keyboard.press(']');
      await page.waitForFunction(() => document.getElementById('mirror-facts')?.textContent?.includes('20 mm/mV'));
      expect(await page.locator('#announcer').textContent()).not.toBe('');
    }));

  test('every action is reached by keyboard alone, and works from there', () =>
    withExample(async (page) => {
      const wanted = new Set(kActionGroups.flatMap(({ actions }) => actions.map(({ action }) => action)));
      const reached = new Set<string>();
      await page.locator('#canvas').focus();
      for (let i = 0; i < 60 && reached.size < wanted.size; i++) {
        await page.keyboard.press('Tab');
        const action = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['action'] ?? '');
        if (wanted.has(action)) reached.add(action);
        if (action === 'gain_up') {
          // While the keyboard is in it, the mirror is to be seen.
          expect((await page.locator('#mirror').boundingBox())?.width).toBeGreaterThan(200);
          await screenshot(page, 'mirror');
          await page.keyboard.press('Enter');
        }
      }
      expect([...wanted].filter((action) => !reached.has(action))).toEqual([]);
      await settle(page);
      expect((await state(page)).view.gain_mm_per_mv).toBe(20);
    }));
});

describe('address', () => {
  test('carries the view and nothing of the record, and brings the view back', async () => {
    const { page, context } = await openPage(browser);
    await pickFiles(page, makeFixture({ name: 'secretname' }).files);
    await waitForRecording(page);
    await page.keyboard.press(']');
    await page.waitForFunction(() => location.hash.includes('gain=20'));
    const url = page.url();
    expect(url).not.toContain('secretname');
    expect(await page.title()).not.toContain('secretname');
    await page.reload();
    await waitUntilReady(page);
    await page.locator('#empty-example').click();
    expect((await waitForRecording(page)).view.gain_mm_per_mv).toBe(20);
    await context.close();
  });
});

describe('output', () => {
  test('the sheet is saved as SVG, the samples as CSV', () =>
    withExample(async (page) => {
      for (const [action, ending] of [['save_svg', '.svg'], ['save_csv', '.csv']] as const) {
        const [download] = await Promise.all([page.waitForEvent('download'), page.evaluate((name) => window.einthoven?.act(name), action)]);
        expect(download.suggestedFilename().endsWith(ending)).toBe(true);
      }
    }));

  test('a de-identified copy is an EDF file', () =>
    withExample(async (page) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.evaluate(() => window.einthoven?.act('save_deidentified'))]);
      expect(download.suggestedFilename()).toBe('deidentified.edf');
      const bytes = readFileSync(await download.path());
      expect(bytes.subarray(0, 8).toString('latin1')).toBe('0       ');
      expect(bytes.subarray(192, 197).toString('latin1')).toBe('EDF+C');
      expect(await page.locator('#announcer').textContent()).toContain('Saved as EDF+.');
    }));

  test('printing prints the sheet', () =>
    withExample(
      async (page) => {
        await page.keyboard.press('Control+p');
        await page.waitForFunction(() => (window as unknown as { printed?: number }).printed === 1);
        expect(await page.evaluate(() => (document.getElementById('print-sheet') as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
      },
      {
        prepare: (page) =>
          page.addInitScript(() => {
            window.print = () => {
              (window as unknown as { printed?: number }).printed = 1;
            };
          }),
      },
    ));
});
