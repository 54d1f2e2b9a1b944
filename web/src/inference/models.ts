// The models of this visit: those that came with the page, and bundles that a person dropped.
import type { BundleSource } from './bundle_source';
import { downloadText } from './download';
import type { ListedModel } from './model_list';

export interface Model extends ListedModel {
  source: BundleSource;
  /** Folder below models/ of a model that came with the page; empty for one of the person's own. */
  folder: string;
}

export class Models {
  /** The folder that an address asked for, before the models are known. */
  wanted = '';
  private readonly pageFolder: string;
  private readonly own: Model[] = [];
  private served: Promise<Model[]> | null = null;

  constructor(pageFolder: string) {
    this.pageFolder = pageFolder;
  }

  /** All of them, those that came with the page first. */
  async all(): Promise<Model[]> {
    try {
      return [...(await (this.served ??= this.fetchIndex())), ...this.own];
    } catch (error) {
      // Tried again the next time: the server may be back.
      this.served = null;
      if (this.own.length === 0) throw error;
      return [...this.own];
    }
  }

  /** The one to begin with: as the address says, else the first. Null without any. */
  async first(): Promise<Model | null> {
    const all = await this.all();
    return all.find(({ folder }) => folder !== '' && folder === this.wanted) ?? all[0] ?? null;
  }

  /** Keeps a bundle of the person's own until the page is closed. */
  add(model: ListedModel, files: ReadonlyMap<string, Blob>): Model {
    const kept: Model = { ...model, source: { files }, folder: '' };
    this.own.push(kept);
    return kept;
  }

  /** Forgets a bundle of the person's own that proved to be unusable. */
  remove(model: Model): void {
    const position = this.own.indexOf(model);
    if (position >= 0) this.own.splice(position, 1);
  }

  private async fetchIndex(): Promise<Model[]> {
    const { models } = JSON.parse(await downloadText(new URL('models/index.json', this.pageFolder).href)) as { models: (Partial<ListedModel> & { folder: string })[] };
    return models.map(({ folder, name = folder, version = '', abilities = [], bytes = 0 }) => ({
      name, version, abilities, bytes, folder,
      source: { folder: new URL(`models/${encodeURIComponent(folder)}/`, this.pageFolder).href },
    }));
  }
}
