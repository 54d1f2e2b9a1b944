import { describe, expect, test } from 'vitest';
import { graphsOf, kBundleFormat, parseBundleModel, variantsOf } from '../../../web/src/inference/bundle.ts';
import { checkGraph, difference, goldenTensor, requireWithin, type RunGraph } from '../../../web/src/inference/golden.ts';
import { sha256Hex, verifyFile } from '../../../web/src/inference/integrity.ts';

const kSha = 'a'.repeat(64);

type Json = Record<string, unknown>;

function modelJson(): Json {
  const graph = (name: string): Json => ({
    file: `${name}.onnx`, sha256: kSha, bytes: 10,
    inputs: [{ name: 'signal' }], outputs: [{ name: name === 'encode' ? 'embedding' : 'reconstruction' }],
    variants: { int8: { file: `${name}.int8.onnx`, sha256: kSha, bytes: 5 }, f16: { file: `${name}.f16.onnx`, sha256: kSha, bytes: 5 } },
  });
  return {
    format: kBundleFormat, name: 'demo', version: '1',
    graphs: { encode: graph('encode'), reconstruct: graph('reconstruct') },
    golden: {
      file: 'golden.bin', sha256: kSha, bytes: 24,
      tolerance: { f32: { max_abs: 1e-4, relative_rms: 1e-4 }, int8: { max_abs: 0.5, relative_rms: 0.1 } },
      cases: [{ name: 'first', tensors: { signal: { offset: 0, shape: [1, 2] }, embedding: { offset: 8, shape: [2] } } }],
    },
  };
}

/** The JSON with one value replaced, at a path such as "graphs.encode.file". */
function altered(path: string, value: unknown): string {
  const root = modelJson();
  const keys = path.split('.');
  const last = keys.pop() as string;
  let place = root;
  for (const key of keys) place = place[key] as Json;
  place[last] = value;
  return JSON.stringify(root);
}

describe('parseBundleModel', () => {
  test('reads what export writes', () => {
    const model = parseBundleModel(JSON.stringify(modelJson()));
    expect(model).toMatchObject({ name: 'demo', version: '1' });
    expect(model.graphs.encode.files.int8?.file).toBe('encode.int8.onnx');
    expect(variantsOf(model)).toEqual(['int8', 'f32']);
  });

  test('a variant counts only if every graph has it and a tolerance is stated', () => {
    expect(variantsOf(parseBundleModel(altered('graphs.encode.variants', {})))).toEqual(['f32']);
    expect(variantsOf(parseBundleModel(altered('golden.tolerance', { int8: { max_abs: 1, relative_rms: 1 } })))).toEqual(['int8']);
  });

  test('a model without a decoder has one graph, and its heads are known by their outputs', () => {
    const root = modelJson();
    delete (root['graphs'] as Json)['reconstruct'];
    root['heads'] = [{ task: 'super', output: 'probabilities.super', labels: [] }];
    const model = parseBundleModel(JSON.stringify(root));
    expect(graphsOf(model)).toEqual(['encode']);
    expect(variantsOf(model)).toEqual(['int8', 'f32']);
    expect(model.heads).toEqual(['probabilities.super']);
    expect(parseBundleModel(JSON.stringify(modelJson())).heads).toEqual([]);
  });

  test.each([
    ['format', 'einthoven-bundle/2'],
    ['graphs.encode', null],
    ['graphs.encode.file', '../../etc/passwd'],
    ['graphs.encode.file', 'https://elsewhere.example/encode.onnx'],
    ['graphs.encode.sha256', 'short'],
    ['graphs.encode.bytes', -1],
    ['graphs.reconstruct.inputs', 'signal'],
    ['golden.tolerance.f32.max_abs', 0],
    ['golden.cases', {}],
    ['golden.bytes', 1e300],
    ['name', 5],
  ])('refuses %s = %j and names the place', (path, value) => {
    const place = path.split('.').at(-1) as string;
    expect(() => parseBundleModel(altered(path, value))).toThrow(new RegExp(`model\\.json: .*${place}`));
  });

  test('text that is no JSON is refused in words', () => {
    expect(() => parseBundleModel('<!doctype html>')).toThrow(/is no JSON/);
  });
});

describe('integrity', () => {
  test('SHA-256 of "abc" is the published one', async () => {
    expect(await sha256Hex(new TextEncoder().encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('one changed bit is noticed', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const promised = { file: 'encode.onnx', sha256: await sha256Hex(bytes), bytes: 3 };
    await expect(verifyFile(bytes, promised)).resolves.toBeUndefined();
    await expect(verifyFile(new Uint8Array([1, 2, 2]), promised)).rejects.toMatchObject({ code: 'damaged_model', file: 'encode.onnx' });
    await expect(verifyFile(new Uint8Array([1, 2]), promised)).rejects.toMatchObject({ code: 'damaged_model' });
  });
});

describe('self-check', () => {
  const golden = parseBundleModel(JSON.stringify(modelJson())).golden;
  const bytes = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer);
  const graph = parseBundleModel(JSON.stringify(modelJson())).graphs.encode;
  const answering = (...values: number[]): RunGraph => () => Promise.resolve({ embedding: { shape: [2], values: Float32Array.from(values) } });

  test('reads tensors from where model.json says, never past the end', () => {
    expect([...goldenTensor(bytes, golden.cases[0]!, 'embedding').values]).toEqual([3, 4]);
    expect(() => goldenTensor(bytes.slice(0, 15), golden.cases[0]!, 'embedding')).toThrow(/does not hold all/);
  });

  test('passes a right answer and reports how far it was', async () => {
    const figures = await checkGraph('encode', graph, answering(3, 4 + 5e-5), golden.cases, bytes);
    expect(figures).toHaveLength(1);
    expect(figures[0]?.max_abs).toBeCloseTo(5e-5, 6);
    expect(() => requireWithin(figures, golden.tolerance.f32!)).not.toThrow();
  });

  test.each([[[3, 4.001]], [[3, NaN]], [[3]], [[]]])('fails on %j', async (answer) => {
    const figures = await checkGraph('encode', graph, answering(...answer), golden.cases, bytes);
    expect(() => requireWithin(figures, golden.tolerance.f32!)).toThrow(/self-check failed/);
  });

  test('a graph without golden values is no pass', async () => {
    await expect(checkGraph('encode', graph, answering(3, 4), [], bytes)).rejects.toMatchObject({ code: 'bad_model' });
  });

  test('difference: largest and relative', () => {
    const figure = difference(Float32Array.of(1, 2), Float32Array.of(1, 4));
    expect(figure.max_abs).toBe(2);
    expect(figure.relative_rms).toBeCloseTo(2 / Math.sqrt(17), 6);
    expect(difference(Float32Array.of(0), Float32Array.of(0))).toEqual({ max_abs: 0, relative_rms: 0 });
  });
});
