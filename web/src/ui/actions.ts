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
      { action: 'filter_next', label: 'Next filter', key: 'F', needsRecording: true },
      { action: 'layout_next', label: 'Next layout', key: 'L', needsRecording: true },
    ],
  },
  {
    title: 'View',
    actions: [
      { action: 'pan_left', label: 'Earlier', key: 'Left arrow', needsRecording: true },
      { action: 'pan_right', label: 'Later', key: 'Right arrow', needsRecording: true },
      { action: 'zoom_in', label: 'Zoom in', key: '+', needsRecording: true },
      { action: 'zoom_out', label: 'Zoom out', key: '-', needsRecording: true },
      { action: 'zoom_reset', label: 'True scale', key: '0', needsRecording: true },
      { action: 'print', label: 'Print', key: 'Ctrl+P', needsRecording: true },
      { action: 'help', label: 'Keys', key: '?' },
    ],
  },
  {
    title: 'Encoder',
    actions: [
      { action: 'run_encoder', label: 'Run the encoder', key: 'R', needsRecording: true },
      { action: 'new_seed', label: 'Hide other parts', needsRecording: true },
    ],
  },
];
