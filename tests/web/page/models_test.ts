// Choosing among models: those that came with the page, and a bundle of one's own. Needs model bundles:
// EINTHOVEN_TEST_BUNDLE, and for one check EINTHOVEN_TEST_BEATS_BUNDLE.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { dropFiles, launchBrowser, openPage, screenshot, settle, state, waitForRecording, type OpenOptions } from './browser.ts';
import {
  anyBundle, encode, filesOf, kSizes, namedBundle, servingAll, sized, waitForAnswer, waitForEmbedding, waitForStatus, withExample, type Files,
} from './encode_page.ts';
import type { NamedBytes } from './wfdb_fixture.ts';
import { zipped } from './zipped.ts';

const folder = anyBundle();
const beatsFolder = namedBundle('EINTHOVEN_TEST_BEATS_BUNDLE');
if (folder === null) console.log('EINTHOVEN_SKIP tests of choosing a model: no model bundle (set EINTHOVEN_TEST_BUNDLE)');

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

type Json = Record<string, never> & { name: string; format: string; graphs: Record<string, { variants: Record<string, unknown> }>; tokens: { kind: string } };

/** The test bundle with its model.json changed. */
function changed(change: (model: Json) => void): Files {
  const files = filesOf(folder as string);
  const model = JSON.parse(files.get('model.json')!.toString()) as Json;
  change(model);
  return files.set('model.json', Buffer.from(JSON.stringify(model)));
}

function renamed(name: string): Files {
  return changed((model) => (model.name = name));
}

/** The same without its decoder, as systems are that have none. */
function withoutDecoder(): Files {
  return changed((model) => {
    model.name = 'sums up';
    delete model.graphs['reconstruct'];
  });
}

function threeModels(): Record<string, Files> {
  return { first: renamed('first'), sums: withoutDecoder(), third: beatsFolder === null ? renamed('third') : filesOf(beatsFolder) };
}

function served(use: (page: Page) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  return withExample(browser, null, ({ page }) => use(page), { prepare: servingAll(threeModels()), ...options });
}

/** Waits until the model of that name has passed its self-check. */
async function inUse(page: Page, name: string): Promise<void> {
  await page.waitForFunction((wanted) => window.einthoven?.viewer.state().encoder.model?.startsWith(wanted), name, { timeout: 45_000 });
  await waitForStatus(page, 'ready', 'fallback');
}

async function openList(page: Page): Promise<void> {
  await page.keyboard.press('c');
  await page.locator('#models-dialog').waitFor({ state: 'visible' });
}

function bytesOf(files: Files, folderName = ''): NamedBytes[] {
  return [...files].map(([name, bytes]) => ({ name: folderName + name, bytes }));
}

/** What the dialog says of a bundle that was dropped and is not usable: title, message, place, hint. */
async function refusal(page: Page, files: readonly NamedBytes[]): Promise<string> {
  await dropFiles(page, files);
  await page.locator('#error-dialog').waitFor({ state: 'visible', timeout: 30_000 });
  const said = (await page.locator('#error-dialog').innerText()).replace(/\n+/g, ' | ');
  await page.locator('#error-dialog button').click();
  return said;
}

describe.skipIf(folder === null)('the models of the page', () => {
  test('are listed with what they can do, the one in use marked; keys choose another', () =>
    served(async (page) => {
      await encode(page);
      await waitForAnswer(page);
      await openList(page);
      const rows = await page.locator('#models-list label').allInnerTexts();
      expect(rows).toHaveLength(3);
      expect(rows[0]).toMatch(/first 0[\d.]+\s*in use\s*draws hidden parts · 0\.5 MB/);
      expect(rows[1]).toMatch(/sums up.*\n?.*no decoder/);
      expect(rows[1]).not.toContain('in use');
      if (beatsFolder !== null) expect(rows[2]).toContain('draws hidden heartbeats');
      expect(await page.locator('#models-list :checked').inputValue()).toBe('0');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('model');
      await page.evaluate(() => {
        const told: string[] = ((window as unknown as { told: string[] }).told = []);
        const announcer = document.querySelector('#announcer')!;
        new MutationObserver(() => told.push(announcer.textContent)).observe(announcer, { childList: true });
      });
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('#models-dialog').waitFor({ state: 'hidden' });
      await inUse(page, 'sums up');
      await waitForEmbedding(page);
      const { encoder } = await state(page);
      expect(encoder.mean_error).toBeNull();
      const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
      expect(told).toEqual(['The model in use is sums up: no decoder: sums the ECG up in an embedding.', expect.stringMatching(/^Embedding of \d+ values\.$/)]);
      const report = await page.evaluate(() => window.einthoven?.encoder.report);
      expect(new Set(report?.figures.map(({ graph }) => graph))).toEqual(new Set(['encode']));
    }));

  test('hide the same tokens where they have the same, and answer as before', () =>
    served(async (page) => {
      await encode(page);
      await page.evaluate(() => ['set_seed:7', 'set_mask_ratio:0.35'].forEach((action) => window.einthoven?.act(action)));
      await waitForAnswer(page);
      const before = (await state(page)).encoder;
      const choose = async (position: number): Promise<void> => {
        await openList(page);
        await page.locator('#models-list input').nth(position).check();
        await page.locator('#models-use').click();
      };
      await choose(2);
      await page.waitForFunction((name) => window.einthoven?.viewer.state().encoder.model !== name, before.model);
      await waitForAnswer(page);
      const other = (await state(page)).encoder;
      expect(other).toMatchObject({ seed: 7, mask_ratio: 0.35 });
      await choose(0);
      await inUse(page, 'first');
      await waitForAnswer(page);
      expect((await state(page)).encoder).toMatchObject({ seed: 7, masked_tokens: before.masked_tokens, mean_error: before.mean_error });
    }));

  test('are named in the address, and an address brings its model', () =>
    served(async (page) => {
      await inUse(page, 'sums up');
      await openList(page);
      await page.keyboard.press('Escape');
      expect((await state(page)).encoder.model).toContain('sums up');
      await openList(page);
      await page.locator('#models-list input').first().check();
      await page.locator('#models-use').click();
      await inUse(page, 'first');
      expect(new URL(page.url()).hash).toContain('&model=first');
      await page.evaluate(() => (location.hash = 'mode=encode&model=sums'));
      await inUse(page, 'sums up');
    }, { fragment: '#mode=encode&model=sums' }));

  test('the last of several chosen at once is the one that answers', () =>
    served(async (page) => {
      await encode(page);
      for (const position of [1, 2, 1, 0]) {
        await openList(page);
        await page.locator('#models-list input').nth(position).check();
        await page.locator('#models-use').click();
      }
      await inUse(page, 'first');
      await waitForAnswer(page);
      expect(await page.evaluate(() => window.einthoven?.encoder.current?.folder)).toBe('first');
      expect((await state(page)).encoder.tokens).toBe(240);
    }));

  for (const [size, width, height, ratio] of kSizes) {
    test(`to look at: ${size}`, () =>
      served(async (page) => {
        await encode(page);
        await waitForAnswer(page);
        await page.evaluate(() => window.einthoven?.act('choose_model'));
        await page.locator('#models-dialog').waitFor({ state: 'visible' });
        await screenshot(page, `models-${size}`);
      }, sized(width, height, ratio)));
  }
});

describe.skipIf(folder === null)("a bundle of one's own", () => {
  test('dropped on the empty page runs on the example, and is asked of nobody', async () => {
    const { page, context, watch } = await openPage(browser, { prepare: servingAll({}) });
    try {
      await dropFiles(page, bytesOf(renamed('my own')));
      expect((await waitForRecording(page)).recording?.example).toBe(true);
      await inUse(page, 'my own');
      await waitForAnswer(page);
      expect((await state(page)).encoder).toMatchObject({ status: 'ready', tokens: 240 });
      expect(watch.requests.filter((url) => url.includes('/models/'))).toEqual([]);
      expect(watch.foreign).toEqual([]);
      expect(await page.evaluate(() => window.einthoven?.requestsSinceLoad)).toBe(0);
      expect(page.url()).not.toContain('own');
      await openList(page);
      expect(await page.locator('#models-list').innerText()).toContain('your own, kept until this page is closed');
    } finally {
      await context.close();
    }
  });

  test('as a folder in an archive; without int8 it answers in f32 and says so', () =>
    served(async (page) => {
      const files = renamed('packed');
      files.delete('encode.int8.onnx');
      await dropFiles(page, [zipped(bytesOf(files, 'packed/'))]);
      await inUse(page, 'packed');
      await waitForAnswer(page);
      const { encoder } = await state(page);
      expect(encoder.status).toBe('fallback');
      expect(encoder.detail).toContain('encode.int8.onnx is not among the files');
    }));

  test('several at once are asked about; the list leads to the file picker too', () =>
    served(async (page) => {
      await page.evaluate(() => window.einthoven?.act('choose_model'));
      const [picker] = await Promise.all([page.waitForEvent('filechooser'), page.locator('#models-open').click()]);
      const { name, bytes } = zipped([...bytesOf(renamed('one'), 'one/'), ...bytesOf(withoutDecoder(), 'two/')]);
      await picker.setFiles([{ name, mimeType: 'application/zip', buffer: Buffer.from(bytes) }]);
      await page.locator('#models-dialog').waitFor({ state: 'visible' });
      expect(await page.locator('#models-list label').count()).toBe(2);
      await page.locator('#models-list label').nth(1).click();
      await page.locator('#models-use').click();
      await inUse(page, 'sums up');
    }));

  test('with damaged or missing graphs is refused by file, place and remedy', () =>
    served(async (page) => {
      const flipped = (files: Files, name: string): Files => {
        const bytes = Buffer.from(files.get(name)!);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        return files.set(name, bytes);
      };
      const damaged = flipped(flipped(renamed('bad'), 'encode.int8.onnx'), 'encode.onnx');
      expect(await refusal(page, bytesOf(damaged))).toMatch(/bad cannot be used \| .*encode\.onnx is damaged.*SHA-256.* \| encode\.onnx \| Load or copy the model anew/);
      const without = renamed('bad');
      for (const name of ['reconstruct.onnx', 'reconstruct.int8.onnx']) without.delete(name);
      expect(await refusal(page, bytesOf(without))).toMatch(/reconstruct\.onnx is not among the files.* \| reconstruct\.onnx \| Drop the whole folder/);
      expect(await refusal(page, bytesOf(renamed('bad')).filter(({ name }) => name !== 'model.json'))).toMatch(/model\.json is not among the files.* \| model\.json \| Drop the whole folder/);
    }));

  test('whose model.json this page cannot follow is refused by place and remedy', () =>
    served(async (page) => {
      const graphless = changed((model) => delete model.graphs['encode']);
      expect(await refusal(page, bytesOf(graphless))).toMatch(/graphs\.encode is no object\. \| model\.json \| Export the model again/);
      const later = changed((model) => (model.format = 'einthoven-bundle/2'));
      expect(await refusal(page, bytesOf(later))).toMatch(/format is "einthoven-bundle\/2".* \| model\.json \| Page and model are of different versions/);
      const strange = changed((model) => (model.tokens.kind = 'wavelets'));
      expect(await refusal(page, bytesOf(strange))).toMatch(/model\.json: tokens\.kind is "wavelets".*"steps"\. \| model\.json \| Load the page anew/);
      expect(await refusal(page, [{ name: 'model.json', bytes: new TextEncoder().encode('{"format":') }])).toMatch(/the file is no JSON/);
    }));

  test('that is refused leaves the list, and the model before answers again', () =>
    served(async (page) => {
      await encode(page);
      await waitForAnswer(page);
      const before = (await state(page)).encoder;
      await refusal(page, bytesOf(changed((model) => (model.format = 'other'))));
      await inUse(page, 'first');
      await waitForAnswer(page);
      expect((await state(page)).encoder).toMatchObject({ model: before.model, mean_error: before.mean_error });
      await openList(page);
      expect(await page.locator('#models-list label').count()).toBe(3);
    }));

  test('and a model before that is gone meanwhile: said once, and no more is tried', () => {
    const bundles = { first: renamed('first') };
    return withExample(browser, null, async ({ page }) => {
      await encode(page);
      await waitForAnswer(page);
      bundles.first.clear();
      await refusal(page, bytesOf(changed((model) => (model.format = 'other'))));
      await waitForStatus(page, 'failed');
      await settle(page);
      expect((await state(page)).encoder.detail).toContain('/models/first/model.json could not be loaded');
      expect(await page.locator('#error-dialog').isVisible()).toBe(false);
    }, { prepare: servingAll(bundles) });
  });
});
