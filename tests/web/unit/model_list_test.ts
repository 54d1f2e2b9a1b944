import { describe, expect, test } from 'vitest';
import { bundlesAmong, modelOf } from '../../../web/src/files/bundle_files.ts';
import { describeModel } from '../../../web/src/inference/model_list.ts';
import { factsOfModel } from '../../../web/src/ui/models_dialog.ts';

const kLabels = [{ name: 'AFIB' }, { name: 'SR' }];
const kGraphs = { encode: { bytes: 900, variants: { int8: { bytes: 300 } } }, reconstruct: { bytes: 700, variants: {} } };

describe('what a model can do', () => {
  test('as its model.json tells: decoder, heads, and what has to be fetched', () => {
    const heads = [{ task: 'rhythm', labels: kLabels }, { task: 'superclasses', labels: [{ name: 'MI', prompts: ['myocardial infarction'] }] }];
    expect(describeModel({ name: 'a', version: '1', graphs: kGraphs, heads })).toEqual({
      name: 'a', version: '1', bytes: 1000,
      abilities: ['draws hidden parts', 'labels: rhythm (2)', 'compares with sentences: superclasses (1)'],
    });
    expect(describeModel({ graphs: kGraphs, tokens: { kind: 'beats' } }).abilities).toEqual(['draws hidden heartbeats']);
    expect(describeModel({ graphs: { encode: kGraphs.encode } })).toMatchObject({ name: 'not named', bytes: 300, abilities: [expect.stringContaining('no decoder')] });
  });

  test.each([[null], [5], ['text'], [[]], [{ graphs: [null, 5], heads: 'x' }], [{ heads: [{}] }]])('%j is described without failing', (model) => {
    expect(describeModel(model).name).toBe('not named');
  });

  test('fits in one line, with where it comes from', () => {
    const model = { name: 'a', version: '', abilities: ['draws hidden parts'], bytes: 1_240_000, source: { folder: '' }, folder: 'a' };
    expect(factsOfModel(model)).toBe('draws hidden parts · 1.2 MB');
    expect(factsOfModel({ ...model, folder: '', bytes: 0 })).toBe('draws hidden parts · your own, kept until this page is closed');
  });
});

describe('bundles among what is dropped', () => {
  const files = (...paths: string[]) => paths.map((path) => ({ path, file: new File([path], path) }));
  const found = (...paths: string[]): string[][] => bundlesAmong(files(...paths)).map((names) => [...names.keys()]);

  test('one for each folder with its files', () => {
    expect(found('m/model.json', 'm/encode.onnx', 'm/golden.bin', 'm/card.md')).toEqual([['model.json', 'encode.onnx', 'golden.bin', 'card.md']]);
    expect(found('x/a/model.json', 'x/a/encode.onnx', 'x/b/model.json', 'x/b/encode.onnx')).toHaveLength(2);
  });

  test('parts of one count as one, so that it can be said what is missing', () => {
    expect(found('encode.onnx')).toHaveLength(1);
    expect(found('model.json')).toHaveLength(1);
  });

  test('a recording stays a recording', () => {
    expect(found('r.hea', 'r.dat')).toEqual([]);
    expect(found('data/model.json', 'data/r.hea', 'data/r.dat')).toEqual([]);
    expect(found('card.md')).toEqual([]);
    expect(found()).toEqual([]);
  });

  test('a model.json that is missing is named; one that is no JSON is left to the loading', async () => {
    await expect(modelOf(new Map())).rejects.toMatchObject({ code: 'missing_file', file: 'model.json' });
    expect(await modelOf(new Map([['model.json', new Blob(['{"format":'])]]))).toEqual({});
    expect(await modelOf(new Map([['model.json', new Blob(['{"name":"a"}'])]]))).toEqual({ name: 'a' });
  });
});
