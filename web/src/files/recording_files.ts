// From what a person drops or picks to the files of one recording. Nothing is read before it is known
// to belong to that recording, and nothing is kept.
import { EcgError } from '../wasm/ecg_error';
import type { NamedBytes } from '../wasm/viewer';

export interface LocalFile {
  /** Path below what was dropped, with '/' between folders. */
  path: string;
  file: File;
}

export interface Selection {
  files: LocalFile[];
  /** How many files of other recordings were left out. */
  leftOut: number;
}

const kMaxFilesWalked = 5000;
/** A day of three leads at 1 kHz and 16 bits is 518 MB. */
export const kMaxBytes = 1024 * 1024 * 1024;

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function stemOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function isHeader(path: string): boolean {
  return /\.hea$/i.test(path);
}

/** Files a WFDB header names: the first word of each signal line, or of each segment line. */
export function filesNamedByHeader(header: string): string[] {
  const lines = header.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return [...new Set(lines.slice(1).map((line) => line.trim().split(/\s+/)[0] ?? ''))].filter((name) => name !== '' && name !== '~');
}

/**
 * The files of one recording among many. With several WFDB headers the first in natural order wins
 * and takes along what lies beside it under the same name and what it names.
 */
export async function selectRecording(files: readonly LocalFile[]): Promise<Selection> {
  const visible = files.filter(({ path }) => !baseName(path).startsWith('.'));
  const headers = visible.filter(({ path }) => isHeader(path)).sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
  const header = headers[0];
  if (header === undefined || headers.length === 1) return { files: visible, leftOut: 0 };
  const folder = folderOf(header.path);
  const stem = stemOf(header.path);
  const named = filesNamedByHeader(await header.file.text());
  const chosen = visible.filter(({ path }) => {
    if (folderOf(path) !== folder) return false;
    return stemOf(path) === stem || named.includes(baseName(path)) || named.includes(stemOf(path));
  });
  return { files: chosen, leftOut: visible.length - chosen.length };
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
