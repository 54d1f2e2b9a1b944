/** A mouse reports about 100 px per notch, a line-wise wheel 3 lines. */
const kPixelsPerNotch = 100;
const kLinesPerNotch = 3;

export interface WheelStroke {
  deltaX: number;
  deltaY: number;
  /** 0 pixels, 1 lines, 2 pages. */
  deltaMode: number;
}

/** Wheel movement in notches, positive upwards and to the left, as viewer_api.h wants it. */
export function wheelNotches(stroke: WheelStroke): { dx: number; dy: number } {
  const perNotch = stroke.deltaMode === 0 ? kPixelsPerNotch : stroke.deltaMode === 1 ? kLinesPerNotch : 1;
  return { dx: -stroke.deltaX / perNotch || 0, dy: -stroke.deltaY / perNotch || 0 };
}

/** Ctrl + wheel is how browsers report a pinch on a touch pad. */
export function pinchFactorOfWheel(stroke: WheelStroke): number {
  return Math.exp(wheelNotches(stroke).dy * 0.5);
}
