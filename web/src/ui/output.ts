// What leaves the page on the person's request: the clipboard, a saved file, paper.
import { element } from './dom';

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function saveFile(name: string, mime: string, content: string | Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([content], { type: mime }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address by the next turn; a little later is safe everywhere.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Prints the sheet at true scale: as an image, in which nothing can run. */
export async function printSheet(svg: string): Promise<void> {
  const sheet = element('print-sheet', HTMLImageElement);
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  sheet.src = address;
  try {
    await sheet.decode();
    window.print();
  } finally {
    URL.revokeObjectURL(address);
  }
}
