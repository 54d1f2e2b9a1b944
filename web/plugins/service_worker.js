// Keeps the program's own files, so that the page also starts without a network. kVersion and kFiles
// are written ahead of this by the build. Recordings never come through here: they are not requests.
const kCache = `einthoven-${kVersion}`;

self.addEventListener('install', (event) => {
  // At once, without waiting for old tabs: pages ask the network first, so nobody is left with a mix.
  self.skipWaiting();
  event.waitUntil(caches.open(kCache).then((cache) => cache.addAll(kFiles)));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('einthoven-') && name !== kCache;
  const tidy = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => self.clients.claim()));
});

async function fetchAndKeep(request, cache) {
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** Files with a hash in their name never change: the kept one is right. */
async function keptFirst(request) {
  const cache = await caches.open(kCache);
  return (await cache.match(request)) ?? fetchAndKeep(request, cache);
}

async function networkFirst(request) {
  const cache = await caches.open(kCache);
  try {
    return await fetchAndKeep(request, cache);
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept === undefined) throw error;
    return kept;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const folder = new URL('./', self.location.href).href;
  if (request.method !== 'GET' || !request.url.startsWith(folder)) return;
  event.respondWith(request.url.startsWith(`${folder}assets/`) ? keptFirst(request) : networkFirst(request));
});
