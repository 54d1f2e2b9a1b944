/** The two functions of the browser that the loop stands on; tests give their own. */
export interface FrameClock {
  request(callback: () => void): number;
  cancel(id: number): void;
}

const browserClock: FrameClock = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (id) => cancelAnimationFrame(id),
};

/**
 * Draws when something happened and otherwise not at all: no animation frame is requested while
 * nothing changes, so an idle page costs nothing.
 */
export class FrameLoop {
  private readonly draw: () => number;
  private readonly clock: FrameClock;
  private scheduled: number | null = null;
  private paused = false;
  private wanted = false;

  /** draw() returns how many further frames it wants. */
  constructor(draw: () => number, clock: FrameClock = browserClock) {
    this.draw = draw;
    this.clock = clock;
  }

  /** Asks for a frame; any number of requests before it make one frame. */
  request(): void {
    this.wanted = true;
    if (this.scheduled !== null || this.paused) return;
    this.scheduled = this.clock.request(() => this.run());
  }

  /** While hidden or without a graphics context nothing is drawn; requests are kept for later. */
  setPaused(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    if (paused && this.scheduled !== null) {
      this.clock.cancel(this.scheduled);
      this.scheduled = null;
    }
    if (!paused && this.wanted) this.request();
  }

  private run(): void {
    this.scheduled = null;
    this.wanted = false;
    if (this.draw() > 0) this.request();
  }
}
