// Asks which model is meant, and says of each what it can do.
import type { Model } from '../inference/models';
import { element, make } from './dom';

/** "draws hidden parts · labels: rhythm (5) · 1.0 MB". */
export function factsOfModel({ abilities, bytes, folder }: Model): string {
  const size = bytes > 0 ? [`${(bytes / 1e6).toFixed(1)} MB`] : [];
  return [...abilities, ...size, ...(folder === '' ? ['your own, kept until this page is closed'] : [])].join(' \u00b7 ');
}

function row(model: Model, position: number, current: boolean): HTMLLabelElement {
  const label = make('label', '', { class: 'model' });
  const radio = make('input', '', { type: 'radio', name: 'model', value: String(position) });
  radio.checked = current;
  const text = make('span');
  text.append(make('strong', `${model.name} ${model.version}`.trim()), ...(current ? [make('em', 'in use')] : []), make('small', factsOfModel(model)));
  label.append(radio, text);
  return label;
}

/** Shows the models; the chosen one, or null when the person closes the dialog without an answer. */
export function chooseModel(models: readonly Model[], current: Model | null): Promise<Model | null> {
  const dialog = element('models-dialog', HTMLDialogElement);
  const list = element('models-list', HTMLElement);
  const use = element('models-use', HTMLButtonElement);
  const none = make('p', 'This copy of the page carries no model.');
  list.replaceChildren(...(models.length === 0 ? [none] : models.map((model, i) => row(model, i, model === current))));
  const chosen = (): HTMLInputElement | null => list.querySelector(':checked');
  const update = (): void => void (use.disabled = chosen() === null);
  update();
  list.oninput = update;
  dialog.showModal();
  (chosen() ?? list.querySelector('input') ?? use).focus();
  return new Promise((resolve) => {
    const answer = (model: Model | null): void => {
      dialog.close();
      resolve(model);
    };
    element('models-cancel', HTMLButtonElement).onclick = () => answer(null);
    element('models-open', HTMLButtonElement).onclick = () => {
      answer(null);
      element('picker', HTMLInputElement).click();
    };
    element('models-form', HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      answer(models[Number(chosen()?.value ?? -1)] ?? null);
    };
    // Escape. The event comes late: one of the question before must not end this one.
    dialog.onclose = () => {
      if (!dialog.open) resolve(null);
    };
  });
}
