// The two ways in: dropping files anywhere on the window, and the file picker.
import { filesFromDrop, filesFromList, type LocalFile } from '../files/recording_files';
import { element } from './dom';

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Makes the whole window a drop zone for files, with a highlight while something is over it. */
export function watchDrops(entered: (files: Promise<LocalFile[]>) => void): void {
  const highlight = element('drop-highlight', HTMLElement);
  // dragenter and dragleave come for every element on the way: count them.
  let depth = 0;
  const setDepth = (value: number): void => {
    depth = Math.max(value, 0);
    highlight.hidden = depth === 0;
  };
  window.addEventListener('dragenter', (event) => {
    if (carriesFiles(event)) setDepth(depth + 1);
  });
  window.addEventListener('dragleave', (event) => {
    if (carriesFiles(event)) setDepth(depth - 1);
  });
  window.addEventListener('dragover', (event) => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = carriesFiles(event) ? 'copy' : 'none';
  });
  window.addEventListener('drop', (event) => {
    // Without this the browser would leave the page and show the file.
    event.preventDefault();
    setDepth(0);
    if (event.dataTransfer && carriesFiles(event)) entered(filesFromDrop(event.dataTransfer));
  });
}

export function watchPicker(entered: (files: Promise<LocalFile[]>) => void): void {
  const picker = element('picker', HTMLInputElement);
  picker.addEventListener('change', () => {
    const files = filesFromList(picker.files ?? []);
    // Cleared so that picking the same file again is a change again.
    picker.value = '';
    if (files.length > 0) entered(Promise.resolve(files));
  });
}
