import { describe, expect, test } from 'vitest';
import { filesNamedByHeader, kMaxBytes, readFiles, selectRecording, walkEntries, type LocalFile } from '../../../web/src/files/recording_files.ts';
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

describe('selectRecording', () => {
  test('takes all files if there is at most one header', async () => {
    const { files, leftOut } = await selectRecording([local('a.hea'), local('other.dat'), local('a.atr')]);
    expect(paths(files)).toEqual(['a.hea', 'other.dat', 'a.atr']);
    expect(leftOut).toBe(0);
  });

  test('leaves out hidden files', async () => {
    expect(paths((await selectRecording([local('x/.DS_Store'), local('x/a.edf')])).files)).toEqual(['x/a.edf']);
  });

  test('of several records takes the first in natural order, with what it names', async () => {
    const header = 'r2 2 500 5000\nsignals.bin 16 1000/mV 16 0 0 0 0 I\nsignals.bin 16 1000/mV 16 0 0 0 0 II\n';
    const dropped = [local('d/r10.hea'), local('d/r10.dat'), local('d/r2.hea', header), local('d/signals.bin'), local('d/r2.atr'), local('e/r2.atr')];
    const { files, leftOut } = await selectRecording(dropped);
    expect(paths(files)).toEqual(['d/r2.hea', 'd/signals.bin', 'd/r2.atr']);
    expect(leftOut).toBe(3);
  });

  test('reads file names from signal lines and skips comments and null segments', () => {
    expect(filesNamedByHeader('# note\r\nrec/2 2 360 100\r\n~ 50\r\nrec_1 50\r\n# end\n')).toEqual(['rec_1']);
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
