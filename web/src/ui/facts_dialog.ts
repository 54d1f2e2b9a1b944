// Asks for what a table of numbers does not say of itself: its sampling rate and its unit.
import type { Unstated } from '../wasm/ecg_error';
import type { StatedFacts } from '../wasm/viewer';
import { element } from './dom';

/** "The table holds 2 leads of 5,000 samples. It does not state ..." */
export function introOf(file: string, unstated: Unstated): string {
  const lacks = unstated.rate && unstated.unit ? 'neither how many samples a second has nor the unit' : unstated.rate ? 'not how many samples a second has' : 'not the unit';
  const leads = unstated.leads === 1 ? '1 lead' : `${unstated.leads} leads`;
  return `${file} holds ${leads} of ${unstated.samples.toLocaleString('en-US')} samples, but says ${lacks}. Nothing is guessed.`;
}

/** How many steps of the unit are one millivolt; NaN where the person has yet to say. */
export function stepsPerMv(unit: string, countsPerMv: string): number {
  const known: Readonly<Record<string, number>> = { mV: 1, uV: 1000, V: 0.001 };
  const steps = known[unit] ?? (unit === 'counts' && countsPerMv !== '' ? Number(countsPerMv) : NaN);
  return steps > 0 ? steps : NaN;
}

/** What the answer makes of the table, so that a wrong one shows: "10 s; up to 1.04 mV". */
export function consequenceOf(unstated: Unstated, rateHz: number, steps: number): string {
  const parts: string[] = [];
  if (unstated.rate && rateHz > 0) parts.push(`${(unstated.samples / rateHz).toLocaleString('en-US', { maximumSignificantDigits: 4 })} s long`);
  if (unstated.unit && steps > 0) parts.push(`up to ${(unstated.largest / steps).toLocaleString('en-US', { maximumSignificantDigits: 3 })} mV`);
  if (parts.length === 0) return '';
  return `The recording is then ${parts.join(' and reaches ')}. ECGs seldom reach 5 mV.`;
}

/** Shows the dialog; null when the person closes it without an answer. */
export function askForFacts(file: string, unstated: Unstated): Promise<StatedFacts | null> {
  const dialog = element('facts-dialog', HTMLDialogElement);
  const rate = element('facts-rate', HTMLInputElement);
  const unit = element('facts-unit', HTMLSelectElement);
  const counts = element('facts-counts', HTMLInputElement);
  const update = (): void => {
    counts.disabled = !unstated.unit || unit.value !== 'counts';
    element('facts-counts-row', HTMLElement).hidden = counts.disabled;
    element('facts-consequence', HTMLElement).textContent = consequenceOf(unstated, Number(rate.value), stepsPerMv(unit.value, counts.value));
  };
  element('facts-intro', HTMLElement).textContent = introOf(file, unstated);
  // A field that is not asked for must not keep the form from being sent.
  for (const [field, wanted] of [[rate, unstated.rate], [unit, unstated.unit]] as const) {
    field.disabled = !wanted;
    element(`${field.id}-row`, HTMLElement).hidden = !wanted;
    field.value = '';
  }
  counts.value = '';
  update();
  dialog.oninput = update;
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = (stated: StatedFacts | null): void => {
      dialog.close();
      resolve(stated);
    };
    // Cancel is no submit button: of those, Enter presses the first.
    element('facts-cancel', HTMLButtonElement).onclick = () => answer(null);
    element('facts-form', HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      const stated: StatedFacts = {};
      if (unstated.rate) stated.samplingRateHz = Number(rate.value);
      if (unstated.unit) stated.unit = unit.value === 'counts' ? `${counts.value}/mV` : unit.value;
      answer(stated);
    };
    // Escape. The event comes late: one of the question before must not end this one.
    dialog.onclose = () => {
      if (!dialog.open) resolve(null);
    };
  });
}
