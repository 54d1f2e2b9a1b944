// Holds the viewer, the frame loop and the page's HTML together.
import { bundlesAmong, isOfBundle, modelOf, type BundleFiles } from '../files/bundle_files';
import { isArchive, readBeginnings, readFiles, visibleFiles, type LocalFile } from '../files/recording_files';
import { Encoder, encoderThreads } from '../inference/encoder';
import { describeModel } from '../inference/model_list';
import { Models, type Model } from '../inference/models';
import { kPrintAction } from '../ui/actions';
import { watchCanvasSize } from '../ui/canvas_size';
import { chooseRecording } from '../ui/choose_dialog';
import { element } from '../ui/dom';
import { showError } from '../ui/error_dialog';
import { askForFacts } from '../ui/facts_dialog';
import { FrameLoop } from '../ui/frame_loop';
import { keepsKey, modifiersOf, viewerMayUse } from '../ui/keys';
import { Mirror } from '../ui/mirror';
import { chooseModel } from '../ui/models_dialog';
import { watchRequests } from '../ui/network_watch';
import { bytesOf, copyText, printSheet, saveFile } from '../ui/output';
import { PointerInput } from '../ui/pointer';
import { EcgError } from '../wasm/ecg_error';
import type { NamedBytes, Viewer } from '../wasm/viewer';
import type { HostRequest, ViewerState } from '../wasm/viewer_state';

const kExampleSeed = 1;
/** The mirror follows when the picture has come to rest, not on each frame of a drag. */
const kMirrorDelayMs = 120;

/** One recording of what was opened: of how many, and its files, or all of an archive and which of its
 *  recordings. */
interface Meant {
  of: number;
  files: readonly NamedBytes[];
  chosen?: number;
}

export class Host {
  readonly viewer: Viewer;
  readonly encoder: Encoder;
  private readonly models: Models;
  private readonly loop: FrameLoop;
  private readonly mirror: Mirror;
  private readonly canvas = element('canvas', HTMLCanvasElement);
  private mirrorTimer: ReturnType<typeof setTimeout> | undefined;
  private requestsHere = 0;
  private requestsOfEncoder = 0;

  constructor(viewer: Viewer) {
    const pageFolder = new URL('.', document.baseURI).href;
    this.viewer = viewer;
    this.loop = new FrameLoop(() => this.drawFrame());
    this.models = new Models(pageFolder);
    this.encoder = new Encoder(viewer, this.models, pageFolder, {
      changed: () => this.changed(),
      requests: (count) => this.countRequests(this.requestsHere, count),
      inUse: ({ name, abilities }) => this.announce(`The model in use is ${name}: ${abilities.join(', ')}.`),
      refused: (model, before, error) => void this.refused(model, before, error),
    });
    this.mirror = new Mirror({ run: (action) => this.act(action) });
    this.watchWindow();
    this.watchKeys();
    watchRequests(pageFolder, (count) => this.countRequests(count, this.requestsOfEncoder));
    this.countRequests(0, 0);
    this.applyFragment();
  }

  /** What the page and its worker asked the network for beyond the program's own files. */
  get requestsSinceLoad(): number {
    return this.requestsHere + this.requestsOfEncoder;
  }

  /** Something happened that may change the picture. */
  changed(): void {
    this.loop.request();
    clearTimeout(this.mirrorTimer);
    this.mirrorTimer = setTimeout(() => this.refreshHtml(), kMirrorDelayMs);
  }

  /** Runs an action by its name, as its button or key would. */
  act(action: string): void {
    if (action === kPrintAction) return void printSheet(this.viewer.sceneSvg());
    if (!this.viewer.action(action)) console.warn(`The viewer has no action "${action}".`);
    this.serve(this.viewer.takeRequests());
    this.changed();
  }

  openPicker(): void {
    element('picker', HTMLInputElement).click();
  }

  openExample(): void {
    try {
      this.viewer.openExample(kExampleSeed);
      this.opened();
    } catch (error) {
      void showError('The example could not be opened', EcgError.from(error, 'Load the page anew.'));
    }
  }

  /** Opens what was dropped or picked, asking which recording where there are several; shows what went
   *  wrong otherwise, keeping what was open. */
  async open(coming: Promise<LocalFile[]>): Promise<void> {
    try {
      const files = visibleFiles(await coming);
      const bundles = bundlesAmong(files);
      if (bundles.length > 0) return await this.openBundles(bundles);
      const meant = await this.chosen(files);
      if (meant === null || !(await this.openAsking(meant))) return;
      this.opened(meant.of > 1 ? ` One of ${meant.of} recordings.` : '');
    } catch (error) {
      await showError('This ECG could not be opened', EcgError.from(error, 'Try to open the file again.'));
      this.changed();
    }
  }

  /** The recording that is meant among these files. Null if the person gave up. */
  private async chosen(files: readonly LocalFile[]): Promise<Meant | null> {
    const beginnings = await this.busy(readBeginnings(files));
    const packed = beginnings.some(isArchive);
    const known = packed ? await readFiles(files) : beginnings;
    const listed = this.viewer.recordingsIn(known);
    const bundles = packed ? this.unpackedBundles() : [];
    if (bundles.length > 0) return (await this.openBundles(bundles), null);
    const of = listed.length;
    if (of < 2) return { of, files: packed ? known : await readFiles(files) };
    const position = await chooseRecording(listed.map(({ name }) => name));
    const recording = position === null ? undefined : listed[position];
    if (position === null || recording === undefined) return null;
    if (packed) return { of, files: known, chosen: position };
    return { of, files: await readFiles(recording.files.flatMap((i) => files[i] ?? [])) };
  }

  /** Bundles in the archives that the viewer has just unpacked. */
  private unpackedBundles(): BundleFiles[] {
    const files = this.viewer.unpackedFiles(isOfBundle).map(({ name, bytes }) => ({ path: name, file: new File([bytes], name) }));
    const bundles = bundlesAmong(files);
    // The viewer's own copies, archive and all, are no longer needed.
    if (bundles.length > 0) this.viewer.recordingsIn([]);
    return bundles;
  }

  /** Adds bundles of the person's own to the models and uses the one that is meant. */
  private async openBundles(bundles: readonly BundleFiles[]): Promise<void> {
    try {
      const added: Model[] = [];
      for (const files of bundles) added.push(this.models.add(describeModel(await modelOf(files)), files));
      const model = added.length === 1 ? added[0] : await chooseModel(added, null);
      if (model) this.useModel(model);
    } catch (error) {
      await showError('This model could not be opened', EcgError.from(error, 'Try to open its files again.'));
    }
  }

  /** Runs a model on what is open; on the example where nothing is. */
  private useModel(model: Model): void {
    this.encoder.use(model);
    this.act('mode_encode');
    if (document.body.dataset['state'] === 'empty') this.openExample();
    this.rememberView();
  }

  private async askForModel(): Promise<void> {
    try {
      const model = await chooseModel(await this.models.all(), this.encoder.current);
      if (model !== null && model !== this.encoder.current) this.useModel(model);
    } catch (error) {
      await showError('The models could not be listed', EcgError.from(error, 'Load the page anew.'));
    }
  }

  /** A model that a person chose gives way to the one before; one that the page began with has only its
   *  place in the panel to say why. */
  private async refused(model: Model, before: Model | null, error: EcgError): Promise<void> {
    if (before === null && model.folder !== '') return;
    this.models.remove(model);
    if (before !== null) this.encoder.use(before);
    await showError(`${model.name} cannot be used`, error);
  }

  /** Shows a waiting pointer until it is done: thousands of files take seconds. */
  private async busy<T>(work: Promise<T>): Promise<T> {
    document.body.dataset['busy'] = 'true';
    try {
      return await work;
    } finally {
      delete document.body.dataset['busy'];
    }
  }

  /** Opens a recording, asking for what a table of numbers does not say. False if the person gave up. */
  private async openAsking({ files, chosen }: Meant): Promise<boolean> {
    try {
      this.viewer.openFiles(files, {}, chosen);
    } catch (error) {
      if (!(error instanceof EcgError) || error.unstated === null) throw error;
      const stated = await askForFacts(error.file, error.unstated);
      if (stated === null) return false;
      this.viewer.openFiles(files, stated, chosen);
    }
    return true;
  }

  /** Shows the recording. The viewer says what it opened; `also` is what only the page knows. */
  private opened(also = ''): void {
    this.showWorkspace(true);
    this.serve(this.viewer.takeRequests());
    if (also !== '') this.announce(`${element('announcer', HTMLElement).textContent}${also}`);
    this.changed();
    this.canvas.focus({ preventScroll: true });
  }

  private drawFrame(): number {
    const further = this.viewer.frame();
    this.serve(this.viewer.takeRequests());
    return further;
  }

  private refreshHtml(): void {
    const state = this.viewer.state();
    this.mirror.update(state);
    this.showWorkspace(state.recording !== null);
    document.title = titleOf(state);
  }

  private showWorkspace(shown: boolean): void {
    document.body.dataset['state'] = shown ? 'recording' : 'empty';
    element('empty', HTMLElement).hidden = shown;
    // A hidden canvas is no stop for the Tab key; inert keeps readers out of it too.
    element('workspace', HTMLElement).inert = !shown;
  }

  private serve(requests: readonly HostRequest[]): void {
    for (const request of requests) this.serveOne(request);
  }

  private serveOne(request: HostRequest): void {
    switch (request.kind) {
      case 'open_dialog':
        return this.openPicker();
      case 'open_example':
        return this.openExample();
      case 'load_model':
        return void this.encoder.load();
      case 'choose_model':
        return void this.askForModel();
      case 'run_encoder':
        return this.encoder.run();
      case 'copy':
        return void copyText(request.text).then((copied) => this.announce(copied ? 'Copied.' : 'The browser did not allow copying.'));
      case 'download':
        return saveFile(request.name, request.mime, request.text ?? bytesOf(request.base64 ?? ''));
      case 'print':
        return void printSheet(this.viewer.sceneSvg());
      case 'view_changed':
        return this.rememberView();
      case 'cursor':
        this.canvas.style.cursor = request.css;
        return;
      case 'announce':
        return this.announce(request.text);
    }
  }

  private announce(text: string): void {
    element('announcer', HTMLElement).textContent = text;
  }

  /** Writes view and model into the address, so that it can be passed on. A model of the person's own
   *  stays out: nobody else has it. */
  private rememberView(): void {
    const folder = this.encoder.current?.folder ?? this.models.wanted;
    const model = folder === '' ? '' : `&model=${encodeURIComponent(folder)}`;
    history.replaceState(null, '', `#${this.viewer.viewFragment()}${model}`);
  }

  private applyFragment(): void {
    const fragment = location.hash.slice(1);
    if (fragment !== '') this.viewer.applyViewFragment(fragment);
    const model = new URLSearchParams(fragment).get('model') ?? '';
    if (model !== '') void this.useServed(model);
    this.changed();
  }

  /** Uses a model that came with the page, or leaves it for when a model is first needed. */
  private async useServed(folder: string): Promise<void> {
    this.models.wanted = folder;
    const { current } = this.encoder;
    if (current === null || current.folder === folder) return;
    const model = await this.models.first();
    if (model !== null && model !== this.encoder.current) this.encoder.use(model);
  }

  private countRequests(here: number, ofEncoder: number): void {
    this.requestsHere = here;
    this.requestsOfEncoder = ofEncoder;
    this.viewer.setHostStatus(this.requestsSinceLoad, encoderThreads());
    this.changed();
  }

  private watchWindow(): void {
    const pointer = new PointerInput(this.canvas, this.viewer, () => this.changed());
    watchCanvasSize(this.canvas, (width, height, ratio) => {
      this.viewer.resize(width, height, ratio);
      this.changed();
    });
    window.addEventListener('blur', () => {
      pointer.release();
      this.viewer.blur();
      this.changed();
    });
    window.addEventListener('hashchange', () => this.applyFragment());
    document.addEventListener('visibilitychange', () => this.loop.setPaused(document.hidden));
    this.canvas.addEventListener('webglcontextlost', (event) => {
      // Prevented: without it the browser would never restore the context.
      event.preventDefault();
      this.loop.setPaused(true);
      this.viewer.contextLost();
    });
    this.canvas.addEventListener('webglcontextrestored', () => {
      this.viewer.contextRestored();
      this.loop.setPaused(false);
      this.changed();
    });
  }

  private watchKeys(): void {
    const forward = (event: KeyboardEvent, pressed: boolean): void => {
      if (pressed && this.printsOn(event)) return;
      if (event.isComposing || keepsKey(event.target, event.code) || !viewerMayUse(event)) return;
      if (this.viewer.key(event.code, event.key, modifiersOf(event), pressed)) event.preventDefault();
      // Served here and not with the frame: a file picker may only open while the key counts as the person's.
      this.serve(this.viewer.takeRequests());
      this.changed();
    };
    window.addEventListener('keydown', (event) => forward(event, true));
    window.addEventListener('keyup', (event) => forward(event, false));
  }

  /** Ctrl+P prints the sheet at true scale instead of a picture of the window. */
  private printsOn(event: KeyboardEvent): boolean {
    const pressed = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === 'KeyP';
    if (!pressed || document.body.dataset['state'] !== 'recording') return false;
    event.preventDefault();
    this.act(kPrintAction);
    return true;
  }
}

function titleOf(state: ViewerState): string {
  // The record's name stays out of the title: titles end up in histories and screen shares.
  return state.recording === null ? 'Einthoven' : state.recording.example ? 'Example ECG - Einthoven' : 'ECG - Einthoven';
}
