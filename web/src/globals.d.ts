import type { Host } from './main/host';

declare global {
  interface Window {
    /** For tests and the console: the running page. */
    einthoven?: Host;
  }
}
