import { describe, expect, test } from 'vitest';
import { EcgError } from '../../../web/src/wasm/ecg_error.ts';
import type { ViewerModule } from '../../../web/src/wasm/module.ts';
import { Viewer } from '../../../web/src/wasm/viewer.ts';

/** A heap and the few functions a test needs; every other function does nothing and returns 0. */
function fakeModule(functions: Partial<Record<keyof ViewerModule, (...all: number[]) => number | void>> = {}) {
  const heap = { HEAPU8: new Uint8Array(1 << 16), top: 64, held: 0 };
  const place = (text: string): number => {
    const bytes = new TextEncoder().encode(`${text}\0`);
    heap.HEAPU8.set(bytes, 32768);
    return bytes.length > 0 ? 32768 : 0;
  };
  const textAt = (pointer: number): string => new TextDecoder().decode(heap.HEAPU8.slice(pointer, heap.HEAPU8.indexOf(0, pointer)));
  const own: Record<string, (...all: number[]) => number | void> = {
    _ecg_viewer_create: () => 1,
    _ecg_alloc: (bytes = 0) => {
      heap.held++;
      const at = heap.top;
      heap.top += (bytes + 7) & ~7;
      return at;
    },
    _ecg_free: () => void heap.held--,
    ...functions,
  };
  const module = new Proxy({}, { get: (_, name: string) => (name === 'HEAPU8' ? heap.HEAPU8 : (own[name] ?? (() => 0))) }) as ViewerModule;
  return { module, heap, place, textAt };
}

describe('Viewer', () => {
  test('a viewer that cannot be created is an error with a hint', () => {
    const { module } = fakeModule({ _ecg_viewer_create: () => 0 });
    expect(() => new Viewer(module)).toThrow(EcgError);
  });

  test('hands over names and bytes, and frees what it took', () => {
    const seen: [string, number[]][] = [];
    const fake = fakeModule({
      _ecg_viewer_add_file: (_viewer, name = 0, bytes = 0, size = 0) => void seen.push([fake.textAt(name), [...fake.heap.HEAPU8.slice(bytes, bytes + size)]]),
    });
    new Viewer(fake.module).openFiles([{ name: 'é.hea', bytes: Uint8Array.of(1, 2, 3) }, { name: 'empty.dat', bytes: new Uint8Array(0) }]);
    expect(seen).toEqual([['é.hea', [1, 2, 3]], ['empty.dat', []]]);
    expect(fake.heap.held).toBe(0);
  });

  test('a NUL in a file name does not end it', () => {
    let seen = '';
    const fake = fakeModule({ _ecg_viewer_add_file: (_viewer, name = 0) => void (seen = fake.textAt(name)) });
    new Viewer(fake.module).openFiles([{ name: 'a\0b', bytes: new Uint8Array(0) }]);
    expect(seen).toBe('a\uFFFDb');
  });

  test('hands over what the person states of a table, and that nothing is stated', () => {
    const seen: [number, string][] = [];
    const fake = fakeModule({ _ecg_viewer_open_files: (_viewer, rate = -1, unit = 0) => (seen.push([rate, fake.textAt(unit)]), 0) });
    const viewer = new Viewer(fake.module);
    viewer.openFiles([]);
    viewer.openFiles([], { samplingRateHz: 250.5, unit: '200/mV' });
    expect(seen).toEqual([[0, ''], [250.5, '200/mV']]);
  });

  test('lists recordings, and opens one of them by collecting the same files again', () => {
    const calls: string[] = [];
    const fake = fakeModule({
      _ecg_viewer_begin_files: () => void calls.push('begin'),
      _ecg_viewer_add_file: (_viewer, name = 0) => void calls.push(fake.textAt(name)),
      _ecg_viewer_recordings: () => (calls.push('list'), fake.place('[{"name":"d/a.hea","files":[0,1]}]')),
      _ecg_viewer_choose: (_viewer, recording = -1) => void calls.push(`choose ${recording}`),
      _ecg_viewer_open_files: () => (calls.push('open'), 0),
    });
    const viewer = new Viewer(fake.module);
    const files = [{ name: 'z.zip', bytes: new Uint8Array(1) }];
    expect(viewer.recordingsIn(files)).toEqual([{ name: 'd/a.hea', files: [0, 1] }]);
    expect(calls.splice(0)).toEqual(['begin', 'z.zip', 'list']);
    viewer.openFiles(files, {}, 3);
    expect(calls.splice(0)).toEqual(['begin', 'z.zip', 'list', 'choose 3', 'open']);
    viewer.openFiles(files);
    expect(calls).toEqual(['begin', 'z.zip', 'open']);
  });

  test('a status becomes one EcgError with place and hint', () => {
    const fake = fakeModule({
      _ecg_viewer_open_files: () => 1,
      _ecg_viewer_error: () => fake.place('{"code":"truncated","message":"ends early","hint":"copy it again","file":"r.dat","byte_offset":1024}'),
    });
    let caught: unknown;
    try {
      new Viewer(fake.module).openFiles([]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(EcgError);
    expect(caught).toMatchObject({ code: 'truncated', message: 'ends early', hint: 'copy it again', file: 'r.dat', byteOffset: 1024 });
  });

  test('inputs are asked for by name and leave as copies, even when the heap has moved', () => {
    const held: Record<string, number[]> = { beats: [0.5, -1], beat_time: [3] };
    const fake = fakeModule({
      _ecg_viewer_input_json: () => fake.place('{"generation":3,"shapes":{"beats":[1,2],"beat_time":[1]}}'),
      _ecg_viewer_input: (_viewer, name = 0) => {
        new Float32Array(fake.heap.HEAPU8.buffer, 1024).set(held[fake.textAt(name)] ?? []);
        return 1024;
      },
    });
    const input = new Viewer(fake.module).prepareInput();
    fake.heap.HEAPU8.fill(0);
    expect(input).toEqual({
      generation: 3,
      tensors: { beats: { shape: [1, 2], values: Float32Array.of(0.5, -1) }, beat_time: { shape: [1], values: Float32Array.of(3) } },
    });
    expect(fake.heap.held).toBe(0);
  });

  test('an error text that is no JSON still says something', () => {
    expect(EcgError.fromJson('out of memory').message).toBe('out of memory');
    expect(EcgError.fromJson('').message).not.toBe('');
    expect(EcgError.fromJson('null').message).not.toBe('');
  });
});
