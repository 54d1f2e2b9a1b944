// The encoder in the page: loaded when first needed, checked before it is believed, and honest when it
// cannot be. Needs a model bundle: EINTHOVEN_TEST_BUNDLE, or one that the built page carries.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser, pickFiles, screenshot, settle, state } from './browser.ts';
import { anyBundle, encode, filesOf, pictures, waitForAnswer, waitForStatus, withExample, type Files } from './encode_page.ts';
import { makeFixture } from './wfdb_fixture.ts';

const folder = anyBundle();
if (folder === null) console.log('EINTHOVEN_SKIP encoder tests: no model bundle (set EINTHOVEN_TEST_BUNDLE)');

function bundleFiles(): Files {
  return filesOf(folder as string);
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

function withSha(files: Files, place: (model: Record<string, never>) => Record<string, unknown>, name: string): void {
  const model = JSON.parse(files.get('model.json')!.toString());
  place(model)['sha256'] = createHash('sha256').update(files.get(name)!).digest('hex');
  files.set('model.json', Buffer.from(JSON.stringify(model)));
}

describe.skipIf(folder === null)('encoder', () => {
  test('is loaded only when it is needed, checks itself, and answers', () =>
    withExample(browser, bundleFiles(), async ({ page, watch }) => {
      const loaded = (): string[] => watch.requests.filter((url) => /models\/|ort-wasm|worker/.test(url));
      expect(loaded()).toEqual([]);
      await encode(page);
      await waitForAnswer(page);
      expect(loaded().length).toBeGreaterThan(3);

      const report = await page.evaluate(() => window.einthoven?.encoder.report);
      expect(report?.status).toBe('ready');
      expect(report?.variant).toBe('int8');
      expect(report?.figures.length).toBeGreaterThan(1);
      const { encoder } = await state(page);
      expect(encoder.tokens).toBe(240);
      expect(encoder.masked_tokens).toBeGreaterThan(0);
      expect(encoder.mean_error).toBeGreaterThan(0);
      expect(encoder.mean_error).toBeLessThan(2);
      expect(encoder.elapsed_ms).toBeGreaterThan(0);
      console.log(`encode ${report?.encode_ms?.toFixed(0)} ms, reconstruct ${report?.reconstruct_ms?.toFixed(0)} ms (first run), ${encoder.masked_tokens} of ${encoder.tokens} tokens hidden, mean error ${encoder.mean_error?.toFixed(3)} mV`);
    }));

  test('no request leaves the origin in a whole session, and the counter says so', () =>
    withExample(browser, bundleFiles(), async ({ page, watch }) => {
      const before = watch.requests.length;
      await encode(page);
      await waitForAnswer(page);
      await pickFiles(page, makeFixture({ name: 'private' }).files);
      await page.waitForFunction(() => window.einthoven?.viewer.state().recording?.record === 'private');
      await waitForAnswer(page);
      const after = watch.requests.slice(before);
      const origin = new URL(inject('address')).origin;
      expect(after.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:'))).toEqual([]);
      // Nor is anything of the recording in a request to our own origin.
      expect(after.filter((url) => url.includes('private') || url.includes('?'))).toEqual([]);
      expect(await page.evaluate(() => window.einthoven?.requestsSinceLoad)).toBe(0);
    }));

  test('the counter counts: a request beyond the program is seen', () =>
    withExample(browser, null, async ({ page, watch }) => {
      await page.evaluate(() => fetch('somewhere?carried=away').catch(() => undefined));
      await page.waitForFunction(() => window.einthoven?.requestsSinceLoad === 1);
      expect(watch.errors.length).toBeLessThanOrEqual(1);
    }));

  test('the policy stops a request to elsewhere', () =>
    withExample(browser, null, async ({ page, watch }) => {
      const refused = await page.evaluate(() => fetch('https://elsewhere.example/').then(() => false, () => true));
      expect(refused).toBe(true);
      expect(watch.violations.length).toBeGreaterThan(0);
      watch.violations.length = 0;
    }));

  test('parity: ONNX Runtime Web against the golden values, f32 within 1e-4', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      for (const variant of ['f32', 'int8'] as const) {
        const checked = await page.evaluate((v) => window.einthoven?.encoder.check(v), variant);
        expect(checked?.error).toBe('');
        for (const { graph, case: name, output, max_abs, relative_rms } of checked?.figures ?? []) {
          console.log(`${variant} ${graph} ${name} ${output}: max |difference| ${max_abs.toExponential(1)}, relative RMS ${relative_rms.toExponential(1)}`);
          if (variant === 'f32') expect(max_abs).toBeLessThanOrEqual(1e-4);
        }
        expect(checked?.figures.length).toBeGreaterThan(1);
      }
    }));

  test('another mask ratio or seed gives another answer', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      const before = (await state(page)).encoder;
      await page.evaluate(() => window.einthoven?.act('set_mask_ratio:0.8'));
      await page.waitForFunction((n) => (window.einthoven?.viewer.state().encoder.masked_tokens ?? 0) > n, before.masked_tokens);
      await waitForAnswer(page);
      const fewer = (await state(page)).encoder;
      expect(fewer.mean_error).not.toBe(before.mean_error);
      await page.evaluate(() => window.einthoven?.act('new_seed'));
      await page.waitForFunction((seed) => window.einthoven?.viewer.state().encoder.seed !== seed, fewer.seed);
      await waitForAnswer(page);
      expect((await state(page)).encoder.mean_error).not.toBe(fewer.mean_error);
    }));

  test('a mask by hand: a drag on the sheet hides what it passes, and the model answers for that', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      await page.evaluate(() => window.einthoven?.act('set_mask_ratio:0.05'));
      await waitForAnswer(page);
      const before = (await state(page)).encoder;
      const sheet = (await page.locator('canvas').boundingBox())!;
      const y = sheet.y + sheet.height * 0.45;
      await page.mouse.move(sheet.x + sheet.width * 0.25, y);
      await page.mouse.down();
      await page.mouse.move(sheet.x + sheet.width * 0.45, y, { steps: 12 });
      await page.mouse.up();
      await page.waitForFunction((seen) => window.einthoven!.viewer.state().encoder.masked_tokens !== seen, before.masked_tokens);
      await waitForAnswer(page);
      const painted = (await state(page)).encoder;
      expect(painted.mask_by_hand).toBe(true);
      expect(painted.masked_tokens).toBeGreaterThan((before.masked_tokens ?? 0) + 1);
      await screenshot(page, 'encode-painted');
      await page.evaluate(() => window.einthoven?.act('new_seed'));
      await waitForAnswer(page);
      expect((await state(page)).encoder.masked_tokens).toBe(before.masked_tokens);
    }));

  test('many changes in a row end with the answer to the last', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      await page.evaluate(() => {
        for (let seed = 10; seed < 30; seed++) window.einthoven?.act(`set_seed:${seed}`);
      });
      await waitForAnswer(page);
      const last = (await state(page)).encoder;
      await page.evaluate(() => window.einthoven?.act('set_seed:5'));
      await page.waitForFunction(() => window.einthoven?.viewer.state().encoder.seed === 5);
      await waitForAnswer(page);
      await page.evaluate(() => window.einthoven?.act('set_seed:29'));
      await page.waitForFunction(() => window.einthoven?.viewer.state().encoder.seed === 29);
      await waitForAnswer(page);
      expect((await state(page)).encoder.mean_error).toBe(last.mean_error);
    }));

  test('runs again warm: time printed', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      const times: string[] = [];
      for (let seed = 100; seed < 105; seed++) {
        await page.evaluate((s) => window.einthoven?.act(`set_seed:${s}`), seed);
        await page.waitForFunction((s) => window.einthoven?.viewer.state().encoder.seed === s, seed);
        await waitForAnswer(page);
        const report = await page.evaluate(() => window.einthoven?.encoder.report);
        times.push(`${report?.encode_ms?.toFixed(0)} + ${report?.reconstruct_ms?.toFixed(0)}`);
      }
      const threads = await page.evaluate(() => (crossOriginIsolated ? navigator.hardwareConcurrency : 1));
      console.log(`encode + reconstruct, warm, ${threads} threads: ${times.join(', ')} ms`);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    }));
});

describe.skipIf(folder === null)('encoder that cannot be trusted', () => {
  function damaged(name: string): Files {
    const files = bundleFiles();
    const bytes = Buffer.from(files.get(name)!);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    return files.set(name, bytes);
  }

  test('one flipped bit in the int8 file: falls back to f32, says so, and answers', () =>
    withExample(browser, damaged('encode.int8.onnx'), async ({ page }) => {
      await encode(page);
      await waitForStatus(page, 'fallback', 'ready', 'failed');
      await waitForAnswer(page);
      const report = await page.evaluate(() => window.einthoven?.encoder.report);
      expect(report?.status).toBe('fallback');
      expect(report?.variant).toBe('f32');
      expect(report?.detail).toContain('encode.int8.onnx is damaged');
      expect((await state(page)).encoder).toMatchObject({ status: 'fallback' });
      await screenshot(page, 'encode-fallback');
    }));

  test('both variants damaged: failed, visibly, and the ECG stays', () => {
    const files = damaged('encode.int8.onnx');
    files.set('encode.onnx', files.get('encode.onnx')!.subarray(0, files.get('encode.onnx')!.length >> 1));
    return withExample(browser, files, async ({ page }) => {
      await encode(page);
      await waitForStatus(page, 'failed', 'ready', 'fallback');
      const { encoder, recording } = await state(page);
      expect(encoder.status).toBe('failed');
      expect(encoder.detail).toContain('encode.onnx is damaged');
      expect(recording?.example).toBe(true);
      await settle(page);
      await screenshot(page, 'encode-failed');
    });
  });

  test('a model that computes something else than it should is found by the self-check', () => {
    const files = bundleFiles();
    const golden = Buffer.from(files.get('golden.bin')!);
    const model = JSON.parse(files.get('model.json')!.toString());
    for (const { tensors } of model.golden.cases) {
      const place = tensors.embedding ?? tensors.reconstruction;
      if (place) golden.writeFloatLE(golden.readFloatLE(place.offset) + 5, place.offset);
    }
    files.set('golden.bin', golden);
    withSha(files, (m) => m['golden'] as never, 'golden.bin');
    return withExample(browser, files, async ({ page }) => {
      await encode(page);
      await waitForStatus(page, 'failed', 'ready', 'fallback');
      const { encoder } = await state(page);
      expect(encoder.status).toBe('failed');
      expect(encoder.detail).toContain('self-check failed');
    });
  });

  test('a model.json that is a web page: failed in words', () =>
    withExample(browser, bundleFiles().set('model.json', Buffer.from('<!doctype html>')), async ({ page }) => {
      await encode(page);
      await waitForStatus(page, 'failed', 'ready', 'fallback');
      expect((await state(page)).encoder).toMatchObject({ status: 'failed', detail: expect.stringContaining('model.json') as string });
    }));

  test('no model at all: says so', () =>
    withExample(browser, null, async ({ page }) => {
      await encode(page);
      await waitForStatus(page, 'none');
      await page.waitForFunction(() => window.einthoven?.viewer.state().encoder.detail?.includes('carries no model'));
    }, { prepare: (page) => page.route('**/models/index.json', (route) => route.fulfill({ json: { models: [] } })) }));
});

pictures('encode mode, to look at', 'encode', folder, () => browser);
