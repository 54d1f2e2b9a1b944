// Start of the page: what HTML shows first works at once, the viewer follows.
import type { LocalFile } from '../files/recording_files';
import { element } from '../ui/dom';
import { watchDrops, watchPicker } from '../ui/file_entrances';
import { showError } from '../ui/error_dialog';
import { EcgError } from '../wasm/ecg_error';
import { loadViewerModule } from '../wasm/module';
import { kNoWebGl2, Viewer } from '../wasm/viewer';
import { Host } from './host';
import { missingFeatures } from './support';

function showUnsupported(missing: readonly string[]): void {
  element('unsupported-features', HTMLElement).textContent = missing.join(', ');
  element('unsupported', HTMLElement).hidden = false;
  element('empty-actions', HTMLElement).hidden = true;
}

/** Resolves when the browser has painted, or at once where it does not paint. */
function firstPaint(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
}

async function startHost(): Promise<Host> {
  const loading = loadViewerModule(element('canvas', HTMLCanvasElement));
  // Code is fetched and compiled meanwhile; making a graphics context would block the first paint.
  await firstPaint();
  const host = new Host(new Viewer(await loading));
  window.einthoven = host;
  performance.mark('einthoven-interactive');
  document.body.dataset['ready'] = 'true';
  return host;
}

function showStartFailure(error: unknown): void {
  const failure = EcgError.from(error, 'Load the page anew. If it persists, try another browser.');
  if (failure.code === kNoWebGl2) showUnsupported(['WebGL 2']);
  else void showError('The viewer could not start', failure);
}

/** Keeps the program for starts without a network; the page works as well without it. */
function keepProgram(): void {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  navigator.serviceWorker.register(new URL('service_worker.js', document.baseURI)).catch((error: unknown) => console.info('The program is not kept for offline use:', error));
}

function start(): void {
  const missing = missingFeatures();
  if (missing.length > 0) {
    showUnsupported(missing);
    return;
  }
  const starting = startHost();
  const withHost = (use: (host: Host) => void): void => {
    document.body.dataset['busy'] = 'true';
    starting
      .then(use)
      .catch(showStartFailure)
      .finally(() => delete document.body.dataset['busy']);
  };
  // The picker opens at once, even while the viewer is still loading: the files wait for it.
  element('empty-open', HTMLButtonElement).addEventListener('click', () => element('picker', HTMLInputElement).click());
  element('empty-example', HTMLButtonElement).addEventListener('click', () => withHost((host) => host.openExample()));
  const open = (files: Promise<LocalFile[]>): void => withHost((host) => void host.open(files));
  watchDrops(open);
  watchPicker(open);
  withHost(keepProgram);
}

start();
