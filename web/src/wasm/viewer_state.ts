// The structures that the viewer hands over as JSON text (wasm/exports/viewer_api.h).

export interface RecordingState {
  record: string;
  format: string;
  sampling_rate_hz: number;
  samples: number;
  duration_s: number;
  leads: string[];
  warnings: string[];
  example: boolean;
}

export type EncoderStatus = 'none' | 'loading' | 'checking' | 'ready' | 'running' | 'fallback' | 'failed';

export interface EncoderState {
  status: EncoderStatus;
  detail?: string;
  /** Name and version; empty without a model. */
  model?: string;
  /** Why this recording is no input for the model; null if it is. */
  problem?: string | null;
  mask_ratio: number;
  seed: number;
  /** What is hidden was painted, and follows from no seed. */
  mask_by_hand?: boolean;
  masked_tokens: number;
  tokens: number;
  token_kind?: 'patches' | 'beats';
  /** Whether the model draws what is hidden from it. */
  reconstructs?: boolean;
  mean_error: number | null;
  elapsed_ms: number | null;
  embedding_norm: number | null;
  /** What the model's heads say of the recording; empty without heads or answer. */
  labels?: { task: string; name: string; sentences?: string; probability: number }[];
}

export interface ViewState {
  speed_mm_per_s: number;
  gain_mm_per_mv: number;
  filter: string;
  layout: string;
  to_scale: boolean;
}

/** What Einthoven measured itself. */
export interface MeasuredState {
  facts: { name: string; value: string; explanation: string; found: boolean }[];
  doubts: string[];
  duration_s: number;
}

export interface ViewerState {
  recording: RecordingState | null;
  mode: 'read' | 'learn' | 'encode';
  view: ViewState;
  encoder: EncoderState;
  checks?: Record<string, unknown> | null;
  measured?: MeasuredState | null;
  frames: number;
}

export interface SceneLine {
  lead: number | null;
  /** Index into the scene's strips, for traces. */
  strip: number | null;
  kind: string;
  points: [number, number][];
}

export interface ViewerScene {
  px_per_mm: number;
  lines: SceneLine[];
  texts: unknown[];
  /** Where each strip lies: time and voltage to millimetres on the sheet. */
  strips: SceneStrip[];
}

export interface SceneStrip {
  /** Row of the signal; null for a lead that the recording does not hold. */
  lead: number | null;
  name: string;
  begin_s: number;
  end_s: number;
  x_mm: number;
  /** The line of 0 mV. */
  y_mm: number;
  width_mm: number;
  speed_mm_per_s: number;
  gain_mm_per_mv: number;
}

export type HostRequest =
  | { kind: 'open_dialog' }
  | { kind: 'open_example' }
  | { kind: 'load_model' }
  | { kind: 'choose_model' }
  | { kind: 'run_encoder'; generation: number }
  | { kind: 'copy'; text: string }
  | { kind: 'download'; name: string; mime: string; text?: string; base64?: string }
  | { kind: 'print' }
  | { kind: 'view_changed' }
  | { kind: 'cursor'; css: string }
  | { kind: 'announce'; text: string };

export interface Tensor {
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

/** What a model may be given, by the names of its graphs' inputs: own copies, free of the viewer's heap. */
export interface ModelInput {
  generation: number;
  tensors: Record<string, Tensor>;
}
