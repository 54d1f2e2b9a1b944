#!/usr/bin/env node
// Opens the built page as a newcomer would: example, Encode; verifies that a trace is drawn and that
// the encoder answered with a self-checked model; saves a screenshot.
// Usage: demo_check.mjs PAGE_FOLDER SCREENSHOT.png
import { createRequire } from 'node:module';
import { servePage } from '../web/serve.mjs';

const require = createRequire(new URL('../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const [folder, picture] = process.argv.slice(2);
const kPatience = 90_000; // ms; the first inference compiles 14 MB of WebAssembly

function check(condition, sentence) {
  if (!condition) throw new Error(sentence);
  console.log(`demo check: ${sentence}: yes`);
}

/** Points of the traces in the drawn scene that are not on the zero line. */
function livelyPoints(scene) {
  return scene.lines.filter((line) => line.kind === 'trace').reduce((sum, line) => sum + line.points.length, 0);
}

async function visit(page, address) {
  const foreign = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !/^(blob|data):/.test(request.url())) foreign.push(request.url());
  });
  await page.goto(address);
  await page.waitForFunction(() => document.body.dataset.ready === 'true', undefined, { timeout: kPatience });
  const perform = (action) => page.evaluate((name) => window.einthoven.act(name), action);
  await perform('example');
  await page.waitForFunction(() => window.einthoven.viewer.state().recording != null, undefined, { timeout: kPatience });
  const scene = await page.evaluate(() => window.einthoven.viewer.scene());
  check(livelyPoints(scene) > 1000, 'the trace is drawn');
  await perform('mode_encode');
  await page.waitForFunction(
    () => {
      const { status, elapsed_ms } = window.einthoven.viewer.state().encoder;
      return status === 'failed' || (status === 'ready' && elapsed_ms != null && elapsed_ms > 0);
    },
    undefined,
    { timeout: kPatience, polling: 200 },
  );
  const { encoder } = await page.evaluate(() => window.einthoven.viewer.state());
  check(encoder.status === 'ready', 'the encoder passed its self-check and answered');
  check(Number.isFinite(encoder.mean_error) && encoder.masked_tokens > 0, 'the hidden parts were reconstructed');
  console.log(`demo check: ${encoder.masked_tokens} of ${encoder.tokens} tokens hidden, mean error ${encoder.mean_error.toFixed(3)} mV, ${encoder.elapsed_ms.toFixed(0)} ms`);
  check(foreign.length === 0, 'no request left this computer');
}

const { server, address } = await servePage(folder);
const browser = await chromium.launch({
  executablePath: process.env.EINTHOVEN_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await visit(page, address);
  } finally {
    await page.screenshot({ path: picture });
  }
} catch (error) {
  console.error(`demo check: FAILED: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  server.close();
}
