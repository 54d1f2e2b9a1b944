// What the canvas shows, as HTML: a table of facts and a button for every action. Off screen until the
// keyboard reaches it; always there for screen readers.
import type { ViewerState } from '../wasm/viewer_state';
import { kActionGroups, kSettings, type Action, type Setting } from './actions';
import { element, make } from './dom';

export interface MirrorHandlers {
  run(action: string): void;
}

type Fact = readonly [name: string, value: string];

function number(value: number, digits: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function recordingFacts(state: ViewerState): Fact[] {
  const recording = state.recording;
  if (recording === null) return [['Recording', 'none open']];
  return [
    ['Recording', recording.example ? `${recording.record} (simulated example)` : recording.record],
    ['Format', recording.format],
    ['Sampling rate', `${number(recording.sampling_rate_hz, 3)} Hz`],
    ['Duration', `${number(recording.duration_s, 2)} s`],
    ['Leads', recording.leads.join(', ')],
    ['Warnings', recording.warnings.length === 0 ? 'none' : recording.warnings.join(' ')],
  ];
}

/** Lines of "Measured here"; what was not found says why, as sight cannot hover. */
function measuredFacts({ measured }: ViewerState): Fact[] {
  if (measured === null || measured === undefined) return [];
  const facts = measured.facts.map(({ name, value, explanation, found }): Fact => [`Measured: ${name}`, found ? value : `${value}. ${explanation}`]);
  if (measured.doubts.length > 0) facts.push(['Measured with doubt', measured.doubts.join(' ')]);
  return facts;
}

function viewFacts({ mode, view }: ViewerState): Fact[] {
  return [
    ['Mode', mode],
    ['Paper speed', `${number(view.speed_mm_per_s, 2)} mm/s`],
    ['Gain', `${number(view.gain_mm_per_mv, 2)} mm/mV`],
    ['Filter', view.filter],
    ['Layout', view.layout],
    ['Scale', view.to_scale ? 'true scale' : 'not to scale'],
  ];
}

function encoderFacts({ mode, encoder }: ViewerState): Fact[] {
  if (mode !== 'encode') return [];
  const facts: Fact[] = [
    ['Model', encoder.model || 'none'],
    ['Encoder', encoder.detail ? `${encoder.status}: ${encoder.detail}` : encoder.status],
  ];
  if (encoder.reconstructs) facts.push(['Hidden parts', `${encoder.masked_tokens} of ${encoder.tokens}, ${encoder.mask_by_hand ? 'by hand' : `seed ${encoder.seed}`}`]);
  if (encoder.problem) facts.push(['Problem', encoder.problem]);
  if (encoder.mean_error !== null) facts.push(['Mean error where hidden', `${number(encoder.mean_error, 3)} mV`]);
  if (encoder.elapsed_ms !== null) facts.push(['Time taken', `${number(encoder.elapsed_ms, 1)} ms`]);
  if (encoder.embedding_norm !== null) facts.push(['Embedding', `norm ${number(encoder.embedding_norm, 2)}`]);
  for (const { name, sentences, probability } of encoder.labels ?? []) {
    const what = sentences ? `compared with ${sentences}` : 'guess of the model';
    facts.push([`${name} (${what}, not a diagnosis)`, `${number(100 * probability, 0)} %`]);
  }
  return facts;
}

/** The facts of the mirror's table, in reading order. */
export function factsOf(state: ViewerState): Fact[] {
  return [...recordingFacts(state), ...measuredFacts(state), ...viewFacts(state), ...encoderFacts(state)];
}

/** One sentence on what the canvas shows, for its role="img" name. */
export function summaryOf(state: ViewerState): string {
  const recording = state.recording;
  if (recording === null) return 'ECG viewer; no recording open.';
  const { speed_mm_per_s, gain_mm_per_mv, filter, layout, to_scale } = state.view;
  return (
    `ECG on paper: ${recording.record}, ${recording.leads.length} leads, ${number(recording.duration_s, 2)} s, layout ${layout}, ` +
    `${number(speed_mm_per_s, 2)} mm/s, ${number(gain_mm_per_mv, 2)} mm/mV, ${filter}, ${to_scale ? 'true scale' : 'not to scale'}.`
  );
}

export class Mirror {
  private readonly table = element('mirror-facts', HTMLElement);
  private readonly canvas = element('canvas', HTMLCanvasElement);
  private readonly needRecording: (HTMLButtonElement | HTMLInputElement)[] = [];
  private shown = '';

  constructor(handlers: MirrorHandlers) {
    const panel = element('mirror-actions', HTMLElement);
    for (const { title, actions } of kActionGroups) {
      const group = make('div', '', { role: 'group', 'aria-label': title, class: 'mirror-group' });
      group.append(make('span', title, { class: 'mirror-group-title', 'aria-hidden': 'true' }), ...actions.map((action) => this.button(action, handlers)));
      panel.append(group);
    }
    const settings = make('div', '', { role: 'group', 'aria-label': 'Settings', class: 'mirror-settings' });
    settings.append(...kSettings.map((setting) => this.field(setting, handlers)));
    panel.append(settings);
  }

  update(state: ViewerState): void {
    const facts = factsOf(state);
    const text = JSON.stringify(facts);
    if (text === this.shown) return;
    this.shown = text;
    this.table.replaceChildren(
      ...facts.map(([name, value]) => {
        const row = make('tr');
        row.append(make('th', name, { scope: 'row' }), make('td', value));
        return row;
      }),
    );
    this.canvas.setAttribute('aria-label', summaryOf(state));
    for (const control of this.needRecording) control.disabled = state.recording === null;
  }

  private button(action: Action, handlers: MirrorHandlers): HTMLButtonElement {
    const made = make('button', action.label, { type: 'button', 'data-action': action.action });
    if (action.key !== undefined) made.append(' ', make('kbd', action.key));
    made.addEventListener('click', () => handlers.run(action.action));
    if (action.needsRecording) {
      made.disabled = true;
      this.needRecording.push(made);
    }
    return made;
  }

  private field({ action, label, min, max, step }: Setting, handlers: MirrorHandlers): HTMLLabelElement {
    const field = make('label', label);
    const input = make('input', '', { type: 'number', min: String(min), max: String(max), step: String(step), 'data-action': action });
    input.disabled = true;
    input.addEventListener('change', () => {
      if (input.value !== '') handlers.run(`${action}:${input.value}`);
    });
    this.needRecording.push(input);
    field.append(input);
    return field;
  }
}
