/** Calls back with the canvas's CSS size and device pixel ratio, now and whenever either changes. */
export function watchCanvasSize(canvas: HTMLCanvasElement, changed: (width: number, height: number, ratio: number) => void): void {
  const report = (): void => {
    const { clientWidth, clientHeight } = canvas;
    if (clientWidth > 0 && clientHeight > 0) changed(clientWidth, clientHeight, devicePixelRatio);
  };
  new ResizeObserver(report).observe(canvas);
  // A media query fires once, when the ratio leaves its present value: ask anew each time.
  const watchRatio = (): void => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', () => {
      report();
      watchRatio();
    }, { once: true });
  };
  watchRatio();
  report();
}
