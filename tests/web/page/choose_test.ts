// Several recordings opened together: which one is meant is asked, and only that one is read.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { dropFiles, launchBrowser, openPage, pickFiles, screenshot, state, waitForRecording, type OpenOptions } from './browser.ts';
import { kSizes, sized } from './encode_page.ts';
import { makeFixture, type NamedBytes } from './wfdb_fixture.ts';
import { zipped } from './zipped.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** `count` records of different length, so that it shows which one was opened. */
function records(count: number): NamedBytes[] {
  return Array.from({ length: count }, (_, i) => makeFixture({ name: `r${i + 1}`, rateHz: 100, seconds: 10 + i }).files).flat();
}

async function withPage(use: (page: Page) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  const { page, watch, context } = await openPage(browser, options);
  try {
    await use(page);
    expect(watch.errors).toEqual([]);
    expect(watch.violations).toEqual([]);
    expect(watch.foreign).toEqual([]);
  } finally {
    await context.close();
  }
}

const asked = (page: Page): Promise<void> => page.locator('#choose-dialog[open]').waitFor();
const names = (page: Page): Promise<string[]> => page.locator('#choose-list option').allTextContents();

describe('several recordings', () => {
  test('are listed in natural order; the keyboard chooses one', () =>
    withPage(async (page) => {
      await dropFiles(page, [...records(11), { name: 'notes.txt', bytes: new TextEncoder().encode('of nobody') }]);
      await asked(page);
      expect(await page.locator('#choose-intro').textContent()).toBe('These files hold 11 recordings. One is shown at a time.');
      expect(await names(page)).toEqual(Array.from({ length: 11 }, (_, i) => `r${i + 1}`));
      expect(await page.locator('#choose-find').isVisible()).toBe(false);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const { recording } = await waitForRecording(page);
      expect(recording).toMatchObject({ record: 'r3', duration_s: 12 });
      expect(recording?.warnings.filter((text) => text.includes('opened together'))).toEqual([]);
      expect(await page.locator('#announcer').textContent()).toBe('Opened r3: 12 leads, 12 s, 100 Hz. One of 11 recordings.');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('canvas');
    }));

  test('many can be searched', () =>
    withPage(async (page) => {
      await pickFiles(page, records(14));
      await asked(page);
      await page.locator('#choose-find').fill('R1');
      expect(await names(page)).toEqual(['r1', 'r10', 'r11', 'r12', 'r13', 'r14']);
      expect(await page.locator('#choose-count').textContent()).toBe('6 of 14');
      await page.locator('#choose-find').fill('nothing like it');
      expect(await page.locator('#choose-open').isDisabled()).toBe(true);
      await page.locator('#choose-find').fill('14');
      await page.keyboard.press('Enter');
      expect((await waitForRecording(page)).recording?.record).toBe('r14');
    }));

  test('Escape and Cancel leave what was open; a double click opens', () =>
    withPage(async (page) => {
      await pickFiles(page, makeFixture({ name: 'first' }).files);
      await waitForRecording(page);
      await pickFiles(page, records(2));
      await asked(page);
      await page.keyboard.press('Escape');
      await page.locator('#choose-dialog').waitFor({ state: 'hidden' });
      await pickFiles(page, records(2));
      await asked(page);
      await page.locator('#choose-cancel').click();
      await page.locator('#choose-dialog').waitFor({ state: 'hidden' });
      expect((await state(page)).recording?.record).toBe('first');
      expect(await page.locator('#error-dialog').isVisible()).toBe(false);
      await pickFiles(page, records(2));
      await asked(page);
      await page.locator('#choose-list option').nth(1).dblclick();
      await page.waitForFunction(() => window.einthoven?.viewer.state().recording?.record === 'r2');
    }));

  test('an archive is looked into', () =>
    withPage(async (page) => {
      await pickFiles(page, [zipped(records(3))]);
      await asked(page);
      expect(await names(page)).toEqual(['r1', 'r2', 'r3']);
      await page.locator('#choose-list').selectOption('1');
      await page.locator('#choose-open').click();
      const { recording } = await waitForRecording(page);
      expect(recording).toMatchObject({ record: 'r2', duration_s: 11 });
    }));

  test('an archive of one recording opens at once', () =>
    withPage(async (page) => {
      await pickFiles(page, [zipped(records(1))]);
      expect((await waitForRecording(page)).recording?.record).toBe('r1');
    }));

  test('files of different formats are told apart by their endings; hostile names stay text', () =>
    withPage(async (page) => {
      const evil = '<img src=x onerror=alert(1)>.hea';
      const [header, dat] = records(1) as [NamedBytes, NamedBytes];
      await dropFiles(page, [header, dat, { name: evil, bytes: new TextEncoder().encode('x 1 100 10\nx.dat 16 200 16 0 0 0 0 I\n') }]);
      await asked(page);
      expect(await names(page)).toContain(evil.slice(0, -4));
      expect(await page.locator('#choose-list img').count()).toBe(0);
    }));
});

describe('several recordings, to look at', () => {
  for (const [name, width, height, ratio] of kSizes) {
    test(name, () =>
      withPage(async (page) => {
        await pickFiles(page, records(24));
        await asked(page);
        await screenshot(page, `choose-${name}`);
      }, sized(width, height, ratio)));
  }
});
