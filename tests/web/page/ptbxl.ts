// A raw PTB-XL record, decoded here independently of Einthoven's readers.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Fixture } from './wfdb_fixture.ts';

const kData = process.env['EINTHOVEN_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data');
const kRecord = join(kData, 'ptbxl/records500/00000/00001_hr');

/** null where the real ECGs are absent. */
export function ptbxlRecord(): Fixture | null {
  if (!existsSync(`${kRecord}.hea`)) return null;
  const header = readFileSync(`${kRecord}.hea`);
  const dat = readFileSync(`${kRecord}.dat`);
  const [first = '', ...lines] = header.toString('latin1').trim().split(/\r?\n/);
  const [, leadCount = 0, rateHz = 0, samples = 0] = first.split(/\s+/).map(Number);
  const leads = lines.slice(0, leadCount).map((line) => line.split(/\s+/).at(-1) ?? '');
  // Format 16: little-endian 16-bit, interleaved; this record has 1000 counts per mV and baseline 0.
  if (!lines.slice(0, leadCount).every((line) => /\.dat 16 1000(\.0)?(\(0\))?\/mV /.test(line))) throw new Error(`unexpected header: ${header}`);
  const counts = leads.map((_, lead) => Int16Array.from({ length: samples }, (_unused, s) => dat.readInt16LE((s * leadCount + lead) * 2)));
  return { files: [{ name: '00001_hr.hea', bytes: header }, { name: '00001_hr.dat', bytes: dat }], leads, rateHz, counts };
}
