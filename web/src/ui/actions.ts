// Everything a person can do, by name: the buttons for keyboards and screen readers. The names are the
// viewer's own (ecg_viewer_action); a test asks it whether it knows each of them.

export interface Action {
  action: string;
  label: string;
  /** Key that does the same, for the label. */
  key?: string;
  /** Makes sense only with a recording. */
  needsRecording?: boolean;
}

export interface ActionGroup {
  title: string;
  actions: readonly Action[];
}

/** The one action that is the page's own: paper is the browser's business. */
export const kPrintAction = 'print';

export const kActionGroups: readonly ActionGroup[] = [
  {
    title: 'Recording',
    actions: [
      { action: 'open', label: 'Open an ECG', key: 'O' },
      { action: 'example', label: 'Open the example', key: 'E' },
    ],
  },
  {
    title: 'Mode',
    actions: [
      { action: 'mode_read', label: 'Read', key: '1' },
      { action: 'mode_encode', label: 'Encode', key: '3' },
    ],
  },
  {
    title: 'Paper',
    actions: [
      { action: 'gain_down', label: 'Smaller gain', key: '[', needsRecording: true },
      { action: 'gain_up', label: 'Larger gain', key: ']', needsRecording: true },
      { action: 'speed_down', label: 'Slower paper', key: ',', needsRecording: true },
      { action: 'speed_up', label: 'Faster paper', key: '.', needsRecording: true },
      { action: 'filter', label: 'Next filter', key: 'F', needsRecording: true },
      { action: 'layout', label: 'Next layout', key: 'L', needsRecording: true },
    ],
  },
  {
    title: 'View',
    actions: [
      { action: 'pan_left', label: 'Earlier', key: 'Left arrow', needsRecording: true },
      { action: 'pan_right', label: 'Later', key: 'Right arrow', needsRecording: true },
      { action: 'zoom_in', label: 'Zoom in', key: '+', needsRecording: true },
      { action: 'zoom_out', label: 'Zoom out', key: '-', needsRecording: true },
      { action: 'zoom_reset', label: 'Whole sheet', key: '0', needsRecording: true },
      { action: 'true_scale', label: 'True scale', needsRecording: true },
      { action: 'panel', label: 'Fold or unfold the panel', key: 'P', needsRecording: true },
      { action: 'help', label: 'Keys', key: '?', needsRecording: true },
    ],
  },
  {
    title: 'Output',
    actions: [
      { action: kPrintAction, label: 'Print', key: 'Ctrl+P', needsRecording: true },
      { action: 'save_svg', label: 'Save the sheet as SVG', needsRecording: true },
      { action: 'save_csv', label: 'Save the samples as CSV', needsRecording: true },
      { action: 'save_deidentified', label: 'Save a de-identified copy', needsRecording: true },
    ],
  },
  {
    title: 'Encoder',
    actions: [
      { action: 'choose_model', label: 'Choose a model', key: 'C' },
      { action: 'run_encoder', label: 'Run the encoder', key: 'R', needsRecording: true },
      { action: 'new_seed', label: 'Hide other parts', key: 'N', needsRecording: true },
    ],
  },
];

/** Settings with a value: called as "action:value". */
export interface Setting {
  action: string;
  label: string;
  min: number;
  max: number;
  step: number;
}

export const kSettings: readonly Setting[] = [
  { action: 'set_start', label: 'Begin of the sheet, s', min: 0, max: 86_400, step: 0.1 },
  { action: 'set_mask_ratio', label: 'Hidden share', min: 0, max: 0.95, step: 0.05 },
  { action: 'set_seed', label: 'Seed', min: 0, max: 4_294_967_295, step: 1 },
  { action: 'set_window_start', label: "Begin of the model's window, s", min: 0, max: 86_400, step: 0.1 },
];
