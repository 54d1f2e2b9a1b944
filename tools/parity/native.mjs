#!/usr/bin/env node
// Compares a model bundle's graphs in native ONNX Runtime with LibTorch's golden answers.
// Usage: node tools/parity/native.mjs BUNDLE [--time RUNS] [--json FILE]
// Prints tables; exit code 1 when a bound of model.json is broken, 2 when it is called wrongly.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));

function usage(message) {
  console.error(`parity: ${message}\nusage: native.mjs BUNDLE [--time RUNS] [--json FILE]`);
  process.exit(2);
}

function parseArguments(words) {
  const options = { bundle: '', runs: 0, json: '' };
  while (words.length > 0) {
    const word = words.shift();
    if (word === '--time') options.runs = Number(words.shift());
    else if (word === '--json') options.json = words.shift();
    else if (word.startsWith('--') || options.bundle) usage(`unexpected "${word}"`);
    else options.bundle = word;
  }
  if (!options.bundle) usage('no bundle named');
  if (!Number.isInteger(options.runs) || options.runs < 0) usage('--time takes a number of runs');
  return options;
}

function loadRuntime() {
  try {
    return require('onnxruntime-node');
  } catch (error) {
    console.error(`parity: onnxruntime-node cannot be loaded (${error.code ?? error.message}): run ./tools/setup`);
    process.exit(2);
  }
}

const options = parseArguments(process.argv.slice(2));
const ort = loadRuntime();
const model = JSON.parse(readFileSync(join(options.bundle, 'model.json'), 'utf8'));

const failures = [];
function check(passed, text) {
  if (!passed) failures.push(text);
  return passed ? 'ok' : 'FAILED';
}

function readChecked(entry) {
  const bytes = readFileSync(join(options.bundle, entry.file));
  const digest = createHash('sha256').update(bytes).digest('hex');
  check(digest === entry.sha256, `${entry.file}: SHA-256 differs from model.json`);
  check(bytes.length === entry.bytes, `${entry.file}: size differs from model.json`);
  return bytes;
}

/** {name: Float32Array} and shapes of one golden case. */
function readCase(golden, bytes) {
  const tensors = {};
  for (const [name, { offset, shape }] of Object.entries(golden.tensors)) {
    const count = shape.reduce((product, size) => product * size, 1);
    tensors[name] = { shape, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + 4 * count)) };
  }
  return { name: golden.name, tensors };
}

const sessionOptions = (threads) => ({ intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 });

async function run(session, graph, tensors) {
  const feeds = {};
  for (const { name, shape } of graph.inputs) feeds[name] = new ort.Tensor('float32', tensors[name].data, shape);
  return session.run(feeds);
}

function differences(answer, golden) {
  let maxAbs = 0, error = 0, power = 0;
  for (let i = 0; i < golden.length; ++i) {
    const difference = answer[i] - golden[i];
    // A NaN must fail, not vanish in Math.max.
    maxAbs = Number.isFinite(difference) ? Math.max(maxAbs, Math.abs(difference)) : Infinity;
    error += difference * difference;
    power += golden[i] * golden[i];
  }
  // Relative to the answer's size, or to 1, the unit of signals, where the answer is smaller.
  const relativeRms = Number.isFinite(maxAbs) ? Math.sqrt(error / Math.max(power, golden.length)) : Infinity;
  return { maxAbs, relativeRms };
}

async function compareCases(session, graph, precision, cases) {
  const tolerance = model.golden.tolerance[precision];
  const rows = [];
  for (const golden of cases) {
    if (!graph.inputs.every(({ name }) => golden.tensors[name])) continue;
    const answers = await run(session, graph, golden.tensors);
    for (const { name } of graph.outputs) {
      if (!golden.tensors[name]) continue;
      const { maxAbs, relativeRms } = differences(answers[name].data, golden.tensors[name].data);
      const good = answers[name].data.length === golden.tensors[name].data.length &&
        maxAbs <= tolerance.max_abs && relativeRms <= tolerance.relative_rms;
      const result = check(good, `${precision} ${golden.name} ${name}: beyond the tolerance`);
      rows.push({ precision, case: golden.name, output: name, max_abs: maxAbs, relative_rms: relativeRms, result });
    }
  }
  return rows;
}

const sameBits = (a, b) => a.every((value, i) => Object.is(value, b[i]));

/** What a token holds, by the name of the graph's input, and what says which tokens there are. */
const isBeats = model.tokens.kind === 'beats';
const content = isBeats ? 'beats' : 'signal';
const presence = isBeats ? 'beat_present' : 'lead_mask';
const tokenSamples = isBeats ? model.tokens.beat_samples : model.tokens.patch_samples;
const tokensPerFlag = isBeats ? 1 : model.tokens.columns;

/** A copy of a case whose unseen samples are replaced by `garbage(i)`. */
function withGarbage(golden, unseen, garbage) {
  const data = Float32Array.from(golden.tensors[content].data, (value, i) => (unseen(i) ? garbage(i) : value));
  return { ...golden.tensors, [content]: { ...golden.tensors[content], data } };
}

/** Unseen samples must not influence anything, bit for bit, not even as NaN. */
async function checkBlindness(name, session, graph, precision, cases) {
  const rows = [];
  for (const golden of cases) {
    const { [presence]: present, token_mask: tokenMask } = golden.tensors;
    const unseen = (i) => {
      const token = Math.floor(i / tokenSamples);
      return present.data[Math.floor(token / tokensPerFlag)] < 0.5 || (name === 'reconstruct' && tokenMask.data[token] > 0.5);
    };
    const count = golden.tensors[content].data.reduce((sum, _, i) => sum + (unseen(i) ? 1 : 0), 0);
    if (count === 0) continue;
    const expected = await run(session, graph, golden.tensors);
    for (const [kind, garbage] of [['noise', (i) => 50 * Math.sin(i * i)], ['NaN', () => NaN]]) {
      const answers = await run(session, graph, withGarbage(golden, unseen, garbage));
      const same = graph.outputs.every((output) => sameBits(answers[output.name].data, expected[output.name].data));
      rows.push({ graph: name, precision, case: golden.name, unseen_samples: count, replaced_by: kind,
        result: check(same, `${name} ${precision} ${golden.name}: hidden samples (${kind}) changed the answer`) });
    }
  }
  return rows;
}

/** With nothing to see at all the answers are finite, and the embedding is 0. */
async function checkEmptiness(name, session, graph, precision, golden) {
  const blank = (tensor, value) => ({ ...tensor, data: tensor.data.slice().fill(value) });
  const tensors = { ...golden.tensors };
  tensors[presence] = blank(tensors[presence], 0);
  const answers = await run(session, graph, tensors);
  const finite = graph.outputs.every((output) => answers[output.name].data.every(Number.isFinite));
  check(finite, `${name} ${precision}: not finite without any visible token`);
  if (name === 'encode') {
    check(answers.embedding.data.every((value) => value === 0), `encode ${precision}: embedding of nothing is not 0`);
  }
}

async function medianMs(file, graph, tensors, threads) {
  const session = await ort.InferenceSession.create(file, sessionOptions(threads));
  const times = [];
  for (let i = 0; i < options.runs + 3; ++i) {
    const begun = performance.now();
    await run(session, graph, tensors);
    times.push(performance.now() - begun);
  }
  await session.release();
  return times.slice(3).sort((a, b) => a - b)[Math.floor(options.runs / 2)];
}

function precisionsOf(graph) {
  return [['f32', graph], ...Object.entries(graph.variants)];
}

function table(rows) {
  const shown = rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) =>
    [key, typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(3) : String(value)])));
  const keys = Object.keys(shown[0] ?? {});
  const widths = keys.map((key) => Math.max(key.length, ...shown.map((row) => row[key].length)));
  const line = (cells) => cells.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd();
  return [line(keys), ...shown.map((row) => line(keys.map((key) => row[key])))].join('\n');
}

const goldenBytes = readChecked(model.golden);
const cases = model.golden.cases.map((golden) => readCase(golden, goldenBytes));
const report = { bundle: model.name, version: model.version, parity: [], blindness: [], timing: [] };
for (const [name, graph] of Object.entries(model.graphs)) {
  for (const [precision, file] of precisionsOf(graph)) {
    const bytes = readChecked(file);
    const session = await ort.InferenceSession.create(bytes, sessionOptions(1));
    report.parity.push(...(await compareCases(session, graph, precision, cases)));
    report.blindness.push(...(await checkBlindness(name, session, graph, precision, cases)));
    await checkEmptiness(name, session, graph, precision, cases[0]);
    await session.release();
    if (options.runs === 0) continue;
    for (const threads of [1, 2]) {
      report.timing.push({ graph: name, precision, threads, kilobytes: Math.round(file.bytes / 1000),
        median_ms: await medianMs(bytes, graph, cases[0].tensors, threads) });
    }
  }
}
check(report.parity.length > 0, 'no golden case fits any graph');
report.failures = failures;

console.log(`${model.name} ${model.version}: native ONNX Runtime against LibTorch with left-out tokens\n`);
console.log(table(report.parity));
console.log(`\nhidden or absent samples replaced:\n${table(report.blindness)}`);
if (report.timing.length > 0) console.log(`\ntime per record, median of ${options.runs}:\n${table(report.timing)}`);
if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
for (const failure of failures) console.error(`parity: ${failure}`);
console.log(failures.length === 0 ? '\nparity: all within tolerance' : `\nparity: ${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);
