// Every kind of model that the trainer exports opens on the page and answers with what it has: an
// embedding, a drawing of what is hidden, labels or sentences. Needs EINTHOVEN_TEST_BUNDLES: folders of
// model bundles, separated by ':'.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser, screenshot, state } from './browser.ts';
import { encode, filesOf, sized, waitForAnswer, waitForEmbedding, withExample } from './encode_page.ts';

interface ModelJson {
  name: string;
  tokens: { kind?: string };
  graphs: { encode: object; reconstruct?: object };
  heads?: { labels: { name: string; prompts?: string[] }[] }[];
}

const folders = (process.env['EINTHOVEN_TEST_BUNDLES'] ?? '').split(':').filter((folder) => folder !== '');
if (folders.length === 0) console.log('EINTHOVEN_SKIP tests of every kind of model: no model bundles (set EINTHOVEN_TEST_BUNDLES)');

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe.skipIf(folders.length === 0)('a bundle of every kind', () => {
  for (const folder of folders) {
    const files = filesOf(folder);
    const model = JSON.parse(files.get('model.json')!.toString()) as ModelJson;
    const draws = model.graphs.reconstruct !== undefined;
    const labels = (model.heads ?? []).flatMap((head) => head.labels);

    test(`${model.name}: ${draws ? 'draws' : 'sums up'}, tokens are ${model.tokens.kind ?? 'patches'}, ${labels.length} labels`, () =>
      withExample(browser, files, async ({ page, watch }) => {
        await encode(page);
        await (draws ? waitForAnswer(page) : waitForEmbedding(page));
        const report = await page.evaluate(() => window.einthoven?.encoder.report);
        expect(report).toMatchObject({ status: 'ready', variant: 'int8' });
        const { encoder } = await state(page);
        expect(encoder).toMatchObject({ reconstructs: draws, problem: null });
        expect(encoder.embedding_norm).toBeGreaterThan(0);
        if (draws) expect(encoder.mean_error).toBeLessThan(2);
        expect(encoder.labels?.map(({ name }) => name)).toEqual(labels.map(({ name }) => name));
        for (const { probability } of encoder.labels ?? []) expect(probability).toBeGreaterThan(0);
        const facts = await page.locator('#mirror-facts').textContent();
        for (const prompt of labels.flatMap(({ prompts = [] }) => prompts)) expect(facts).toContain(`\u201c${prompt}\u201d`);
        expect(facts?.includes('Hidden parts')).toBe(draws);

        const checked = await page.evaluate(() => window.einthoven?.encoder.check('f32'));
        const worst = Math.max(...(checked?.figures ?? []).map(({ max_abs }) => max_abs));
        expect(checked?.error).toBe('');
        expect(worst).toBeLessThanOrEqual(1e-4);
        console.log(`${model.name}: encode ${report?.encode_ms?.toFixed(0)} ms, reconstruct ${report?.reconstruct_ms?.toFixed(0)} ms (first run), f32 within ${worst.toExponential(1)} of ${checked?.figures.length} golden outputs`);
        expect(watch.errors).toEqual([]);
        await screenshot(page, `preset-${model.name}`);
      }, sized(1280, 800, 1)));
  }
});
