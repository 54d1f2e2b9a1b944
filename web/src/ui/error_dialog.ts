import type { EcgError } from '../wasm/ecg_error';
import { element } from './dom';

function show(id: string, text: string): void {
  const target = element(id, HTMLElement);
  target.textContent = text;
  target.hidden = text === '';
}

/** The text as a sentence: capital letter unless it begins with a file's name, full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const begin = /^\w+\.\w/.test(trimmed) ? trimmed.charAt(0) : trimmed.charAt(0).toUpperCase();
  return begin + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
}

/** "at byte 1,024 of rec.dat", as much of it as is known. */
export function placeOf(error: EcgError): string {
  const file = error.file === '' ? '' : error.file;
  if (error.byteOffset === null) return file;
  const byte = `at byte ${error.byteOffset.toLocaleString('en-US')}`;
  return file === '' ? byte : `${file}, ${byte}`;
}

/** What could be seen in the files, folded away: most people need the hint only. */
function showFound(found: readonly string[]): void {
  const kMost = 40;
  element('error-found', HTMLDetailsElement).hidden = found.length === 0;
  const lines = found.slice(0, kMost);
  if (found.length > kMost) lines.push(`and ${found.length - kMost} more`);
  element('error-found-list', HTMLUListElement).replaceChildren(
    ...lines.map((text) => {
      const line = document.createElement('li');
      line.textContent = text;
      return line;
    }),
  );
}

/** Shows what went wrong, where, and what to do; returns when the person has closed it. */
export function showError(title: string, error: EcgError): Promise<void> {
  const dialog = element('error-dialog', HTMLDialogElement);
  show('error-title', title);
  show('error-message', sentence(error.message));
  show('error-place', placeOf(error));
  show('error-hint', sentence(error.hint));
  showFound(error.found);
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(), { once: true }));
}
