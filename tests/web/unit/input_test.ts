import { describe, expect, test } from 'vitest';
import { modifiersOf, viewerMayUse, type KeyStroke } from '../../../web/src/ui/keys.ts';
import { pinchFactorOfWheel, wheelNotches } from '../../../web/src/ui/wheel.ts';

function stroke(code: string, key: string, held: Partial<KeyStroke> = {}): KeyStroke {
  return { code, key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...held };
}

describe('keys', () => {
  test.each([
    ['KeyO', 'o'], ['Digit1', '1'], ['BracketLeft', '['], ['Comma', ','], ['ArrowLeft', 'ArrowLeft'], ['Equal', '+'], ['Slash', '?'], ['Escape', 'Escape'],
    // "[" on a key of its own place, as on other keyboards.
    ['Semicolon', '['], ['IntlRo', '?'],
  ])('%s (%s) goes to the viewer', (code, key) => {
    expect(viewerMayUse(stroke(code, key))).toBe(true);
  });

  test.each([['F5'], ['F11'], ['F12'], ['Tab'], ['ContextMenu'], ['PrintScreen'], ['MetaLeft'], ['Unidentified']])('%s stays the browser\'s', (code) => {
    expect(viewerMayUse(stroke(code, code))).toBe(false);
  });

  test.each([['KeyR', 'r'], ['KeyL', 'l'], ['KeyT', 't'], ['KeyW', 'w'], ['KeyF', 'f'], ['KeyC', 'c'], ['Equal', '+'], ['Minus', '-'], ['Digit0', '0']])(
    'Ctrl and Cmd with %s stay the browser\'s', (code, key) => {
      expect(viewerMayUse(stroke(code, key, { ctrlKey: true }))).toBe(false);
      expect(viewerMayUse(stroke(code, key, { metaKey: true }))).toBe(false);
    });

  test('Alt stays the browser\'s, but AltGr types', () => {
    expect(viewerMayUse(stroke('ArrowLeft', 'ArrowLeft', { altKey: true }))).toBe(false);
    expect(viewerMayUse(stroke('Digit8', '[', { altKey: true, ctrlKey: true }))).toBe(true);
  });

  test('Ctrl+K and Ctrl+Z are the viewer\'s', () => {
    expect(viewerMayUse(stroke('KeyK', 'k', { ctrlKey: true }))).toBe(true);
    expect(viewerMayUse(stroke('KeyZ', 'z', { metaKey: true }))).toBe(true);
  });

  test('modifiers are the bits of viewer_api.h', () => {
    expect(modifiersOf(stroke('KeyA', 'a', { ctrlKey: true }))).toBe(1);
    expect(modifiersOf(stroke('KeyA', 'a', { shiftKey: true }))).toBe(2);
    expect(modifiersOf(stroke('KeyA', 'a', { altKey: true }))).toBe(4);
    expect(modifiersOf(stroke('KeyA', 'a', { metaKey: true, shiftKey: true }))).toBe(10);
  });
});

describe('wheel', () => {
  test('one notch is one notch, whatever the unit', () => {
    expect(wheelNotches({ deltaX: 0, deltaY: -100, deltaMode: 0 })).toEqual({ dx: 0, dy: 1 });
    expect(wheelNotches({ deltaX: 0, deltaY: -3, deltaMode: 1 })).toEqual({ dx: 0, dy: 1 });
    expect(wheelNotches({ deltaX: 1, deltaY: 0, deltaMode: 2 })).toEqual({ dx: -1, dy: 0 });
  });

  test('a pinch out and back is no change', () => {
    const out = pinchFactorOfWheel({ deltaX: 0, deltaY: -20, deltaMode: 0 });
    const back = pinchFactorOfWheel({ deltaX: 0, deltaY: 20, deltaMode: 0 });
    expect(out).toBeGreaterThan(1);
    expect(out * back).toBeCloseTo(1, 12);
  });
});
