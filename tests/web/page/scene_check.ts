// Compares what the viewer draws with samples decoded elsewhere.
import { expect } from 'vitest';
import type { SceneStrip, ViewerScene } from '../../../web/src/wasm/viewer_state.ts';
import type { Fixture } from './wfdb_fixture.ts';

const kCountsPerMv = 1000;

interface Drawn {
  sample: number;
  counts: number;
}

/** The points of one strip as sample numbers and counts, by the scene's own mapping. */
function drawnSamples(scene: ViewerScene, index: number, strip: SceneStrip, rateHz: number): Drawn[] {
  return scene.lines
    .filter((line) => line.kind === 'trace' && line.strip === index)
    .flatMap((line) => line.points)
    .map(([x, y]) => ({
      sample: (strip.begin_s + (x - strip.x_mm) / strip.speed_mm_per_s) * rateHz,
      counts: ((strip.y_mm - y) / strip.gain_mm_per_mv) * kCountsPerMv,
    }));
}

/** Every drawn point must be a sample of the file, to half a count and a tenth of a sample. */
function expectSamples(drawn: readonly Drawn[], counts: Int16Array): void {
  let worst = 0;
  for (const point of drawn) {
    const sample = Math.round(point.sample);
    expect(Math.abs(point.sample - sample)).toBeLessThan(0.1);
    worst = Math.max(worst, Math.abs(point.counts - (counts[sample] ?? NaN)));
  }
  expect(worst).toBeLessThan(0.5);
}

/** No sample of the strip may reach beyond what is drawn within two pixels of it. */
function expectEnvelope(drawn: readonly Drawn[], counts: Int16Array, strip: SceneStrip, rateHz: number, pxPerMm: number): void {
  const reach = Math.max(1, Math.ceil((2 * rateHz) / (strip.speed_mm_per_s * pxPerMm)));
  const begin = Math.ceil(strip.begin_s * rateHz - 1e-6);
  const end = Math.min(Math.ceil(strip.end_s * rateHz - 1e-6), counts.length);
  let from = 0;
  for (let s = begin; s < end; s++) {
    while (from < drawn.length && (drawn[from]?.sample ?? 0) < s - reach) from++;
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i < drawn.length && (drawn[i]?.sample ?? 0) <= s + reach; i++) {
      low = Math.min(low, drawn[i]?.counts ?? NaN);
      high = Math.max(high, drawn[i]?.counts ?? NaN);
    }
    const value = counts[s] ?? NaN;
    if (value < low - 0.5 || value > high + 0.5) throw new Error(`sample ${s} of ${strip.name} is ${value} counts, drawn are ${low} to ${high}`);
  }
}

/** The whole scene against the decoded record; returns how many points were compared. */
export function expectSceneShows(scene: ViewerScene, record: Fixture): number {
  let compared = 0;
  const shown = new Set<number>();
  scene.strips.forEach((strip, index) => {
    if (strip.lead === null) return;
    const counts = record.counts[strip.lead];
    if (counts === undefined) throw new Error(`strip ${strip.name} shows row ${strip.lead}, which the record lacks`);
    expect(strip.name.toUpperCase().replace(/^-/, '')).toBe(record.leads[strip.lead]?.toUpperCase());
    const drawn = drawnSamples(scene, index, strip, record.rateHz);
    expect(drawn.length).toBeGreaterThan(100);
    expectSamples(drawn, counts);
    expectEnvelope(drawn, counts, strip, record.rateHz, scene.px_per_mm);
    compared += drawn.length;
    shown.add(strip.lead);
  });
  expect(shown.size).toBe(record.leads.length);
  return compared;
}
