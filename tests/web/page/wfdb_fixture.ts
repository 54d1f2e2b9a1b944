// A WFDB record made here, of numbers only: what a test opens is nobody's ECG.

export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

export interface Fixture {
  files: NamedBytes[];
  leads: string[];
  rateHz: number;
  /** counts[lead][sample]; 1000 counts are 1 mV. */
  counts: Int16Array[];
}

const kLeads = ['I', 'II', 'III', 'AVR', 'AVL', 'AVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** A beat-like bump a second, different in every lead; limb leads obey II = I + III exactly. */
function limbValue(lead: 0 | 1, t: number): number {
  const within = t - Math.floor(t);
  const bump = (centre: number, width: number, height: number): number => height * Math.exp(-(((within - centre) / width) ** 2) / 2);
  const r = lead === 0 ? 600 : 1100;
  return Math.round(bump(0.3, 0.025, r / 8) + bump(0.46, 0.012, r) - bump(0.485, 0.012, r / 4) + bump(0.72, 0.05, r / 4));
}

function leadValues(t: number): number[] {
  const i = limbValue(0, t);
  const ii = limbValue(1, t);
  const chest = [-0.6, -0.3, 0.4, 0.9, 1, 0.8].map((scale) => Math.round(scale * ii));
  return [i, ii, ii - i, Math.round(-(i + ii) / 2), Math.round(i - ii / 2), Math.round(ii - i / 2), ...chest];
}

export function makeFixture({ rateHz = 500, seconds = 10, name = 'made' } = {}): Fixture {
  const samples = rateHz * seconds;
  const counts = kLeads.map(() => new Int16Array(samples));
  const dat = new DataView(new ArrayBuffer(samples * kLeads.length * 2));
  for (let s = 0; s < samples; s++) {
    leadValues(s / rateHz).forEach((value, lead) => {
      counts[lead]![s] = value;
      dat.setInt16((s * kLeads.length + lead) * 2, value, true);
    });
  }
  const lines = kLeads.map((lead, row) => `${name}.dat 16 1000/mV 16 0 ${counts[row]![0]} ${checksum(counts[row]!)} 0 ${lead}`);
  const header = [`${name} ${kLeads.length} ${rateHz} ${samples}`, ...lines, ''].join('\n');
  return {
    files: [{ name: `${name}.hea`, bytes: new TextEncoder().encode(header) }, { name: `${name}.dat`, bytes: new Uint8Array(dat.buffer) }],
    leads: kLeads, rateHz, counts,
  };
}

/** WFDB's checksum: the sum of all samples as a signed 16-bit number. */
function checksum(counts: Int16Array): number {
  return counts.reduce((sum, value) => (sum + value) | 0, 0) << 16 >> 16;
}
