// Mouse, touch, pen and wheel on the canvas -> the viewer.
import { kPointerType, type PointerType, type Viewer } from '../wasm/viewer';
import { pinchFactorOfWheel, wheelNotches } from './wheel';

interface Point {
  x: number;
  y: number;
}

/** PointerEvent.button (0 left, 1 middle, 2 right) in the viewer's order (0 left, 1 right, 2 middle). */
const kViewerButton: Readonly<Record<number, number>> = { 0: 0, 1: 2, 2: 1 };

function pointerType(event: PointerEvent): PointerType {
  return event.pointerType in kPointerType ? (event.pointerType as PointerType) : 'mouse';
}

function centre(points: readonly Point[]): Point {
  return { x: points.reduce((sum, p) => sum + p.x, 0) / points.length, y: points.reduce((sum, p) => sum + p.y, 0) / points.length };
}

function spread(points: readonly Point[]): number {
  const [a, b] = points;
  return a && b ? Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1) : 1;
}

/** Forwards pointer input; `changed` is called after each event that may change the picture. */
export class PointerInput {
  private readonly canvas: HTMLCanvasElement;
  private readonly viewer: Viewer;
  private readonly changed: () => void;
  private readonly touches = new Map<number, Point>();
  private pinching = false;

  constructor(canvas: HTMLCanvasElement, viewer: Viewer, changed: () => void) {
    this.canvas = canvas;
    this.viewer = viewer;
    this.changed = changed;
    canvas.addEventListener('pointerdown', (event) => this.down(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    canvas.addEventListener('pointerup', (event) => this.up(event));
    canvas.addEventListener('pointercancel', (event) => this.up(event));
    canvas.addEventListener('pointerleave', (event) => this.leave(event));
    canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /** Focus lost: what was held counts as released. */
  release(): void {
    this.touches.clear();
    this.pinching = false;
  }

  private place(event: MouseEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private down(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    const { x, y } = this.place(event);
    if (event.pointerType === 'touch') {
      this.touches.set(event.pointerId, { x, y });
      if (this.touches.size === 2) this.beginPinch();
    }
    if (this.pinching) return;
    this.viewer.pointer(pointerType(event), x, y, kViewerButton[event.button] ?? 0, true);
    this.changed();
  }

  private move(event: PointerEvent): void {
    const { x, y } = this.place(event);
    if (this.pinching) {
      this.continuePinch(event.pointerId, { x, y });
    } else {
      if (this.touches.has(event.pointerId)) this.touches.set(event.pointerId, { x, y });
      this.viewer.pointer(pointerType(event), x, y, -1, false);
    }
    this.changed();
  }

  private up(event: PointerEvent): void {
    const { x, y } = this.place(event);
    this.touches.delete(event.pointerId);
    if (this.pinching) {
      // The finger that stays down must not suddenly drag: wait until both are up.
      if (this.touches.size === 0) this.pinching = false;
      return;
    }
    this.viewer.pointer(pointerType(event), x, y, kViewerButton[event.button] ?? 0, false);
    // A finger that has left points at nothing.
    if (event.pointerType === 'touch') this.viewer.pointerLeave();
    this.changed();
  }

  private leave(event: PointerEvent): void {
    if (event.pointerType === 'touch') return;
    this.viewer.pointerLeave();
    this.changed();
  }

  private beginPinch(): void {
    this.pinching = true;
    // The first finger had begun a drag: end it where it is.
    const { x, y } = centre([...this.touches.values()]);
    this.viewer.pointer('touch', x, y, 0, false);
  }

  private continuePinch(id: number, place: Point): void {
    if (!this.touches.has(id) || this.touches.size < 2) return;
    const before = spread([...this.touches.values()]);
    this.touches.set(id, place);
    const points = [...this.touches.values()];
    const middle = centre(points);
    this.viewer.pinch(middle.x, middle.y, spread(points) / before);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { x, y } = this.place(event);
    if (event.ctrlKey) {
      this.viewer.pinch(x, y, pinchFactorOfWheel(event));
    } else {
      const { dx, dy } = wheelNotches(event);
      this.viewer.wheel(dx, dy);
    }
    this.changed();
  }
}
