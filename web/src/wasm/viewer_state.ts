// The structures that the viewer hands over as JSON text (wasm/exports/viewer_api.h).

export interface LeadFacts {
  name: string;
}

export interface RecordingState {
  record: string;
  format: string;
  sampling_rate_hz: number;
  samples: number;
  duration_s: number;
  leads: (string | LeadFacts)[];
  warnings: string[];
  example: boolean;
}

export type EncoderStatus = 'none' | 'loading' | 'checking' | 'ready' | 'running' | 'fallback' | 'failed';

export interface EncoderState {
  status: EncoderStatus;
  detail?: string;
  mask_ratio: number;
  seed: number;
  masked_tokens: number;
  tokens: number;
  mean_error: number | null;
  elapsed_ms: number | null;
}

export interface ViewState {
  speed_mm_per_s: number;
  gain_mm_per_mv: number;
  filter: string;
  layout: string;
  to_scale: boolean;
}

export interface ViewerState {
  recording: RecordingState | null;
  mode: 'read' | 'learn' | 'encode';
  view: ViewState;
  encoder: EncoderState;
  checks?: Record<string, unknown> | null;
  frames: number;
}

export interface SceneLine {
  lead: number | null;
  kind: string;
  points: [number, number][];
}

export interface ViewerScene {
  px_per_mm: number;
  lines: SceneLine[];
  texts: unknown[];
  [further: string]: unknown;
}

export type HostRequest =
  | { kind: 'open_dialog' }
  | { kind: 'open_example' }
  | { kind: 'load_model' }
  | { kind: 'run_encoder'; generation: number }
  | { kind: 'copy'; text: string }
  | { kind: 'download'; name: string; mime: string; text: string }
  | { kind: 'print' }
  | { kind: 'view_changed' }
  | { kind: 'cursor'; css: string }
  | { kind: 'announce'; text: string };

/** What a model is given: its own copies, free of the viewer's heap. */
export interface ModelInput {
  generation: number;
  leads: number;
  samples: number;
  columns: number;
  signal: Float32Array<ArrayBuffer>;
  leadMask: Float32Array<ArrayBuffer>;
  tokenMask: Float32Array<ArrayBuffer>;
}

/** The name of a lead, whichever form the state gives it in. */
export function leadName(lead: string | LeadFacts): string {
  return typeof lead === 'string' ? lead : lead.name;
}
