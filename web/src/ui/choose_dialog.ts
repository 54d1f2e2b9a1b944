// Asks which of several recordings is meant.
import { element, make } from './dom';

/** From here on finding a name is quicker than looking through the list. */
const kManyNames = 12;

/** What distinguishes the names: without the folder that all lie in, and without an ending that all have. */
export function shortNames(names: readonly string[]): string[] {
  const [first = ''] = names;
  const folders = first.split('/').slice(0, -1);
  while (folders.length > 0 && !names.every((name) => name.startsWith(`${folders.join('/')}/`))) folders.pop();
  const begin = folders.length === 0 ? 0 : folders.join('/').length + 1;
  const ending = /\.[^./]+$/.exec(first)?.[0] ?? '';
  const end = names.every((name) => name.endsWith(ending)) ? ending.length : 0;
  return names.map((name) => name.slice(begin, name.length - end));
}

/** Shows the names; their position, or null when the person closes the dialog without an answer. */
export function chooseRecording(names: readonly string[]): Promise<number | null> {
  const dialog = element('choose-dialog', HTMLDialogElement);
  const list = element('choose-list', HTMLSelectElement);
  const find = element('choose-find', HTMLInputElement);
  const open = element('choose-open', HTMLButtonElement);
  const shown = shortNames(names);
  const fill = (): void => {
    const wanted = find.value.trim().toLowerCase();
    const options = shown.flatMap((name, i) => (name.toLowerCase().includes(wanted) ? [make('option', name, { value: String(i) })] : []));
    list.replaceChildren(...options);
    list.selectedIndex = 0;
    open.disabled = options.length === 0;
    element('choose-count', HTMLElement).textContent = options.length === names.length ? '' : `${options.length} of ${names.length}`;
  };
  element('choose-intro', HTMLElement).textContent = `These files hold ${names.length} recordings. One is shown at a time.`;
  element('choose-find-row', HTMLElement).hidden = names.length < kManyNames;
  find.value = '';
  fill();
  find.oninput = fill;
  dialog.showModal();
  list.focus();
  return new Promise((resolve) => {
    const answer = (position: number | null): void => {
      dialog.close();
      resolve(position);
    };
    const take = (): void => {
      if (list.value !== '') answer(Number(list.value));
    };
    element('choose-cancel', HTMLButtonElement).onclick = () => answer(null);
    element('choose-form', HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      take();
    };
    list.ondblclick = take;
    // In a list Enter sends no form.
    list.onkeydown = (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      take();
    };
    // Escape. The event comes late: one of the question before must not end this one.
    dialog.onclose = () => {
      if (!dialog.open) resolve(null);
    };
  });
}
