// Keeps the program's own files, so that the page starts without a network. kVersion and kFiles are
// written ahead of this by the build. Recordings never come through here: they are not requests.
const kCache = `einthoven-${kVersion}`;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(kCache).then((cache) => cache.addAll(kFiles)));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('einthoven-') && name !== kCache;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))));
});

self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  const address = event.request.mode === 'navigate' ? './' : event.request.url;
  event.respondWith(caches.open(kCache).then(async (cache) => (await cache.match(address)) ?? fetch(event.request)));
});
