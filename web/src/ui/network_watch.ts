// Counts what this page asks the network for beyond its own program files, so that "0 requests since
// load" is a measured figure. The Content-Security-Policy forbids such requests; this shows it.

/** Whether this address is a file of the program itself (its code, a model bundle). */
export function isProgramFile(address: string, pageFolder: string): boolean {
  const url = new URL(address, pageFolder);
  if (url.protocol === 'blob:' || url.protocol === 'data:') return true;
  const base = new URL(pageFolder);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return false;
  // A query could carry something away; program files have none.
  return url.search === '';
}

/** Calls back with the number of foreign requests seen so far in this thread. */
export function watchRequests(pageFolder: string, changed: (count: number) => void): void {
  let count = 0;
  new PerformanceObserver((list) => {
    const foreign = list.getEntries().filter((entry) => !isProgramFile(entry.name, pageFolder)).length;
    if (foreign === 0) return;
    count += foreign;
    changed(count);
  }).observe({ type: 'resource', buffered: true });
}
