// From what a person drops or picks to bytes. Of many files only the beginnings are read until it is known
// which recording is meant; nothing is kept.
import { EcgError } from '../wasm/ecg_error';
import type { NamedBytes } from '../wasm/viewer';

export interface LocalFile {
  /** Path below what was dropped, with '/' between folders. */
  path: string;
  file: File;
}

const kMaxFilesWalked = 5000;
/** Of each file, until it is known which recording is meant; WFDB headers are shorter. */
const kBeginning = 16 * 1024;
/** A day of three leads at 1 kHz and 16 bits is 518 MB. */
export const kMaxBytes = 1024 * 1024 * 1024;

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Files that a person means: hidden ones (".DS_Store") come along by themselves. */
export function visibleFiles(files: readonly LocalFile[]): LocalFile[] {
  return files.filter(({ path }) => !baseName(path).startsWith('.'));
}

/** The beginning of every file, under its whole path: enough to tell which recordings there are. Files
 *  that cannot be read are empty here; reading them in earnest says why. */
export function readBeginnings(files: readonly LocalFile[]): Promise<NamedBytes[]> {
  return Promise.all(
    files.map(async ({ path, file }) => ({ name: path, bytes: new Uint8Array(await file.slice(0, kBeginning).arrayBuffer().catch(() => new ArrayBuffer(0))) })),
  );
}

/** Whether this is an archive, whose directory of files stands at its end. */
export function isArchive({ bytes }: NamedBytes): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 0) < 8 && (bytes[2] ?? 0) % 2 === 1;
}

/** Reads the files into memory; throws an EcgError for too much, nothing, or a file that cannot be read. */
export async function readFiles(files: readonly LocalFile[]): Promise<NamedBytes[]> {
  if (files.length === 0) {
    throw new EcgError('There was no file in what you dropped.', { code: 'no_files', hint: 'Drop the files of one recording, for example a .hea and its .dat.' });
  }
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  if (total > kMaxBytes) {
    throw new EcgError(`These files hold ${Math.round(total / 2 ** 20)} MB; the page takes ${kMaxBytes / 2 ** 20} MB at a time.`, {
      code: 'too_large',
      hint: 'Open the files of a single recording.',
    });
  }
  return Promise.all(files.map(readFile));
}

async function readFile({ path, file }: LocalFile): Promise<NamedBytes> {
  try {
    return { name: baseName(path), bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch {
    throw new EcgError('The browser could not read this file.', {
      code: 'unreadable',
      file: baseName(path),
      hint: 'It may have been moved, or you may lack the permission to read it. Open it again.',
    });
  }
}

export function filesFromList(list: Iterable<File>): LocalFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Files of a drop, folders walked. Must be called inside the drop event: the list is empty later. */
export function filesFromDrop(transfer: DataTransfer): Promise<LocalFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null).filter((entry) => entry !== null);
  if (entries.length === 0) return Promise.resolve(filesFromList(transfer.files));
  return walkEntries(entries);
}

/** Every file below these entries, breadth first; stops with an error at an unreasonable number. */
export async function walkEntries(entries: readonly FileSystemEntry[]): Promise<LocalFile[]> {
  const found: LocalFile[] = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
    if (entry.isFile) found.push(await fileOfEntry(entry as FileSystemFileEntry));
    else waiting.push(...(await childrenOf(entry as FileSystemDirectoryEntry)));
    if (found.length + waiting.length > kMaxFilesWalked) {
      throw new EcgError(`This folder holds more than ${kMaxFilesWalked} files.`, { code: 'too_many_files', hint: 'Drop the files of one recording instead.' });
    }
  }
  return found;
}

function fileOfEntry(entry: FileSystemFileEntry): Promise<LocalFile> {
  return new Promise((resolve, reject) => {
    entry.file((file) => resolve({ path: entry.fullPath.replace(/^\//, ''), file }), reject);
  });
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // readEntries() hands out at most a hundred at a time and ends with an empty list.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}
