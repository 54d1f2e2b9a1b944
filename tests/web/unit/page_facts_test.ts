import { describe, expect, test } from 'vitest';
import { factsOf, summaryOf } from '../../../web/src/ui/mirror.ts';
import { isProgramFile } from '../../../web/src/ui/network_watch.ts';
import { shortNames } from '../../../web/src/ui/choose_dialog.ts';
import { consequenceOf, introOf, stepsPerMv } from '../../../web/src/ui/facts_dialog.ts';
import { placeOf, sentence } from '../../../web/src/ui/error_dialog.ts';
import { EcgError } from '../../../web/src/wasm/ecg_error.ts';
import type { ViewerState } from '../../../web/src/wasm/viewer_state.ts';

const kState: ViewerState = {
  recording: { record: 'r1', format: 'WFDB', sampling_rate_hz: 500, samples: 5000, duration_s: 10, leads: ['I', 'II'], warnings: [], example: false },
  mode: 'encode',
  view: { speed_mm_per_s: 25, gain_mm_per_mv: 10, filter: 'none', layout: '3x4+1', to_scale: true },
  encoder: { status: 'ready', detail: 'demo (int8) passed its self-check.', mask_ratio: 0.5, seed: 7, masked_tokens: 130, tokens: 240, mean_error: 0.0456, elapsed_ms: 21.23, embedding_norm: 9.8 },
  frames: 3,
};

describe('mirror', () => {
  test('says the facts with their units', () => {
    const facts = new Map(factsOf(kState));
    expect(facts.get('Sampling rate')).toBe('500 Hz');
    expect(facts.get('Gain')).toBe('10 mm/mV');
    expect(facts.get('Mean error where hidden')).toBe('0.046 mV');
    expect(facts.get('Time taken')).toBe('21.2 ms');
  });

  test('says what was measured, and why something was not', () => {
    const facts = [
      { name: 'PR', value: '164 ms', explanation: 'How.', found: true },
      { name: 'P axis', value: 'not found', explanation: 'No P wave.', found: false },
    ];
    const said = new Map(factsOf({ ...kState, measured: { facts, doubts: ['Wide QRS.', 'Fast.'], duration_s: 10 } }));
    expect(said.get('Measured: PR')).toBe('164 ms');
    expect(said.get('Measured: P axis')).toBe('not found. No P wave.');
    expect(said.get('Measured with doubt')).toBe('Wide QRS. Fast.');
    expect(factsOf(kState).some(([name]) => name.startsWith('Measured'))).toBe(false);
  });

  test('says what a model has to say: hidden parts only of one that draws them, sentences where it compares', () => {
    const labels = [{ task: 't', name: 'MI', sentences: '\u201cold infarct\u201d', probability: 0.093 }, { task: 'r', name: 'SR', sentences: '', probability: 0.9 }];
    const said = new Map(factsOf({ ...kState, encoder: { ...kState.encoder, model: 'm 1', reconstructs: true, labels } }));
    expect(said.get('Model')).toBe('m 1');
    expect(said.get('Hidden parts')).toBe('130 of 240, seed 7');
    const painted = new Map(factsOf({ ...kState, encoder: { ...kState.encoder, reconstructs: true, mask_by_hand: true } }));
    expect(painted.get('Hidden parts')).toBe('130 of 240, by hand');
    expect(said.get('MI (compared with \u201cold infarct\u201d, not a diagnosis)')).toBe('9 %');
    expect(said.get('SR (guess of the model, not a diagnosis)')).toBe('90 %');
    const without = new Map(factsOf({ ...kState, encoder: { ...kState.encoder, reconstructs: false, mean_error: null } }));
    expect(without.has('Hidden parts')).toBe(false);
    expect(without.get('Embedding')).toBe('norm 9.8');
  });

  test('leaves the encoder out where it is not shown', () => {
    expect(factsOf({ ...kState, mode: 'read' }).map(([name]) => name)).not.toContain('Encoder');
  });

  test('sums the picture up in a sentence', () => {
    expect(summaryOf(kState)).toBe('ECG on paper: r1, 2 leads, 10 s, layout 3x4+1, 25 mm/s, 10 mm/mV, none, true scale.');
    expect(summaryOf({ ...kState, recording: null })).toMatch(/no recording/);
  });
});

describe('network watch', () => {
  const page = 'http://localhost:8080/einthoven/';
  test.each([['assets/index-abc.js'], ['models/demo/model.json'], ['http://localhost:8080/einthoven/assets/a.wasm'], ['blob:http://localhost:8080/1234']])('%s is the program', (address) => {
    expect(isProgramFile(address, page)).toBe(true);
  });
  test.each([['https://elsewhere.example/a.js'], ['http://localhost:8081/einthoven/a.js'], ['http://localhost:8080/other/a.js'], ['assets/a.js?patient=1']])('%s counts', (address) => {
    expect(isProgramFile(address, page)).toBe(false);
  });
});

describe('error dialog', () => {
  test('says as much of the place as is known', () => {
    expect(placeOf(new EcgError('x', { file: 'r.dat', byteOffset: 1024 }))).toBe('r.dat, at byte 1,024');
    expect(placeOf(new EcgError('x', { byteOffset: 0 }))).toBe('at byte 0');
    expect(placeOf(new EcgError('x', { file: 'r.hea' }))).toBe('r.hea');
    expect(placeOf(new EcgError('x'))).toBe('');
  });

  test('writes sentences', () => {
    expect(sentence('the file is empty')).toBe('The file is empty.');
    expect(sentence('Copy it again.')).toBe('Copy it again.');
    expect(sentence('asks for "a" (a.hea)')).toBe('Asks for "a" (a.hea).');
    expect(sentence('model.json: format is 5')).toBe('model.json: format is 5.');
    expect(sentence('')).toBe('');
  });
});

describe('what a table does not say', () => {
  const both = { rate: true, unit: true, leads: 2, samples: 5000, largest: 1043 };

  test('is named, with what the table holds', () => {
    expect(introOf('a.csv', both)).toBe('a.csv holds 2 leads of 5,000 samples, but says neither how many samples a second has nor the unit. Nothing is guessed.');
    expect(introOf('a.csv', { ...both, leads: 1, unit: false })).toContain('1 lead of 5,000 samples, but says not how many samples');
    expect(introOf('a.csv', { ...both, rate: false })).toContain('says not the unit');
  });

  test('shows what an answer would make of it', () => {
    expect(consequenceOf(both, 500, stepsPerMv('uV', ''))).toBe('The recording is then 10 s long and reaches up to 1.04 mV. ECGs seldom reach 5 mV.');
    expect(consequenceOf(both, 500, NaN)).toContain('then 10 s long.');
    expect(consequenceOf({ ...both, rate: false }, 500, 1)).toContain('then up to 1,040 mV');
    expect(consequenceOf(both, 0, NaN)).toBe('');
  });

  test('counts become a unit once their number is known', () => {
    expect(stepsPerMv('counts', '200')).toBe(200);
    for (const open of [stepsPerMv('counts', ''), stepsPerMv('counts', '-1'), stepsPerMv('', '5')]) expect(open).toBeNaN();
  });
});

describe('names of several recordings', () => {
  test('are told apart by what differs', () => {
    expect(shortNames(['ptb/00/00001_lr.hea', 'ptb/00/00002_lr.hea'])).toEqual(['00001_lr', '00002_lr']);
    expect(shortNames(['ptb/00/1.hea', 'ptb/01/1.hea'])).toEqual(['00/1', '01/1']);
    expect(shortNames(['a.edf', 'a.hea'])).toEqual(['a.edf', 'a.hea']);
    expect(shortNames(['d/a', 'd.x/b'])).toEqual(['d/a', 'd.x/b']);
    expect(shortNames(['p1/a.hea', 'p10/b.hea'])).toEqual(['p1/a', 'p10/b']);
    expect(shortNames([])).toEqual([]);
  });
});
