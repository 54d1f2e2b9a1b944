import { describe, expect, test } from 'vitest';
import { isArchive, kMaxBytes, readBeginnings, readFiles, visibleFiles, walkEntries, type LocalFile } from '../../../web/src/files/recording_files.ts';
import type { EcgError } from '../../../web/src/wasm/ecg_error.ts';

function local(path: string, text = ''): LocalFile {
  return { path, file: new File([text], path.slice(path.lastIndexOf('/') + 1)) };
}

const paths = (files: readonly LocalFile[]): string[] => files.map(({ path }) => path);

/** A file system entry as a drop gives it; folders hand out their children in two parts. */
function entry(path: string, children?: FileSystemEntry[]): FileSystemEntry {
  if (children === undefined) {
    return { isFile: true, isDirectory: false, fullPath: path, file: (done: (file: File) => void) => done(local(path, path).file) } as unknown as FileSystemEntry;
  }
  return {
    isFile: false,
    isDirectory: true,
    fullPath: path,
    createReader: () => {
      const parts = [children.slice(0, 1), children.slice(1), []].filter((part, i) => part.length > 0 || i === 2);
      return { readEntries: (done: (entries: FileSystemEntry[]) => void) => done(parts.shift() ?? []) };
    },
  } as unknown as FileSystemEntry;
}

describe('walkEntries', () => {
  test('finds every file below a folder, however the browser hands them out', async () => {
    const tree = entry('/records', [entry('/records/a.hea'), entry('/records/deep', [entry('/records/deep/b.dat')]), entry('/records/a.dat')]);
    expect(paths(await walkEntries([tree, entry('/c.txt')])).sort()).toEqual(['c.txt', 'records/a.dat', 'records/a.hea', 'records/deep/b.dat']);
  });

  test('stops at an unreasonable number of files', async () => {
    const tree = entry('/many', Array.from({ length: 6000 }, (_, i) => entry(`/many/${i}`)));
    await expect(walkEntries([tree])).rejects.toMatchObject({ code: 'too_many_files' });
  });
});

describe('what was opened', () => {
  test('hidden files do not count', () => {
    expect(paths(visibleFiles([local('x/.DS_Store'), local('x/a.edf')]))).toEqual(['x/a.edf']);
  });

  test('beginnings are short, carry the whole path, and are empty where a file cannot be read', async () => {
    const gone = { path: 'gone.dat', file: { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('moved')) }) } as unknown as File };
    const [long, short, lost] = await readBeginnings([local('d/long.dat', 'x'.repeat(100_000)), local('d/a.hea', 'a 1 500'), gone]);
    expect(long).toMatchObject({ name: 'd/long.dat' });
    expect(long?.bytes.length).toBe(16_384);
    expect(new TextDecoder().decode(short?.bytes)).toBe('a 1 500');
    expect(lost?.bytes.length).toBe(0);
  });

  test('archives are known by their first bytes, also empty and split ones', () => {
    const begins = (...bytes: number[]): boolean => isArchive({ name: 'x', bytes: Uint8Array.from(bytes) });
    for (const kind of [[3, 4], [5, 6], [7, 8]]) expect(begins(0x50, 0x4b, ...kind)).toBe(true);
    expect(begins(0x50, 0x4b)).toBe(false);
    expect(begins(0x50, 0x4b, 0x20, 0x20)).toBe(false);
    expect(begins()).toBe(false);
  });
});

describe('readFiles', () => {
  test('hands over plain names and bytes', async () => {
    const [file] = await readFiles([local('folder/a.hea', 'abc')]);
    expect(file?.name).toBe('a.hea');
    expect([...(file?.bytes ?? [])]).toEqual([97, 98, 99]);
  });

  test('says what to do when there is nothing', async () => {
    const error = await readFiles([]).catch((thrown: EcgError) => thrown);
    expect(error).toMatchObject({ code: 'no_files' });
    expect((error as EcgError).hint).not.toBe('');
  });

  test('refuses more than it can hold before reading a byte', async () => {
    const huge = { path: 'huge.dat', file: { size: kMaxBytes + 1, name: 'huge.dat', arrayBuffer: () => { throw new Error('read'); } } as unknown as File };
    await expect(readFiles([huge])).rejects.toMatchObject({ code: 'too_large' });
  });

  test('a file that cannot be read is named', async () => {
    const gone = { path: 'gone.dat', file: { size: 1, name: 'gone.dat', arrayBuffer: () => Promise.reject(new Error('moved')) } as unknown as File };
    await expect(readFiles([gone])).rejects.toMatchObject({ code: 'unreadable', file: 'gone.dat' });
  });
});
