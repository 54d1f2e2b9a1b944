// The models to choose from, and what each can do as its model.json tells. Also used when the page is
// built, to list the bundles that go with it.

/** One line of the list. */
export interface ListedModel {
  name: string;
  version: string;
  /** "draws hidden parts", "labels: rhythm", ... */
  abilities: string[];
  /** What has to be fetched before it answers. */
  bytes: number;
}

type Json = Record<string, unknown>;

function entries(value: unknown): Json[] {
  return (Array.isArray(value) ? value : Object.values(value ?? {})).filter((one): one is Json => typeof one === 'object' && one !== null);
}

function object(value: unknown): Json {
  return (typeof value === 'object' && value !== null ? value : {}) as Json;
}

function abilityOf(head: Json): string {
  const labels = entries(head['labels']);
  const compares = labels.some(({ prompts }) => Array.isArray(prompts) && prompts.length > 0);
  return `${compares ? 'compares with sentences' : 'labels'}: ${String(head['task'])} (${labels.length})`;
}

/** What a bundle's model.json says of it; nothing is taken for granted, loading it says what is wrong. */
export function describeModel(model: unknown): ListedModel {
  const root = object(model);
  const graphs = object(root['graphs']);
  const beats = object(root['tokens'])['kind'] === 'beats';
  const draws = graphs['reconstruct'] === undefined ? 'no decoder: sums the ECG up in an embedding' : `draws hidden ${beats ? 'heartbeats' : 'parts'}`;
  const size = (file: unknown): number => Number(object(file)['bytes'] ?? 0);
  const bytes = entries(graphs).map((graph) => size(object(graph['variants'])['int8']) || size(graph));
  return {
    name: String(root['name'] ?? 'not named'),
    version: String(root['version'] ?? ''),
    abilities: [draws, ...entries(root['heads']).map(abilityOf)],
    bytes: bytes.reduce((sum, one) => sum + one, 0),
  };
}
