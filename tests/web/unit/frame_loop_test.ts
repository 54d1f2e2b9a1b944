import { describe, expect, test } from 'vitest';
import { FrameLoop, type FrameClock } from '../../../web/src/ui/frame_loop.ts';

/** A display that shows a frame when told to. */
class FakeClock implements FrameClock {
  requested = 0;
  private waiting = new Map<number, () => void>();

  request(callback: () => void): number {
    this.waiting.set(++this.requested, callback);
    return this.requested;
  }

  cancel(id: number): void {
    this.waiting.delete(id);
  }

  tick(): void {
    const due = [...this.waiting.values()];
    this.waiting.clear();
    for (const callback of due) callback();
  }

  get idle(): boolean {
    return this.waiting.size === 0;
  }
}

describe('FrameLoop', () => {
  test('asks for nothing until something happens', () => {
    const clock = new FakeClock();
    new FrameLoop(() => 0, clock);
    expect(clock.requested).toBe(0);
  });

  test('makes one frame of many requests, then rests', () => {
    const clock = new FakeClock();
    let drawn = 0;
    const loop = new FrameLoop(() => (++drawn, 0), clock);
    for (let i = 0; i < 10; i++) loop.request();
    clock.tick();
    clock.tick();
    expect(drawn).toBe(1);
    expect(clock.idle).toBe(true);
  });

  test('draws the further frames that the picture asks for, and no more', () => {
    const clock = new FakeClock();
    let drawn = 0;
    const loop = new FrameLoop(() => 3 - ++drawn, clock);
    loop.request();
    for (let i = 0; i < 10; i++) clock.tick();
    expect(drawn).toBe(3);
    expect(clock.idle).toBe(true);
  });

  test('draws nothing while paused and catches up afterwards', () => {
    const clock = new FakeClock();
    let drawn = 0;
    const loop = new FrameLoop(() => (++drawn, 0), clock);
    loop.request();
    loop.setPaused(true);
    clock.tick();
    loop.request();
    clock.tick();
    expect(drawn).toBe(0);
    loop.setPaused(false);
    clock.tick();
    expect(drawn).toBe(1);
  });

  test('has nothing to catch up on if nothing happened while paused', () => {
    const clock = new FakeClock();
    const loop = new FrameLoop(() => 0, clock);
    loop.setPaused(true);
    loop.setPaused(false);
    expect(clock.requested).toBe(0);
  });
});
