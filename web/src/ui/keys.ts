// Which keys go to the viewer. Everything else stays the browser's: reload, find, tabs, developer
// tools, zoom of the page, moving the focus.

export interface KeyStroke {
  code: string;
  key: string;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Physical keys that the viewer may use on their own or with Shift. */
const kPlainCodes: ReadonlySet<string> = new Set([
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').map((letter) => `Key${letter}`),
  ...'0123456789'.split('').flatMap((digit) => [`Digit${digit}`, `Numpad${digit}`]),
  'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown',
  'Equal', 'Minus', 'NumpadAdd', 'NumpadSubtract', 'BracketLeft', 'BracketRight', 'Comma', 'Period',
  'Slash', 'Space', 'Escape', 'Delete', 'Backspace', 'Enter',
]);

/** With Ctrl (or Cmd): palette, undo and redo. */
const kCommandCodes: ReadonlySet<string> = new Set(['KeyK', 'KeyZ', 'KeyY']);

/** Bits as viewer_api.h has them: 1 ctrl, 2 shift, 4 alt, 8 meta. */
export function modifiersOf(stroke: KeyStroke): number {
  return (stroke.ctrlKey ? 1 : 0) | (stroke.shiftKey ? 2 : 0) | (stroke.altKey ? 4 : 0) | (stroke.metaKey ? 8 : 0);
}

/** Whether the viewer is asked about this key at all. */
export function viewerMayUse(stroke: KeyStroke): boolean {
  // AltGr reports Ctrl+Alt and is how "[" and "]" are typed on many keyboards.
  const types = stroke.ctrlKey && stroke.altKey && stroke.key.length === 1;
  if (types) return true;
  if (stroke.altKey) return false;
  if (stroke.ctrlKey || stroke.metaKey) return kCommandCodes.has(stroke.code);
  // By character too: "[", "]", "+", "?" lie elsewhere on other keyboards.
  return kPlainCodes.has(stroke.code) || '[],.+-?'.includes(stroke.key);
}

/** Whether the element that has the focus needs this key itself: text fields all, buttons theirs. */
export function keepsKey(target: EventTarget | null, code: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, dialog, [contenteditable="true"]') !== null) return true;
  return (code === 'Enter' || code === 'Space') && target.closest('button, a[href], summary') !== null;
}
