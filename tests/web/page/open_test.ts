// Opening recordings: by example, drop and picker; what is drawn is what the file holds; broken files.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { dropFiles, launchBrowser, openPage, pickFiles, scene, screenshot, settle, state, waitForRecording, type OpenPage } from './browser.ts';
import { ptbxlRecord } from './ptbxl.ts';
import { expectSceneShows } from './scene_check.ts';
import { makeFixture } from './wfdb_fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** A page for one test; afterwards nothing may have left it or broken its policy. */
async function withPage(use: (page: Page) => Promise<void>, options: Parameters<typeof openPage>[1] = {}): Promise<void> {
  const opened: OpenPage = await openPage(browser, options);
  try {
    await use(opened.page);
    expect(opened.watch.foreign).toEqual([]);
    expect(opened.watch.violations).toEqual([]);
    expect(opened.watch.errors).toEqual([]);
  } finally {
    await opened.context.close();
  }
}

describe('opening', () => {
  test('the example opens by its button', () =>
    withPage(async (page) => {
      await page.locator('#empty-example').click();
      const { recording } = await waitForRecording(page);
      expect(recording?.example).toBe(true);
      expect(recording?.leads).toHaveLength(12);
      expect(await page.locator('#empty').isVisible()).toBe(false);
      expect(await page.title()).toBe('Example ECG - Einthoven');
      expect((await scene(page)).lines.filter(({ kind }) => kind === 'trace').length).toBeGreaterThanOrEqual(12);
    }));

  test('the example opens by its key', () =>
    withPage(async (page) => {
      await page.keyboard.press('e');
      expect((await waitForRecording(page)).recording?.example).toBe(true);
    }));

  test('Open and its key bring up the file picker', () =>
    withPage(async (page) => {
      const multiple: boolean[] = [];
      // One listener for both, in force before the first: switched on by each wait, it came too late for the key now and then.
      page.on('filechooser', (chooser) => multiple.push(chooser.isMultiple()));
      await settle(page);
      await page.locator('#empty-open').click();
      await expect.poll(() => multiple, { timeout: 15_000 }).toEqual([true]);
      await page.keyboard.press('o');
      await expect.poll(() => multiple, { timeout: 15_000 }).toEqual([true, true]);
    }));

  test('a WFDB pair dropped on the window is drawn as the file has it', () =>
    withPage(async (page) => {
      const made = makeFixture();
      await dropFiles(page, made.files);
      const { recording } = await waitForRecording(page);
      expect(recording).toMatchObject({ sampling_rate_hz: 500, samples: 5000, duration_s: 10, example: false });
      expect(await page.locator('#drop-highlight').isVisible()).toBe(false);
      expect(expectSceneShows(await scene(page), made)).toBeGreaterThan(5000);
    }));

  test('a WFDB pair from the picker is drawn as the file has it, at any speed and gain', () =>
    withPage(async (page) => {
      const made = makeFixture({ rateHz: 1000 });
      await pickFiles(page, made.files);
      await waitForRecording(page);
      for (const action of ['set_speed:50', 'set_gain:20', 'zoom_in', 'set_layout:12x1']) {
        expect(await page.evaluate((name) => window.einthoven?.viewer.action(name), action)).toBe(true);
        await page.evaluate(() => window.einthoven?.changed());
        await settle(page);
        expectSceneShows(await scene(page), made);
      }
    }));

  const kTable = { name: 'bare.csv', bytes: new TextEncoder().encode(Array.from({ length: 2000 }, (_, i) => `${i % 200 < 10 ? 900 : i % 7},${-(i % 5)}\n`).join('')) };

  test('a table of numbers asks for its rate and unit, and opens with the answer', () =>
    withPage(async (page) => {
      await dropFiles(page, [kTable]);
      await page.locator('#facts-dialog[open]').waitFor();
      expect(await page.locator('#facts-intro').textContent()).toContain('bare.csv holds 2 leads of 2,000 samples');
      expect(await page.locator('#facts-counts').isVisible()).toBe(false);
      await page.locator('#facts-dialog .primary').click();
      // Nothing is sent before it is filled in.
      expect(await page.locator('#facts-dialog').isVisible()).toBe(true);
      await page.locator('#facts-rate').fill('200');
      await page.locator('#facts-unit').selectOption('uV');
      expect(await page.locator('#facts-consequence').textContent()).toContain('10 s long and reaches up to 0.9 mV');
      await page.locator('#facts-dialog .primary').click();
      const { recording } = await waitForRecording(page);
      expect(recording).toMatchObject({ sampling_rate_hz: 200, samples: 2000, duration_s: 10, format: 'CSV' });
    }));

  test('of a table with a stated unit only the rate is asked for; Escape and Cancel leave everything as it was', () =>
    withPage(async (page) => {
      await dropFiles(page, [{ name: 'rate.csv', bytes: new TextEncoder().encode(`# unit: uV\n${new TextDecoder().decode(kTable.bytes)}`) }]);
      await page.locator('#facts-dialog[open]').waitFor();
      expect(await page.locator('#facts-rate').isVisible()).toBe(true);
      expect(await page.locator('#facts-unit').isVisible()).toBe(false);
      await page.keyboard.press('Escape');
      await page.locator('#facts-dialog[open]').waitFor({ state: 'detached' });
      expect((await state(page)).recording).toBeNull();
      expect(await page.locator('#error-dialog').isVisible()).toBe(false);
      await dropFiles(page, [kTable]);
      await page.locator('#facts-cancel').click();
      await page.locator('#facts-dialog[open]').waitFor({ state: 'detached' });
      expect((await state(page)).recording).toBeNull();
      // After a cancelled question Enter answers the next one.
      await dropFiles(page, [kTable]);
      await page.locator('#facts-unit').selectOption('counts');
      await page.locator('#facts-counts').fill('200');
      await page.locator('#facts-rate').fill('500');
      await page.keyboard.press('Enter');
      expect((await waitForRecording(page)).recording).toMatchObject({ sampling_rate_hz: 500, duration_s: 4 });
    }));

  for (const [name, options] of [
    ['phone', { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, hasTouch: true, isMobile: true }],
    ['small', { viewport: { width: 1280, height: 800 } }],
    ['large', { viewport: { width: 1920, height: 1080 }, deviceScaleFactor: 2 }],
  ] as const) {
    test(`the question fits the screen: ${name}`, () =>
      withPage(async (page) => {
        await dropFiles(page, [kTable]);
        await page.locator('#facts-rate').fill('250');
        await page.locator('#facts-unit').selectOption('counts');
        await page.locator('#facts-counts').fill('200');
        const box = await page.locator('#facts-dialog').boundingBox();
        expect(box).not.toBeNull();
        expect(box!.x).toBeGreaterThanOrEqual(0);
        expect(box!.x + box!.width).toBeLessThanOrEqual(options.viewport.width);
        expect(box!.y + box!.height).toBeLessThanOrEqual(options.viewport.height);
        await screenshot(page, `question-${name}`);
      }, options));
  }

  test('picking the same files again opens them again', () =>
    withPage(async (page) => {
      const made = makeFixture();
      await pickFiles(page, made.files);
      await waitForRecording(page);
      await page.evaluate(() => window.einthoven?.openExample());
      await page.waitForFunction(() => window.einthoven?.viewer.state().recording?.example === true);
      await pickFiles(page, made.files);
      await page.waitForFunction(() => window.einthoven?.viewer.state().recording?.example === false);
    }));

  test('files chosen while the viewer is still loading wait for it', () =>
    withPage(
      async (page) => {
        await pickFiles(page, makeFixture().files);
        expect((await waitForRecording(page)).recording?.samples).toBe(5000);
      },
      { ready: false, prepare: (p) => p.route(/einthoven_viewer.*\.wasm/, (route) => void setTimeout(() => void route.continue(), 800)) },
    ));

  const real = ptbxlRecord();
  if (real === null) console.log('EINTHOVEN_SKIP raw PTB-XL record: the real ECGs are not here (EINTHOVEN_DATA)');
  test.skipIf(real === null)('a raw PTB-XL record is drawn to the resolution of its file', () =>
    withPage(async (page) => {
      await dropFiles(page, real!.files);
      const { recording } = await waitForRecording(page);
      expect(recording?.leads.map((lead) => lead.toUpperCase())).toEqual(real!.leads);
      const points = expectSceneShows(await scene(page), real!);
      console.log(`PTB-XL 00001: ${points} drawn points equal the file's samples to half a count (0.5 uV)`);
      // Nothing of the record may be in the address.
      expect(page.url()).not.toContain('00001');
    }));
});

describe('broken files', () => {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const [header, dat] = makeFixture().files as [{ name: string; bytes: Uint8Array }, { name: string; bytes: Uint8Array }];
  const cases = {
    'a truncated .dat': [header, { name: dat.name, bytes: dat.bytes.slice(0, 60_001) }],
    'an empty .dat': [header, { name: dat.name, bytes: new Uint8Array(0) }],
    'a missing .dat': [header],
    'an empty header': [{ name: 'made.hea', bytes: new Uint8Array(0) }, dat],
    'a header that lies about its size': [{ name: 'made.hea', bytes: text('made 4294967295 500 9223372036854775807\nmade.dat 16 1000/mV 16 0 0 0 0 I\n') }, dat],
    'bytes of no known format': [{ name: 'noise.bin', bytes: Uint8Array.from({ length: 512 }, (_, i) => (i * 37) & 255) }],
  };

  for (const [name, files] of Object.entries(cases)) {
    test(`${name}: a dialog says what, where and what to do`, () =>
      withPage(async (page) => {
        await dropFiles(page, files);
        await page.locator('#error-dialog[open]').waitFor();
        const [message, place, hint] = await Promise.all(['message', 'place', 'hint'].map((part) => page.locator(`#error-${part}`).innerText()));
        console.log(`${name}: ${message} | ${place} | ${hint}`);
        expect(message?.length).toBeGreaterThan(10);
        expect(place).not.toBe('');
        expect(hint?.length).toBeGreaterThan(10);
        expect((await state(page)).recording).toBeNull();
        // The keyboard leads out, and the page goes on.
        await page.keyboard.press('Enter');
        await page.locator('#error-dialog').waitFor({ state: 'hidden' });
        await pickFiles(page, makeFixture().files);
        await waitForRecording(page);
      }));
  }

  test('the dialog lists what is in a file that does not open', () =>
    withPage(async (page) => {
      await dropFiles(page, cases['a truncated .dat']);
      await page.locator('#error-found summary').click();
      const parts = await page.locator('#error-found li').allInnerTexts();
      expect(parts.some((part) => part.includes('WFDB header'))).toBe(true);
      await screenshot(page, 'error-dialog-parts');
    }));

  test('what was open stays open when the next file is broken', () =>
    withPage(async (page) => {
      await pickFiles(page, makeFixture({ name: 'first' }).files);
      await waitForRecording(page);
      await pickFiles(page, cases['a missing .dat']);
      await page.locator('#error-dialog[open]').waitFor();
      await screenshot(page, 'error-dialog');
      expect((await state(page)).recording?.record).toBe('first');
    }));

  test('hostile names stay text', () =>
    withPage(async (page) => {
      const evil = '<img src=x onerror=document.title=1>';
      const lines = new TextDecoder().decode(header.bytes).replaceAll(/ I$/gm, ` ${evil.replaceAll(' ', '_')}`);
      await pickFiles(page, [{ name: 'made.hea', bytes: text(`${lines}# ${evil}\n`) }, dat]);
      await waitForRecording(page);
      await settle(page);
      expect(await page.locator('#mirror img').count()).toBe(0);
      expect(await page.title()).toBe('ECG - Einthoven');
    }));
});
