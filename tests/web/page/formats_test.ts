// Real files of the exchange formats, one by one, as a person would drop them.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { dropFiles, launchBrowser, openPage, scene, screenshot, waitForRecording } from './browser.ts';

const kFormats = join(process.env['EINTHOVEN_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data'), 'formats');

/** What each file holds, read off with other programs. */
const kFiles = [
  { path: 'dicom/test_ecg.dcm', format: 'DICOM', leads: 12, rateHz: 240, samples: 2400 },
  { path: 'muse_xml/example1.xml', format: 'GE MUSE XML', leads: 12, rateHz: 500, samples: 5000 },
  { path: 'hl7_aecg/ecg_hl7.xml', format: 'HL7 aECG', leads: 12, rateHz: 500, samples: 5000 },
  { path: 'ecgtoolkit_examples/Example.scp', format: 'SCP-ECG', leads: 12, rateHz: 500, samples: 5000 },
  { path: 'philips_sierra_xml/3191723_ZZDEMOPTONLY_1-04_orig.xml', format: 'Philips XML', leads: 12, rateHz: 500, samples: 5300 },
  { path: 'schiller_xml/sample.xml', format: 'Schiller XML', leads: 12, rateHz: 500, samples: 5000 },
  { path: 'ishne/ECG_P28.01.ecg', format: 'ISHNE', leads: 12, rateHz: 1000, samples: 95573 },
  { path: 'mat/example_recording.mat', format: 'MATLAB 5', leads: 10, rateHz: 250, samples: 10000 },
  { path: 'edf/sample.edf', format: 'EDF', leads: 1, rateHz: 300, samples: 12000 },
] as const;

if (!existsSync(kFormats)) console.log('EINTHOVEN_SKIP exchange formats: the real ECGs are not here (EINTHOVEN_DATA)');

describe.skipIf(!existsSync(kFormats))('exchange formats', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  for (const { path, format, leads, rateHz, samples } of kFiles) {
    test(`${format} opens`, async () => {
      const { page, context, watch } = await openPage(browser);
      try {
        await dropFiles(page, [{ name: basename(path), bytes: readFileSync(join(kFormats, path)) }]);
        const { recording } = await waitForRecording(page);
        expect(recording).toMatchObject({ format, sampling_rate_hz: rateHz, samples, example: false });
        expect(recording?.leads).toHaveLength(leads);
        expect((await scene(page)).lines.filter(({ kind }) => kind === 'trace').length).toBeGreaterThanOrEqual(leads);
        await screenshot(page, `format-${basename(path)}`);
        expect(watch.foreign).toEqual([]);
        expect(watch.errors).toEqual([]);
      } finally {
        await context.close();
      }
    });
  }
});
