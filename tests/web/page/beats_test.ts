// Models whose tokens are heartbeats: fed by the names of their inputs, checked, and shown like any
// other. Needs a bundle of clear_hug: EINTHOVEN_TEST_BEATS_BUNDLE.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser, pickFiles, settle, state } from './browser.ts';
import { encode, filesOf, namedBundle, pictures, waitForAnswer, waitForStatus, withExample, type Files } from './encode_page.ts';
import { makeFixture } from './wfdb_fixture.ts';

const folder = namedBundle('EINTHOVEN_TEST_BEATS_BUNDLE');
if (folder === null) console.log('EINTHOVEN_SKIP tests of heartbeats: no model bundle (set EINTHOVEN_TEST_BEATS_BUNDLE)');

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

function bundleFiles(): Files {
  return filesOf(folder as string);
}

describe.skipIf(folder === null)('a model of heartbeats', () => {
  test('passes its self-check, hides heartbeats and draws them', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      const report = await page.evaluate(() => window.einthoven?.encoder.report);
      expect(report).toMatchObject({ status: 'ready', variant: 'int8' });
      const { encoder } = await state(page);
      expect(encoder.token_kind).toBe('beats');
      expect(encoder.tokens % 12).toBe(0);
      expect(encoder.tokens / 12).toBeGreaterThanOrEqual(8);
      expect(encoder.masked_tokens).toBe(Math.round(0.6 * encoder.tokens));
      // Drawing nothing at all would be off by about 0.1 mV, drawing noise by far more.
      expect(encoder.mean_error).toBeGreaterThan(0);
      expect(encoder.mean_error).toBeLessThan(0.5);
      expect(encoder.embedding_norm).toBeGreaterThan(0);
      console.log(`encode ${report?.encode_ms?.toFixed(0)} ms, reconstruct ${report?.reconstruct_ms?.toFixed(0)} ms (first run), ${encoder.masked_tokens} of ${encoder.tokens} beats hidden, mean error ${encoder.mean_error?.toFixed(3)} mV`);
    }));

  test('parity: ONNX Runtime Web against the golden values, f32 within 1e-4', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      for (const variant of ['f32', 'int8'] as const) {
        const checked = await page.evaluate((v) => window.einthoven?.encoder.check(v), variant);
        expect(checked?.error).toBe('');
        expect(new Set(checked?.figures.map(({ graph }) => graph))).toEqual(new Set(['encode', 'reconstruct']));
        const worst = Math.max(...(checked?.figures ?? []).map(({ max_abs }) => max_abs));
        console.log(`${variant}: max |difference| ${worst.toExponential(1)} of ${checked?.figures.length} outputs`);
        if (variant === 'f32') expect(worst).toBeLessThanOrEqual(1e-4);
      }
    }));

  test('another seed hides others; another recording is asked about anew', () =>
    withExample(browser, bundleFiles(), async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      const before = (await state(page)).encoder;
      await page.evaluate(() => window.einthoven?.act('new_seed'));
      await page.waitForFunction((seed) => window.einthoven?.viewer.state().encoder.seed !== seed, before.seed);
      await waitForAnswer(page);
      const { encoder } = await state(page);
      expect(encoder.masked_tokens).toBe(before.masked_tokens);
      expect(encoder.mean_error).not.toBe(before.mean_error);
      await pickFiles(page, makeFixture({ name: 'other' }).files);
      await page.waitForFunction(() => window.einthoven?.viewer.state().recording?.record === 'other');
      await waitForAnswer(page);
      expect((await state(page)).encoder.embedding_norm).not.toBe(encoder.embedding_norm);
    }));

  test('what it wants and the page cannot make is named', () => {
    const files = bundleFiles();
    const model = JSON.parse(files.get('model.json')!.toString());
    model.graphs.encode.inputs.push({ name: 'rr_intervals', type: 'float32', shape: [1, 15] });
    files.set('model.json', Buffer.from(JSON.stringify(model)));
    return withExample(browser, files, async ({ page }) => {
      await encode(page);
      await waitForStatus(page, 'failed', 'ready', 'fallback');
      await settle(page);
      const { encoder, recording } = await state(page);
      expect(encoder.status).toBe('failed');
      expect(encoder.detail).toContain('"rr_intervals"');
      expect(recording?.example).toBe(true);
    });
  });
});

pictures('a model of heartbeats, to look at', 'beats', folder, () => browser);
