// Archives as a person's own program would make them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NamedBytes } from './wfdb_fixture.ts';

/** An archive of the files, made by Python's zipfile. */
export function zipped(files: readonly NamedBytes[]): NamedBytes {
  const folder = mkdtempSync(join(tmpdir(), 'zipped-'));
  try {
    for (const { name, bytes } of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    execFileSync('python3', ['-m', 'zipfile', '-c', 'all.zip', ...new Set(files.map(({ name }) => name.split('/')[0] ?? name))], { cwd: folder });
    return { name: 'all.zip', bytes: new Uint8Array(readFileSync(join(folder, 'all.zip'))) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
